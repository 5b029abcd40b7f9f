"""The position list of a segment: the slots of all syllables, sorted by biword, then by slot.

A *biword* is a pair of neighbouring folded ids; the last syllable of a text forms a biword with the
gap, 0. Biwords are numbered in ascending order of (first id, second id). The occurrences of a
biword are one slice of the list, and so are those of a folded id: the slices of all biwords that
begin with it. A segment has no other position list::

    positions       uint32[syllables], the slot of the first syllable of each occurrence
    biword_start_*  offsets[biwords + 1] in groups, the index of the first occurrence of each biword
    biword_second   uint16 or uint32[biwords], the second folded id of each biword
    biword_first    uint32[folded ids + 1], the first biword of each folded id, 0 included
"""

from collections.abc import Sequence

import numpy as np

from danvan_search.index.codec.array_checks import check, check_lengths, check_offsets
from danvan_search.index.codec.checked_array import Arrays, StoredArrays
from danvan_search.index.codec.grouped_offsets import GroupedOffsets, grouped_offset_arrays
from danvan_search.index.codec.ragged import offsets_of, run_indices


class PositionsBuilder:
    """Collects the biwords of a segment, in ascending order.

    :param folded_count: the greatest folded id.
    """

    def __init__(self, folded_count: int) -> None:
        self._dtype = np.uint16 if folded_count <= np.iinfo(np.uint16).max else np.uint32
        # The number of biwords of the first id f is at index f + 1, so that its sums are starts.
        self._counts_by_first = np.zeros(folded_count + 2, dtype=np.int64)
        self._counts: list[np.ndarray] = [np.zeros(0, dtype=np.uint32)]
        self._seconds: list[np.ndarray] = [np.zeros(0, dtype=self._dtype)]
        self._size = 0

    def __len__(self) -> int:
        return self._size

    def add(self, first: np.ndarray, second: np.ndarray, counts: np.ndarray) -> None:
        """Add the next n biwords.

        :param first: int64[n], the first folded ids.
        :param second: int64[n], the second folded ids, 0 for a gap.
        :param counts: int64[n], the number of occurrences of each.
        """
        if len(first):
            by_first = np.bincount(first - first[0])
            self._counts_by_first[first[0] + 1 : first[0] + 1 + len(by_first)] += by_first
        self._seconds.append(second.astype(self._dtype))
        self._counts.append(counts.astype(np.uint32))
        self._size += len(first)

    def arrays(self) -> Arrays:
        """Return the arrays that :class:`Positions` reads, except ``positions``."""
        starts = offsets_of(np.concatenate(self._counts))
        return {
            **grouped_offset_arrays("biword_start", starts),
            "biword_second": np.concatenate(self._seconds),
            "biword_first": np.cumsum(self._counts_by_first).astype(np.uint32),
        }


class Positions:
    """The position list of an open segment; its length is the number of biwords.

    :param arrays: the arrays of the module.
    :raises KeyError: an array is missing.
    :raises ValueError: their shapes do not fit each other, or ``biword_first`` is no offsets.
    :raises IndexDamagedError: one has another dtype.
    """

    def __init__(self, arrays: StoredArrays) -> None:
        self._positions = arrays["positions"].of(np.uint32)
        self._starts = GroupedOffsets(arrays, "biword_start")
        self._seconds = arrays["biword_second"].of(np.uint16, np.uint32)
        firsts = arrays["biword_first"].of(np.uint32).whole()
        check_lengths(len(self._seconds) + 1, self._starts)
        check_offsets(firsts, len(self._seconds))
        self._firsts = firsts.data

    def __len__(self) -> int:
        return len(self._seconds)

    def find(self, first: int, second: int) -> int:
        """Return the number of the biword of two folded ids, -1 if no text has it."""
        firsts = self._firsts
        return self._seconds.find(second, firsts[first], firsts[first + 1])

    def index_range(self, first: int, second: int) -> tuple[int, int]:
        """Return the range of the position list that holds the biword of two folded ids.

        :return: the index of its first slot, and the index after that of its last; (0, 0) if no
            text has the biword.
        """
        biword = self.find(first, second)
        return self._starts.pair(biword) if biword >= 0 else (0, 0)

    def index_ranges(
        self, firsts: Sequence[int], seconds: np.ndarray
    ) -> tuple[np.ndarray, np.ndarray]:
        """Return :meth:`index_range` of some folded ids before each of some others.

        :param firsts: n folded ids, 0 for none.
        :param seconds: int64[m], folded ids, 0 for none.
        :return: int64[n, m], the starts; int64[n, m], the ends.
        """
        sought = seconds.astype(self._seconds.dtype)
        biwords = np.zeros((len(firsts), len(seconds)), dtype=np.int64)
        found = np.zeros(biwords.shape, dtype=bool)
        for first, row, found_in_row in zip(firsts, biwords, found, strict=True):
            low, high = self._firsts[first], self._firsts[first + 1]
            if low == high:
                continue
            own = self._seconds.slice(low, high)
            # Without the last one in the search, every insertion point is the index of a biword.
            places = own[:-1].searchsorted(sought)
            np.equal(own.take(places), sought, out=found_in_row)
            np.add(places, low, out=row)
        found &= seconds > 0
        known = biwords[found]
        starts, ends = np.zeros_like(biwords), np.zeros_like(biwords)
        starts[found] = self._starts.take(known)
        ends[found] = self._starts.take(known + 1)
        return starts, ends

    def followers(self, first: int) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
        """Return what stands after a folded id.

        :return: unsigned[n], ascending, the folded ids after it, 0 for a gap; and int64[n] each,
            the starts and the ends of the ranges of the position list that hold these biwords.
        """
        low, high = self._firsts[first], self._firsts[first + 1]
        offsets = self._starts.take(np.arange(low, high + 1))
        return self._seconds.slice(low, high), offsets[:-1], offsets[1:]

    def slots_in(self, index_range: tuple[int, int]) -> np.ndarray:
        """Return the slots in a range of the position list: uint32[n]."""
        return self._positions.slice(*index_range)

    def view_of(self, index_range: tuple[int, int]) -> memoryview:
        """Return the slots in a range of the position list as a memoryview, for single reads."""
        return self._positions.raw(*index_range)

    def slots(self, biword: int) -> np.ndarray:
        """Return the slots at which a biword starts, ascending: uint32[n].

        :param biword: its number.
        """
        return self._positions.slice(*self._starts.pair(biword))

    def slots_of_folded(self, folded_id: int) -> np.ndarray:
        """Return the slots of a folded id, not sorted: uint32[n]."""
        low, high = self._firsts[folded_id], self._firsts[folded_id + 1]
        return self._positions.slice(self._starts.item(low), self._starts.item(high))

    def count_of_folded(self, folded_id: int) -> int:
        """Return how often a folded syllable occurs."""
        low, high = self._firsts[folded_id], self._firsts[folded_id + 1]
        return self._starts.item(high) - self._starts.item(low)

    def count_of_all(self, folded_ids: np.ndarray) -> int:
        """Return how often some folded syllables, int64[n], occur together."""
        firsts = np.asarray(self._firsts).astype(np.int64)
        starts, ends = (self._starts.take(firsts[one]) for one in (folded_ids, folded_ids + 1))
        return int((ends - starts).sum())

    def slots_before(self, folded_id: int, following: np.ndarray) -> np.ndarray:
        """Return int64[n], ascending, the slots of a folded syllable before some others.

        :param following: bool[folded ids + 1], which syllables may follow.
        """
        low, high = self._firsts[folded_id], self._firsts[folded_id + 1]
        biwords = np.flatnonzero(following.take(self._seconds.slice(low, high))) + low
        starts = self._starts.take(biwords)
        lengths = self._starts.take(biwords + 1) - starts
        return self._slots_of_runs(starts, lengths)

    def slots_after(self, preceding: list[int], folded_id: int) -> np.ndarray:
        """Return int64[n], ascending, the slots of some folded syllables before another.

        :param preceding: the folded ids that may precede it; each is looked up.
        """
        ranges = [self.index_range(first, folded_id) for first in preceding]
        starts, ends = np.array(ranges, dtype=np.int64).reshape(-1, 2).T
        return self._slots_of_runs(starts, ends - starts)

    def _slots_of_runs(self, starts: np.ndarray, lengths: np.ndarray) -> np.ndarray:
        """Return int64[n], ascending, the positions of some runs of the list."""
        slots = self._positions.take(run_indices(starts, lengths))
        slots.sort()
        return slots.astype(np.int64)

    def check_values(self, folded: np.ndarray) -> None:
        """Check that the grid has each biword at each of its slots.

        :param folded: unsigned[slots], the folded id of each slot, 0 in gaps.
        :raises ValueError: it does not, or biwords or slots are out of order.
        """
        firsts = np.array(self._firsts, dtype=np.int64)
        self._starts.check_values(len(self._positions))
        first = np.repeat(np.arange(len(firsts) - 1), np.diff(firsts))
        second = self._seconds.whole().astype(np.int64)
        pairs = (first << 32) + second
        check((pairs[1:] > pairs[:-1]).all(), "biwords out of order")
        counts = np.diff(self._starts.take(np.arange(len(self._starts))))
        slots = self._positions.whole().astype(np.int64)
        check(slots.max(initial=-1) < len(folded) - 1, "a position outside of the grid")
        keys = np.repeat(pairs, counts)
        found = (folded.take(slots).astype(np.int64) << 32) + folded.take(slots + 1)
        check(np.array_equal(found, keys), "a position of another biword")
        check((slots[1:] > slots[:-1])[keys[1:] == keys[:-1]].all(), "positions out of order")
