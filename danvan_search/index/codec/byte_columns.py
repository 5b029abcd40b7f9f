"""Columns of byte strings: one value for each document of a segment.

A column has one of three forms, whichever suits its values::

    a value per document   titles; the values stand in the order of the documents
    a table, and ordinals  categories; the distinct values ascend, and each document has the
                           number of its value
    one value              a folder that all documents came from; no more is stored

The arrays of a column of d documents with n stored values begin with its name::

    …_bytes      uint8, the values one after another
    …_offsets    uint32 or uint64[n + 1], the offsets of the values in the bytes
    …_ordinals   uint8, uint16 or uint32[d], the number of the value of each document; only of a
                 table
"""

from array import array
from collections.abc import Sequence
from itertools import pairwise
from typing import Final

import numpy as np

from danvan_search.index.codec.array_checks import check, check_lengths, check_offsets
from danvan_search.index.codec.checked_array import Arrays, StoredArrays
from danvan_search.index.codec.ragged import offsets_of

_ORDINALS: Final = (np.uint8, np.uint16, np.uint32)
_OFFSETS: Final = (np.uint32, np.uint64)


class ValuesBuilder:
    """Collects a column that has a value of its own for each document."""

    def __init__(self) -> None:
        self._bytes = bytearray()
        self._lengths = array("I")

    def add(self, value: bytes) -> None:
        """Add the value of the next document."""
        self._bytes += value
        self._lengths.append(len(value))

    def arrays(self, name: str) -> Arrays:
        """Return the arrays of a column; see the module."""
        return _value_arrays(name, self._bytes, np.array(self._lengths, dtype=np.int64))


class OrdinalsBuilder:
    """Collects a column whose values may recur.

    :param is_table: keep the table, and ordinals, where a value per document is shorter.
    """

    def __init__(self, *, is_table: bool = False) -> None:
        self._is_table = is_table
        self._numbers: dict[bytes, int] = {}
        self._of_docs = array("I")

    def add(self, value: bytes) -> None:
        """Add the value of the next document."""
        self._of_docs.append(self._numbers.setdefault(value, len(self._numbers)))

    def arrays(self, name: str) -> Arrays:
        """Return the arrays of a column, in the shortest form; see the module."""
        added = list(self._numbers)
        of_docs = np.array(self._of_docs, dtype=np.int64)
        order = sorted(range(len(added)), key=added.__getitem__)
        table = [added[number] for number in order]
        lengths = np.array([len(value) for value in table], dtype=np.int64)
        ordinal_of = np.empty(len(added), dtype=np.int64)
        ordinal_of[order] = np.arange(len(added))
        ordinals = ordinal_of.take(of_docs).astype(_narrowest(len(added)))
        arrays = _value_arrays(name, b"".join(table), lengths)
        if len(table) == 1:
            return arrays
        lengths_of_docs = lengths.take(ordinals)
        offset_bytes = arrays[f"{name}_offsets"].itemsize
        saved = int(lengths_of_docs.sum() - lengths.sum())
        saved += offset_bytes * (len(ordinals) - len(table))
        if saved > ordinals.nbytes or self._is_table:
            return {**arrays, f"{name}_ordinals": ordinals}
        in_order = b"".join([added[number] for number in of_docs.tolist()])
        return _value_arrays(name, in_order, lengths_of_docs)


def _value_arrays(name: str, values: bytes | bytearray, lengths: np.ndarray) -> Arrays:
    offsets = offsets_of(lengths)
    return {
        f"{name}_bytes": np.frombuffer(values, dtype=np.uint8),
        f"{name}_offsets": offsets.astype(np.uint32 if len(values) < 1 << 32 else np.uint64),
    }


def _narrowest(count: int) -> type[np.unsignedinteger]:
    """Return the narrowest dtype of the ordinals of ``count`` values."""
    return next(dtype for dtype in _ORDINALS if count - 1 <= np.iinfo(dtype).max)


class ByteColumn:
    """A column of an open segment; immutable and thread-safe.

    :ivar value_count: the number of stored values. Without ordinals there may be equal ones.

    :param arrays: the arrays of the segment's file.
    :param name: the name of the column.
    :param doc_count: the number of documents.
    :raises KeyError: the column is missing.
    :raises ValueError: the shapes of its arrays do not fit each other.
    :raises IndexDamagedError: an array has another dtype.
    """

    def __init__(self, arrays: StoredArrays, name: str, doc_count: int) -> None:
        self._bytes = arrays[f"{name}_bytes"].of(np.uint8)
        self._offsets = arrays[f"{name}_offsets"].of(*_OFFSETS)
        self.value_count = len(self._offsets) - 1
        self._doc_count = doc_count
        ordinals = arrays.get(f"{name}_ordinals")
        self._ordinals = None if ordinals is None else ordinals.of(*_ORDINALS)
        self._is_shared = ordinals is None and self.value_count == 1
        self._shared: bytes | None = None
        if self._ordinals is not None:
            check_lengths(doc_count, self._ordinals)
        elif not self._is_shared:
            check(self.value_count == doc_count, f"{name} has another number of values")

    def of(self, doc: int) -> bytes:
        """Return the value of a document."""
        if self._ordinals is not None:
            return self.value(self._ordinals.item(doc))
        if not self._is_shared:
            start, end = self._offsets.pair(doc)
            return self._bytes.raw(start, end).tobytes()
        if self._shared is None:
            self._shared = self.value(0)
        return self._shared

    def of_all(self, docs: Sequence[int]) -> list[bytes]:
        """Return the values of some documents."""
        if self._ordinals is not None or self._is_shared:
            return list(map(self.of, docs))
        return self._bytes.pieces(self._offsets.pairs(docs))

    def value(self, ordinal: int) -> bytes:
        """Return the value with an ordinal, which is below ``value_count``."""
        start, end = self._offsets.pair(ordinal)
        return self._bytes.raw(start, end).tobytes()

    def values(self) -> list[bytes]:
        """Return all stored values, in the order of their ordinals."""
        stored = self._bytes.whole().tobytes()
        return [stored[start:end] for start, end in pairwise(self._offsets.whole().tolist())]

    def ordinals(self) -> np.ndarray:
        """Return the ordinal of the value of each document: integers[docs]."""
        if self._ordinals is not None:
            return self._ordinals.whole()
        if self._is_shared:
            return np.zeros(self._doc_count, dtype=np.uint8)
        return np.arange(self._doc_count)

    def check_values(self) -> None:
        """Check offsets, ordinals and the order of a table.

        :raises ValueError: a value is impossible.
        """
        check_offsets(self._offsets.whole(), len(self._bytes))
        if self._ordinals is None:
            return
        ordinals = self._ordinals.whole()
        check((ordinals < self.value_count).all(), "an ordinal without a value")
        values = [self.value(ordinal) for ordinal in range(self.value_count)]
        check(all(map(bytes.__lt__, values, values[1:])), "a table of values out of order")
