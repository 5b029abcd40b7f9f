"""The fields of an index for Whoosh: their types, and what of a segment each is made of.

A new text of the articles is an entry in ``TEXTS`` of ``text_terms``: it has a folded field of its
name, and an accented one. A new doc value is an entry in ``VALUE_FIELDS``.
"""

import datetime
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any, Final

from whoosh.columns import VarBytesColumn
from whoosh.fields import DATETIME, ID, KEYWORD, STORED, TEXT, FieldType, Schema

from danvan_search.index.codec.doc_values import DocValues, category_key
from danvan_search.whoosh.analysis import SegmentWordsTokenizer, SyllableAnalyzer, TextTokenizer
from danvan_search.whoosh.codec.text_terms import TEXTS

ACCENTED: Final = "_accented"
"""What the name of a text has after it in the field of its accented forms."""

WORDS: Final = "word"
"""The field of the words of the segmenter."""


class CategoryTokenizer(TextTokenizer):
    """Yields one token for a category: the key by which categories are compared.

    It has neither marks nor capitals: ``category:"Chính trị"`` finds what ``category:"chinh tri"``
    finds.
    """

    def _tokens(self, text: str) -> list[tuple[int, int, str]]:
        key = category_key(text)
        return [(0, len(text), key)] if key else []


class DateField(DATETIME):  # type: ignore[misc]
    """Whoosh's field of dates, in which a document without a date has None in the column."""

    def __init__(self) -> None:
        super().__init__(stored=True, sortable=True)

    def from_column_value(self, x: int) -> datetime.datetime | None:
        """Return the date of a number in the column; None for the number that stands for none."""
        return None if x == self.default else super().from_column_value(x)


@dataclass(frozen=True, slots=True)
class ValueField:
    """A field with one value per document.

    :ivar type: its type in the schema.
    :ivar terms: returns the terms of a document.
    :ivar column: returns the value of a document in its column, for sorting; None for no column.
    """

    type: FieldType
    terms: Callable[[DocValues, int], Iterable[bytes]]
    column: Callable[[DocValues, int], Any]


def utf8(text: str | None) -> bytes:
    """Return a text in UTF-8, with ``?`` for lone surrogates; nothing for None."""
    return (text or "").encode("utf-8", "replace")


def moment(day: datetime.date) -> datetime.datetime:
    """Return a day as Whoosh stores it: its first moment, without a time zone."""
    return datetime.datetime(day.year, day.month, day.day)


_DATE: Final = DateField()


def _date_terms(values: DocValues, doc: int) -> list[bytes]:
    """Return the terms of a date: Whoosh searches ranges by eight numbers of falling precision."""
    day = values.date(doc)
    return [] if day is None else [term for term, *_ in _DATE.index(moment(day))]


def _date_column(values: DocValues, doc: int) -> int:
    day = values.date(doc)
    return int(_DATE.default if day is None else _DATE.to_column_value(moment(day)))


def _terms(value: str | None) -> list[bytes]:
    return [] if value is None else [utf8(value)]


VALUE_FIELDS: Final = {
    "id": ValueField(
        ID(stored=True, unique=True, sortable=True),
        lambda values, doc: [utf8(values.id(doc))],
        lambda values, doc: utf8(values.id(doc)),
    ),
    "category": ValueField(
        KEYWORD(stored=True, sortable=True, analyzer=CategoryTokenizer()),
        lambda values, doc: filter(None, [utf8(category_key(values.category(doc) or ""))]),
        lambda values, doc: utf8(values.category(doc)),
    ),
    "source": ValueField(
        ID(stored=True, sortable=True),
        lambda values, doc: _terms(values.source(doc)),
        lambda values, doc: utf8(values.source(doc)),
    ),
    "date": ValueField(_DATE, _date_terms, _date_column),
}
"""The fields with one value per document, by name."""

COLUMNS: Final[dict[str, Callable[[DocValues, int], Any]]] = {
    **{name: field.column for name, field in VALUE_FIELDS.items()},
    "title": lambda values, doc: utf8(values.title(doc)),
}
"""The fields to sort and group by, and the value of a document in each."""


_BYTES: Final = VarBytesColumn()


def article_schema() -> Schema:
    """Return the schema of an index: an ordinary one, which may serve other indexes, too."""
    values = {name: field.type for name, field in VALUE_FIELDS.items()}
    schema = Schema(extra=STORED(), details=STORED(), **values)
    for name in TEXTS:
        schema.add(name, _text_field(SyllableAnalyzer(), stored=True, sortable=name in COLUMNS))
        schema.add(name + ACCENTED, _text_field(SyllableAnalyzer(folded=False)))
    schema.add(WORDS, TEXT(SegmentWordsTokenizer(), multitoken_query="phrase"))
    return schema


def _text_field(analyzer: Any, *, stored: bool = False, sortable: bool = False) -> TEXT:  # noqa: ANN401
    return TEXT(
        analyzer,
        chars=True,
        stored=stored,
        sortable=sortable and _BYTES,
        vector=True,
        multitoken_query="phrase",
    )
