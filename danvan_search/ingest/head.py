"""Title, category, date and body of a text that does not name them.

Articles saved from the web begin with their category, their title (at times repeated), a dateline
and then the text. What is taken for what:

- The **title** is the first line that is no dateline, unless it is longer than 300 characters (200
  in a text of one line): then there is no title. Lines right after it that repeat it are dropped.
- The **category** is a short line before the title: at most 6 words, without digits or sentence
  marks, with a line after it that is longer, reads like a title and is proven to be one by a
  dateline right after it, or by blank lines around it and a longer paragraph next.
- The **date** is that of the first dateline (see :mod:`~danvan_search.ingest.dates`) among the
  first 8 lines; blank lines, the title and the category do not count.
- The **body** is all the rest as it is written, the dateline included, from its first line that is
  not blank on.

So every word of the text is in the title, the category or the body. Lengths are counted in NFC, so
that decomposed text gives the same result.
"""

import datetime
import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import islice
from typing import Final

from danvan_search.ingest.dates import dateline

MAX_TITLE_CHARS: Final = 300
MAX_ONLY_LINE_CHARS: Final = 200
"""A text of one line is a title up to here."""

_HEAD_LINES: Final = 8
_MAX_REPEATS: Final = 8
_MAX_CATEGORY_CHARS: Final = 40
_MAX_CATEGORY_WORDS: Final = 6
_MIN_TITLE_WORDS: Final = 6
"""Of a title that is to prove that the line before it is a category."""

_CHARS_SEEN: Final = 4 * MAX_TITLE_CHARS + 1
"""Enough of a line to know that it is too long: no letter decomposes into more than 4."""

_SENTENCE_END: Final = re.compile(r"[.!?…:;,]['\"”’)]*$")
_NOT_IN_CATEGORY: Final = re.compile(r"[.!?…:;\"“”0-9]")
_MARKDOWN_HEADING: Final = re.compile(r"#{1,6}[ \t]+(.*?)(?:[ \t]+#+)?[ \t]*")
_UNDERLINE: Final = re.compile(r"=+|-+")


@dataclass(frozen=True, slots=True)
class Head:
    """What a text says of itself."""

    title: str
    category: str | None
    date: datetime.date | None
    body: str


@dataclass(frozen=True, slots=True)
class _Line:
    """A line that is not blank; ``text[start:end]`` is all of it but its newline."""

    start: int
    end: int
    title: str
    """As written, without the white space around it and without the mark of a heading."""
    plain: str
    """To measure and to compare: see :func:`_plain`."""
    heading: bool
    """Marked as a heading."""
    day: datetime.date | None
    """Of a dateline."""
    after_blank: bool
    """A blank line, or nothing, stands before it."""


def read_head(text: str, *, title: str = "", category: str = "", markdown: bool = False) -> Head:
    """Return title, category, date and body of a text.

    :param text: the text.
    :param title: its title if it is known already; then none is looked for, and no category.
    :param category: its category if it is known already; then a line before the title that says
        something else stays in the body.
    :param markdown: whether ``# Heading`` marks a title.
    """
    lines = list(islice(_lines(text, markdown=markdown), _HEAD_LINES + _MAX_REPEATS))
    rubric: _Line | None = None
    if title:
        own = None
        known = _plain(title)
        first = 0
    else:
        first = _first_of_text(lines, 0)
        if _is_category(lines, first):
            rubric = lines[first]
            first += 1
        own = lines[first] if _is_title(lines, first) else None
        known = own.plain if own else ""
        first += 1
    if rubric and category and rubric.plain != _plain(category):
        rubric = None
    dropped = [line for line in (rubric, own) if line]
    dropped += _repeats(lines[first:], known, underline=markdown and own is not None)
    kept = [line for line in lines if line not in dropped][:_HEAD_LINES]
    return Head(
        title=title or (own.title if own else ""),
        category=category or (rubric.title if rubric else None),
        date=next((line.day for line in kept if line.day), None),
        body=_without(text, dropped) if dropped else text,
    )


def _lines(text: str, *, markdown: bool) -> Iterator[_Line]:
    end = 0
    for match in re.finditer(r"[^\r\n]+", text):
        written = match[0].strip()
        if not written:
            continue
        gap = text[end : match.start()]
        # Longer ones are no titles, and the pattern takes quadratic time over their spaces.
        may_be_heading = markdown and len(written) < _CHARS_SEEN
        heading = _MARKDOWN_HEADING.fullmatch(written) if may_be_heading else None
        title = heading[1].strip() if heading else written
        if not title:
            continue
        yield _Line(
            start=match.start(),
            end=match.end(),
            title=title,
            plain=_plain(title),
            heading=heading is not None,
            day=None if heading else dateline(written),
            after_blank=end == 0 or max(gap.count("\n"), gap.count("\r")) > 1,
        )
        end = match.end()


def _plain(line: str) -> str:
    """Return the line in NFC with single spaces; of one that is too long, its mere beginning."""
    if len(line) >= _CHARS_SEEN:
        return line[:_CHARS_SEEN]
    return " ".join(unicodedata.normalize("NFC", line).split())


def _first_of_text(lines: list[_Line], at: int) -> int:
    """Return the position of the first line from ``at`` on that is no dateline."""
    while at < len(lines) and lines[at].day:
        at += 1
    return at


def _is_title(lines: list[_Line], at: int) -> bool:
    if at >= len(lines):
        return False
    limit = MAX_TITLE_CHARS if len(lines) > 1 else MAX_ONLY_LINE_CHARS
    return len(lines[at].plain) <= limit


def _is_category(lines: list[_Line], at: int) -> bool:
    if at + 2 >= len(lines):
        return False
    line, title, after = lines[at : at + 3]
    words = line.plain.split()
    if (
        line.heading
        or title.day
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
    if after.day:
        return True
    stands_alone = title.after_blank and after.after_blank
    return stands_alone and len(after.plain) > len(title.plain)


def _repeats(lines: list[_Line], title: str, *, underline: bool) -> Iterator[_Line]:
    """Yield the lines right after the title, datelines apart, that repeat or underline it."""
    if not title or len(title) > MAX_TITLE_CHARS:
        return
    for position, line in enumerate(lines):
        is_underline = underline and position == 0 and _UNDERLINE.fullmatch(line.plain)
        if line.plain == title or is_underline:
            yield line
        elif not line.day:
            return


def _without(text: str, dropped: list[_Line]) -> str:
    """Return the text without some lines, from its first line that is not blank on."""
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
