"""The list of positions: every syllable's slot, sorted by its own and the next folded id.

A biword (two neighbouring folded syllables) is one slice of the list, sorted by slot. A folded
syllable is the slice of all biwords that it begins; the last of a text begins a biword with
the gap, 0. No other list of positions exists.
"""

import numpy as np

from danvan_search.index.codec.checked_array import (
    Arrays,
    StoredArrays,
    check,
    check_lengths,
    check_offsets,
)
from danvan_search.index.codec.ragged import offsets_of


class PositionsBuilder:
    """Collects the biwords of a segment by rising first folded id, and rising second one.

    :param folded_count: the greatest folded id.
    """

    def __init__(self, folded_count: int) -> None:
        self._dtype = np.uint16 if folded_count <= np.iinfo(np.uint16).max else np.uint32
        self._begun_by = np.zeros(folded_count + 2, dtype=np.int64)
        self._counts: list[np.ndarray] = [np.zeros(0, dtype=np.uint32)]
        self._seconds: list[np.ndarray] = [np.zeros(0, dtype=self._dtype)]
        self._size = 0

    def __len__(self) -> int:
        return self._size

    def add(self, first: np.ndarray, second: np.ndarray, counts: np.ndarray) -> None:
        """Add the next biwords.

        :param first: int64[n], folded ids.
        :param second: int64[n], folded ids, 0 for a gap.
        :param counts: int64[n], how often each occurs.
        """
        if len(first):
            # The first place holds the count of id 0, so that ends become starts.
            by_first = np.bincount(first - first[0])
            self._begun_by[first[0] + 1 : first[0] + 1 + len(by_first)] += by_first
        self._seconds.append(second.astype(self._dtype))
        self._counts.append(counts.astype(np.uint32))
        self._size += len(first)

    def arrays(self) -> Arrays:
        """Return the arrays that :class:`Positions` reads, beside the positions."""
        return {
            "biword_start": offsets_of(np.concatenate(self._counts)).astype(np.uint32),
            "biword_second": np.concatenate(self._seconds),
            "biword_first": np.cumsum(self._begun_by).astype(np.uint32),
        }


class Positions:
    """The positions of an open segment."""

    def __init__(self, arrays: StoredArrays) -> None:
        self._positions = arrays["positions"].of(np.uint32)
        self._starts = arrays["biword_start"].of(np.uint32)
        self._seconds = arrays["biword_second"].of(np.uint16, np.uint32)
        firsts = arrays["biword_first"].of(np.uint32).whole()
        check_lengths(len(self._seconds) + 1, self._starts)
        check_offsets(firsts, len(self._seconds))
        self._firsts = firsts.data

    def __len__(self) -> int:
        return len(self._seconds)

    def find(self, first: int, second: int) -> int:
        """Return the number of a biword of two folded ids, -1 if no text has it."""
        firsts = self._firsts
        return self._seconds.find(second, firsts[first], firsts[first + 1])

    def run(self, first: int, second: int) -> tuple[int, int]:
        """Return where a biword stands in the list of positions: first place, one past the last."""
        biword = self.find(first, second)
        return self._starts.pair(biword) if biword >= 0 else (0, 0)

    def slots_in(self, run: tuple[int, int]) -> np.ndarray:
        """Return uint32[n], the slots at some places of the list of positions."""
        return self._positions.slice(*run)

    def view_of(self, run: tuple[int, int]) -> memoryview:
        """Return the slots at some places of the list of positions, to be read one by one."""
        return self._positions.raw(*run)

    def slots(self, biword: int) -> np.ndarray:
        """Return uint32[count], the slots of a biword's first syllable, ascending."""
        return self._positions.slice(*self._starts.pair(biword))

    def slots_of_folded(self, folded_id: int) -> np.ndarray:
        """Return uint32[n], the slots of one folded syllable, in no order."""
        low, high = self._firsts[folded_id], self._firsts[folded_id + 1]
        return self._positions.slice(self._starts.item(low), self._starts.item(high))

    def check_values(self, folded: np.ndarray) -> None:
        """Check that every biword stands at each of its positions.

        :param folded: unsigned[slots], the folded id of each slot, 0 in the gaps.
        :raises ValueError: one does not.
        """
        firsts = np.array(self._firsts, dtype=np.int64)
        starts = self._starts.whole()
        check_offsets(starts, len(self._positions))
        first = np.repeat(np.arange(len(firsts) - 1), np.diff(firsts))
        second = self._seconds.whole().astype(np.int64)
        pairs = (first << 32) + second
        check((pairs[1:] > pairs[:-1]).all(), "biwords out of order")
        counts: np.ndarray = starts[1:].astype(np.int64) - starts[:-1]
        slots = self._positions.whole().astype(np.int64)
        check(slots.max(initial=-1) < len(folded) - 1, "a position outside of the grid")
        keys = np.repeat(pairs, counts)
        found = (folded.take(slots).astype(np.int64) << 32) + folded.take(slots + 1)
        check(np.array_equal(found, keys), "a position of another biword")
        check((slots[1:] > slots[:-1])[keys[1:] == keys[:-1]].all(), "positions out of order")
