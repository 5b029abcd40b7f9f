"""Other ways to write the same: numbers, dates, codes in one piece, i and y, d and gi."""

import re
from collections.abc import Iterator
from typing import Final

_NUMBER: Final = re.compile(r"\d{4,12}")
_GROUPED: Final = re.compile(r"\d{1,3}(?:[.,]\d{3})+")
_DATE: Final = re.compile(r"(0?[1-9]|[12]\d|3[01])([/.-])(0?[1-9]|1[0-2])\2(\d{4})")
_CAPITALS: Final = re.compile(r"[A-ZĐ]{4,10}")
_JOINED: Final = re.compile(r"[A-ZĐ]{1,5}[.&-][A-ZĐ]{1,5}")
_I_Y: Final = re.compile(r"([hklmst])([iìíĩỉịyỳýỹỷỵ])")
_SAME: Final = dict(zip("iìíĩỉịyỳýỹỷỵ", "yỳýỹỷỵiìíĩỉị", strict=True))


def numbers(word: str) -> Iterator[str]:
    """Yield a number with its digits in groups, or without: ``1043000`` and ``1.043.000``."""
    if _NUMBER.fullmatch(word) and word[0] != "0":
        yield f"{int(word):,}".replace(",", ".")
    elif _GROUPED.fullmatch(word):
        yield re.sub("[.,]", "", word)


def dates(word: str) -> Iterator[str]:
    """Yield the other ways to write a date: with and without zeros, and in words."""
    date = _DATE.fullmatch(word)
    if date is None:
        return
    day, sign, month, year = date.groups()
    short_day, short_month = int(day), int(month)
    for one, other in (
        (f"{short_day}", f"{short_month}"),
        (f"{short_day:02}", f"{short_month}"),
        (f"{short_day:02}", f"{short_month:02}"),
    ):
        if (one, other) != (day, month):
            yield f"{one}{sign}{other}{sign}{year}"
    yield f"ngày {short_day} tháng {short_month} năm {year}"


def codes(word: str) -> Iterator[str]:
    """Yield capitals in two pieces, or in one: ``TPHCM`` and ``TP.HCM``."""
    if _CAPITALS.fullmatch(word):
        for at in range(2, len(word) - 1):
            yield f"{word[:at]}.{word[at:]}"
    elif _JOINED.fullmatch(word):
        yield re.sub("[.&-]", "", word)


def spellings(form: str) -> Iterator[str]:
    """Yield an accented form with y for i, or gi for d, or the other way round."""
    if open_syllable := _I_Y.fullmatch(form):
        yield open_syllable[1] + _SAME[open_syllable[2]]
    if form.startswith("gi") and len(form) > 2:
        yield f"d{form[2:]}"
    elif form.startswith("d"):
        yield f"gi{form[1:]}"
