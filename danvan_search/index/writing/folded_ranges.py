"""Partitions the syllables of a segment by ranges of folded ids, to sort and count each alone.

A range is a run of consecutive folded ids; all ranges have about the same number of syllables.
Beside the grid and the list of positions, a build then needs memory for one range instead of the
whole segment. Sorting is faster, too, because a range fits the processor caches.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import pairwise
from typing import Final

import numpy as np

from danvan_search.index.codec.placement import BLOCK_BITS
from danvan_search.index.codec.term_dictionary import TermNumbering

RANGE_SYLLABLES: Final = 1 << 18
"""The number of syllables of a range; a folded form that has more is a range by itself."""

_CHUNK: Final = 1 << 20
"""Slots that are partitioned at a time."""


@dataclass(frozen=True, slots=True)
class FormGrid:
    """The accented ids of a segment, slot by slot.

    :ivar ids: uint32[slots], accented ids, 0 in the gaps.
    :ivar counts: int64[A + 1], the number of occurrences of each accented id; 0 for id 0.
    :ivar numbering: the relation between accented ids and folded ids.
    :ivar block_doc: unsigned[slots / 16], the document of each block of 16 slots.
    :ivar body_slot: int64[docs], the slot at which the body of each document starts.
    :ivar details_slot: int64[docs], that of the details; None if no document has any.
    """

    ids: np.ndarray
    counts: np.ndarray
    numbering: TermNumbering
    block_doc: np.ndarray
    body_slot: np.ndarray
    details_slot: np.ndarray | None

    @property
    def doc_count(self) -> int:
        """The number of documents."""
        return len(self.body_slot)


@dataclass(frozen=True, slots=True)
class FoldedRange:
    """The n syllables with a range of folded ids.

    :ivar folded_ids: the folded ids; the first range includes 0, the id of gaps, without any slot.
    :ivar accented_ids: the accented ids of all their variants.
    :ivar slots: int64[n], the slots of the syllables, ascending.
    :ivar accented: uint32[n], the accented id of each syllable.
    :ivar following: uint32[n], the accented id of the next syllable, 0 for a gap.
    :ivar docs: unsigned[n], the document of each syllable.
    :ivar in_title: bool[n], whether each syllable is in the title.
    :ivar in_details: bool[n], whether it is in the details; None if no document has any.
    :ivar positions: uint32[n], a view of the range's part of the list of positions, which the
        caller sorts.
    """

    folded_ids: range
    accented_ids: range
    slots: np.ndarray
    accented: np.ndarray
    following: np.ndarray
    docs: np.ndarray
    in_title: np.ndarray
    in_details: np.ndarray | None
    positions: np.ndarray


def folded_ranges(
    grid: FormGrid, positions: np.ndarray, size: int = RANGE_SYLLABLES
) -> Iterator[FoldedRange]:
    """Yield the ranges by ascending ids.

    :param positions: uint32[syllables], the list of positions to fill; the parts of the ranges
        follow each other.
    :param size: about how many syllables a range has.
    """
    variant_start = grid.numbering.variant_start.astype(np.int64)
    ends = np.cumsum(np.add.reduceat(grid.counts, variant_start[:-1]))
    bounds = _bounds(ends, size)
    # Gaps are in no range: ends[0] is 0.
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
            in_details=(
                None if grid.details_slot is None else slots >= grid.details_slot.take(docs)
            ),
            positions=own,
        )


def _bounds(ends: np.ndarray, size: int) -> list[int]:
    """Return the first folded id of each range, and the number of folded ids.

    :param ends: int64[folded ids], the number of syllables with each id or a smaller one.
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
    """Write the slots of all syllables into ``positions``, by range, ascending within each."""
    # A stable sort of small integers is a radix sort, whose time does not matter here.
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
        # Number 0 stands for the gaps.
        for number in np.flatnonzero(np.diff(ends)).tolist():
            some = order[ends[number] : ends[number + 1]]
            positions[filled[number] : filled[number] + len(some)] = some
            filled[number] += len(some)
