"""The lines of a text, and a text without some of them."""

import re
from collections.abc import Iterator, Sequence
from typing import Final

_LINE: Final = re.compile(r"[^\r\n]+")
_LINE_BEFORE_NEWLINE: Final = re.compile(".+")  # much faster, and the same in a text without \r


def lines_of(text: str) -> Iterator[re.Match[str]]:
    """Return the lines of a text that are not empty, as matches."""
    return (_LINE if "\r" in text else _LINE_BEFORE_NEWLINE).finditer(text)


def is_after_blank(text: str, end: int, start: int) -> bool:
    """Return whether a blank line, or no line, precedes a line.

    :param end: where the line before ends; 0 if there is none.
    :param start: where the line begins.
    """
    gap = text[end:start]
    return end == 0 or max(gap.count("\n"), gap.count("\r")) > 1


def without_spans(text: str, spans: Sequence[tuple[int, int]]) -> str:
    """Return a text without some parts of it.

    :param spans: (start, end) of the parts, ascending.
    """
    pieces = []
    end = 0
    for start, stop in spans:
        pieces.append(text[end:start])
        end = stop
    return "".join((*pieces, text[end:]))
