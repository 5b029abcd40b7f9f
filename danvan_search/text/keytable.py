"""A bounded hash table from uint64 keys (one or two columns) to ids, looked up with arrays.

It uses open addressing with linear probing. The table stores and compares whole keys, so a hash
collision costs a probe but never gives a wrong id.
"""

from collections.abc import Sequence
from typing import Final

import numpy as np
import numpy.typing as npt

Keys = npt.NDArray[np.uint64]
Ids = npt.NDArray[np.int32]

ABSENT: Final = -1
"""The id that :meth:`KeyTable.find` returns for a key that is not in the table."""

# A key that finds no free bucket within this many probes is not stored. This bounds the time of
# a lookup for any keys.
_MAX_PROBES: Final = 64
# Odd multipliers: of Fibonacci hashing (2**64 divided by the golden ratio) and of SplitMix64.
_MULTIPLIERS: Final = (np.uint64(0x9E3779B97F4A7C15), np.uint64(0xBF58476D1CE4E5B9))


class KeyTable:
    """A bounded cache from keys to ids; it is cleared when it is half full.

    A key has one or two uint64 columns; its first column is never 0. An id that was added may be
    absent later; the caller then adds it again.

    :param width: the number of columns of a key, 1 or 2.
    :param bits: the table has ``2**bits`` buckets of ``8 * width + 4`` bytes.
    """

    def __init__(self, width: int, bits: int) -> None:
        self._shift = np.uint64(64 - bits)
        self._mask = (1 << bits) - 1
        self._columns: list[Keys] = [np.zeros(1 << bits, np.uint64) for _ in range(width)]
        self._ids: Ids = np.full(1 << bits, ABSENT, np.int32)
        self._used = 0

    def find(self, keys: Sequence[Keys]) -> Ids:
        """Return the ids of keys.

        :param keys: the columns of the keys, uint64, shape (n,) each.
        :return: int32, shape (n,); ABSENT where a key is not in the table.
        """
        buckets = self._home_buckets(keys)
        missed = self._mismatches(buckets, keys)
        ids: Ids = self._ids[buckets]
        pending = missed.nonzero()[0]
        ids[pending] = ABSENT
        buckets = buckets[pending]
        for _ in range(_MAX_PROBES - 1):
            # An empty bucket ends the search for a key.
            occupied = self._columns[0][buckets] != 0
            pending, buckets = pending[occupied], (buckets[occupied] + 1) & self._mask
            if not len(pending):
                break
            found = ~self._mismatches(buckets, [column[pending] for column in keys])
            ids[pending[found]] = self._ids[buckets[found]]
            pending, buckets = pending[~found], buckets[~found]
        return ids

    def add(self, keys: Sequence[Keys], ids: Ids) -> None:
        """Store the ids of keys that are not in the table.

        :param keys: the columns of the keys, uint64, shape (n,) each; the keys are distinct.
        :param ids: int32, shape (n,).
        """
        capacity = len(self._ids) // 2
        if self._used + len(ids) > capacity:
            for column in self._columns:
                column[:] = 0
            self._ids[:] = ABSENT
            self._used = 0
        keys, ids = [column[:capacity] for column in keys], ids[:capacity]
        buckets = self._home_buckets(keys)
        for _ in range(_MAX_PROBES):
            free = np.flatnonzero(self._columns[0][buckets] == 0)
            # Several keys may claim one free bucket: each writes its index, and the key whose
            # index remains there gets the bucket.
            self._ids[buckets[free]] = free
            placed = free[self._ids[buckets[free]] == free]
            for stored, column in zip(self._columns, keys, strict=True):
                stored[buckets[placed]] = column[placed]
            self._ids[buckets[placed]] = ids[placed]
            self._used += len(placed)
            left = np.ones(len(ids), np.bool_)
            left[placed] = False
            keys, ids = [column[left] for column in keys], ids[left]
            buckets = (buckets[left] + 1) & self._mask
            if not len(ids):
                break

    def _home_buckets(self, keys: Sequence[Keys]) -> npt.NDArray[np.int64]:
        """Return the first bucket of each key: the high bits of its multiplicative hash."""
        mixed = keys[0] * _MULTIPLIERS[0]
        for column, multiplier in zip(keys[1:], _MULTIPLIERS[1:], strict=False):
            mixed = (mixed ^ (mixed >> np.uint64(32)) ^ column) * multiplier
        return (mixed >> self._shift).view(np.int64)

    def _mismatches(
        self, buckets: npt.NDArray[np.int64], keys: Sequence[Keys]
    ) -> npt.NDArray[np.bool_]:
        """Return whether each bucket holds a different key from the given one, or none."""
        mismatches: npt.NDArray[np.bool_] = self._columns[0][buckets] != keys[0]
        for stored, column in zip(self._columns[1:], keys[1:], strict=True):
            mismatches |= stored[buckets] != column
        return mismatches
