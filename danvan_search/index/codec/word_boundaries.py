"""Word boundaries: one bit per slot of the grid, set if a word starts at the slot.

A word is a slot with a set bit, and the slots after it up to the next set bit or gap. The bit of a
gap is 0. Every text of a document that was segmented into words starts with a word; so a document
was not segmented if the bit of its first syllable is 0, and a segment can hold documents with and
without words. Each line of the details of a document is a text of its own here. The array is::

    word_bits   uint8[slots / 8], the first of eight slots in the highest bit; absent without words
"""

import numpy as np

from danvan_search.index.codec.array_checks import check, check_lengths
from danvan_search.index.codec.checked_array import CheckedArray
from danvan_search.index.codec.grid import Grid


class WordBoundaries:
    """The word boundaries of an open segment.

    :param bits: ``word_bits``, uint8[slots / 8]; None if no document was segmented.
    :param grid: the grid of the segment.
    :raises ValueError: ``bits`` does not fit the grid.
    :raises IndexDamagedError: it has another dtype.
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
        """Return at which slots a word starts: bool[n].

        :param slots: integers[n], all on the grid.
        """
        if self._bits is None:
            return np.zeros(len(slots), dtype=bool)
        shifts = (~slots & 7).astype(np.uint8)
        return (self._bits.take(slots >> 3) >> shifts) & 1 > 0

    def all_starts(self) -> np.ndarray:
        """Return for each slot of the grid whether a word starts there: bool[slots]."""
        count = self._grid.slot_count
        if self._bits is None:
            return np.zeros(count, dtype=bool)
        return np.unpackbits(self._bits.whole(), count=count).view(bool)

    def are_words(self, slots: np.ndarray, length: int) -> np.ndarray:
        """Return which phrases are exactly one word: bool[n].

        :param slots: integers[n], the first slot of each phrase.
        :param length: the syllables of each phrase, at least 1, all in one text.
        """
        are_words = self.starts(slots)
        for distance in range(1, length):
            are_words &= ~self.starts(slots + distance)
        after = slots + length
        are_words &= self.starts(after) | self._grid.are_gaps(after)
        return are_words

    def segmented(self) -> np.ndarray:
        """Return which documents were segmented into words, or have no syllables: bool[docs]."""
        grid = self._grid
        empty = (grid.title_lengths == 0) & (grid.body_lengths == 0)
        segmented = empty | self.starts(grid.doc_slot[:-1])
        if grid.details is not None and grid.details_slot is not None:
            only_details = np.flatnonzero(empty & (grid.details.syllables > 0))
            segmented[only_details] = self.starts(grid.details_slot[only_details])
        return np.asarray(segmented)

    def check_values(self, ids: np.ndarray) -> None:
        """Check that words start only at syllables.

        :param ids: unsigned[slots], the accented ids of all slots.
        :raises ValueError: a word starts at a gap.
        """
        check(not (self.all_starts() & (ids == 0)).any(), "a word that starts at a gap")
