"""The syllables of a segment cut by folded id, so that each cut is sorted and counted alone.

A range is some neighbouring folded ids, with about as many syllables in all as every other. What
a build holds beside the grid and the list of positions is then a matter of the range and not of
the segment, and is quicker to sort, since it fits the caches.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import pairwise
from typing import Final

import numpy as np

from danvan_search.index.codec.grid import BLOCK_BITS
from danvan_search.index.codec.term_dictionary import TermNumbering

RANGE_SYLLABLES: Final = 1 << 18
"""So many syllables make a range; more if one folded form alone has more."""

_CHUNK: Final = 1 << 20


@dataclass(frozen=True, slots=True)
class FormGrid:
    """The forms of a segment slot by slot.

    :ivar ids: uint32[slots], accented ids, 0 in the gaps.
    :ivar counts: int64[A + 1], how often each accented id occurs; 0 for 0.
    :ivar numbering: what the ids mean.
    :ivar block_doc: unsigned[slots / 16], the document of each block of 16 slots.
    :ivar body_slot: int64[docs], where the body of each document starts.
    """

    ids: np.ndarray
    counts: np.ndarray
    numbering: TermNumbering
    block_doc: np.ndarray
    body_slot: np.ndarray

    @property
    def doc_count(self) -> int:
        """How many documents there are."""
        return len(self.body_slot)


@dataclass(frozen=True, slots=True)
class FoldedRange:
    """The n syllables of some neighbouring folded ids.

    :ivar folded_ids: the ids; the first range begins with that of the gap, of which it has none.
    :ivar accented_ids: those of their accented forms.
    :ivar slots: int64[n], where the syllables are, ascending.
    :ivar accented: uint32[n], their accented ids.
    :ivar following: uint32[n], the accented ids of the syllables after them, 0 for a gap.
    :ivar docs: unsigned[n], their documents.
    :ivar in_title: bool[n].
    :ivar positions: uint32[n], their part of the list of positions, to be put in order.
    """

    folded_ids: range
    accented_ids: range
    slots: np.ndarray
    accented: np.ndarray
    following: np.ndarray
    docs: np.ndarray
    in_title: np.ndarray
    positions: np.ndarray


def folded_ranges(
    grid: FormGrid, positions: np.ndarray, size: int = RANGE_SYLLABLES
) -> Iterator[FoldedRange]:
    """Yield the ranges by rising id.

    :param positions: uint32[syllables], of which each range has its part, end to end.
    :param size: how many syllables a range has, about.
    """
    variant_start = grid.numbering.variant_start.astype(np.int64)
    ends = np.cumsum(np.add.reduceat(grid.counts, variant_start[:-1]))
    bounds = _bounds(ends, size)
    # The gap is of no range: ends[0] is 0.
    starts = np.append(0, ends[[bound - 1 for bound in bounds[1:]]])
    _partition(grid, bounds, starts, positions)
    for number, (first, end) in enumerate(pairwise(bounds)):
        own = positions[starts[number] : starts[number + 1]]
        slots = own.astype(np.int64)
        docs = grid.block_doc.take(slots >> BLOCK_BITS)
        yield FoldedRange(
            folded_ids=range(first, end),
            accented_ids=range(int(variant_start[first]), int(variant_start[end])),
            slots=slots,
            accented=grid.ids.take(slots),
            following=grid.ids.take(slots + 1),
            docs=docs,
            in_title=slots < grid.body_slot.take(docs),
            positions=own,
        )


def _bounds(ends: np.ndarray, size: int) -> list[int]:
    """Return the folded ids at which ranges begin, and the one after the last.

    :param ends: int64[folded ids], how many syllables have an id or one before it.
    """
    bounds = [0]
    done = 0
    while bounds[-1] < len(ends):
        fitting = int(np.searchsorted(ends, done + size, side="right"))
        bounds.append(max(fitting, bounds[-1] + 1))
        done = int(ends[bounds[-1] - 1])
    return bounds


def _partition(
    grid: FormGrid, bounds: list[int], starts: np.ndarray, positions: np.ndarray
) -> None:
    """Fill in the slots of all syllables, range after range, ascending within each."""
    # Small integers are sorted by counting, in no time that matters.
    dtype = np.min_scalar_type(len(bounds))
    folded_of = grid.numbering.folded_of
    range_of = np.searchsorted(bounds, folded_of, side="right").astype(dtype)
    range_of[0] = 0
    filled = starts.copy()
    for start in range(0, len(grid.ids), _CHUNK):
        numbers = range_of.take(grid.ids[start : start + _CHUNK])
        order = numbers.argsort(kind="stable")
        order += start
        ends = np.cumsum(np.bincount(numbers))
        # Range number 0 are the gaps.
        for number in np.flatnonzero(np.diff(ends)).tolist():
            some = order[ends[number] : ends[number + 1]]
            positions[filled[number] : filled[number] + len(some)] = some
            filled[number] += len(some)
