"""Phrase matching in one segment: the slots where a phrase starts, and its postings.

The positions of the phrase's rarest biword are the candidates; the grid filters them by the other
syllables. A phrase of one syllable is read from its posting list.
"""

import sys
from bisect import bisect_left
from collections.abc import Sequence
from functools import cached_property
from typing import Final, NamedTuple

import numpy as np

from danvan_search.index.codec.champions import FREQUENT, Postings, with_weights
from danvan_search.index.codec.grid import ESCAPE, Grid, are_in_range
from danvan_search.index.codec.positions import Positions
from danvan_search.index.codec.postings import PostingList
from danvan_search.index.codec.ragged import offsets_of, run_indices
from danvan_search.index.codec.segment_reader import PARTS, PatternIds, SegmentReader

MAX_PYTHON_OCCURRENCES: Final = 16
"""Up to this many occurrences are filtered in Python: one NumPy call costs as much as ten."""

_MAX_RARE_BIWORD: Final = 256
"""Filtering more occurrences than this takes longer than looking up all biwords of a phrase."""

_NO_IDS: Final = np.zeros(0, dtype=np.uint16)
_NO_SLOTS: Final = np.zeros(0, dtype=np.int64)


class SlotRuns:
    """Runs of slots of a grid, searched as one array.

    :param runs: the first slot of each run, and the slot after its last.
    """

    def __init__(self, grid: Grid, runs: Sequence[tuple[int, int]]) -> None:
        self._grid = grid
        self._runs = runs
        starts, ends = np.array(runs, dtype=np.int64).reshape(-1, 2).T
        self._offsets = offsets_of(ends - starts)
        self._shifts = starts - self._offsets[:-1]

    def find(self, first: int, end: int) -> np.ndarray:
        """Return int64[n], the slots with an accented id in [first, end), run after run.

        :param first: not 0, and less than ``end``.
        """
        ids = self.low_ids if end <= ESCAPE else self.ids
        return self.slots_at(are_in_range(ids, first, end).nonzero()[0])

    def slots_at(self, indices: np.ndarray) -> np.ndarray:
        """Return int64[n], the slots at some indices of the runs, taken as one array.

        :param indices: int64[n].
        """
        runs = self._offsets.searchsorted(indices, "right") - 1
        slots: np.ndarray = indices + self._shifts.take(runs)
        return slots

    @cached_property
    def low_ids(self) -> np.ndarray:
        """uint16[slots of all runs], the ids; ``ESCAPE`` for those that are not less."""
        return np.concatenate([_NO_IDS, *[self._grid.low_ids(*run) for run in self._runs]])

    @cached_property
    def ids(self) -> np.ndarray:
        """unsigned[slots of all runs], the ids."""
        return np.concatenate([_NO_IDS, *[self._grid.ids(*run) for run in self._runs]])


def slots_among(
    segment: SegmentReader, ids: PatternIds, runs: Sequence[tuple[int, int]]
) -> list[int]:
    """Return the slots where the folded forms of a phrase start in some documents, ascending.

    The phrase may have one syllable, and may be a word.

    :param runs: the slot range of each document (:meth:`Grid.slot_range`), by rising document;
        usually those of one page.
    """
    if 0 in ids.folded:
        return []
    if len(ids.folded) == 1:
        variants = segment.term_dictionary.variants(ids.folded[0])
        slots: list[int] | np.ndarray = SlotRuns(segment.grid, runs).find(
            variants.start, variants.stop
        )
    else:
        index_range, biword_index = _rare_biword(segment.positions, ids.folded)
        positions = segment.positions.view_of(index_range)
        biword_slots: list[int] = []
        end = 0
        for first, stop in runs:
            start = bisect_left(positions, first, end)
            end = bisect_left(positions, stop, start)
            biword_slots += positions[start:end]
        slots = _phrase_starts(segment, ids, biword_slots, biword_index)
    if ids.word:
        slots = _word_slots_among(segment, ids, np.asarray(slots, dtype=np.int64))
    return slots if isinstance(slots, list) else slots.tolist()


def folded_slots(segment: SegmentReader, ids: PatternIds) -> list[int] | np.ndarray:
    """Return the slots where the folded forms of a phrase start, ascending.

    :param ids: of a phrase of two or more syllables.
    :return: a list of up to ``MAX_PYTHON_OCCURRENCES`` slots, or integers[n].
    """
    if 0 in ids.folded:
        return []
    index_range, biword_index = _rare_biword(segment.positions, ids.folded)
    start, end = index_range
    if end - start <= MAX_PYTHON_OCCURRENCES:
        biword_slots = segment.positions.view_of(index_range).tolist()
        return _phrase_starts(segment, ids, biword_slots, biword_index)
    return _phrase_starts(segment, ids, segment.positions.slots_in(index_range), biword_index)


def folded_slot_array(segment: SegmentReader, ids: PatternIds) -> np.ndarray:
    """Return :func:`folded_slots` as integers[n]."""
    slots = folded_slots(segment, ids)
    return np.array(slots, dtype=np.int64) if isinstance(slots, list) else slots


def _phrase_starts(
    segment: SegmentReader,
    ids: PatternIds,
    biword_slots: list[int] | np.ndarray,
    biword_index: int,
) -> list[int] | np.ndarray:
    """Return where a phrase starts, given the slots of one of its biwords.

    The grid is read for the other syllables, the rarest first.

    :param biword_index: the index of the biword's first syllable in the phrase.
    """
    if len(ids.folded) == 2:
        return biword_slots
    others = []
    for folded_id, index in sorted(zip(ids.folded, range(len(ids.folded)), strict=True))[::-1]:
        if not 0 <= index - biword_index <= 1:
            variants = segment.term_dictionary.variants(folded_id)
            others.append((index - biword_index, variants.start, variants.stop))
    if len(biword_slots) > MAX_PYTHON_OCCURRENCES:
        slots = np.asarray(biword_slots)
        while others and len(slots) > MAX_PYTHON_OCCURRENCES:
            distance, first, end = others.pop(0)
            near = np.add(slots, distance, dtype=np.int64)
            slots = slots[segment.grid.has_id(near, first, end)]
        if len(slots) > MAX_PYTHON_OCCURRENCES:
            return np.asarray(np.subtract(slots, biword_index, dtype=np.int64))
        biword_slots = slots
    few = biword_slots if isinstance(biword_slots, list) else biword_slots.tolist()
    return [slot - biword_index for slot in segment.grid.matching(few, others)]


def _rare_biword(positions: Positions, folded: tuple[int, ...]) -> tuple[tuple[int, int], int]:
    """Return a rare biword of a phrase: its range of the positions, and its index in the phrase."""
    if len(folded) == 2:
        return positions.index_range(*folded), 0
    # Folded ids are numbered by falling frequency: the greatest is the rarest syllable, and its
    # biwords are rare.
    rarest = folded.index(max(folded))
    indices = range(max(rarest - 1, 0), min(rarest + 1, len(folded) - 1))
    (start, end), index = _rarest_biword_of(positions, folded, indices)
    if end - start <= _MAX_RARE_BIWORD:
        return (start, end), index
    # Common syllables may form a rarer biword.
    return _rarest_biword_of(positions, folded, range(len(folded) - 1))


def _rarest_biword_of(
    positions: Positions, folded: tuple[int, ...], indices: range
) -> tuple[tuple[int, int], int]:
    """Return the rarest of the biwords at some indices, as :func:`_rare_biword` does."""
    best, best_index, fewest = (0, 0), 0, sys.maxsize
    for index in indices:
        start, end = positions.index_range(folded[index], folded[index + 1])
        if end - start < fewest:
            best, best_index, fewest = (start, end), index, end - start
    return best, best_index


def word_slots(segment: SegmentReader, ids: PatternIds) -> np.ndarray:
    """Return integers[n], the slots where the folded forms of a phrase are one word, ascending."""
    if len(ids.folded) > 1:
        slots = folded_slot_array(segment, ids)
    elif ids.folded[0]:
        slots = np.sort(segment.positions.slots_of_folded(ids.folded[0]))
    else:
        slots = _NO_SLOTS
    return _word_slots_among(segment, ids, slots)


def _word_slots_among(segment: SegmentReader, ids: PatternIds, slots: np.ndarray) -> np.ndarray:
    """Return those of a phrase's slots where it is one word."""
    return np.asarray(slots[segment.word_boundaries.are_words(slots, len(ids.folded))])


def exact_slots(segment: SegmentReader, ids: PatternIds, slots: list[int]) -> list[int]:
    """Return those of the slots of a phrase's folded forms that have its accented forms."""
    if 0 in ids.accented:
        return []
    if len(slots) > MAX_PYTHON_OCCURRENCES:
        all_slots = np.array(slots)
        exact: list[int] = all_slots[exact_mask(segment, ids, all_slots)].tolist()
        return exact
    accented = [
        (index, accented_id, accented_id + 1)
        for index, accented_id in enumerate(ids.accented)
        if accented_id is not None
    ]
    return segment.grid.matching(slots, accented)


def exact_mask(segment: SegmentReader, ids: PatternIds, slots: np.ndarray) -> np.ndarray:
    """Return bool[n], which occurrences of a phrase's folded forms have its accented forms.

    :param slots: integers[n], where the folded forms start.
    """
    if 0 in ids.accented:
        return np.zeros(len(slots), dtype=bool)
    mask: np.ndarray | None = None
    for index, accented_id in enumerate(ids.accented):
        if accented_id is not None:
            is_exact = segment.grid.has_id(slots + index, accented_id, accented_id + 1)
            mask = is_exact if mask is None else mask & is_exact
    return np.ones(len(slots), dtype=bool) if mask is None else mask


def exact_docs_among(
    segment: SegmentReader, ids: PatternIds, docs: np.ndarray, slots: np.ndarray | None = None
) -> np.ndarray:
    """Return int64[k], ascending: the documents that contain a phrase with its accented forms.

    For a few documents of a frequent phrase this is faster than :func:`phrase_postings`.

    :param ids: of a phrase of two or more syllables that need not be a word.
    :param docs: int64[n], ascending, the documents to check.
    :param slots: where the folded forms start, if known.
    """
    if slots is None:
        slots = folded_slot_array(segment, ids)
    found = slots_of_docs(segment, slots, docs)
    return segment.docs_of(found[exact_mask(segment, ids, found)])


def slots_of_docs(segment: SegmentReader, slots: np.ndarray, docs: np.ndarray) -> np.ndarray:
    """Return those of some slots that are in some documents.

    :param slots: integers[m], ascending.
    :param docs: int64[n], ascending.
    """
    doc_slot = segment.grid.doc_slot
    # The end of the last document is past the grid, but fits the dtype of the slots.
    low = slots.searchsorted(doc_slot[docs].astype(slots.dtype))
    high = slots.searchsorted(doc_slot[docs + 1].astype(slots.dtype))
    return slots.take(run_indices(low, high - low))


class PhrasePostings(NamedTuple):
    """The postings of a phrase in one segment.

    :ivar folded: of the folded forms.
    :ivar exact: of the accented forms of the pattern, a subset of ``folded``; None when the
        pattern has none.
    """

    folded: Postings
    exact: Postings | None

    @property
    def best(self) -> Postings:
        """The postings of the phrase's best tier."""
        return self.folded if self.exact is None else self.exact

    def restrict(self, mask: np.ndarray | None) -> "PhrasePostings":
        """Return the postings of the documents in a mask; see :func:`restrict`."""
        if mask is None:
            return self
        exact = None if self.exact is None else restrict(self.exact, mask)
        return PhrasePostings(restrict(self.folded, mask), exact)


def restrict(postings: Postings, mask: np.ndarray | None) -> Postings:
    """Return the postings of the documents in a mask.

    :param mask: bool[docs]; None keeps every document.
    """
    if mask is None:
        return postings
    kept = np.flatnonzero(mask.take(postings.docs))
    if len(kept) == len(postings.docs):
        return postings
    return select(postings, kept)


def select(postings: Postings, kept: np.ndarray) -> Postings:
    """Return some entries of postings.

    :param kept: their ascending indices, int64[k], or a mask of them, bool[n].
    """
    title_tfs = None if postings.title_tfs is None else postings.title_tfs[kept]
    return Postings(postings.docs[kept], postings.tfs[kept], title_tfs)


def phrase_postings(
    segment: SegmentReader, ids: PatternIds, slots: np.ndarray | None = None
) -> PhrasePostings:
    """Return the postings of a phrase of one or more syllables, deleted documents included.

    :param slots: where the folded forms start, if known.
    """
    if ids.word:
        slots = word_slots(segment, ids)
        return _add_exact(segment, ids, slots, segment.count(slots))
    if len(ids.folded) == 1:
        folded_id = ids.folded[0]
        folded = list_postings(*[segment.folded_list(folded_id, part) for part in PARTS])
        if ids.accented[0] is None:
            return PhrasePostings(folded, None)
        accented_id = ids.accented[0]
        exact = list_postings(
            *[segment.accented_list(folded_id, accented_id, part) for part in PARTS]
        )
        return PhrasePostings(folded, exact)
    if slots is None:
        slots = folded_slot_array(segment, ids)
    if len(ids.folded) == 2 and len(slots) > FREQUENT:
        folded = list_postings(*[segment.biword_list(*ids.folded, part) for part in PARTS])
    else:
        folded = segment.count(slots)
    return _add_exact(segment, ids, slots, folded)


def _add_exact(
    segment: SegmentReader, ids: PatternIds, slots: np.ndarray, folded: Postings
) -> PhrasePostings:
    """Return folded postings with the exact ones among them.

    :param slots: the occurrences that ``folded`` counts.
    """
    if all(accented is None for accented in ids.accented):
        return PhrasePostings(folded, None)
    mask = exact_mask(segment, ids, slots)
    # Usually every occurrence has the typed accents.
    return PhrasePostings(folded, folded if mask.all() else segment.count(slots[mask]))


def list_postings(
    whole: PostingList, title: PostingList | None, details: PostingList | None = None
) -> Postings:
    """Return the postings of a term from its posting lists.

    :param whole: of whole documents.
    :param title: of titles; None for none.
    :param details: of details; None for none.
    """
    docs, tfs = whole.entries()
    title_tfs = None
    if title is not None and title.df:
        # Few documents have it in the title: look up those alone.
        title_docs, in_titles = title.entries()
        title_tfs = np.zeros(len(docs), dtype=np.int64)
        title_tfs[docs.searchsorted(title_docs)] = in_titles
    postings = Postings(docs, tfs, title_tfs)
    return with_weights(postings, *details.entries()) if details and details.df else postings
