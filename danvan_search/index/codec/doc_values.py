"""The doc values of a segment: id, date, category, origin and other fields of each document.

Filters, look-ups by id and the synchronisation with folders read them; the texts are in the other
file of the segment. The arrays of a segment with d documents, one row per document::

    records        JSON values: [id, source, extra, title]; source is true if equal to the id
    hashes         uint8[d, 16], content hashes
    dates          int32[d], proleptic Gregorian ordinals; 0 for no date
    category, origin, root   int32[d], indices into tables of distinct strings; -1 for none
    id_keys        uint64[d], hashes of the ids, ascending
    id_docs        uint32[d], the documents in the order of id_keys

The tables are the JSON values ``category_names``, ``origin_names`` and ``root_names``. JSON values
are a ragged array: uint8 bytes, and int64 ``…_offsets``.
"""

import datetime
import hashlib
import json
from functools import cached_property
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from danvan_search.article import Article, Heading, is_utf8
from danvan_search.errors import IndexDamagedError
from danvan_search.index.codec.checked_array import Arrays, StoredArrays, check, check_lengths
from danvan_search.store import IndexedArticle
from danvan_search.text import syllable_grid

NO_DATE: Final = 0
NONE: Final = -1
_TABLES: Final = ("category", "origin", "root")
_HASH_BYTES: Final = 16

# raw_decode does less than json.loads, and a page of results decodes one record per hit.
_DECODE: Final = json.JSONDecoder().raw_decode
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
        self._records: list[bytes] = []
        self._hashes: list[bytes] = []
        self._dates: list[int] = []
        self._id_keys: list[int] = []
        self._numbers: dict[str, list[int]] = {name: [] for name in _TABLES}
        self._tables: dict[str, dict[str, int]] = {name: {} for name in self._numbers}

    def __len__(self) -> int:
        return len(self._records)

    def add(self, article: Article, known: IndexedArticle) -> None:
        """Add the row of the next document.

        :param known: the content hash, origin and root of ``article``.
        """
        source: Any = True if article.source == article.id else article.source
        self._records.append(_to_json([article.id, source, dict(article.extra), article.title]))
        self._hashes.append(bytes.fromhex(known.hash))
        self._dates.append(article.date.toordinal() if article.date else NO_DATE)
        self._id_keys.append(_id_key(article.id))
        self._add_number("category", article.category)
        self._add_number("origin", known.origin)
        self._add_number("root", known.root)

    def _add_number(self, name: str, value: str | None) -> None:
        table = self._tables[name]
        number = NONE if value is None else table.setdefault(value, len(table))
        self._numbers[name].append(number)

    def arrays(self) -> Arrays:
        """Return the arrays that :class:`DocValues` reads; see the module."""
        keys = np.array(self._id_keys, dtype=np.uint64)
        order = np.argsort(keys, kind="stable")
        arrays: Arrays = {
            "hashes": np.frombuffer(b"".join(self._hashes), np.uint8).reshape(-1, _HASH_BYTES),
            "dates": np.array(self._dates, dtype=np.int32),
            "id_keys": keys[order],
            "id_docs": order.astype(np.uint32),
            **_json_arrays("records", self._records),
        }
        for name, table in self._tables.items():
            arrays[name] = np.array(self._numbers[name], dtype=np.int32)
            arrays |= _json_arrays(f"{name}_names", [_to_json(value) for value in table])
        return arrays


class DocValues:
    """The doc values of an open segment.

    All arrays have one row per document; their shapes and dtypes are those of the module.

    :param arrays: the arrays of :meth:`DocValuesBuilder.arrays`.
    :param where: the file of the arrays, for errors.
    :raises IndexDamagedError: an array is missing, or has another shape or dtype.
    """

    def __init__(self, arrays: StoredArrays, where: str) -> None:
        try:
            self._dates = arrays["dates"].of(np.int32)
            self._hashes = arrays["hashes"].of(np.uint8, axes=2)
            self._id_keys = arrays["id_keys"].of(np.uint64)
            self._id_docs = arrays["id_docs"].of(np.uint32)
            self._records = _JsonValues(arrays, "records", where)
            self._numbers = {name: arrays[name].of(np.int32) for name in _TABLES}
            self._names = {name: _JsonValues(arrays, f"{name}_names", where) for name in _TABLES}
            rows = (self._hashes, self._id_keys, self._id_docs, self._records)
            check_lengths(len(self._dates), *rows, *self._numbers.values())
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
        return [doc for doc in docs if self.id(doc) == article_id]

    def heading(self, doc: int) -> Heading:
        """Return the id, title and source of a document."""
        article_id, source, _, title = self._records.value(doc)
        return Heading(article_id, title, article_id if source is True else source)

    def id(self, doc: int) -> str:
        """Return the id of a document."""
        return str(self._records.value(doc)[0])

    def known(self, doc: int) -> IndexedArticle:
        """Return the id, content hash, origin and root of a document."""
        return IndexedArticle(self.id(doc), self.content_hash(doc), *self.origin_and_root(doc))

    def content_hash(self, doc: int) -> str:
        """Return the content hash of a document, in hexadecimal."""
        return self._hashes.row(doc).tobytes().hex()

    def origin_and_root(self, doc: int) -> tuple[str, str]:
        """Return the origin and root of a document, "" for none; see :class:`IndexedArticle`."""
        return self._name("origin", doc) or "", self._name("root", doc) or ""

    def article(self, doc: int, body: str) -> Article:
        """Return the article of a document, given its body."""
        article_id, source, extra, title = self._records.value(doc)
        return Article.trusted(
            article_id,
            title,
            body,
            self.date(doc),
            self.category(doc),
            article_id if source is True else source,
            extra,
        )

    def category(self, doc: int) -> str | None:
        """Return the category of a document, None if it has none."""
        return self._name("category", doc)

    def date(self, doc: int) -> datetime.date | None:
        """Return the date of a document, None if it has none."""
        day = self._dates.item(doc)
        return datetime.date.fromordinal(day) if day else None

    def category_mask(self, key: str) -> NDArray[np.bool_]:
        """Return which documents have a category with a certain key: bool[docs].

        :param key: as :func:`category_key` returns it; "" matches no document.
        """
        wanted = [number for number, one in enumerate(self._category_keys) if one == key and key]
        return np.isin(self._numbers["category"].whole(), np.array(wanted, dtype=np.int32))

    @cached_property
    def _category_keys(self) -> list[str]:
        names = self._names["category"]
        return [category_key(names.value(number)) for number in range(len(names))]

    def check_values(self) -> None:
        """Check all rows: their order, ranges and types.

        :raises ValueError: a value is impossible.
        :raises IndexDamagedError: a JSON value cannot be decoded.
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
        for name, numbers in self._numbers.items():
            values, names = numbers.whole(), self._names[name]
            check(
                values.min(initial=NONE) >= NONE and values.max(initial=NONE) < len(names),
                f"a {name} without a name",
            )
            check(
                all(isinstance(names.value(number), str) for number in range(len(names))),
                f"a {name} that is not a string",
            )
        for doc in range(len(self)):
            article_id, source, extra, title = self._records.value(doc)
            check(
                isinstance(article_id, str)
                and isinstance(title, str)
                and (source is True or source is None or isinstance(source, str))
                and isinstance(extra, dict),
                "a record with a field of another type",
            )

    def _name(self, table: str, doc: int) -> str | None:
        number = self._numbers[table].item(doc)
        return None if number == NONE else self._names[table].value(number)


class _JsonValues:
    """A ragged array of JSON values, each found by its index."""

    def __init__(self, arrays: StoredArrays, name: str, where: str) -> None:
        self._where = where
        self._bytes = arrays[name].of(np.uint8)
        self._offsets = arrays[f"{name}_offsets"].of(np.int64)

    def __len__(self) -> int:
        return len(self._offsets) - 1

    def value(self, index: int) -> Any:  # noqa: ANN401
        raw = self._bytes.raw(*self._offsets.pair(index))
        try:
            text = str(raw, "utf-8", "surrogatepass")
            value, end = _DECODE(text)
            if end != len(text):
                raise ValueError("there are characters after the value")
            return value
        except (ValueError, RecursionError) as error:
            raise IndexDamagedError.of(self._where, "a record cannot be decoded") from error


def _json_arrays(name: str, values: list[bytes]) -> Arrays:
    offsets = np.zeros(len(values) + 1, dtype=np.int64)
    np.cumsum([len(value) for value in values], out=offsets[1:])
    return {name: np.frombuffer(b"".join(values), dtype=np.uint8), f"{name}_offsets": offsets}


def _to_json(value: Any) -> bytes:  # noqa: ANN401
    return _COMPACT.encode(value).encode("utf-8", "surrogatepass")


def _id_key(article_id: str) -> int:
    digest = hashlib.blake2b(article_id.encode(), digest_size=8).digest()
    return int.from_bytes(digest, "little")
