"""Heuristics that find title, category, date and body of a text without markup.

Articles saved from the web begin with their category, their title (sometimes repeated) and a
dateline; then the text follows. The rules:

- The **title** is the first line that is not a dateline. If this line is longer than 300 characters
  (200 in a text of one line), there is no title. Lines right after the title that repeat it are
  dropped.
- The **category** is a short line before the title: at most 6 words, without digits and sentence
  punctuation. The next line must be longer and read like a title; and either a dateline follows it,
  or blank lines surround it and a longer paragraph follows.
- The **date** is that of the first dateline (see :mod:`danvan_search.dates`) among the first 8
  lines, not counting blank lines, the title and the category.
- The **body** is the rest as written, including the dateline, without blank lines at its start.

So every word of the text is in the title, the category or the body. Lengths are counted in NFC, so
that composed and decomposed text give the same result.
"""

import datetime
import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import islice
from typing import Final

from danvan_search.dates import dateline

MAX_TITLE_CHARS: Final = 300
MAX_ONLY_LINE_CHARS: Final = 200
"""The maximum length of a title that is the only line of a text."""

_HEAD_LINES: Final = 8
_MAX_REPEATS: Final = 8
_MAX_CATEGORY_CHARS: Final = 40
_MAX_CATEGORY_WORDS: Final = 6
_MIN_TITLE_WORDS: Final = 6
"""The minimum length of a title that follows a category."""

_MAX_CHARS_READ: Final = 4 * MAX_TITLE_CHARS + 1
"""A line of this length is too long for a title in NFC, too: a letter decomposes into at most 4
characters."""

_SENTENCE_END: Final = re.compile(r"[.!?…:;,]['\"”’)]*$")
_NOT_IN_CATEGORY: Final = re.compile(r"[.!?…:;\"“”0-9]")
_MARKDOWN_HEADING: Final = re.compile(r"#{1,6}[ \t]+(.*?)(?:[ \t]+#+)?[ \t]*")
_UNDERLINE: Final = re.compile(r"=+|-+")


@dataclass(frozen=True, slots=True)
class Head:
    """The parts of a text."""

    title: str
    category: str | None
    date: datetime.date | None
    body: str


@dataclass(frozen=True, slots=True)
class _Line:
    """A line that is not blank.

    :ivar start: the offset of its first character in the text.
    :ivar end: the offset of its end, before the newline.
    :ivar title: the line without surrounding white space and heading markup.
    :ivar plain: the normalised line, for lengths and comparisons: see :func:`_plain`.
    :ivar heading: whether it is marked up as a heading.
    :ivar date: its date if it is a dateline.
    :ivar after_blank: whether a blank line precedes it, or no line.
    """

    start: int
    end: int
    title: str
    plain: str
    heading: bool
    date: datetime.date | None
    after_blank: bool


def read_head(text: str, *, title: str = "", category: str = "", markdown: bool = False) -> Head:
    """Return title, category, date and body of a text.

    :param text: the text.
    :param title: the title if it is known; then the text is searched for neither a title nor a
        category.
    :param category: the category if it is known; then a different category line before the title
        stays in the body.
    :param markdown: whether ``# Heading`` marks a title.
    """
    lines = list(islice(_lines(text, markdown=markdown), _HEAD_LINES + _MAX_REPEATS))
    category_line: _Line | None = None
    title_line: _Line | None = None
    if title:
        plain_title = _plain(title)
        after_title = 0
    else:
        index = _skip_datelines(lines)
        if _is_category(lines, index):
            category_line = lines[index]
            index += 1
        title_line = lines[index] if _is_title(lines, index) else None
        plain_title = title_line.plain if title_line else ""
        after_title = index + 1
    if category_line and category and category_line.plain != _plain(category):
        category_line = None
    dropped = [line for line in (category_line, title_line) if line]
    dropped += _repeats(
        lines[after_title:], plain_title, underline=markdown and title_line is not None
    )
    kept = [line for line in lines if line not in dropped][:_HEAD_LINES]
    return Head(
        title=title or (title_line.title if title_line else ""),
        category=category or (category_line.title if category_line else None),
        date=next((line.date for line in kept if line.date), None),
        body=_without(text, dropped) if dropped else text,
    )


def _lines(text: str, *, markdown: bool) -> Iterator[_Line]:
    end = 0
    for match in re.finditer(r"[^\r\n]+", text):
        stripped = match[0].strip()
        if not stripped:
            continue
        gap = text[end : match.start()]
        # A longer line is not a title, and the pattern takes quadratic time over its spaces.
        may_be_heading = markdown and len(stripped) < _MAX_CHARS_READ
        heading = _MARKDOWN_HEADING.fullmatch(stripped) if may_be_heading else None
        title = heading[1].strip() if heading else stripped
        if not title:
            continue
        yield _Line(
            start=match.start(),
            end=match.end(),
            title=title,
            plain=_plain(title),
            heading=heading is not None,
            date=None if heading else dateline(stripped),
            after_blank=end == 0 or max(gap.count("\n"), gap.count("\r")) > 1,
        )
        end = match.end()


def _plain(line: str) -> str:
    """Return a line in NFC with single spaces; the beginning of a line that is too long."""
    if len(line) >= _MAX_CHARS_READ:
        return line[:_MAX_CHARS_READ]
    return " ".join(unicodedata.normalize("NFC", line).split())


def _skip_datelines(lines: list[_Line]) -> int:
    """Return the index of the first line that is not a dateline."""
    return next((index for index, line in enumerate(lines) if not line.date), len(lines))


def _is_title(lines: list[_Line], index: int) -> bool:
    if index >= len(lines):
        return False
    limit = MAX_TITLE_CHARS if len(lines) > 1 else MAX_ONLY_LINE_CHARS
    return len(lines[index].plain) <= limit


def _is_category(lines: list[_Line], index: int) -> bool:
    if index + 2 >= len(lines):
        return False
    line, title, after = lines[index : index + 3]
    words = line.plain.split()
    if (
        line.heading
        or title.date
        or len(line.plain) > _MAX_CATEGORY_CHARS
        or len(words) > _MAX_CATEGORY_WORDS
        or _NOT_IN_CATEGORY.search(line.plain)
        or not any(letter.isalpha() for letter in line.plain)
    ):
        return False
    if title.heading:
        return True
    title_words = title.plain.split()
    if (
        len(title.plain) > MAX_TITLE_CHARS
        or len(title_words) < max(_MIN_TITLE_WORDS, 1.5 * len(words))
        or title.plain[0].islower()
        or _SENTENCE_END.search(title.plain)
    ):
        return False
    if after.date:
        return True
    stands_alone = title.after_blank and after.after_blank
    return stands_alone and len(after.plain) > len(title.plain)


def _repeats(lines: list[_Line], title: str, *, underline: bool) -> Iterator[_Line]:
    """Yield the lines right after the title that repeat it or underline it.

    Datelines between them are passed over.
    """
    if not title or len(title) > MAX_TITLE_CHARS:
        return
    for index, line in enumerate(lines):
        is_underline = underline and index == 0 and _UNDERLINE.fullmatch(line.plain)
        if line.plain == title or is_underline:
            yield line
        elif not line.date:
            return


def _without(text: str, dropped: list[_Line]) -> str:
    """Return the text without the dropped lines and without blank lines at its start."""
    pieces = []
    end = 0
    for line in sorted(dropped, key=lambda line: line.start):
        pieces.append(text[end : line.start])
        end = line.end
    pieces.append(text[end:])
    body = "".join(pieces)
    blank = len(body) - len(body.lstrip())
    start = max(body.rfind("\n", 0, blank), body.rfind("\r", 0, blank)) + 1
    return body[start:]
