"""The terms of the field of words: what the segmenter joined, in accented forms.

The field holds the words of all texts of a document, one text after another, with a position
between two texts that no word has: no phrase goes from the title into the body. Nothing is stored
for it. A word is found as a phrase of syllables that starts where a word starts, and ends where it
ends.
"""

from collections.abc import Sequence
from functools import cached_property

import numpy as np

from danvan_search.index.codec.segment_reader import SegmentReader
from danvan_search.whoosh.codec.postings import Postings, SlotPostings
from danvan_search.whoosh.codec.text_terms import Text


class WordTerms:
    """The words of a segment.

    :param reader: the segment.
    :param texts: the texts of its documents, in the order of the grid.
    """

    def __init__(self, reader: SegmentReader, texts: Sequence[Text]) -> None:
        self._reader = reader
        self._texts = texts

    @cached_property
    def lengths(self) -> np.ndarray:
        """The words of each document: int64[d]."""
        starts = self._reader.word_boundaries.all_starts().view(np.uint8)
        first_slots = self._reader.grid.doc_slot[:-1]
        if not len(first_slots):
            return np.zeros(0, dtype=np.int64)
        lengths: np.ndarray = np.add.reduceat(starts, first_slots, dtype=np.int64)
        return lengths

    def lexicon(self) -> Sequence[bytes]:
        """Return the words in the order of their bytes."""
        return self._lexicon

    @cached_property
    def _lexicon(self) -> list[bytes]:
        grid = self._reader.grid
        starts = self._reader.word_boundaries.all_starts()
        ids = grid.ids(0, grid.slot_count).astype(np.int64)
        # A word ends where the next one starts, or in the gap after its text.
        borders = np.flatnonzero(starts | (ids == 0))
        is_word = starts[borders]
        slots, lengths = borders[is_word], np.diff(borders, append=len(ids))[is_word]
        form = self._reader.term_dictionary.accented_form
        words = []
        for length in np.unique(lengths).tolist():
            of_length = slots[lengths == length]
            distinct = of_length[_distinct_rows(ids, of_length, length)].tolist()
            words += [
                " ".join(map(form, ids[slot : slot + length].tolist())).encode()
                for slot in distinct
            ]
        return sorted(words)

    def postings(self, term: bytes) -> Postings | None:
        """Return the postings of a word; None if no document has it."""
        try:
            forms = term.decode().split(" ")
        except UnicodeDecodeError:
            return None
        dictionary, grid = self._reader.term_dictionary, self._reader.grid
        ids = [dictionary.find_accented(form) for form in forms]
        if not all(ids):
            return None
        folded = [dictionary.folded_of(one) for one in ids]
        positions = self._reader.positions
        if len(ids) > 1:
            slots = positions.slots_in(positions.index_range(folded[0], folded[1]))
        else:
            slots = positions.slots_of_folded(folded[0])
        slots = np.sort(slots).astype(np.int64)
        for distance, one in enumerate(ids):
            slots = slots[grid.has_id(slots + distance, one, one + 1)]
        slots = slots[self._reader.word_boundaries.are_words(slots, len(ids))]
        return WordPostings(self._reader, self._texts, slots) if len(slots) else None


class WordPostings(SlotPostings):
    """The postings of a word.

    :param slots: int64[n], ascending, the first slot of each occurrence.
    """

    def __init__(self, reader: SegmentReader, texts: Sequence[Text], slots: np.ndarray) -> None:
        docs = reader.grid.docs_at(slots).astype(np.int64)
        super().__init__(slots, docs)
        self._reader = reader
        self._texts = texts

    def positions(self, index: int) -> list[int]:
        """Return the positions of the word in the document at an index of ``docs``."""
        doc, slots = int(self.docs[index]), self.slots(index)
        first, end = self._reader.grid.doc_slot[doc : doc + 2].tolist()
        words = np.cumsum(self._reader.word_boundaries.starts(np.arange(first, end)))
        # One position is left out before each text but the first.
        text_starts = [text.starts[doc] for text in self._texts[1:]]
        texts_before = np.searchsorted(text_starts, slots, side="right")
        positions: list[int] = (words[slots - first] - 1 + texts_before).tolist()
        return positions


def _distinct_rows(ids: np.ndarray, slots: np.ndarray, length: int) -> np.ndarray:
    """Return the index of one occurrence of each distinct word: int64[m].

    :param ids: int64[slots of the grid], the accented ids.
    :param slots: int64[n], the first slot of each occurrence.
    :param length: the syllables of each word.
    """
    codes = ids[slots]
    for distance in range(1, length):
        # Ids and the numbers of distinct rows take 32 bits each.
        numbers = np.unique(codes, return_inverse=True)[1] if distance > 1 else codes
        codes = numbers << 32 | ids[slots + distance]
    return np.unique(codes, return_index=True)[1]
