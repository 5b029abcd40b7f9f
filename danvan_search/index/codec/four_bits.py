"""Rows of small numbers in four bits each, for rows that are read whole.

A row of n numbers takes ceil(n / 2) bytes. The low four bits of these are the first half of the
row, the high four bits the second half, so a row is unpacked in two operations on whole arrays. A
number from 15 on is 15 in the row, and exact, up to 255, in a list of the row. The arrays of a name
are::

    <name>              uint8, all rows, one after the other
    <name>_high_start   uint32[rows + 1], the offsets of the lists of the rows
    <name>_high_place   uint16 or uint32[k], the index in its row of each number from 15 on
    <name>_high_value   uint8[k], these numbers
"""

from typing import Final

import numpy as np

from danvan_search.index.codec.array_checks import check, check_lengths, check_offsets
from danvan_search.index.codec.checked_array import Arrays, StoredArrays
from danvan_search.index.codec.ragged import offsets_of

HIGH: Final = 15
"""The content of a number that is this or greater."""


class FourBitRowsBuilder:
    """Collects rows of numbers.

    :param name: the name of the array; the names of the others begin with it.
    :param place_dtype: uint16 or uint32, the dtype of the indices in a row.
    """

    def __init__(self, name: str, place_dtype: np.dtype[np.unsignedinteger]) -> None:
        self._name = name
        self._rows = [np.zeros(0, dtype=np.uint8)]
        self._high_counts: list[int] = []
        self._high_places = [np.zeros(0, dtype=place_dtype)]
        self._high_values = [np.zeros(0, dtype=np.uint8)]

    def add(self, row: np.ndarray) -> None:
        """Add the next row.

        :param row: uint8[n].
        """
        half = len(row) + 1 >> 1
        low = np.minimum(row, HIGH)
        packed = low[:half].copy()
        packed[: len(row) - half] |= low[half:] << 4
        places = np.flatnonzero(row >= HIGH)
        self._rows.append(packed)
        self._high_counts.append(len(places))
        self._high_places.append(places.astype(self._high_places[0].dtype))
        self._high_values.append(row[places])

    def arrays(self) -> Arrays:
        """Return the arrays that :class:`FourBitRows` reads; see the module."""
        counts = np.array(self._high_counts, dtype=np.int64)
        return {
            self._name: np.concatenate(self._rows),
            f"{self._name}_high_start": offsets_of(counts).astype(np.uint32),
            f"{self._name}_high_place": np.concatenate(self._high_places),
            f"{self._name}_high_value": np.concatenate(self._high_values),
        }


class FourBitRows:
    """The rows of an open file.

    :param arrays: the arrays of :meth:`FourBitRowsBuilder.arrays`.
    :param name: their name.
    :param lengths: int64[rows], the numbers of each row.
    :raises KeyError: an array is missing.
    :raises ValueError: their shapes do not fit each other or the lengths.
    :raises IndexDamagedError: one has another dtype.
    """

    def __init__(self, arrays: StoredArrays, name: str, lengths: np.ndarray) -> None:
        self._rows = arrays[name].of(np.uint8)
        self._high_places = arrays[f"{name}_high_place"].of(np.uint16, np.uint32)
        self._high_values = arrays[f"{name}_high_value"].of(np.uint8)
        high_starts = arrays[f"{name}_high_start"].of(np.uint32).whole()
        starts = offsets_of(lengths + 1 >> 1)
        check(starts[-1] == len(self._rows), "rows of another length")
        check_lengths(len(starts), high_starts)
        check_offsets(high_starts, len(self._high_places))
        check_lengths(len(self._high_places), self._high_values)
        self._lengths, self._starts, self._high_starts = lengths, starts.data, high_starts.data

    def __len__(self) -> int:
        return len(self._lengths)

    def get(self, index: int) -> np.ndarray:
        """Return the numbers of a row: uint8[n]."""
        row = self._unpacked(index)
        low, high = self._high_starts[index], self._high_starts[index + 1]
        if low < high:
            row[self._high_places.slice(low, high)] = self._high_values.slice(low, high)
        return row[: self._lengths.item(index)]

    def _unpacked(self, index: int) -> np.ndarray:
        """Return the numbers of a row, 15 for those from 15 on; 0 may be added to an odd row."""
        start, end = self._starts[index], self._starts[index + 1]
        packed = self._rows.slice(start, end)
        half = end - start
        row = np.empty(2 * half, dtype=np.uint8)
        np.bitwise_and(packed, HIGH, out=row[:half])
        np.right_shift(packed, 4, out=row[half:])
        return row

    def check_values(self) -> None:
        """Check that the lists of all rows hold exactly the numbers from 15 on, in order.

        :raises ValueError: they do not.
        """
        check((self._high_values.whole() >= HIGH).all(), "a high number that is low")
        for index in range(len(self)):
            low, high = self._high_starts[index], self._high_starts[index + 1]
            row = self._unpacked(index)
            check(not row[self._lengths[index] :].any(), "a row longer than it is")
            places = self._high_places.slice(low, high)
            check(np.array_equal(np.flatnonzero(row == HIGH), places), "high numbers out of place")
