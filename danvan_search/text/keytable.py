"""A hash table from 64-bit keys, or pairs of them, to ids, asked for whole arrays of keys.

Open addressing with linear probing. The keys themselves are stored and compared, so a hash
that two keys share costs a probe and never a wrong answer.
"""

from collections.abc import Sequence
from typing import Final

import numpy as np
import numpy.typing as npt

Keys = npt.NDArray[np.uint64]
Ids = npt.NDArray[np.int32]

ABSENT: Final = -1
"""What :meth:`KeyTable.find` returns for a key that is not in the table."""

# A key that finds no free slot in so many probes is not stored: the time of a lookup is bounded
# whatever the keys are.
_MAX_PROBES: Final = 64
# Odd multipliers of Fibonacci hashing (2**64 over the golden ratio) and of SplitMix64.
_MULTIPLIERS: Final = (np.uint64(0x9E3779B97F4A7C15), np.uint64(0xBF58476D1CE4E5B9))


class KeyTable:
    """A bounded table from keys to ids; it starts afresh when it is half full.

    A key is one uint64, or several in columns; its first column is never 0. It forgets: an id
    that was added may be absent later, and has to be added again.

    :param width: how many columns a key has, 1 or 2.
    :param bits: the table has ``2**bits`` slots of ``8 * width + 4`` bytes.
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
        slots = self._home(keys)
        missed = self._differs(slots, keys)
        ids: Ids = self._ids[slots]
        pending = missed.nonzero()[0]
        ids[pending] = ABSENT
        slots = slots[pending]
        for _ in range(_MAX_PROBES - 1):
            # An empty slot ends the search for a key.
            going = self._columns[0][slots] != 0
            pending, slots = pending[going], (slots[going] + 1) & self._mask
            if not len(pending):
                break
            found = ~self._differs(slots, [column[pending] for column in keys])
            ids[pending[found]] = self._ids[slots[found]]
            pending, slots = pending[~found], slots[~found]
        return ids

    def add(self, keys: Sequence[Keys], ids: Ids) -> None:
        """Store the ids of keys that are absent.

        :param keys: the columns of the keys, uint64, shape (n,) each; no key twice.
        :param ids: int32, shape (n,).
        """
        room = len(self._ids) // 2
        if self._used + len(ids) > room:
            for column in self._columns:
                column[:] = 0
            self._ids[:] = ABSENT
            self._used = 0
        keys, ids = [column[:room] for column in keys], ids[:room]
        slots = self._home(keys)
        for _ in range(_MAX_PROBES):
            free = np.flatnonzero(self._columns[0][slots] == 0)
            # Of several keys that want one free slot, one gets it: whoever is named there last.
            self._ids[slots[free]] = free
            placed = free[self._ids[slots[free]] == free]
            for stored, column in zip(self._columns, keys, strict=True):
                stored[slots[placed]] = column[placed]
            self._ids[slots[placed]] = ids[placed]
            self._used += len(placed)
            left = np.ones(len(ids), np.bool_)
            left[placed] = False
            keys, ids = [column[left] for column in keys], ids[left]
            slots = (slots[left] + 1) & self._mask
            if not len(ids):
                break

    def _home(self, keys: Sequence[Keys]) -> npt.NDArray[np.int64]:
        """Return the first slot of each key: the high bits of a product, mod 2**64."""
        mixed = keys[0] * _MULTIPLIERS[0]
        for column, multiplier in zip(keys[1:], _MULTIPLIERS[1:], strict=False):
            mixed = (mixed ^ (mixed >> np.uint64(32)) ^ column) * multiplier
        return (mixed >> self._shift).view(np.int64)

    def _differs(self, slots: npt.NDArray[np.int64], keys: Sequence[Keys]) -> npt.NDArray[np.bool_]:
        differs: npt.NDArray[np.bool_] = self._columns[0][slots] != keys[0]
        for stored, column in zip(self._columns[1:], keys[1:], strict=True):
            differs |= stored[slots] != column
        return differs
