"""Where a query occurs in the documents of segments: slots of the grid, in batches.

An occurrence is two slots: that of its first syllable, and the one after its last. Everything else
about it (document, field, offsets, neighbours) is read off the segment, so a sort keeps little.
"""

from collections.abc import Iterator, Sequence
from typing import Final, NamedTuple

import numpy as np

from danvan_search.index.codec.segment_reader import SegmentReader
from danvan_search.text.collation import CollationKey, collation_key

BATCH_SLOTS: Final = 1 << 17
"""The documents of a batch have this many slots in all, or there is one document."""
_BATCH_DOCS: Final = 512

DEPTH: Final = 4
"""So many syllables beside a match sort its line; lines that have these equal stay in order."""


class Part(NamedTuple):
    """Some occurrences.

    :ivar segments: integers[n], the index of the segment of each.
    :ivar runs: integers[n, 2], its slots.
    """

    segments: np.ndarray
    runs: np.ndarray

    def take(self, order: np.ndarray) -> "Part":
        """Return occurrences by their indices, int64[k], with slots of int64."""
        return Part(self.segments.take(order), self.runs.take(order, axis=0).astype(np.int64))


def joined(parts: Sequence[Part]) -> Part:
    """Return the occurrences of some parts, in their order."""
    if not parts:
        return Part(np.zeros(0, dtype=np.uint16), np.zeros((0, 2), dtype=np.uint32))
    return Part(*map(np.concatenate, zip(*parts, strict=True)))


def no_ids() -> np.ndarray:
    """Return the neighbours of no occurrence: uint32[0, DEPTH]."""
    return np.zeros((0, DEPTH), dtype=np.uint32)


def batches(segment: SegmentReader, docs: np.ndarray) -> Iterator[list[int]]:
    """Yield some documents in pieces of bounded size.

    :param docs: int64[n], in any order.
    """
    grid = segment.grid
    ends = np.cumsum(grid.doc_slot.take(docs + 1) - grid.doc_slot.take(docs))
    first, before = 0, 0
    while first < len(docs):
        stop = max(first + 1, int(ends.searchsorted(before + BATCH_SLOTS, "right")))
        stop = min(stop, first + _BATCH_DOCS)
        yield docs[first:stop].tolist()
        first, before = stop, int(ends[stop - 1])


def neighbours(segment: SegmentReader, runs: np.ndarray, side: str) -> np.ndarray:
    """Return the accented ids beside some occurrences, the nearest first: uint32[n, DEPTH].

    They are in the same text, or in the same line of details; 0 from its border on.

    :param runs: int64[n, 2], see the module.
    :param side: ``left`` or ``right``.
    """
    ids = np.zeros((len(runs), DEPTH), dtype=np.uint32)
    inside = np.ones(len(runs), dtype=bool)
    for distance in range(DEPTH):
        at = runs[:, 0] - 1 - distance if side == "left" else runs[:, 1] + distance
        own = segment.grid.contents(at)
        inside &= own > 0
        ids[inside, distance] = own[inside]
    return ids


def sorted_order(segments: Sequence[SegmentReader], ids: Sequence[np.ndarray]) -> np.ndarray:
    """Return the alphabetical order of occurrences by their neighbours: int64[n].

    A text that ends comes before one that goes on. Equal ones keep their order.

    :param segments: the segments.
    :param ids: for each segment, uint32[own n, DEPTH], as :func:`neighbours` returns them.
    """
    every: list[tuple[np.ndarray, list[CollationKey]]] = []
    for segment, own in zip(segments, ids, strict=True):
        distinct = np.unique(own[own > 0])
        forms = map(segment.term_dictionary.accented_form, distinct.tolist())
        every.append((distinct, [collation_key(form) for form in forms]))
    ordered = sorted({key for _, keys in every for key in keys})
    rank_of = {key: rank for rank, key in enumerate(ordered, 1)}
    ranks = []
    for (distinct, keys), own in zip(every, ids, strict=True):
        # The first row is that of the border of a text.
        table = np.array([0, *map(rank_of.__getitem__, keys)], dtype=np.uint32)
        rows = np.searchsorted(distinct, own) + 1
        ranks.append(table.take(np.where(own > 0, rows, 0)))
    columns = np.concatenate([no_ids(), *ranks]).T
    return np.lexsort(columns[::-1])
