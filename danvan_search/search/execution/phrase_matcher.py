"""Where a phrase occurs in one segment: the slots at which its syllables follow each other.

The slots of the phrase's rarest biword are the candidates; the grid filters them by the other
syllables. A phrase of one syllable is read from its posting list.
"""

import sys
from bisect import bisect_left
from collections.abc import Sequence
from functools import cached_property
from typing import Final, NamedTuple

import numpy as np

from danvan_search.index.codec.champions import FREQUENT, Postings
from danvan_search.index.codec.grid import ESCAPE, Grid
from danvan_search.index.codec.positions import Positions
from danvan_search.index.codec.postings import PostingList
from danvan_search.index.codec.ragged import offsets_of, run_places
from danvan_search.index.codec.segment_reader import PatternIds, SegmentReader

_NO_IDS: Final = np.zeros(0, dtype=np.uint16)


class SlotRuns:
    """Runs of slots, laid end to end.

    :param runs: the first slot of each, and the one after its last.
    """

    def __init__(self, grid: Grid, runs: Sequence[tuple[int, int]]) -> None:
        self._grid = grid
        self._runs = runs
        starts, ends = np.array(runs, dtype=np.int64).reshape(-1, 2).T
        self._offsets = offsets_of(ends - starts)
        self._shifts = starts - self._offsets[:-1]

    def find(self, first: int, end: int) -> np.ndarray:
        """Return int64[n], the slots with an id of ``first`` to ``end - 1``, run after run.

        :param first: not 0, and less than ``end``.
        """
        if end <= ESCAPE:
            # One comparison for both ends: what is below wraps round to above.
            above_first = self._low - np.uint16(first)
            places = (above_first < end - first).nonzero()[0]
        else:
            places = ((self._ids >= first) & (self._ids < end)).nonzero()[0]
        runs = self._offsets.searchsorted(places, "right") - 1
        slots: np.ndarray = places + self._shifts.take(runs)
        return slots

    @cached_property
    def _low(self) -> np.ndarray:
        return np.concatenate([_NO_IDS, *[self._grid.low_ids(*run) for run in self._runs]])

    @cached_property
    def _ids(self) -> np.ndarray:
        return np.concatenate([_NO_IDS, *[self._grid.ids(*run) for run in self._runs]])


FEW: Final = 16
"""So many occurrences are looked at one by one: a call of NumPy takes as long as ten of them."""

MANY: Final = 256
"""More occurrences than this take longer to look at than all biwords of a phrase to look up."""

_NO_SLOTS: Final = np.zeros(0, dtype=np.int64)


def word_slots(segment: SegmentReader, ids: PatternIds) -> np.ndarray:
    """Return integers[n], where the folded forms of a phrase stand as one word, ascending."""
    if len(ids.folded) > 1:
        slots = folded_slots(segment, ids)
    elif ids.folded[0]:
        slots = np.sort(segment.positions.slots_of_folded(ids.folded[0]))
    else:
        slots = _NO_SLOTS
    return _words_of(segment, ids, slots)


def _words_of(segment: SegmentReader, ids: PatternIds, slots: np.ndarray) -> np.ndarray:
    return np.asarray(slots[segment.word_boundaries.are_words(slots, len(ids.folded))])


def slots_among(
    segment: SegmentReader, ids: PatternIds, runs: Sequence[tuple[int, int]]
) -> list[int]:
    """Return the slots where a phrase starts in some documents, ascending.

    Only folded forms count; the phrase may be of one syllable, or a word.

    :param runs: the slots of each document, as :meth:`Grid.run` gives them, by rising document; a
        page of them, as a rule.
    """
    if 0 in ids.folded:
        return []
    if len(ids.folded) == 1:
        variants = segment.term_dictionary.variants(ids.folded[0])
        slots: list[int] | np.ndarray = SlotRuns(segment.grid, runs).find(
            variants.start, variants.stop
        )
    else:
        run, rarest = _rare_biword(segment.positions, ids.folded)
        places = segment.positions.view_of(run)
        biwords: list[int] = []
        end = 0
        for first, stop in runs:
            start = bisect_left(places, first, end)
            end = bisect_left(places, stop, start)
            biwords += places[start:end]
        slots = _whole(segment, ids, biwords, rarest)
    if ids.word:
        slots = _words_of(segment, ids, np.asarray(slots, dtype=np.int64))
    return slots if isinstance(slots, list) else slots.tolist()


def folded_slots(segment: SegmentReader, ids: PatternIds) -> np.ndarray:
    """Return integers[n], the slots where a phrase of 2 or more syllables starts, ascending.

    Only folded forms count.
    """
    slots = few_or_all(segment, ids)
    return np.array(slots, dtype=np.int64) if isinstance(slots, list) else slots


def few_or_all(segment: SegmentReader, ids: PatternIds) -> list[int] | np.ndarray:
    """Return what :func:`folded_slots` does, as a list if they are few."""
    if 0 in ids.folded:
        return []
    run, rarest = _rare_biword(segment.positions, ids.folded)
    if run[1] - run[0] <= FEW:
        return _whole(segment, ids, segment.positions.view_of(run).tolist(), rarest)
    return _whole(segment, ids, segment.positions.slots_in(run), rarest)


def _whole(
    segment: SegmentReader, ids: PatternIds, at: list[int] | np.ndarray, rarest: int
) -> list[int] | np.ndarray:
    """Return where a phrase starts, given where one of its biwords does.

    The others of its syllables are looked for around, the rarest of them first.
    """
    if len(ids.folded) == 2:
        return at
    around = []
    for folded_id, place in sorted(zip(ids.folded, range(len(ids.folded)), strict=True))[::-1]:
        if not 0 <= place - rarest <= 1:
            variants = segment.term_dictionary.variants(folded_id)
            around.append((place - rarest, variants.start, variants.stop))
    if len(at) > FEW:
        many = np.asarray(at)
        while around and len(many) > FEW:
            distance, first, end = around.pop(0)
            near = np.add(many, distance, dtype=np.int64)
            many = many[segment.grid.has_id(near, first, end)]
        if len(many) > FEW:
            return np.asarray(np.subtract(many, rarest, dtype=np.int64))
        at = many
    few = at if isinstance(at, list) else at.tolist()
    return [slot - rarest for slot in segment.grid.matching(few, around)]


def _rare_biword(biwords: Positions, folded: tuple[int, ...]) -> tuple[tuple[int, int], int]:
    """Return where a rare biword of a phrase stands in the list of positions, and its place."""
    if len(folded) == 2:
        return biwords.run(*folded), 0
    # Ids fall with frequency: the greatest is the rarest, and so are the biwords it is in.
    rare = folded.index(max(folded))
    best = _rarest_of(biwords, folded, range(max(rare - 1, 0), min(rare + 1, len(folded) - 1)))
    (start, end), _ = best
    if end - start <= MANY:
        return best
    # Common syllables make rare biwords, too.
    return _rarest_of(biwords, folded, range(len(folded) - 1))


def _rarest_of(
    biwords: Positions, folded: tuple[int, ...], places: range
) -> tuple[tuple[int, int], int]:
    best, best_place, fewest = (0, 0), 0, sys.maxsize
    for place in places:
        run = biwords.run(folded[place], folded[place + 1])
        count = run[1] - run[0]
        if count < fewest:
            best, best_place, fewest = run, place, count
    return best, best_place


def with_accents(segment: SegmentReader, ids: PatternIds, slots: list[int]) -> list[int]:
    """Return which occurrences of the folded forms have the accented forms asked for."""
    if 0 in ids.accented:
        return []
    if len(slots) > FEW:
        all_slots = np.array(slots)
        exact: list[int] = all_slots[exact_mask(segment, ids, all_slots)].tolist()
        return exact
    around = [(at, own, own + 1) for at, own in enumerate(ids.accented) if own is not None]
    return segment.grid.matching(slots, around)


def exact_mask(segment: SegmentReader, ids: PatternIds, slots: np.ndarray) -> np.ndarray:
    """Say which occurrences of the folded forms have the accented forms asked for: bool[n]."""
    if 0 in ids.accented:
        return np.zeros(len(slots), dtype=bool)
    mask: np.ndarray | None = None
    for place, accented_id in enumerate(ids.accented):
        if accented_id is not None:
            fits = segment.grid.has_id(slots + place, accented_id, accented_id + 1)
            mask = fits if mask is None else mask & fits
    return np.ones(len(slots), dtype=bool) if mask is None else mask


class PhrasePostings(NamedTuple):
    """The documents of one segment that hold a phrase.

    :ivar folded: those that hold its folded forms.
    :ivar exact: of these, those that hold it with the accented forms that were asked for;
        counts exact occurrences only. None when the pattern asks for none.
    """

    folded: Postings
    exact: Postings | None


def find(
    segment: SegmentReader, ids: PatternIds, slots: np.ndarray | None = None
) -> PhrasePostings:
    """Count the occurrences of a phrase of any length but 0 by document.

    :param slots: where the folded forms start, if that is known.
    """
    if ids.word:
        slots = word_slots(segment, ids)
        return _with_exact(segment, ids, slots, segment.count(slots))
    if len(ids.folded) == 1:
        folded_id = ids.folded[0]
        folded = _list_counts(
            segment.folded_list(folded_id), segment.folded_list(folded_id, "title")
        )
        if ids.accented[0] is None:
            return PhrasePostings(folded, None)
        accented_id = ids.accented[0]
        exact = _list_counts(
            segment.accented_list(folded_id, accented_id),
            segment.accented_list(folded_id, accented_id, "title"),
        )
        return PhrasePostings(folded, exact)
    if slots is None:
        slots = folded_slots(segment, ids)
    if len(ids.folded) == 2 and len(slots) > FREQUENT:
        folded = _list_counts(
            segment.biword_list(*ids.folded), segment.biword_list(*ids.folded, "title")
        )
    else:
        folded = segment.count(slots)
    return _with_exact(segment, ids, slots, folded)


def _with_exact(
    segment: SegmentReader, ids: PatternIds, slots: np.ndarray, folded: Postings
) -> PhrasePostings:
    if all(accented is None for accented in ids.accented):
        return PhrasePostings(folded, None)
    mask = exact_mask(segment, ids, slots)
    # As a rule every occurrence has the accents that were typed.
    return PhrasePostings(folded, folded if mask.all() else segment.count(slots[mask]))


def exact_among(
    segment: SegmentReader, ids: PatternIds, docs: np.ndarray, slots: np.ndarray | None = None
) -> np.ndarray:
    """Return int64[k], ascending: which documents hold a phrase with the accents asked for.

    The phrase has at least 2 syllables, and is no word. Quicker than :func:`find` for a few
    documents of a frequent phrase.

    :param docs: int64[n], ascending, where to look.
    :param slots: where the folded forms of the phrase start, if that is known.
    """
    if slots is None:
        slots = folded_slots(segment, ids)
    borders = segment.grid.doc_slot
    # The greatest end of a document may be no slot of the grid, but fits their type.
    low = slots.searchsorted(borders[docs].astype(slots.dtype))
    high = slots.searchsorted(borders[docs + 1].astype(slots.dtype))
    own = slots.take(run_places(low, high - low))
    return segment.docs_of(own[exact_mask(segment, ids, own)])


def _list_counts(whole: PostingList, title: PostingList) -> Postings:
    docs, tfs = whole.entries()
    title_tfs = title.frequencies(docs).astype(np.int64) if title.df else None
    return Postings(docs, tfs, title_tfs)
