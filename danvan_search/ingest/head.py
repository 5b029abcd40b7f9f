"""Heuristics that find title, category, date and body of a text without markup.

Articles saved from the web begin with their category, their title (sometimes repeated) and a
dateline; then the text follows. The rules:

- The **title** is the first line that can be one: no dateline, no page number, no rule of signs,
  and neither the motto nor the number of an official text. If this line is longer than 300
  characters (200 in a text of one line), there is no title. Lines in capitals that follow one in
  capitals without a blank line belong to it. Lines right after the title that repeat it are
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
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from itertools import islice
from typing import Final

from danvan_search.dates import dateline
from danvan_search.ingest.legal import is_head_line
from danvan_search.ingest.lines import is_after_blank, lines_of, without_spans

MAX_TITLE_CHARS: Final = 300
MAX_ONLY_LINE_CHARS: Final = 200
"""The maximum length of a title that is the only line of a text."""

_HEAD_LINES: Final = 8
_MAX_REPEATS: Final = 8
_MAX_CATEGORY_CHARS: Final = 40
_MAX_CATEGORY_WORDS: Final = 6
_MAX_SHORT_TITLE_CHARS: Final = 150
_MIN_TITLE_WORDS: Final = 6
"""The minimum length of a title that follows a category."""

_MAX_CHARS_READ: Final = 4 * MAX_TITLE_CHARS + 1
"""A line of this length is too long for a title in NFC, too: a letter decomposes into at most 4
characters."""

_BLANK: Final = re.compile(r"\s*")
_SENTENCE_END: Final = re.compile(r"[.!?…:;,]['\"”’)]*$")
_NOT_IN_CATEGORY: Final = re.compile(r"[.!?…:;\"“”0-9]")


@dataclass(frozen=True, slots=True)
class Head:
    """The parts of a text.

    :ivar removed: (start, end) of the lines that are in the text, but not in the body, ascending.
    :ivar blank: the number of characters that are missing, after that, at the start of the body.
    """

    title: str
    category: str | None
    date: datetime.date | None
    body: str
    removed: Sequence[tuple[int, int]] = field(default=(), compare=False)
    blank: int = field(default=0, compare=False)

    def offset_in_body(self, offset: int) -> int:
        """Return where a character of the text is in the body, or what follows it."""
        before = (min(end, offset) - start for start, end in self.removed if start < offset)
        return max(0, offset - sum(before) - self.blank)

    def is_in_body(self, offset: int) -> bool:
        """Return whether a character of the text is in no line that was removed."""
        return not any(start <= offset < end for start, end in self.removed)


class _Line:
    """A line that is not blank. What is asked of few lines is found when it is asked for.

    :ivar start: the offset of its first character in the text.
    :ivar end: the offset of its end, before the newline.
    :ivar title: the line without surrounding white space.
    :ivar after_blank: whether a blank line precedes it, or no line.
    """

    def __init__(self, start: int, end: int, title: str, *, after_blank: bool) -> None:
        self.start = start
        self.end = end
        self.title = title
        self.after_blank = after_blank

    @cached_property
    def plain(self) -> str:
        """The normalised line, for lengths and comparisons: see :func:`_plain`."""
        return _plain(self.title)

    @cached_property
    def date(self) -> datetime.date | None:
        """Its date if it is a dateline."""
        return dateline(self.title)


def read_head(
    text: str,
    *,
    title: str = "",
    category: str = "",
    known: Sequence[tuple[int, int]] = (),
    finds_title: bool = True,
) -> Head:
    """Return title, category, date and body of a text.

    :param text: the text.
    :param title: the title if it is known; then the text is searched for neither a title nor a
        category.
    :param category: the category if it is known; then a different category line before the title
        stays in the body.
    :param known: (start, end) of the lines that a known title consists of; they leave the body.
    :param finds_title: whether a line of the text may be its title.
    """
    lines = list(islice(_lines(text), _HEAD_LINES + _MAX_REPEATS))
    category_line: _Line | None = None
    title_lines: list[_Line] = []
    if title or not finds_title:
        plain_title = _plain(title)
        after_title = 0
    else:
        index = _skip_head_lines(lines)
        if _is_category(lines, index):
            category_line = lines[index]
            index += 1
        title_lines = _title_lines(lines, index)
        plain_title = title_lines[0].plain if title_lines else ""
        after_title = index + max(1, len(title_lines))
    if category_line and category and category_line.plain != _plain(category):
        category_line = None
    dropped = [line for line in (category_line, *title_lines) if line]
    if len(title_lines) < 2:  # the whole of several lines is seldom repeated
        dropped += _repeats(lines[after_title:], plain_title)
    kept = [line for line in lines if line not in dropped][:_HEAD_LINES]
    spans = sorted({*known, *((line.start, line.end) for line in dropped)})
    body, blank = _without(text, spans) if spans else (text, 0)
    return Head(
        title=title or " ".join(line.title for line in title_lines),
        category=category or (category_line.title if category_line else None),
        date=next((line.date for line in kept if line.date), None),
        body=body,
        removed=spans,
        blank=blank,
    )


def _lines(text: str) -> Iterator[_Line]:
    end = 0
    for match in lines_of(text):
        stripped = match[0].strip()
        if not stripped:
            continue
        start = match.start()
        after_blank = is_after_blank(text, end, start)
        end = match.end()
        yield _Line(start, end, stripped, after_blank=after_blank)


def _plain(line: str) -> str:
    """Return a line in NFC with single spaces; the beginning of a line that is too long."""
    if len(line) >= _MAX_CHARS_READ:
        return line[:_MAX_CHARS_READ]
    if line.isascii():
        return " ".join(line.split())
    return " ".join(unicodedata.normalize("NFC", line).split())


def _skip_head_lines(lines: list[_Line]) -> int:
    """Return the index of the first line that can be a title or a category."""
    for index, line in enumerate(lines):
        if line.date is None and any(map(str.isalnum, line.plain)) and not is_head_line(line.plain):
            return index
    return len(lines)


def _title_lines(lines: list[_Line], index: int) -> list[_Line]:
    """Return the line of the title, and those in capitals that belong to it; none for no title."""
    if index >= len(lines):
        return []
    limit = MAX_TITLE_CHARS if len(lines) > 1 else MAX_ONLY_LINE_CHARS
    if len(lines[index].plain) > limit:
        return []
    found = [lines[index]]
    chars = len(lines[index].plain)
    for line in lines[index + 1 :]:
        chars += 1 + len(line.plain)
        in_capitals = line.plain.isupper() and found[-1].plain.isupper()
        if not in_capitals or line.after_blank or line.date or chars > limit:
            break
        if line.plain == found[0].plain or is_head_line(line.plain):
            break
        found.append(line)
    return found


def can_be_category(line: str) -> bool:
    """Return whether a line can be the category above a title."""
    return _can_be_category(_plain(line))


def _can_be_category(plain: str) -> bool:
    return (
        len(plain) <= _MAX_CATEGORY_CHARS
        and len(plain.split()) <= _MAX_CATEGORY_WORDS
        and not _NOT_IN_CATEGORY.search(plain)
        and any(letter.isalpha() for letter in plain)
    )


def can_be_title(line: str) -> bool:
    """Return whether a line that is a paragraph of its own reads like a title."""
    plain = _plain(line)
    return len(plain) <= _MAX_SHORT_TITLE_CHARS and not _SENTENCE_END.search(plain)


def _is_category(lines: list[_Line], index: int) -> bool:
    if index + 2 >= len(lines):
        return False
    line, title, after = lines[index : index + 3]
    if not _can_be_category(line.plain) or title.date:
        return False
    words = line.plain.split()
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


def _repeats(lines: list[_Line], title: str) -> Iterator[_Line]:
    """Yield the lines right after the title that repeat it. Datelines between are passed over."""
    if not title or len(title) > MAX_TITLE_CHARS:
        return
    for line in lines:
        if line.plain == title:
            yield line
        elif not line.date:
            return


def _without(text: str, spans: Sequence[tuple[int, int]]) -> tuple[str, int]:
    """Return the text without some lines and without blank lines at its start.

    The second value is the number of characters of these blank lines.

    :param spans: (start, end) of the lines, ascending.
    """
    body = without_spans(text, spans)
    blank = _BLANK.match(body).end()  # type: ignore[union-attr]
    start = max(body.rfind("\n", 0, blank), body.rfind("\r", 0, blank)) + 1
    return body[start:], start
