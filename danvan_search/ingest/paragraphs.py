"""The lines of a page to paragraphs: a line that goes on in the next is joined with it.

A page has no marks of paragraphs. A line goes on if the next begins with a small letter, if it is
about as long as the longest of the page and does not end a sentence, or if a blank was kept at its
end, as only some lines of the page have one; not if the next is an item of a list or the head of an
article or a chapter, and not between capitals and small letters.
"""

import itertools
import re
from collections.abc import Sequence
from typing import Final

_ITEM: Final = re.compile(
    r"[-–—•+*●▪□■◦‣]|\(?(?:[0-9]{1,3}|[a-zđ]|[IVXivx]{1,6})[.)/](?:\s|$)|[0-9]{1,2}(?:\.[0-9]{1,2})+\.?\s"
    r"|(?:Điều|ĐIỀU|Chương|CHƯƠNG|Mục|MỤC|Phần|PHẦN|Khoản|Bài|Tiết|Phụ lục|PHỤ LỤC)\s+[0-9IVXLA-H]"
)
_SENTENCE_END: Final = re.compile(r"[.!?:;…][\"'”’)\]]*$")
_FULL_SHARE: Final = 0.8
_HALF_SHARE: Final = 0.5
_MIN_FULL_CHARS: Final = 30
_MAX_BLANK_SHARE: Final = 0.5
"""If more of the lines of a page end with a blank, that tells nothing."""


def with_paragraphs(pages: Sequence[str]) -> list[str]:
    """Return the pages with their lines joined, each with what parts it from the next at its end.

    A page that goes on in the next one ends with a blank, others with a line break, the last one
    with neither.
    """
    pages = [_joined(page) for page in pages]
    breaks = [_break_between(page, after) for page, after in itertools.pairwise(pages)]
    return [page + end for page, end in zip(pages, [*breaks, ""][: len(pages)], strict=True)]


def _joined(page: str) -> str:
    lines = page.split("\n")
    written = [line for line in lines if line.strip()]
    kept_blanks = sum(line[-1].isspace() for line in written)
    tells = kept_blanks < _MAX_BLANK_SHARE * len(written)
    full = max(_MIN_FULL_CHARS, *(len(line.rstrip()) for line in lines))
    pieces = []
    for line, after in itertools.pairwise([*lines, ""]):
        bare = line.rstrip()
        pieces.append(bare)
        if not _goes_on(bare, after, full, was_cut=tells and bare != line):
            pieces.append("\n")
        elif not _is_cut(bare, after):
            pieces.append(" ")
    return "".join(pieces[:-1])


def _goes_on(line: str, after: str, full: int, *, was_cut: bool = False) -> bool:
    """Return whether a line goes on in the next.

    :param full: the length of a full line, in characters.
    :param was_cut: whether a blank was kept at its end.
    """
    start = after.lstrip()
    if not line.strip() or not start or _ITEM.match(start):
        return False
    if start.isupper() != line.isupper():
        return False
    if was_cut:
        return True
    if start[0].islower():
        return len(line) >= _HALF_SHARE * full and not line.endswith((".", ":"))
    return len(line) >= _FULL_SHARE * full and not _SENTENCE_END.search(line)


def _is_cut(line: str, after: str) -> bool:
    """Return whether a word with a hyphen goes on in the next line."""
    return len(line) > 1 and line[-1] == "-" and line[-2].isalpha() and after[:1].isalpha()


def _break_between(page: str, after: str) -> str:
    """Return what parts two pages."""
    last, first = page.rstrip("\n").rpartition("\n")[2], after.lstrip("\n").partition("\n")[0]
    goes_on = first[:1].islower() and _goes_on(last, first, _MIN_FULL_CHARS)
    return ("" if _is_cut(last, first) else " ") if goes_on else "\n"
