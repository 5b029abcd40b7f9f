"""Grouped offsets: the offsets of a ragged array in two bytes each, and a base for every 64.

An offset is the base of its group plus a distance. A distance that does not fit two bytes is 65,535
in the array, and exact in a list by index. The arrays of n offsets are::

    bases          uint32 or uint64[ceil(n / 64)], the first offset of each group
    distances      uint16[n], the distance of each offset from its base
    far            uint32[k], the indices of the distances from 65,535 on, ascending
    far_distances  uint32[k], these distances
"""

from typing import Final

import numpy as np

from danvan_search.index.codec.array_checks import (
    check,
    check_ascending,
    check_lengths,
    check_offsets,
)
from danvan_search.index.codec.checked_array import Arrays, StoredArrays

GROUP_BITS: Final = 6
GROUP: Final = 1 << GROUP_BITS
"""The number of offsets with one base."""
FAR: Final = 65_535
"""The content of a distance that is this or greater."""


def grouped_offset_arrays(prefix: str, offsets: np.ndarray) -> Arrays:
    """Return the arrays that :class:`GroupedOffsets` reads; the names begin with the prefix.

    :param offsets: int64[n], n > 0, see ``ragged``; less than 2^32 within a group.
    """
    bases = offsets[::GROUP]
    distances = offsets - bases.repeat(GROUP)[: len(offsets)]
    far = np.flatnonzero(distances >= FAR)
    return {
        f"{prefix}_bases": bases.astype(np.uint32 if offsets[-1] < 1 << 32 else np.uint64),
        f"{prefix}_distances": np.minimum(distances, FAR).astype(np.uint16),
        f"{prefix}_far": far.astype(np.uint32),
        f"{prefix}_far_distances": distances[far].astype(np.uint32),
    }


class GroupedOffsets:
    """The offsets of a ragged array of an open file; their length is the number of offsets.

    :param arrays: the arrays of :func:`grouped_offset_arrays`.
    :param prefix: the prefix of their names.
    :raises KeyError: an array is missing.
    :raises ValueError: their shapes do not fit each other.
    :raises IndexDamagedError: one has another dtype.
    """

    def __init__(self, arrays: StoredArrays, prefix: str) -> None:
        self._base_array = arrays[f"{prefix}_bases"].of(np.uint32, np.uint64).whole()
        self._bases = self._base_array.data
        self._distances = arrays[f"{prefix}_distances"].of(np.uint16)
        self._far = arrays[f"{prefix}_far"].of(np.uint32)
        self._far_distances = arrays[f"{prefix}_far_distances"].of(np.uint32)
        check_lengths(-(-len(self._distances) // GROUP), self._base_array)
        check_lengths(len(self._far), self._far_distances)

    def __len__(self) -> int:
        return len(self._distances)

    def item(self, index: int) -> int:
        """Return one offset.

        :raises IndexDamagedError: the index is out of bounds.
        """
        distance: int = self._distances.item(index)
        if distance == FAR:
            distance = self._far_distances.item(self._far.find(index, 0, len(self._far)))
        return int(self._bases[index >> GROUP_BITS]) + distance

    def pair(self, index: int) -> tuple[int, int]:
        """Return the offsets ``index`` and ``index + 1``: the start and the end of a row.

        :raises IndexDamagedError: the index is out of bounds.
        """
        start, end = self._distances.pair(index)
        after = index + 1
        if start == FAR or end == FAR:
            return self.item(index), self.item(after)
        bases = self._bases
        return bases[index >> GROUP_BITS] + start, bases[after >> GROUP_BITS] + end

    def take(self, indices: np.ndarray) -> np.ndarray:
        """Return the offsets at some indices: int64[n].

        :param indices: integers[n], in any order.
        :raises IndexDamagedError: an index is out of bounds.
        """
        distances = self._distances.take(indices)
        offsets = distances.astype(np.int64)
        offsets += self._base_array.take(indices >> GROUP_BITS).astype(np.int64)
        far = np.flatnonzero(distances == FAR)
        if far.size:
            places = np.searchsorted(self._far.whole(), indices[far])
            offsets[far] += self._far_distances.take(places).astype(np.int64) - FAR
        return offsets

    def check_values(self, end: int) -> None:
        """Check all offsets.

        :param end: the length of the flat array.
        :raises ValueError: they are no offsets of it, or a far distance is out of place.
        """
        far = self._far.whole()
        check_ascending(far, len(self))
        is_far = np.flatnonzero(self._distances.whole() == FAR)
        check(np.array_equal(is_far, far), "far offsets out of place")
        check((self._far_distances.whole() >= FAR).all(), "a far offset that is near")
        check_offsets(self.take(np.arange(len(self))), end)
