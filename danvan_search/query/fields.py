"""The fields of the query language: their names, and what they take.

A *text field* takes a group, a phrase or a run; ``word`` takes one word; a *filter* takes a value.
To add a field, add its names here, and its node to ``nodes``.
"""

import datetime
import re
import unicodedata
from collections.abc import Callable
from typing import Final, Literal, get_args

from danvan_search.dates import parse_period
from danvan_search.query.nodes import DateRange, Equals, EqualsField, Field, Node
from danvan_search.text.grid import forms, spans

FieldName = Literal[
    "title", "body", "details", "word", "category", "source", "site", "id", "date", "since", "until"
]

NAMES: Final[dict[FieldName, tuple[str, ...]]] = {
    "title": ("tiêu đề",),
    "body": ("nội dung",),
    "details": ("chi tiết",),
    "word": ("từ ghép",),
    "category": ("chuyên mục",),
    "source": ("nguồn",),
    "site": ("trang web",),
    "id": (),
    "date": ("ngày",),
    "since": ("từ ngày",),
    "until": ("đến ngày",),
}
"""The other names of each field. Case does not matter, and a name may be typed without accents."""

TEXT_FIELDS: Final[tuple[Field, ...]] = get_args(Field)
DATE_FIELDS: Final[tuple[FieldName, ...]] = ("date", "since", "until")
LONG_FIELDS: Final[tuple[FieldName, ...]] = ("category", "source")
"""The filters whose values may have blanks: the longest known one is taken."""

KnownValues = Callable[[str, str], bool]
"""Tells of a field and a value with blanks whether any article has it."""


def _words_of(name: str) -> list[tuple[str, str]]:
    return [forms(name[slice(*span)]) for span in spans(name)]


_BY_NAME: Final[dict[str, FieldName]] = {
    " ".join(form): field
    for field, others in NAMES.items()
    for name in (field, *others)
    for form in zip(*_words_of(name), strict=True)
}
_MAX_NAME_CHARS: Final = 32
_COLON: Final = re.compile(r":(?=[^\s:])")
_NAME: Final = re.compile(r"(?:([^\W\d_][\w\u0300-\u036f]*)[ \xa0])?([^\W\d_][\w\u0300-\u036f]*)$")
_COMPARISON: Final = re.compile(r"(>=|<=|>|<)?\s*(.*)", re.DOTALL)

_DAY: Final = datetime.timedelta(days=1)


def find_fields(text: str) -> list[tuple[int, int, FieldName]]:
    """Return (start, offset after the colon, field) of all that may be the name of a field."""
    found = []
    for colon in _COLON.finditer(text):
        end = colon.start()
        # One more character tells whether the first one begins a name.
        first = max(0, end - _MAX_NAME_CHARS)
        name = _NAME.search(text[first:end])
        if name is None:
            continue
        for group in (0, 2):
            words = name[group].replace("\xa0", " ").split(" ")
            field = _BY_NAME.get(" ".join([forms(word)[0] for word in words]))
            if field is not None:
                found.append((first + name.start(group), colon.end(), field))
                break
    return found


def value_node(field: FieldName, value: str) -> Node | None:
    """Return the node of a filter; None if the value is none of that field."""
    if field in DATE_FIELDS:
        return _dates(field, value.strip())
    if field in get_args(EqualsField):
        composed = value if field == "id" else unicodedata.normalize("NFC", value)
        return Equals(field, composed) if value.strip() else None  # type: ignore[arg-type]
    return None


def is_reversed(node: Node) -> bool:
    """Return whether a node is a range of dates that ends before it begins."""
    if not isinstance(node, DateRange) or node.low is None or node.high is None:
        return False
    return node.low > node.high


def _dates(field: FieldName, value: str) -> DateRange | None:
    """Return the dates of a value: one, two with ``..`` between, or one after a comparison."""
    comparison = _COMPARISON.fullmatch(value)
    if comparison is None:
        return None
    sign, dates = comparison.groups()
    if field != "date":
        if sign:
            return None
        sign = ">=" if field == "since" else "<="
    first, dots, last = dates.partition("..")
    if dots and sign:
        return None
    if dots:
        low, high = parse_period(first), parse_period(last)
        if (first and low is None) or (last and high is None) or not (first or last):
            return None
        return DateRange(low and low[0], high and high[1])
    period = parse_period(dates)
    if period is None:
        return None
    low_day, high_day = period
    match sign:
        case ">=":
            return DateRange(low_day, None)
        case "<=":
            return DateRange(None, high_day)
        case ">":
            return None if high_day == datetime.date.max else DateRange(high_day + _DAY, None)
        case "<":
            return None if low_day == datetime.date.min else DateRange(None, low_day - _DAY)
    return DateRange(low_day, high_day)
