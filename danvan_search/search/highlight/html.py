"""Marked text as HTML, and spans in the units of JavaScript."""

import html
import re
from bisect import bisect_left
from collections.abc import Sequence
from typing import Final

from danvan_search.search.highlight.marks import Span

# Control characters, halves of surrogate pairs, and characters that turn the direction of what
# follows, also of the page around the text.
_UNSAFE: Final = re.compile(
    "[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069\ud800-\udfff]"
)
_ASTRAL: Final = re.compile("[\U00010000-\U0010ffff]")


def escaped(text: str) -> str:
    """Return a text as HTML; characters that no page should hold become U+FFFD."""
    return html.escape(_UNSAFE.sub("\ufffd", text))


def marked_html(text: str, spans: Sequence[Span], *, tag: str = "mark", ids: str = "") -> str:
    """Return a text as HTML, with an element around each span.

    :param spans: (start, end) offsets in characters of ``text``, ascending, apart.
    :param tag: the name of the element.
    :param ids: the elements get this and their number, from 1, as an id; none if it is empty.
    """
    pieces = []
    done = 0
    for number, (start, end) in enumerate(spans, 1):
        attribute = f' id="{escaped(ids)}{number}"' if ids else ""
        marked = escaped(text[start:end])
        pieces += [escaped(text[done:start]), f"<{tag}{attribute}>", marked, f"</{tag}>"]
        done = end
    pieces.append(escaped(text[done:]))
    return "".join(pieces)


def utf16_spans(text: str, spans: Sequence[Span]) -> tuple[Span, ...]:
    """Return spans of a text that count UTF-16 code units, as JavaScript does, not characters.

    :param spans: (start, end) offsets in characters of ``text``.
    """
    astral = [] if text.isascii() else [found.start() for found in _ASTRAL.finditer(text)]
    if not astral:
        return tuple(spans)
    return tuple([(_utf16(astral, start), _utf16(astral, end)) for start, end in spans])


def _utf16(astral: Sequence[int], offset: int) -> int:
    """Return an offset in code units: a character beyond U+FFFF is two of them."""
    return offset + bisect_left(astral, offset)
