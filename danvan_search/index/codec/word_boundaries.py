"""Words on the grid: one bit per slot, "a word starts here", eight slots to a byte.

A word is a slot with its bit set and the slots after it, up to the next bit or gap. Gaps hold
0. Every text of a document that was segmented starts with a word, so a document whose first
slot holds a syllable and no bit was never segmented: documents with and without words can lie
in one segment.
"""

import numpy as np

from danvan_search.index.codec.checked_array import CheckedArray, check, check_lengths
from danvan_search.index.codec.grid import Grid


class WordBoundaries:
    """The words of an open segment.

    :param bits: uint8[slots / 8], the first slot of eight in the highest bit; None when none of
        its documents was segmented.
    """

    def __init__(self, bits: CheckedArray | None, grid: Grid) -> None:
        self._bits = bits and bits.of(np.uint8)
        if bits is not None:
            check_lengths((grid.slot_count + 7) // 8, bits)
        self._grid = grid

    @property
    def are_there(self) -> bool:
        """Whether any document was segmented."""
        return self._bits is not None

    def starts(self, slots: np.ndarray) -> np.ndarray:
        """Say at which slots a word starts.

        :param slots: integers[n], all of them on the grid.
        :return: bool[n].
        """
        if self._bits is None:
            return np.zeros(len(slots), dtype=bool)
        shifts = (~slots & 7).astype(np.uint8)
        return (self._bits.take(slots >> 3) >> shifts) & 1 > 0

    def all_starts(self) -> np.ndarray:
        """Return bool[slots]: where words start."""
        count = self._grid.slot_count
        if self._bits is None:
            return np.zeros(count, dtype=bool)
        return np.unpackbits(self._bits.whole(), count=count).view(bool)

    def are_words(self, slots: np.ndarray, length: int) -> np.ndarray:
        """Say which runs of neighbouring syllables are each just one word.

        :param slots: integers[n], where each run starts.
        :param length: how many syllables each has, at least 1; all lie in one text.
        :return: bool[n].
        """
        are = self.starts(slots)
        for place in range(1, length):
            are &= ~self.starts(slots + place)
        after = slots + length
        are &= self.starts(after) | self._grid.are_gaps(after)
        return are

    def segmented(self) -> np.ndarray:
        """Return bool[docs]: which were segmented, or hold no syllable that could be."""
        grid = self._grid
        empty = (grid.title_lengths == 0) & (grid.body_lengths == 0)
        return np.asarray(empty | self.starts(grid.doc_slot[:-1]))

    def check_values(self, ids: np.ndarray) -> None:
        """Check that words start at syllables only.

        :param ids: unsigned[slots], the accented ids of all slots.
        :raises ValueError: one starts in a gap.
        """
        check(not (self.all_starts() & (ids == 0)).any(), "a word that starts in a gap")
