"""The slots of two syllables that are near each other."""

from typing import Final

import numpy as np

from danvan_search.index.codec.segment_reader import SegmentReader
from danvan_search.search.execution.syllable_ids import SyllableIds

_MAX_NEIGHBOURS: Final = 8
"""Two sets of slots are sorted into one where this many of them are near each other at most."""


def are_sparse(
    segment: SegmentReader, left: SyllableIds, right: SyllableIds, distance: int
) -> bool:
    """Return whether few slots of two syllables are within a distance of each other."""
    return (left.count + right.count) * distance < segment.grid.slot_count * _MAX_NEIGHBOURS


def close_slots(
    segment: SegmentReader, left: np.ndarray, right: np.ndarray, distance: int
) -> tuple[np.ndarray, np.ndarray]:
    """Return those slots of two sets that have one of the other set near, and perhaps a few more.

    :param left: integers[n], in any order.
    :param right: integers[m], in any order.
    :param distance: by how much two slots that are near differ at most.
    :return: int64[k] and int64[l], ascending.
    """
    # A sort of both with the side as the lowest bit: keys of different sides differ by odd numbers.
    fits = segment.grid.slot_count < 1 << 31
    sides = np.concatenate([left, right])
    keys: np.ndarray = sides.astype(np.uint32 if fits else np.uint64)
    keys <<= 1
    keys[len(left) :] |= 1
    keys.sort()
    limit = 2 * distance + 1
    are_close = np.zeros(len(keys), dtype=bool)
    # Those that have the next key near, then of these those that have the second next key near…
    apart = 1
    near = np.flatnonzero(keys[1:] - keys[:-1] <= limit)
    while len(near):
        pairs = near[(keys[near + apart] - keys[near]) & 1 > 0]
        are_close[pairs] = True
        are_close[pairs + apart] = True
        apart += 1
        near = near[: near.searchsorted(len(keys) - apart)]
        near = near[keys[near + apart] - keys[near] <= limit]
    close = keys[are_close]
    is_right = close & 1 > 0
    slots = (close >> 1).astype(np.int64)
    return slots[~is_right], slots[is_right]
