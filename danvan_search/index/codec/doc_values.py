"""What a segment knows of its articles beside their texts: ids, dates, categories, origins.

The texts stand with the arrays of the grid; here is what filters, look-ups by id and the
synchronisation with folders need, one row per document::

    records      JSON: id, source, extra, title
    hashes       the content hash
    dates        proleptic ordinals
    category, origin, root   numbers into tables of distinct strings
    id_keys      sorted hashes of the ids, and id_docs the documents in that order
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

# Halves of surrogate pairs are passed: as \udXXX two of them would be read back as one.
# json.loads does more around this; a page of results reads a record for each hit.
_DECODE: Final = json.JSONDecoder().raw_decode
_COMPACT: Final = json.JSONEncoder(ensure_ascii=False, separators=(",", ":"))


def category_key(category: str) -> str:
    """Return the form under which categories are compared: folded, one blank between.

    One without letters and digits, an emoji for one, is compared as written.
    """
    return " ".join(syllable_grid(category).folded) or " ".join(category.split())


class DocValuesBuilder:
    """Collects rows, one per document, in their order."""

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
        """Add the row of an article."""
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
        """Return the arrays that :class:`DocValues` reads."""
        keys = np.array(self._id_keys, dtype=np.uint64)
        order = np.argsort(keys, kind="stable")
        arrays: Arrays = {
            "hashes": np.frombuffer(b"".join(self._hashes), np.uint8).reshape(-1, _HASH_BYTES),
            "dates": np.array(self._dates, dtype=np.int32),
            "id_keys": keys[order],
            "id_docs": order.astype(np.uint32),
            **_string_arrays("records", self._records),
        }
        for name, table in self._tables.items():
            arrays[name] = np.array(self._numbers[name], dtype=np.int32)
            arrays |= _string_arrays(f"{name}_names", [_to_json(value) for value in table])
        return arrays


class DocValues:
    """The rows of an open segment.

    :param arrays: as :meth:`DocValuesBuilder.arrays` makes them, to be read.
    :param where: what to call them in errors: the file.
    :raises IndexDamagedError: when an array is missing.
    """

    def __init__(self, arrays: StoredArrays, where: str) -> None:
        try:
            self._dates = arrays["dates"].of(np.int32)
            self._hashes = arrays["hashes"].of(np.uint8, axes=2)
            self._id_keys = arrays["id_keys"].of(np.uint64)
            self._id_docs = arrays["id_docs"].of(np.uint32)
            self._records = _Strings(arrays, "records", where)
            self._numbers = {name: arrays[name].of(np.int32) for name in _TABLES}
            self._names = {name: _Strings(arrays, f"{name}_names", where) for name in _TABLES}
            rows = (self._hashes, self._id_keys, self._id_docs, self._records)
            check_lengths(len(self._dates), *rows, *self._numbers.values())
        except (KeyError, ValueError) as error:
            raise IndexDamagedError.of(where, f"it lacks a part: {error}") from error

    def __len__(self) -> int:
        return len(self._dates)

    @property
    def dates(self) -> NDArray[np.int32]:
        """The date of each document as a proleptic ordinal, 0 for none; int32[docs]."""
        return self._dates.whole()

    def find(self, article_id: str) -> list[int]:
        """Return the documents of an id, ascending; at most one of them is alive."""
        if not is_utf8(article_id):
            return []
        key = np.uint64(_id_key(article_id))
        keys = self._id_keys.whole()
        low, high = (int(np.searchsorted(keys, key, side=side)) for side in ("left", "right"))
        docs = self._id_docs.slice(low, high).tolist()
        return [doc for doc in docs if self.id(doc) == article_id]

    def heading(self, doc: int) -> Heading:
        """Return id, title and source of a document."""
        article_id, source, _, title = self._records.value(doc)
        return Heading(article_id, title, article_id if source is True else source)

    def id(self, doc: int) -> str:
        """Return the id of a document."""
        return str(self._records.value(doc)[0])

    def known(self, doc: int) -> IndexedArticle:
        """Return what is known of a document without its text."""
        return IndexedArticle(self.id(doc), self.content_hash(doc), *self.places(doc))

    def content_hash(self, doc: int) -> str:
        """Return the content hash of a document."""
        return self._hashes.row(doc).tobytes().hex()

    def places(self, doc: int) -> tuple[str, str]:
        """Return origin and root of a document; see :class:`IndexedArticle`."""
        return self._name("origin", doc) or "", self._name("root", doc) or ""

    def article(self, doc: int, body: str) -> Article:
        """Return a document as an article, given its body."""
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
        """Return the category of a document."""
        return self._name("category", doc)

    def date(self, doc: int) -> datetime.date | None:
        """Return the date of a document."""
        day = self._dates.item(doc)
        return datetime.date.fromordinal(day) if day else None

    def category_mask(self, key: str) -> NDArray[np.bool_]:
        """Return which documents have a category of that key; bool[docs]."""
        wanted = [number for number, own in enumerate(self._category_keys) if own == key and key]
        return np.isin(self._numbers["category"].whole(), np.array(wanted, dtype=np.int32))

    @cached_property
    def _category_keys(self) -> list[str]:
        names = self._names["category"]
        return [category_key(names.value(number)) for number in range(len(names))]

    def check_values(self) -> None:
        """Check that every row holds what an article has.

        :raises ValueError: one does not.
        :raises IndexDamagedError: a record makes no sense.
        """
        keys = self._id_keys.whole()
        check((keys[1:] >= keys[:-1]).all(), "ids out of order")
        docs = np.sort(self._id_docs.whole())
        check(np.array_equal(docs, np.arange(len(self))), "an id of no document")
        dates = self._dates.whole()
        check(
            dates.min(initial=0) >= 0 and dates.max(initial=0) <= datetime.date.max.toordinal(),
            "an impossible date",
        )
        for name, numbers in self._numbers.items():
            own, names = numbers.whole(), self._names[name]
            check(
                own.min(initial=NONE) >= NONE and own.max(initial=NONE) < len(names),
                f"a {name} without a name",
            )
            check(
                all(isinstance(names.value(number), str) for number in range(len(names))),
                f"a {name} that is no string",
            )
        for doc in range(len(self)):
            article_id, source, extra, title = self._records.value(doc)
            check(
                isinstance(article_id, str)
                and isinstance(title, str)
                and (source is True or source is None or isinstance(source, str))
                and isinstance(extra, dict),
                "a record of other values",
            )

    def _name(self, table: str, doc: int) -> str | None:
        number = self._numbers[table].item(doc)
        return None if number == NONE else self._names[table].value(number)


class _Strings:
    """JSON values of any length, each found by its number."""

    def __init__(self, arrays: StoredArrays, name: str, where: str) -> None:
        self._where = where
        self._bytes = arrays[name].of(np.uint8)
        self._offsets = arrays[f"{name}_offsets"].of(np.int64)

    def __len__(self) -> int:
        return len(self._offsets) - 1

    def value(self, number: int) -> Any:  # noqa: ANN401
        raw = self._bytes.raw(*self._offsets.pair(number))
        try:
            text = str(raw, "utf-8", "surrogatepass")
            value, end = _DECODE(text)
            if end != len(text):
                raise ValueError("something stands behind it")
            return value
        except (ValueError, RecursionError) as error:
            raise IndexDamagedError.of(self._where, "a record makes no sense") from error


def _string_arrays(name: str, values: list[bytes]) -> Arrays:
    offsets = np.zeros(len(values) + 1, dtype=np.int64)
    np.cumsum([len(value) for value in values], out=offsets[1:])
    return {name: np.frombuffer(b"".join(values), dtype=np.uint8), f"{name}_offsets": offsets}


def _to_json(value: Any) -> bytes:  # noqa: ANN401
    return _COMPACT.encode(value).encode("utf-8", "surrogatepass")


def _id_key(article_id: str) -> int:
    digest = hashlib.blake2b(article_id.encode(), digest_size=8).digest()
    return int.from_bytes(digest, "little")
