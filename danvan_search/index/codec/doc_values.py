"""The doc values of a segment: id, date, category, origin and other fields of each document.

Filters, look-ups by id and the synchronisation with folders read them; the texts are in the other
file of the segment. The file holds any number of columns by name. A reader ignores those that it
does not know, and takes one that the file lacks for a column without values; ids, titles, hashes
and dates are always there. The arrays of a segment with d documents, one row per document::

    id, title      columns of a value per document, in UTF-8
    category       a column of a table, in UTF-8; NONE for no category
    source         a column; SAME for the id of the document, NONE for no source
    origin, root   columns; NONE for none
    extra          a column of JSON objects; NONE for an empty one
    details        a column, in UTF-8; NONE for no details; absent if no document has any
    hashes         uint8[d, 16], content hashes
    dates          int32[d], proleptic Gregorian ordinals; 0 for no date
    id_keys        uint64[d], hashes of the ids, ascending
    id_docs        uint32[d], the documents in the order of id_keys

``byte_columns`` has the arrays of a column. ``NONE`` and ``SAME`` are bytes that UTF-8 never has.
"""

import datetime
import hashlib
import json
from array import array
from collections.abc import Sequence
from functools import cached_property
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from danvan_search.article import Article, categories_of, is_utf8
from danvan_search.errors import IndexDamagedError
from danvan_search.index.codec.array_checks import check, check_lengths
from danvan_search.index.codec.byte_columns import ByteColumn, OrdinalsBuilder, ValuesBuilder
from danvan_search.index.codec.checked_array import Arrays, StoredArrays
from danvan_search.store import IndexedArticle
from danvan_search.text import syllable_grid

NO_DATE: Final = 0
NONE: Final = b"\xff"
"""The value of a document that has no value in a column."""
SAME: Final = b"\xfe"
"""The source of a document that is the id."""

_OWN: Final = ("id", "title")
"""The columns of a value per document."""
_OPTIONAL: Final = ("category", "source", "origin", "root", "extra")
"""The other columns. A new name here is no new format: segments without it have no values."""
_RARE: Final = ("details",)
"""Further columns, which a segment lacks if no document has a value."""
_HASH_BYTES: Final = 16

# Lone surrogates are stored unescaped: two neighbours escaped as \udXXX would be read as one pair.
_COMPACT: Final = json.JSONEncoder(ensure_ascii=False, separators=(",", ":"))


def category_key(category: str) -> str:
    """Return the key by which categories are compared: its folded syllables, joined by blanks.

    A category without letters and digits, such as an emoji, is the key, with white space collapsed.
    """
    return " ".join(syllable_grid(category).folded) or " ".join(category.split())


class DocValuesBuilder:
    """Collects the doc values of a segment, document by document."""

    def __init__(self) -> None:
        self._hashes = bytearray()
        self._dates = array("i")
        self._id_keys = array("Q")
        self._columns: dict[str, ValuesBuilder | OrdinalsBuilder] = {
            **{name: ValuesBuilder() for name in _OWN},
            **{name: OrdinalsBuilder(is_table=name == "category") for name in _OPTIONAL},
            **{name: OrdinalsBuilder() for name in _RARE},
        }
        self._filled: set[str] = set()

    def __len__(self) -> int:
        return len(self._dates)

    def add(self, article: Article, known: IndexedArticle) -> None:
        """Add the row of the next document.

        :param known: the content hash, origin and root of ``article``.
        """
        self._hashes += bytes.fromhex(known.hash)
        self._dates.append(article.date.toordinal() if article.date else NO_DATE)
        self._id_keys.append(_id_key(article.id))
        values = {
            "id": article.id.encode(),
            "title": _encoded(article.title),
            "category": _encoded(article.category),
            "source": SAME if article.source == article.id else _encoded(article.source),
            "origin": _encoded(known.origin or None),
            "root": _encoded(known.root or None),
            "extra": _encoded(_COMPACT.encode(dict(article.extra)) if article.extra else None),
            "details": _encoded(article.details or None),
        }
        if article.details:
            self._filled.add("details")
        for name, column in self._columns.items():
            column.add(values[name])

    def arrays(self) -> Arrays:
        """Return the arrays that :class:`DocValues` reads; see the module."""
        keys = np.array(self._id_keys, dtype=np.uint64)
        order = np.argsort(keys, kind="stable")
        arrays: Arrays = {
            "hashes": np.frombuffer(self._hashes, np.uint8).reshape(-1, _HASH_BYTES),
            "dates": np.array(self._dates, dtype=np.int32),
            "id_keys": keys[order],
            "id_docs": order.astype(np.uint32),
        }
        for name, column in self._columns.items():
            if name not in _RARE or name in self._filled:
                arrays |= column.arrays(name)
        return arrays


class DocValues:
    """The doc values of an open segment; immutable and thread-safe.

    All arrays have one row per document; their shapes and dtypes are those of the module.

    :param arrays: the arrays of :meth:`DocValuesBuilder.arrays`.
    :param where: the file of the arrays, for errors.
    :raises IndexDamagedError: an array is missing, or has another shape or dtype.
    """

    def __init__(self, arrays: StoredArrays, where: str) -> None:
        self._where = where
        try:
            self._dates = arrays["dates"].of(np.int32)
            self._hashes = arrays["hashes"].of(np.uint8, axes=2)
            self._id_keys = arrays["id_keys"].of(np.uint64)
            self._id_docs = arrays["id_docs"].of(np.uint32)
            count = len(self._dates)
            check_lengths(count, self._hashes, self._id_keys, self._id_docs)
            self._ids, self._titles = (ByteColumn(arrays, name, count) for name in _OWN)
            self._columns = {
                name: ByteColumn(arrays, name, count)
                for name in (*_OPTIONAL, *_RARE)
                if f"{name}_bytes" in arrays
            }
        except (KeyError, ValueError) as error:
            raise IndexDamagedError.of(where, f"arrays are missing or invalid: {error}") from error

    def __len__(self) -> int:
        return len(self._dates)

    @property
    def dates(self) -> NDArray[np.int32]:
        """The date of each document as a proleptic Gregorian ordinal, 0 for none: int32[docs]."""
        return self._dates.whole()

    def find(self, article_id: str) -> list[int]:
        """Return the documents with an article id, ascending; at most one of them is live."""
        if not is_utf8(article_id):
            return []
        key = np.uint64(_id_key(article_id))
        keys = self._id_keys.whole()
        low, high = (int(np.searchsorted(keys, key, side=side)) for side in ("left", "right"))
        docs = self._id_docs.slice(low, high).tolist()
        wanted = article_id.encode()
        return [doc for doc in docs if self._ids.of(doc) == wanted]

    def id(self, doc: int) -> str:
        """Return the id of a document."""
        return _text(self._ids.of(doc), self._where)

    def title(self, doc: int) -> str:
        """Return the title of a document."""
        return _text(self._titles.of(doc), self._where)

    def source(self, doc: int) -> str | None:
        """Return the source of a document, None if it has none."""
        raw = self._raw("source", doc)
        return self.id(doc) if raw == SAME else self._value(raw)

    def ids(self, docs: Sequence[int]) -> list[str]:
        """Return the ids of some documents."""
        return _texts(self._ids.of_all(docs), self._where)

    def titles(self, docs: Sequence[int]) -> list[str]:
        """Return the titles of some documents."""
        return _texts(self._titles.of_all(docs), self._where)

    def sources_of(self, docs: Sequence[int]) -> list[str | None]:
        """Return the sources of some documents, None for none."""
        return list(map(self.source, docs))

    def category_of_each(self, docs: Sequence[int]) -> list[str | None]:
        """Return the categories of some documents, None for none."""
        return list(map(self.category, docs))

    def dates_of(self, docs: Sequence[int]) -> list[datetime.date | None]:
        """Return the dates of some documents, None for none."""
        return list(map(self.date, docs))

    def known(self, doc: int) -> IndexedArticle:
        """Return the id, content hash, origin and root of a document."""
        return IndexedArticle(self.id(doc), self.content_hash(doc), *self.origin_and_root(doc))

    def content_hash(self, doc: int) -> str:
        """Return the content hash of a document, in hexadecimal."""
        return self._hashes.row(doc).tobytes().hex()

    def origin_and_root(self, doc: int) -> tuple[str, str]:
        """Return the origin and root of a document, "" for none; see :class:`IndexedArticle`."""
        origin, root = (self._value(self._raw(name, doc)) for name in ("origin", "root"))
        return origin or "", root or ""

    def article(self, doc: int, body: str) -> Article:
        """Return the article of a document, given its body."""
        return Article.trusted(
            self.id(doc),
            self.title(doc),
            body,
            self.date(doc),
            self.category(doc),
            self.source(doc),
            self.extra_values(doc),
            self.details(doc),
        )

    def extra_values(self, doc: int) -> dict[str, Any]:
        """Return the extra values of a document."""
        return self._extra(self._raw("extra", doc))

    def details(self, doc: int) -> str:
        """Return the details of a document, "" for none."""
        return self._value(self._raw("details", doc)) or ""

    def category(self, doc: int) -> str | None:
        """Return the category of a document, None if it has none."""
        return self._value(self._raw("category", doc))

    def date(self, doc: int) -> datetime.date | None:
        """Return the date of a document, None if it has none."""
        day = self._dates.item(doc)
        return datetime.date.fromordinal(day) if day else None

    def category_mask(self, key: str) -> NDArray[np.bool_]:
        """Return which documents have a category with a certain key: bool[docs].

        :param key: as :func:`category_key` returns it; "" matches no document.
        """
        is_wanted = np.array([key in keys for keys in self._category_keys])
        if not is_wanted.any():
            return np.zeros(len(self), dtype=np.bool_)
        return is_wanted.take(self.category_ordinals())

    def sources(self) -> tuple[list[str | None], np.ndarray]:
        """Return sources, distinct or of each document, and integers[docs], the index of each."""
        column = self._columns.get("source")
        if column is None:
            return [None], np.zeros(len(self), dtype=np.uint8)
        raws, ordinals = column.values(), column.ordinals()
        if SAME in raws:
            own = zip(ordinals.tolist(), self._ids.values(), strict=True)
            raws = [id_ if raws[ordinal] == SAME else raws[ordinal] for ordinal, id_ in own]
            ordinals = np.arange(len(self))
        return [self._value(raw) for raw in raws], ordinals

    def category_ordinals(self) -> np.ndarray:
        """Return integers[docs], the index of the category of each document in ``categories``."""
        column = self._columns.get("category")
        return np.zeros(len(self), dtype=np.uint8) if column is None else column.ordinals()

    @cached_property
    def categories(self) -> list[str | None]:
        """The categories of the segment; None is that of documents without one."""
        column = self._columns.get("category")
        if column is None:
            return [None]
        return [self._value(column.value(ordinal)) for ordinal in range(column.value_count)]

    @cached_property
    def single_categories(self) -> list[list[str]]:
        """The single categories in each of ``categories``."""
        return [categories_of(category) for category in self.categories]

    @cached_property
    def _category_keys(self) -> list[set[str]]:
        """The keys of each ordinal: that of its category, and those of its single categories."""
        return [
            {category_key(one) for one in (category or "", *singles)} - {""}
            for category, singles in zip(self.categories, self.single_categories, strict=True)
        ]

    def check_values(self) -> None:
        """Check all rows: their order, ranges and types.

        :raises ValueError: a value is impossible.
        :raises IndexDamagedError: a value cannot be decoded.
        """
        keys = self._id_keys.whole()
        check((keys[1:] >= keys[:-1]).all(), "ids out of order")
        docs = np.sort(self._id_docs.whole())
        check(np.array_equal(docs, np.arange(len(self))), "an id of no document")
        dates = self._dates.whole()
        check(
            dates.min(initial=0) >= 0 and dates.max(initial=0) <= datetime.date.max.toordinal(),
            "a date out of range",
        )
        for column in (self._ids, self._titles, *self._columns.values()):
            column.check_values()
        for doc in range(len(self)):
            check(is_utf8(self.id(doc)), "an id that is not UTF-8")
            self.title(doc)
        for name, column in self._columns.items():
            for ordinal in range(column.value_count):
                raw = column.value(ordinal)
                if name == "extra":
                    self._extra(raw)
                elif name != "source" or raw != SAME:
                    self._value(raw)

    def _raw(self, name: str, doc: int) -> bytes:
        """Return the bytes of a document in an optional column."""
        column = self._columns.get(name)
        return NONE if column is None else column.of(doc)

    def _value(self, raw: bytes) -> str | None:
        return None if raw == NONE else _text(raw, self._where)

    def _extra(self, raw: bytes) -> dict[str, Any]:
        if raw == NONE:
            return {}
        try:
            extra = json.loads(raw.decode("utf-8", "surrogatepass"))
            check(isinstance(extra, dict), "extra values that are no object")
        except (ValueError, RecursionError) as error:
            raise IndexDamagedError.of(self._where, "a record cannot be decoded") from error
        return dict(extra)


def _text(raw: bytes, where: str) -> str:
    return _texts([raw], where)[0]


def _texts(raws: list[bytes], where: str) -> list[str]:
    try:
        return [raw.decode("utf-8", "surrogatepass") for raw in raws]
    except ValueError as error:
        raise IndexDamagedError.of(where, "a value cannot be decoded") from error


def _encoded(text: str | None) -> bytes:
    return NONE if text is None else text.encode("utf-8", "surrogatepass")


def _id_key(article_id: str) -> int:
    digest = hashlib.blake2b(article_id.encode(), digest_size=8).digest()
    return int.from_bytes(digest, "little")
