"""The list of positions: every syllable's slot, sorted by its own and the next folded id.

A biword (two neighbouring folded syllables) is one slice of the list, sorted by slot. A folded
syllable is the slice of all biwords that it begins; the last of a text begins a biword with
the gap, 0. No other list of positions exists.
"""

import numpy as np

from danvan_search.index.arrays.blocks import Stored
from danvan_search.index.arrays.vocabulary import Arrays


def biword_arrays(folded_grid: np.ndarray, folded_count: int) -> Arrays:
    """Return the arrays that :class:`Biwords` reads.

    :param folded_grid: uint32[slots], the folded id of each slot, 0 in the gaps.
    :param folded_count: the greatest folded id.
    """
    slots = np.flatnonzero(folded_grid)
    first = folded_grid[slots].astype(np.uint64)
    second = folded_grid[slots + 1].astype(np.uint64)
    id_bits = np.uint64(max(1, folded_count.bit_length()))
    slot_bits = np.uint64(max(1, len(folded_grid).bit_length()))
    first <<= id_bits
    first |= second
    biwords = first
    if 2 * id_bits + slot_bits <= 64:
        # Biword and slot in one number: sorting values is several times faster than sorting
        # an order of them.
        biwords <<= slot_bits
        biwords |= slots.astype(np.uint64)
        del slots, second
        biwords.sort()
        positions = (biwords & ((np.uint64(1) << slot_bits) - np.uint64(1))).astype(np.uint32)
        biwords >>= slot_bits
    else:
        order = np.argsort(biwords, kind="stable")
        positions = slots[order].astype(np.uint32)
        biwords = biwords[order]
    starts = run_starts(biwords)
    keys = biwords[starts]
    second_id = keys & ((np.uint64(1) << id_bits) - np.uint64(1))
    by_first = np.bincount((keys >> id_bits).astype(np.int64), minlength=folded_count + 1)
    small_ids = folded_count <= np.iinfo(np.uint16).max
    return {
        "positions": positions,
        "biword_start": np.append(starts, len(positions)).astype(np.uint32),
        "biword_second": second_id.astype(np.uint16 if small_ids else np.uint32),
        "biword_first": np.concatenate(([0], np.cumsum(by_first))).astype(np.uint32),
    }


def run_starts(values: np.ndarray) -> np.ndarray:
    """Return int64[runs], where each run of equal values starts."""
    if not len(values):
        return np.zeros(0, dtype=np.int64)
    is_start = np.empty(len(values), dtype=bool)
    is_start[0] = True
    np.not_equal(values[1:], values[:-1], out=is_start[1:])
    return is_start.nonzero()[0]


class Biwords:
    """The positions of an open segment."""

    def __init__(self, arrays: Stored) -> None:
        self._positions = arrays["positions"]
        self._starts = arrays["biword_start"]
        self._seconds = arrays["biword_second"]
        self._firsts = arrays["biword_first"].whole().data

    def __len__(self) -> int:
        return len(self._seconds)

    def find(self, first: int, second: int) -> int:
        """Return the number of a biword of two folded ids, -1 if no text has it."""
        firsts = self._firsts
        return self._seconds.find(second, firsts[first], firsts[first + 1])

    def count(self, biword: int) -> int:
        """Return how often a biword, given by its number, occurs."""
        start, end = self._starts.pair(biword)
        return int(end - start)

    def slots(self, biword: int) -> np.ndarray:
        """Return uint32[count], the slots of a biword's first syllable, ascending."""
        return self._positions.slice(*self._starts.pair(biword))

    def slots_of_folded(self, folded_id: int) -> np.ndarray:
        """Return uint32[n], the slots of one folded syllable, in no order."""
        low, high = self._firsts[folded_id], self._firsts[folded_id + 1]
        return self._positions.slice(self._starts.item(low), self._starts.item(high))
