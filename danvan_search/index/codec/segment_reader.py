"""The segment reader: the term dictionary, grid, postings, positions and texts of one segment.

It holds every part of a ``.grid`` file, and looks up the ids and posting lists of query syllables.
"""

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any, Final, NamedTuple, Self

import numpy as np

from danvan_search.errors import IndexDamagedError
from danvan_search.index.codec.array_checks import check_lengths
from danvan_search.index.codec.array_file import ArrayFile
from danvan_search.index.codec.bm25 import DETAILS_WEIGHT
from danvan_search.index.codec.champions import (
    Champions,
    Postings,
    count_slots,
    with_weights,
)
from danvan_search.index.codec.checked_array import StoredArrays
from danvan_search.index.codec.corruption import SUSPECT
from danvan_search.index.codec.grid import Grid
from danvan_search.index.codec.offsets import Offsets
from danvan_search.index.codec.positions import Positions
from danvan_search.index.codec.postings import EMPTY, PostingList, PostingLists
from danvan_search.index.codec.ragged import run_lengths, run_starts
from danvan_search.index.codec.stored_text import StoredText
from danvan_search.index.codec.term_dictionary import TermDictionary
from danvan_search.index.codec.word_boundaries import WordBoundaries

Pattern = Sequence[tuple[str, str | None]]
"""The syllables of a phrase: (folded form, accented form); None matches any accented form."""

PARTS: Final = ("all", "title", "details")
"""The parts of documents with separate posting lists: the whole document, its title, its details.
A segment whose documents have no details has no lists of them."""


class PatternIds(NamedTuple):
    """A pattern of n syllables, as ids of one segment.

    :ivar folded: n folded ids, 0 for a form that the segment lacks.
    :ivar accented: n accented ids, 0 for a form that the segment lacks; None matches any form.
    :ivar word: whether only occurrences match that are exactly one word.
    """

    folded: tuple[int, ...]
    accented: tuple[int | None, ...]
    word: bool = False


class SegmentReader:
    """The arrays of a segment's ``.grid`` file; immutable and thread-safe.

    Documents, slots and ids of all its parts are those of the segment. Posting lists exist of all
    folded forms, of accented forms whose folded form has several variants, and of biwords with more
    than ``champions.FREQUENT`` occurrences; the readers of posting lists below make up for the
    others.

    :ivar doc_count: the number of documents, including deleted ones.
    :ivar syllables: the number of syllables of all texts.
    :ivar title_syllables: the number of syllables of all titles.
    :ivar ranking: the parameters with which its champions were chosen, as ``bm25.parameters``
        returned them; None, or any JSON value, in a file that lacks them.
    :ivar has_details: whether any document has details with syllables.
    :ivar segmenters: the fingerprints of the segmenters that found its words; empty without words.
    :ivar term_dictionary: folded and accented forms, and their ids.
    :ivar grid: the accented id of each slot.
    :ivar positions: the slots of each biword.
    :ivar stored_text: titles and bodies.
    :ivar offsets: the start offset and length of each syllable in its text.
    :ivar word_boundaries: the slots at which words start.
    :ivar folded_lists: the posting lists of folded ids, for each of ``PARTS``.
    :ivar accented_lists: the posting lists of accented ids, for each of ``PARTS``.
    :ivar biword_rank: the index in ``frequent_biwords`` of each biword that has posting lists.
    :ivar folded_syllable_champions: the champions by folded id.
    :ivar accented_syllable_champions: the champions by accented id.
    :ivar folded_champions: the champions by ``biword_rank``.
    :ivar accented_champions: the champions by first accented id · 2^32 + second accented id.

    :param arrays: the arrays that ``writing.segment_writer`` writes.
    :param meta: the meta values of the segment.
    :param file: the file of the arrays, if they are mapped; the reader keeps it open.
    :raises IndexDamagedError: an array is missing, or has another shape or dtype.
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
            self.ranking = meta.get("ranking")
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
            self.has_details = self.grid.details is not None
            self.folded_lists = self._posting_lists(arrays, "folded", forms.folded_count + 1)
            self.accented_lists = self._posting_lists(arrays, "accented", forms.accented_count + 1)
            frequent = arrays["frequent_biwords"].of(np.uint32).whole().tolist()
            self.biword_lists = self._posting_lists(arrays, "biword", len(frequent))
            (
                self.folded_syllable_champions,
                self.accented_syllable_champions,
                self.folded_champions,
                self.accented_champions,
            ) = (
                Champions(arrays, f"{kind}_champions", has_details=self.has_details)
                for kind in ("folded_syllable", "accented_syllable", "folded", "accented")
            )
        except SUSPECT as error:
            raise IndexDamagedError.of(where, f"arrays are missing or invalid: {error}") from error
        self.biword_rank = {biword: rank for rank, biword in enumerate(frequent)}

    @classmethod
    def open(cls, path: Path) -> Self:
        """Open a file that ``writing.segment_writer`` wrote.

        :raises IndexStorageError: it cannot be read.
        :raises IndexFormatError: it has another format version.
        :raises IndexDamagedError: it is cut or altered; see also :meth:`verify`.
        """
        file = ArrayFile(path)
        return cls(file.arrays, file.meta, file)

    def release(self) -> None:
        """Give the memory of the pages read so far back; see :meth:`ArrayFile.release`."""
        if self._file is not None:
            self._file.release()

    def verify(self) -> None:
        """Compare all checksums of the file; see :meth:`ArrayFile.verify`."""
        if self._file is not None:
            self._file.verify()

    def _posting_lists(
        self, arrays: StoredArrays, kind: str, term_count: int
    ) -> dict[str, PostingLists]:
        return {
            part: PostingLists(arrays, f"{part}_{kind}", term_count, self.doc_count)
            for part in PARTS
            if part != "details" or self.has_details
        }

    @property
    def weighted_length(self) -> float:
        """The sum of the lengths by which documents are ranked; see ``bm25``."""
        details = self.grid.details
        if details is None:
            return self.syllables
        return self.syllables - (1 - DETAILS_WEIGHT) * int(details.syllables.sum())

    def ids(self, pattern: Pattern, *, word: bool = False) -> PatternIds:
        """Look up the ids of a pattern.

        :param word: see :class:`PatternIds`.
        """
        folded_id, accented_id = self.term_dictionary.folded_id, self.term_dictionary.accented_id
        folded = [folded_id(form) for form, _ in pattern]
        accented = [
            None if form is None else accented_id(its_folded_id, form)
            for its_folded_id, (_, form) in zip(folded, pattern, strict=True)
        ]
        return PatternIds(tuple(folded), tuple(accented), word)

    def folded_list(self, folded_id: int, part: str = "all") -> PostingList:
        """Return the posting list of a folded id, empty for 0; ``part`` is one of ``PARTS``."""
        if not folded_id or part not in self.folded_lists:
            return EMPTY
        return self.folded_lists[part].get(folded_id)

    def accented_list(self, folded_id: int, accented_id: int, part: str = "all") -> PostingList:
        """Return the posting list of an accented id, empty for 0.

        :param folded_id: the folded id of the accented id.
        :param part: one of ``PARTS``.
        """
        if not accented_id:
            return EMPTY
        if len(self.term_dictionary.variants(folded_id)) == 1:
            return self.folded_list(folded_id, part)
        lists = self.accented_lists.get(part)
        return EMPTY if lists is None else lists.get(accented_id)

    def sum_folded(self, folded_ids: np.ndarray, part: str = "all") -> np.ndarray:
        """Return how often each document has any of some folded ids: int64[docs].

        :param folded_ids: int64[n], distinct, without 0.
        :param part: one of ``PARTS``.
        """
        if part not in self.folded_lists:
            return np.zeros(self.doc_count, dtype=np.int64)
        return self.folded_lists[part].summed(folded_ids)

    def sum_accented(self, accented_ids: np.ndarray, part: str = "all") -> np.ndarray:
        """Return how often each document has any of some accented ids: int64[docs].

        :param accented_ids: int64[n], distinct, without 0.
        :param part: one of ``PARTS``.
        """
        if part not in self.accented_lists:
            return np.zeros(self.doc_count, dtype=np.int64)
        folded_ids = self.term_dictionary.folded_ids_of(accented_ids)
        is_only = self.term_dictionary.are_only_variants(folded_ids)
        sums = self.folded_lists[part].summed(folded_ids[is_only])
        sums += self.accented_lists[part].summed(accented_ids[~is_only])
        return sums

    def biword_list(self, first: int, second: int, part: str = "all") -> PostingList:
        """Return the posting list of a biword of two folded ids, empty if one is 0.

        :param part: one of ``PARTS``.
        """
        biword = self.positions.find(first, second) if first and second else -1
        if biword < 0 or part not in self.biword_lists:
            return EMPTY
        rank = self.biword_rank.get(biword)
        if rank is not None:
            return self.frequent_biword_list(rank, part)
        slots = self.positions.slots(biword)
        if part == "all":
            docs = self.grid.docs_at(slots)
            starts = run_starts(docs)
            return PostingList(len(starts), None, docs[starts], run_lengths(starts, len(docs)))
        if part == "details":
            docs, tfs = self.count_in_details(slots)
            return PostingList(len(docs), None, docs, tfs)
        counts = self.count_equally(slots)
        if counts.title_tfs is None:
            return EMPTY
        titled = np.flatnonzero(counts.title_tfs)
        return PostingList(len(titled), None, counts.docs[titled], counts.title_tfs[titled])

    def frequent_biword_list(self, rank: int, part: str = "all") -> PostingList:
        """Return the posting list of a frequent biword.

        :param rank: its index in ``frequent_biwords``.
        :param part: one of ``PARTS``.
        """
        lists = self.biword_lists.get(part)
        return EMPTY if lists is None else lists.get(rank)

    def docs_of(self, slots: np.ndarray) -> np.ndarray:
        """Return the distinct documents of some slots, ascending: int64[n].

        :param slots: integers[m], ascending.
        """
        docs = self.grid.docs_at(slots)
        return np.asarray(docs[run_starts(docs)], dtype=np.int64)

    def count(self, slots: np.ndarray) -> Postings:
        """Count occurrences by document, those in details at their weight.

        :param slots: integers[n], n > 0, ascending: the slots at which a phrase starts.
        """
        counts = self.count_equally(slots)
        return with_weights(counts, *self.count_in_details(slots)) if self.has_details else counts

    def count_equally(self, slots: np.ndarray) -> Postings:
        """Count occurrences by document, each as 1; see :func:`count_slots`."""
        return count_slots(slots, self.grid.block_doc, self.grid.body_slot)

    def count_in_details(self, slots: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        """Return the documents with occurrences in their details, and how many: int64[k] each.

        :param slots: integers[n], ascending: the slots at which a phrase starts.
        """
        held = slots[self.grid.are_in_details(slots)]
        docs = self.grid.docs_at(held)
        starts = run_starts(docs)
        return docs.take(starts).astype(np.int64), run_lengths(starts, len(held))


def _count(meta: Mapping[str, Any], name: str) -> int:
    value = meta[name]
    if type(value) is not int or value < 0:
        raise ValueError(f"{name} is not a non-negative integer")
    return value
