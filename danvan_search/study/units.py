"""Units: the words that a text is counted by, or pairs of neighbouring syllables.

Where every article of an index was segmented, units are its words; where one was not, pairs of
neighbours. Accents count: forms are the accented ones.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Final, NamedTuple

import numpy as np

from danvan_search.index.codec.positions import Positions
from danvan_search.index.codec.ragged import run_indices, run_lengths, run_starts
from danvan_search.index.codec.segment_reader import PatternIds, SegmentReader
from danvan_search.search.execution.phrase_matcher import (
    exact_mask,
    folded_slot_array,
    word_slots,
)
from danvan_search.search.execution.segment_view import SegmentView
from danvan_search.search.word_counts import WordCounts, add_counts, count_rows

Unit = tuple[str, ...]
"""The accented forms of its syllables."""

MAX_LENGTH: Final = 8
"""Longer words, which the segmenter makes of lists and foreign text, are left out."""

_NOWHERE: Final = np.zeros(0, dtype=np.int64)


class Stretch(NamedTuple):
    """Some slots of a segment, whose units are counted.

    :ivar segment: the segment.
    :ivar slots: int64[n], ascending. Slots that are no neighbours have a border between them.
    :ivar hidden: bool[n], which slots count as gaps; None for none.
    """

    segment: SegmentReader
    slots: np.ndarray
    hidden: np.ndarray | None = None


@dataclass(frozen=True, slots=True)
class Units:
    """The units of some stretches, by length.

    :ivar forms: the form of each number.
    :ivar counts: the counts by the number of syllables.
    """

    forms: list[str]
    counts: dict[int, WordCounts]

    def unit(self, length: int, row: int) -> Unit:
        """Return the forms of a unit."""
        numbers = self.counts[length].syllables[row].tolist()
        return tuple([self.forms[number] for number in numbers])


def stretch_of(segment: SegmentReader, docs: np.ndarray) -> Stretch:
    """Return the slots of some documents: int64[n], ascending."""
    first = segment.grid.doc_slot.take(docs)
    return Stretch(segment, run_indices(first, segment.grid.doc_slot.take(docs + 1) - first))


def count_units(stretches: Sequence[Stretch], *, words: bool) -> Units:
    """Return the units of some stretches of different segments.

    :param words: whether units are words.
    """
    numbers: dict[str, int] = {}
    contents = []
    for segment, slots, hidden in stretches:
        ids = segment.grid.ids_at(slots).astype(np.int64)
        if hidden is not None:
            ids[hidden] = 0
        distinct = np.unique(ids)
        form = segment.term_dictionary.accented_form
        own = [numbers.setdefault(form(one), len(numbers)) for one in distinct.tolist() if one]
        table = np.array(own if distinct[:1].any() else [-1, *own], dtype=np.int64)
        contents.append(table.take(distinct.searchsorted(ids)))
    parts: dict[int, list[WordCounts]] = {}
    for (segment, slots, _), own_numbers in zip(stretches, contents, strict=True):
        if not len(slots):
            continue
        docs = segment.grid.docs_at(slots).astype(np.int64)
        found = _words(segment, slots, own_numbers) if words else _pairs(slots, own_numbers)
        for length, at in found:
            columns = [own_numbers.take(at + distance) for distance in range(length)]
            counts = count_rows(columns, docs.take(at), len(numbers), segment.doc_count)
            parts.setdefault(length, []).append(counts)
    sums = {length: add_counts(own, len(numbers)) for length, own in sorted(parts.items())}
    return Units(list(numbers), sums)


def _pairs(slots: np.ndarray, numbers: np.ndarray) -> list[tuple[int, np.ndarray]]:
    """Return the length of pairs, and int64[n], the indices of their first syllables.

    :param slots: int64[m].
    :param numbers: int64[m], the form at each slot, -1 in gaps.
    """
    is_first = (slots[1:] - slots[:-1] == 1) & (numbers[:-1] >= 0) & (numbers[1:] >= 0)
    at = np.flatnonzero(is_first)
    return [(2, at)] if len(at) else []


def _words(
    segment: SegmentReader, slots: np.ndarray, numbers: np.ndarray
) -> Iterator[tuple[int, np.ndarray]]:
    """Yield the length of words, and int64[n], the indices of their first syllables."""
    starts = segment.word_boundaries.starts(slots) & (numbers >= 0)
    at = np.flatnonzero(starts)
    for length in range(1, MAX_LENGTH + 1):
        last = at + (length - 1)
        at, last = at[last < len(slots)], last[last < len(slots)]
        at = at[(slots.take(last) - slots.take(at) == length - 1) & (numbers.take(last) >= 0)]
        own = at[segment.word_boundaries.are_words(slots.take(at), length)]
        if len(own):
            yield length, own


class Background:
    """How often units occur in the whole index.

    :param views: the segments.
    :param words: whether units are words.
    """

    def __init__(self, views: Sequence[SegmentView], *, words: bool) -> None:
        self._views = views
        self._words = words
        self._ids: list[dict[str, tuple[int, int]]] = [{} for _ in views]

    def _ids_of(self, at: int, form: str) -> tuple[int, int]:
        """Return the folded and the accented id of a form in a segment, twice 0 if it has none."""
        known = self._ids[at].get(form)
        if known is None:
            terms = self._views[at].segment.term_dictionary
            accented_id = terms.find_accented(form)
            folded_id = terms.folded_of(accented_id) if accented_id else 0
            known = self._ids[at][form] = folded_id, accented_id
        return known

    def rough(self, forms: Sequence[str], rows: np.ndarray) -> np.ndarray:
        """Return about how often units of one length occur: int64[n], at least 1.

        It is the number of their rarest pairs with whatever accents, removed articles included.

        :param forms: the form of each number.
        :param rows: int64[n, L], the numbers of their syllables.
        """
        total = np.zeros(len(rows), dtype=np.int64)
        used = np.unique(rows)
        for at, view in enumerate(self._views):
            positions = view.segment.positions
            folded = [self._ids_of(at, forms[number])[0] for number in used.tolist()]
            ids = np.array(folded, dtype=np.int64).take(used.searchsorted(rows))
            if rows.shape[1] == 1:
                distinct, back = np.unique(ids[:, 0], return_inverse=True)
                own = [positions.count_of_folded(one) if one else 0 for one in distinct.tolist()]
                total += np.array(own, dtype=np.int64).take(back)
                continue
            columns = pairwise(ids.T)
            total += np.minimum.reduce([_pair_counts(positions, *pair) for pair in columns])
        return np.maximum(total, 1)

    def entries(self, unit: Unit) -> list[tuple[np.ndarray, np.ndarray]]:
        """Return where a unit occurs with its accents, for each segment.

        :return: int64[n], ascending, live documents; int64[n], how often each has the unit.
        """
        found = []
        for at, view in enumerate(self._views):
            ids = [self._ids_of(at, form) for form in unit]
            docs, tfs = (_NOWHERE, _NOWHERE) if (0, 0) in ids else self._of(view.segment, ids)
            if view.live is not None:
                kept = view.live.take(docs)
                docs, tfs = docs[kept], tfs[kept]
            found.append((docs, tfs))
        return found

    def _of(
        self, segment: SegmentReader, ids: Sequence[tuple[int, int]]
    ) -> tuple[np.ndarray, np.ndarray]:
        folded, accented = zip(*ids, strict=True)
        pattern = PatternIds(folded, accented, self._words)
        slots = word_slots(segment, pattern) if self._words else folded_slot_array(segment, pattern)
        docs = segment.grid.docs_at(slots[exact_mask(segment, pattern, slots)])
        starts = run_starts(docs)
        return docs[starts].astype(np.int64), run_lengths(starts, len(docs))


def _pair_counts(positions: Positions, firsts: np.ndarray, seconds: np.ndarray) -> np.ndarray:
    """Return how often pairs of folded ids, int64[n] each, occur: int64[n]; 0 is no id."""
    counts = np.zeros(len(firsts), dtype=np.int64)
    order = np.argsort(firsts, kind="stable")
    borders = np.append(run_starts(firsts[order]), len(order))
    for start, stop in pairwise(borders.tolist()):
        own = order[start:stop]
        first = int(firsts[own[0]])
        if first:
            starts, ends = positions.index_ranges([first], seconds[own])
            counts[own] = (ends - starts)[0]
    return counts
