"""The date grammar: dates as Vietnamese web pages write them.

:func:`parse_date` reads the value of a date field, :func:`parse_period` also months and years, as
queries and options have them. :func:`dateline` recognises a **dateline**: a
short line with a date and nothing else but incidentals (a time, a weekday, a label such as ``Cập
nhật``, a view count, the name of a place or an author). A line of running text with a date in it is
not a dateline. The day precedes the month (16/2/2024), as everywhere in Vietnam.

A general date parser is no substitute, because it finds dates anywhere: "Chỉ thị 03" and "tháng
này" must not become dates.

This module imports only the standard library. :mod:`danvan_search.ingest` uses it for articles,
:mod:`danvan_search.parsing` for options.
"""

import calendar
import datetime
import re
import unicodedata
from collections.abc import Iterator
from typing import Final

Period = tuple[datetime.date, datetime.date]
"""The first and the last day of a period."""

MAX_DATELINE_CHARS: Final = 120
"""Longer lines are running text."""

YEARS: Final = range(1900, 2101)
"""The years of a dateline; four digits outside of the range are not a year."""

_MAX_NAMES: Final = 5
"""The most syllables in the name of a place or an author: "Thành Phố Hồ Chí Minh"."""

_MAX_NUMBERS: Final = 3
"""The most numbers beside the date: view counts ("1,050") and comment counts."""

_VIETNAMESE_MONTHS: Final = {
    "mot": 1, "gieng": 1, "hai": 2, "ba": 3, "tu": 4, "bon": 4, "nam": 5, "sau": 6, "bay": 7,
    "tam": 8, "chin": 9, "muoi": 10, "muoi mot": 11, "muoi hai": 12, "chap": 12,
}  # fmt: skip
_ENGLISH_MONTHS: Final = {
    "jan": 1, "feb": 2, "mar": 3, "apr": 4, "may": 5, "jun": 6, "jul": 7, "aug": 8, "sep": 9,
    "oct": 10, "nov": 11, "dec": 12,
}  # fmt: skip

# The patterns match text without accents (see _fold).
_MONTH: Final = (
    r"(?P<m>(?:thang|thg|th)\.?\s?(?:[0-9]{1,2}|"
    + "|".join(sorted(_VIETNAMESE_MONTHS, key=len, reverse=True))
    + r")|(?:"
    + "|".join(_ENGLISH_MONTHS)
    + r")[a-z]*\.?)"
)
_DAY: Final = r"(?<![0-9/])(?<![0-9][.\-])(?P<d>[0-9]{1,2})"
_YEAR: Final = r"(?P<y>[0-9]{4})(?![0-9]|[/.][0-9])"
_FOUR_DIGITS: Final = re.compile("[0-9]{4}")
_DATES: Final = tuple(
    re.compile(pattern, re.IGNORECASE | re.ASCII)
    for pattern in (
        # 16/2/2024, 02.03.2015, 30-06-2020
        _DAY + r"\s?(?P<s>[/.\-])\s?(?P<m>[0-9]{1,2})\s?(?P=s)\s?" + _YEAR,
        # 2020-06-30, 2020/6/30
        r"(?<![0-9/.\-])(?P<y>[0-9]{4})(?P<s>[/.\-])(?P<m>[0-9]{1,2})(?P=s)(?P<d>[0-9]{1,2})(?![0-9])",
        # 30 tháng 6 năm 2020; 30 Tháng Sáu, 2020; 30 Jun 2020
        _DAY + r"[\s/\-]*" + _MONTH + r"\s?[,/\-]?\s?(?:nam\s)?" + _YEAR,
        # Tháng Sáu 30, 2020; June 30, 2020
        r"\b" + _MONTH + r"\s(?P<d>[0-9]{1,2})\s?,\s?" + _YEAR,
    )
)
_PERIODS: Final = tuple(
    re.compile(pattern, re.IGNORECASE | re.ASCII)
    for pattern in (
        # 2019, năm 2019, 2019-06, 2019/6
        r"(?:nam )?(?P<y>[0-9]{4})(?:[/.\-](?P<m>[0-9]{1,2}))?",
        # 6/2019
        r"(?P<m>[0-9]{1,2})[/.\-](?P<y>[0-9]{4})",
        # tháng 6/2019, tháng Sáu năm 2019, Jun 2019
        _MONTH + r"\s?[,/\-]?\s?(?:nam )?(?P<y>[0-9]{4})",
    )
)
_TIME: Final = re.compile(
    r"\bT?[0-9]{1,2}\s?(?::|[hg](?![a-z])|gio\b)"
    r"(?:\s?[0-9]{1,2}(?::[0-9]{2}(?:[.,][0-9]+)?|\s?phut\b|')?)?"
    r"|(?:\b(?:gmt|utc)\s?)?(?<![0-9])[+\-][0-9]{1,2}(?::?[0-9]{2})?\b",
    re.IGNORECASE | re.ASCII,
)
_LABEL: Final = re.compile(
    r"\b(?:cap nhat(?: lan cuoi| luc)?|ngay (?:dang tin|dang|tao|viet|gui|xuat ban|cap nhat"
    r"|phat hanh|ban hanh)|dang (?:tai|boi|luc|ngay)|dang|xuat ban|gui luc|phat hanh"
    r"|thu (?:hai|ba|tu|nam|sau|bay|[2-7])|chu nhat|cn|t[2-7]|ngay|mung|mong|luc|vao luc"
    r"|luot (?:xem|doc)|so lan (?:xem|doc)|da xem|xem|views?|comments?|binh luan"
    r"|(?:mon|tues|wednes|thurs|fri|satur|sun)day|mon|tue|wed|thu|fri|sat|sun"
    r"|posted|published|updated|created|modified|last|on|at|by|date|tac gia|nguoi dang|nguon|theo"
    r"|admin|am|pm|sa|ch|sang|trua|chieu|toi|gmt|utc|z|tp)\b",
    re.IGNORECASE | re.ASCII,
)
_ACCENTS: Final = re.compile("[\u0300-\u036f]+")
_WORD: Final = re.compile(r"[^\W\d_]+")
_PLACE: Final = re.compile(r"[^,0-9]{2,40},\s?(?:ngay\s?)?", re.IGNORECASE)
_BESIDE_DATE: Final = re.compile(r"[^\W\d_]\.?\s?\0|\0\s?[^\W\d_]")


def dateline(line: str) -> datetime.date | None:
    """Return the date of a dateline.

    :param line: one line, composed or decomposed, with or without accents.
    :return: its first valid date; None if the line is not a dateline, or holds no valid date
        (31/02) in the years 1900 to 2100.
    """
    if len(line) > 4 * MAX_DATELINE_CHARS:  # a letter decomposes into at most 4 characters
        return None
    if not _FOUR_DIGITS.search(line):  # most lines have no year, and folding takes long
        return None
    folded = _fold(" ".join(line.split()))
    if not folded or len(folded) > MAX_DATELINE_CHARS:
        return None
    dates = sorted(_find_dates(folded))
    if not dates:
        return None
    rest = folded
    for start, end, _ in reversed(dates):
        rest = f"{rest[:start]}\0{rest[end:]}"
    rest = _LABEL.sub("|", _TIME.sub("|", rest))
    return dates[0][2] if _is_incidental(rest, before=folded[: dates[0][0]]) else None


def parse_date(text: str) -> datetime.date | None:
    """Return the date in the value of a date field, or None if it holds none.

    :param text: an ISO 8601 date or datetime, whose date is taken as written, whatever the time
        zone; or a dateline (see :func:`dateline`) such as ``30/06/2020 17:00``.
    """
    try:
        return datetime.datetime.fromisoformat(text.strip()).date()
    except ValueError:
        return dateline(text)


def parse_period(text: str) -> Period | None:
    """Return the first and the last day of a day, a month or a year as people write them.

    :param text: ``2019``, ``năm 2019``, ``6/2019``, ``2019-06``, ``tháng 6 năm 2019``, or all that
        :func:`parse_date` reads.
    :return: None if it is none of these.
    """
    if len(text) > MAX_DATELINE_CHARS:
        return None
    folded = _fold(" ".join(text.split()))
    found = next(filter(None, [pattern.fullmatch(folded) for pattern in _PERIODS]), None)
    if found is None:
        day = parse_date(text)
        return None if day is None else (day, day)
    year, written = int(found["y"]), found["m"]
    try:
        months = range(1, 13) if written is None else [_month(written.lower())]
        first = datetime.date(year, months[0], 1)
        last_month = datetime.date(year, months[-1], 1)
    except (KeyError, ValueError):
        return None
    return first, last_month.replace(day=calendar.monthrange(year, last_month.month)[1])


def _find_dates(folded: str) -> Iterator[tuple[int, int, datetime.date]]:
    """Yield (start, end, date) of the valid dates in a line; they do not overlap."""
    last_end = 0
    matches = sorted(
        (match.start(), match.end(), match)
        for pattern in _DATES
        for match in pattern.finditer(folded)
    )
    for start, end, match in matches:
        date = _date(match)
        if date is not None and start >= last_end:
            last_end = end
            yield start, end, date


def _date(match: re.Match[str]) -> datetime.date | None:
    year = int(match["y"])
    if year not in YEARS:
        return None
    try:
        return datetime.date(year, _month(match["m"].lower()), int(match["d"]))
    except ValueError:
        return None


def _month(written: str) -> int:
    number = re.sub(r"^(?:thang|thg|th)\.?\s?", "", written)
    if number.isdigit():
        return int(number)
    return _VIETNAMESE_MONTHS.get(number) or _ENGLISH_MONTHS[written[:3]]


def _is_incidental(rest: str, *, before: str) -> bool:
    """Return whether a line holds nothing else than a name and a few numbers beside its date.

    :param rest: the line with each date replaced by NUL, each time and label by ``|``.
    :param before: the text before the first date.
    """
    words = _WORD.findall(rest)
    numbers = re.findall(r"[0-9]+", rest)
    if len(words) > _MAX_NAMES or len(numbers) > _MAX_NUMBERS:
        return False
    if any(word[0].islower() for word in words):
        return False
    # "KẾ HOẠCH NGÀY 30/6/2020" is a title in capitals; "HÀ NỘI, NGÀY 30/6/2020" names a place.
    in_capitals = sum(len(word) > 1 and word.isupper() for word in words)
    if in_capitals > 1 and not _PLACE.fullmatch(before):
        return False
    # A punctuation mark or a label separates a name from the date, unlike in "Tết Nguyên Đán
    # 25/1/2020".
    return not _BESIDE_DATE.search(rest)


def _fold(text: str) -> str:
    """Return the text without accents; its case stays."""
    if text.isascii():
        return text
    letters = unicodedata.normalize("NFD", text.replace("đ", "d").replace("Đ", "D"))
    return _ACCENTS.sub("", letters)
