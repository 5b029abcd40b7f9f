"""Other ways to write the same: numbers, dates, codes and names in one piece, i and y, d and gi."""

import re
from collections.abc import Iterator
from typing import Final

from danvan_search.text import fold, normalize
from danvan_search.text.normalize import could_be_syllable

_NUMBER: Final = re.compile(r"[1-9]\d{3,11}")
_YEAR: Final = re.compile(r"(?:19|20)\d\d")
_PHONE: Final = re.compile(r"(?:0|\+?84[ .-]?)[1-9](?:[ .-]?\d){8,9}")
_PHONE_GROUPS: Final = {
    10: ((10,), (4, 6), (4, 3, 3), (3, 3, 4), (3, 4, 3), (4, 2, 2, 2), (2, 4, 4), (3, 7), (2, 8)),
    11: ((11,), (3, 8), (4, 7), (3, 4, 4), (4, 3, 4), (3, 2, 3, 3), (5, 6), (5, 3, 3)),
}
"""The usual groups of the digits of a telephone number, by their number, the first 0 included."""
_GROUPED: Final = re.compile(r"\d{1,3}(?:[.,]\d{3})+")
_DATE: Final = re.compile(r"(0?[1-9]|[12]\d|3[01])([/.-])(0?[1-9]|1[0-2])\2(\d{4})")
_DATE_IN_WORDS: Final = re.compile(
    r"(?:(?:ngày|ngay)\s+)?(0?[1-9]|[12]\d|3[01])\s+(?:tháng|thang)\s+(0?[1-9]|1[0-2])\s+"
    r"(?:năm|nam)\s+(\d{4})",
    re.IGNORECASE,
)
_CAPITALS: Final = re.compile(r"[A-ZĐ]{4,10}|[b-df-hj-np-tv-xzđ]{4,10}")
"""A code in one piece: capitals, or letters without a vowel."""
_JOINED: Final = re.compile(r"[A-ZĐ]{1,5}[.&-][A-ZĐ]{1,5}")
_NAME: Final = re.compile(r"(?i:([bcdđghklmnpqrstvx])([bcdđghklmnpqrstvx][^\W\d_]+))")
_SPLIT_NAME: Final = re.compile(r"(?i:([bcdđghklmnpqrstvx])['’ʼ]([^\W\d_]{2,}))")
_I_Y: Final = re.compile(r"([hklmst])([iìíĩỉịyỳýỹỷỵ])")
_SAME: Final = dict(zip("iìíĩỉịyỳýỹỷỵ", "yỳýỹỷỵiìíĩỉị", strict=True))


def numbers(word: str) -> Iterator[str]:
    """Yield a number with its digits in groups, or without: ``1043000`` and ``1.043.000``.

    A year has no groups.
    """
    if _NUMBER.fullmatch(word) and not _YEAR.fullmatch(word):
        yield f"{int(word):,}".replace(",", ".")
    elif _GROUPED.fullmatch(word):
        yield re.sub("[.,]", "", word)


def phones(text: str) -> Iterator[str]:
    """Yield the other ways to group the digits of a telephone number, with and without 84."""
    if not _PHONE.fullmatch(text):
        return
    digits = re.sub(r"\D", "", text)
    national = digits if digits[0] == "0" else f"0{digits[2:]}"
    for groups in _PHONE_GROUPS.get(len(national), ()):
        pieces, at = [], 0
        for length in groups:
            pieces.append(national[at : at + length])
            at += length
        for written in (" ".join(pieces), " ".join(["84", pieces[0][1:], *pieces[1:]])):
            if written != " ".join(re.findall(r"\d+", text)):
                yield written
    yield f"84{national[1:]}"


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
    yield f"{short_day} tháng {short_month} năm {year}"
    yield f"{short_day:02} tháng {short_month} năm {year}"
    yield f"{short_day:02} tháng {short_month:02} năm {year}"


def dates_in_words(text: str) -> Iterator[str]:
    """Yield the other ways to write a date in words: with signs, and with other zeros."""
    date = _DATE_IN_WORDS.fullmatch(text)
    if date is None:
        return
    yield f"{date[1]}/{date[2]}/{date[3]}"
    yield from dates(f"{date[1]}/{date[2]}/{date[3]}")


def codes(word: str) -> Iterator[str]:
    """Yield capitals in two pieces, or in one: ``TPHCM`` and ``TP.HCM``; ``Hleo`` for ``H'leo``."""
    if _CAPITALS.fullmatch(word):
        for at in range(2, len(word) - 1):
            yield f"{word[:at]}.{word[at:]}"
    elif _JOINED.fullmatch(word):
        yield re.sub("[.&-]", "", word)
    elif name := _SPLIT_NAME.fullmatch(word):
        yield name[1] + name[2]


def split_names(word: str) -> Iterator[str]:
    """Yield a name such as ``Hleo`` as two syllables, as ``H'leo`` is, if it is no other one."""
    name = _NAME.fullmatch(word)
    if name is not None and not could_be_syllable(fold(normalize(word))):
        yield f"{name[1]} {name[2]}"


def spellings(form: str) -> Iterator[str]:
    """Yield an accented form with y for i, or gi for d, or the other way round."""
    if open_syllable := _I_Y.fullmatch(form):
        yield open_syllable[1] + _SAME[open_syllable[2]]
    if form.startswith("gi") and len(form) > 2:
        yield f"d{form[2:]}"
    elif form.startswith("d"):
        yield f"gi{form[1:]}"
