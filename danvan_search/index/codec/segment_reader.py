"""One segment, open: all of its arrays under the names of what they are."""

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any, Final, NamedTuple, Self

import numpy as np

from danvan_search.errors import IndexDamagedError
from danvan_search.index.codec.array_file import ArrayFile
from danvan_search.index.codec.champions import (
    Champions,
    Postings,
    count_slots,
)
from danvan_search.index.codec.checked_array import (
    StoredArrays,
    check,
    check_ascending,
    check_lengths,
)
from danvan_search.index.codec.corruption import SUSPECT
from danvan_search.index.codec.grid import BLOCK_BITS, Grid
from danvan_search.index.codec.offsets import Offsets
from danvan_search.index.codec.positions import Positions
from danvan_search.index.codec.postings import EMPTY, PostingList, PostingLists
from danvan_search.index.codec.ragged import run_lengths, run_starts
from danvan_search.index.codec.stored_text import StoredText
from danvan_search.index.codec.term_dictionary import TermDictionary
from danvan_search.index.codec.word_boundaries import WordBoundaries

Pattern = Sequence[tuple[str, str | None]]
"""Syllables of a phrase: folded form, and accented form or None where any variant will do."""

PARTS: Final = ("all", "title")
"""Document lists are kept of whole documents and of their titles."""


class PatternIds(NamedTuple):
    """A pattern in the ids of one segment.

    :ivar folded: folded ids; 0 for a form that the segment lacks.
    :ivar accented: accented ids where a form was asked for, 0 if the segment lacks it; else None.
    :ivar word: whether only occurrences count that the segmenter made one word.
    """

    folded: tuple[int, ...]
    accented: tuple[int | None, ...]
    word: bool = False


class SegmentReader:
    """An immutable part of an index, open for reading.

    :ivar doc_count: documents, deleted ones too.
    :ivar syllables: of all titles and bodies.
    :ivar title_syllables: of all titles.
    :ivar segmenters: the fingerprints of what made its words; none if it has none.

    :param arrays: as :func:`~danvan_search.index.writing.segment_writer.build_arrays` makes them, to be
        read.
    :param meta: its meta values.
    :param file: what keeps the arrays alive, if they are mapped.
    :raises IndexDamagedError: when an array is missing.
    """

    def __init__(
        self, arrays: StoredArrays, meta: Mapping[str, Any], file: ArrayFile | None = None
    ) -> None:
        self._file = file
        where = str(file.path) if file else "a segment in memory"
        try:
            self.doc_count = _count(meta, "docs")
            self.syllables = _count(meta, "syllables")
            self.title_syllables = _count(meta, "title_syllables")
            self.segmenters = tuple(map(str, meta.get("segmenters", ())))
            self.term_dictionary = TermDictionary(arrays)
            self.grid = Grid(arrays)
            check_lengths(self.doc_count, self.grid.title_lengths)
            self.positions = Positions(arrays)
            check_lengths(self.syllables, arrays["positions"])
            self.stored_text = StoredText(arrays, where, self.doc_count)
            self.offsets = Offsets(arrays, self.grid.slot_count)
            self.word_boundaries = WordBoundaries(arrays.get("word_bits"), self.grid)
            forms = self.term_dictionary
            self.folded_lists = self._doc_lists(arrays, "folded", forms.folded_count + 1)
            self.accented_lists = self._doc_lists(arrays, "accented", forms.accented_count + 1)
            frequent = arrays["frequent_biwords"].of(np.uint32).whole().tolist()
            self._biword_lists = self._doc_lists(arrays, "biword", len(frequent))
            self.folded_syllable_champions = Champions(arrays, "folded_syllable_champions")
            self.accented_syllable_champions = Champions(arrays, "accented_syllable_champions")
            self.folded_champions = Champions(arrays, "folded_champions")
            self.accented_champions = Champions(arrays, "accented_champions")
        except SUSPECT as error:
            raise IndexDamagedError.of(where, f"it lacks a part: {error}") from error
        self.biword_rank = {biword: rank for rank, biword in enumerate(frequent)}

    @classmethod
    def open(cls, path: Path) -> Self:
        """Map a file that :func:`~danvan_search.index.writing.segment_writer.write_segment` wrote.

        :raises IndexStorageError: when it cannot be read.
        :raises IndexFormatError: when it is one of another version.
        :raises IndexDamagedError: when it is cut or altered; see also :meth:`verify`.
        """
        file = ArrayFile(path)
        return cls(file.arrays, file.meta, file)

    def release(self) -> None:
        """Give back the memory of what was read of the file; see :meth:`ArrayFile.release`."""
        if self._file is not None:
            self._file.release()

    def verify(self) -> None:
        """Compare all checksums of the file; see :meth:`ArrayFile.verify`."""
        if self._file is not None:
            self._file.verify()

    def check_values(self) -> None:
        """Check all values, beyond what is checked when they are read; takes about a build's time.

        :raises ValueError: one is impossible.
        :raises IndexDamagedError: one is not what was written.
        """
        terms, grid = self.term_dictionary, self.grid
        terms.check_values()
        titles = grid.title_lengths.astype(np.int64)
        syllables = titles + grid.body_lengths
        check(self.title_syllables == titles.sum(), "another number of syllables in titles")
        check(self.syllables == syllables.sum(), "another number of syllables")
        ids = grid.check_values(terms.accented_count)
        variants = [len(terms.variants(number)) for number in range(terms.folded_count + 1)]
        self.positions.check_values(np.repeat(np.arange(len(variants)), variants).take(ids))
        chars = self.offsets.check_values()
        title_chars, body_chars = self.stored_text.lengths(np.arange(self.doc_count))
        for slots, lengths, limits in (
            (grid.doc_slot[:-1], titles, title_chars),
            (grid.body_slot, grid.body_lengths.astype(np.int64), body_chars),
        ):
            check((chars[slots + lengths] - chars[slots] <= limits).all(), "text that is too short")
        self.stored_text.check_values()
        self.word_boundaries.check_values(ids)
        check_ascending(np.array([*self.biword_rank]), len(self.positions))
        for lists in (self.folded_lists, self.accented_lists, self._biword_lists):
            for part in PARTS:
                lists[part].check_values()
        for champions in (
            self.folded_syllable_champions,
            self.accented_syllable_champions,
            self.folded_champions,
            self.accented_champions,
        ):
            champions.check_values(self.doc_count)

    def _doc_lists(self, arrays: StoredArrays, kind: str, terms: int) -> dict[str, PostingLists]:
        return {
            part: PostingLists(arrays, f"{part}_{kind}", terms, self.doc_count) for part in PARTS
        }

    def ids(self, pattern: Pattern, *, word: bool = False) -> PatternIds:
        """Look the forms of a pattern up.

        :param word: whether it is to be one word.
        """
        folded_id, accented_id = self.term_dictionary.folded_id, self.term_dictionary.accented_id
        folded = [folded_id(form) for form, _ in pattern]
        accented = [
            None if form is None else accented_id(own, form)
            for own, (_, form) in zip(folded, pattern, strict=True)
        ]
        return PatternIds(tuple(folded), tuple(accented), word)

    def folded_list(self, folded_id: int, part: str = "all") -> PostingList:
        """Return the documents of a folded form; ``part`` is one of ``PARTS``."""
        return self.folded_lists[part].get(folded_id) if folded_id else EMPTY

    def accented_list(self, folded_id: int, accented_id: int, part: str = "all") -> PostingList:
        """Return the documents of an accented form of a folded form."""
        if not accented_id:
            return EMPTY
        if len(self.term_dictionary.variants(folded_id)) == 1:
            return self.folded_list(folded_id, part)
        return self.accented_lists[part].get(accented_id)

    def biword_list(self, first: int, second: int, part: str = "all") -> PostingList:
        """Return the documents of a biword of two folded ids."""
        biword = self.positions.find(first, second) if first and second else -1
        if biword < 0:
            return EMPTY
        rank = self.biword_rank.get(biword)
        if rank is not None:
            return self._biword_lists[part].get(rank)
        slots = self.positions.slots(biword)
        if part == "all":
            docs = self.grid.block_doc.take(slots >> BLOCK_BITS)
            starts = run_starts(docs)
            return PostingList(len(starts), None, docs[starts], run_lengths(starts, len(docs)))
        counts = self.count(slots)
        if counts.title_tfs is None:
            return EMPTY
        titled = np.flatnonzero(counts.title_tfs)
        return PostingList(len(titled), None, counts.docs[titled], counts.title_tfs[titled])

    def docs_of(self, slots: np.ndarray) -> np.ndarray:
        """Return int64[n], ascending, the distinct documents of some slots, ascending too."""
        docs = self.grid.block_doc.take(slots >> BLOCK_BITS)
        return np.asarray(docs[run_starts(docs)], dtype=np.int64)

    def count(self, slots: np.ndarray) -> Postings:
        """Count occurrences by document; see :func:`count_slots`."""
        return count_slots(slots, self.grid.block_doc, self.grid.body_slot)


def _count(meta: Mapping[str, Any], name: str) -> int:
    value = meta[name]
    if type(value) is not int or value < 0:
        raise ValueError(f"{name} is no count")
    return value
