"""Days as Vietnamese pages write them.

A **dateline** is a short line that holds a date and nothing else that matters: a time, a day of the
week, a label such as ``Cập nhật``, a count of readers, the name of a place or an author. A date in
running text is no dateline. Days come before months (16/2/2024), as everywhere in Vietnam.

The grammar is written out here, and not left to a general date parser, because such parsers find
dates in anything: "Chỉ thị 03" and "tháng này" must not become days.
"""

import datetime
import re
import unicodedata
from collections.abc import Iterator
from typing import Final

MAX_DATELINE_CHARS: Final = 120
"""Longer lines are running text."""

YEARS: Final = range(1900, 2101)
"""Years outside are taken for other numbers."""

_MAX_NAMES: Final = 5
"""Syllables of a place or an author on a dateline: "Thành Phố Hồ Chí Minh"."""

_MAX_NUMBERS: Final = 3
"""Other numbers on a dateline: counts of readers ("1,050") and comments."""

_VIETNAMESE_MONTHS: Final = {
    "mot": 1, "gieng": 1, "hai": 2, "ba": 3, "tu": 4, "bon": 4, "nam": 5, "sau": 6, "bay": 7,
    "tam": 8, "chin": 9, "muoi": 10, "muoi mot": 11, "muoi hai": 12, "chap": 12,
}  # fmt: skip
_ENGLISH_MONTHS: Final = {
    "jan": 1, "feb": 2, "mar": 3, "apr": 4, "may": 5, "jun": 6, "jul": 7, "aug": 8, "sep": 9,
    "oct": 10, "nov": 11, "dec": 12,
}  # fmt: skip

# All patterns are matched on folded text (see _fold), hence the bare letters.
_MONTH: Final = (
    r"(?P<m>(?:thang|thg|th)\.?\s?(?:[0-9]{1,2}|"
    + "|".join(sorted(_VIETNAMESE_MONTHS, key=len, reverse=True))
    + r")|(?:"
    + "|".join(_ENGLISH_MONTHS)
    + r")[a-z]*\.?)"
)
_DAY: Final = r"(?<![0-9/])(?<![0-9][.\-])(?P<d>[0-9]{1,2})"
_YEAR: Final = r"(?P<y>[0-9]{4})(?![0-9]|[/.][0-9])"
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
_WORD: Final = re.compile(r"[^\W\d_]+")
_PLACE: Final = re.compile(r"[^,0-9]{2,40},\s?(?:ngay\s?)?", re.IGNORECASE)
_BESIDE_DATE: Final = re.compile(r"[^\W\d_]\.?\s?\0|\0\s?[^\W\d_]")


def dateline(line: str) -> datetime.date | None:
    """Return the day that a dateline gives.

    :param line: one line, composed or decomposed, with or without its accents.
    :returns: its first possible day; None if the line is no dateline, or no day in it is possible
        (31/02) or of the years 1900 to 2100.
    """
    if len(line) > 4 * MAX_DATELINE_CHARS:  # even decomposed, no letter takes more than 4
        return None
    folded = _fold(" ".join(line.split()))
    if not folded or len(folded) > MAX_DATELINE_CHARS:
        return None
    days = sorted(_days(folded))
    if not days:
        return None
    rest = folded
    for start, end, _ in reversed(days):
        rest = f"{rest[:start]}\0{rest[end:]}"
    rest = _LABEL.sub("|", _TIME.sub("|", rest))
    return days[0][2] if _is_incidental(rest, before=folded[: days[0][0]]) else None


def parse_date(text: str) -> datetime.date | None:
    """Return the day that a value of a date field gives, or None if it gives none.

    :param text: an ISO 8601 date or datetime (whose day is taken as written, whatever its zone),
        or what :func:`dateline` understands, such as ``30/06/2020 17:00``.
    """
    try:
        return datetime.datetime.fromisoformat(text.strip()).date()
    except ValueError:
        return dateline(text)


def _days(folded: str) -> Iterator[tuple[int, int, datetime.date]]:
    """Yield start, end and day of each possible date; no two of them overlap."""
    taken = 0
    found = sorted(
        (match.start(), match.end(), match) for date in _DATES for match in date.finditer(folded)
    )
    for start, end, match in found:
        day = _day(match)
        if day is not None and start >= taken:
            taken = end
            yield start, end, day


def _day(match: re.Match[str]) -> datetime.date | None:
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
    """Return whether nothing but a name and a few numbers stand beside the date.

    :param rest: the line with NUL for dates and ``|`` for times and labels.
    :param before: what stands before the first date.
    """
    words = _WORD.findall(rest)
    numbers = re.findall(r"[0-9]+", rest)
    if len(words) > _MAX_NAMES or len(numbers) > _MAX_NUMBERS:
        return False
    if any(word[0].islower() for word in words):
        return False
    # "KẾ HOẠCH NGÀY 30/6/2020" is a title in capitals; "HÀ NỘI, NGÀY 30/6/2020" a place.
    shouted = sum(len(word) > 1 and word.isupper() for word in words)
    if shouted > 1 and not _PLACE.fullmatch(before):
        return False
    # "Tết Nguyên Đán 25/1/2020": names stand apart from the date by a mark or a label.
    return not _BESIDE_DATE.search(rest)


def _fold(text: str) -> str:
    """Return the text without accents, its case kept."""
    letters = unicodedata.normalize("NFD", text.replace("đ", "d").replace("Đ", "D"))
    return "".join(letter for letter in letters if not unicodedata.combining(letter))
