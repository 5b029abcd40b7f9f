"""The marks of a query in the documents of a segment, read off its grid.

The grid holds the accented id of every syllable, and the variants of a folded form are a range of
ids, so no text is analysed again.
"""

from bisect import bisect_left
from collections.abc import Sequence
from functools import cached_property
from itertools import chain

import numpy as np

from danvan_search.index.codec.grid import ESCAPE
from danvan_search.index.codec.segment_reader import PatternIds, SegmentReader
from danvan_search.query import Query
from danvan_search.query.accents import forms_of
from danvan_search.query.nodes import Near, Phrase, Run, is_plain
from danvan_search.search.execution.phrase_matcher import (
    SlotRuns,
    exact_slots,
    slots_among,
)
from danvan_search.search.highlight.marks import (
    NO_MARKS,
    SLOTS,
    MarkedRun,
    Marks,
    SlotMark,
    Syllables,
    TextMarks,
)

SlotRange = tuple[int, int]
"""The first slot of a title, a body or a document, and the one after the gap that follows it."""


class _RunIds(MarkedRun):
    """A run in the ids of one segment."""

    def __init__(self, clause: Phrase | Run, segment: SegmentReader) -> None:
        super().__init__(clause)
        self._segment = segment

    @cached_property
    def ids(self) -> PatternIds:
        """The run in the ids of the segment."""
        return self._segment.ids(forms_of(self.clause, "auto"), word=self.word)

    def codes(self, *, exact_only: bool) -> tuple[np.ndarray, bool]:
        """Return a code for each accented id, and whether that of an escaped id is not 0.

        The code is 0 if the id is none of the run's, else ``2 * label + 2``, and 1 more if it has
        the accents as typed: uint8 or uint16[65,536], or more if the segment has more ids.

        :param exact_only: leave out what has not.
        """
        size = max(ESCAPE, self._segment.term_dictionary.accented_count) + 1
        codes: np.ndarray = np.zeros(size, np.uint8 if len(self.forms) < 128 else np.uint16)
        for folded, own, form in zip(self.ids.folded, self.ids.accented, self.folded, strict=True):
            if folded:
                code = 2 * self.forms.index(form) + 2
                variants = self._segment.term_dictionary.variants(folded)
                if own is None:
                    codes[variants.start : variants.stop] = code + 1
                elif not exact_only:
                    codes[variants.start : variants.stop] |= code
                if own:
                    codes[own] = code + 1
        return codes, bool(codes[ESCAPE:].any())


class MarkFinder:
    """Finds the marks of a query in the documents of one segment.

    :param exact_only: mark only what has the accents as typed.
    """

    def __init__(self, segment: SegmentReader, query: Query, *, exact_only: bool) -> None:
        self._segment = segment
        self._exact_only = exact_only
        self._runs = [
            _RunIds(clause, segment)
            for clause in query.clauses
            if not isinstance(clause, Near) and is_plain(clause)
        ]

    def find(self, docs: Sequence[int], slots: Sequence[list[int]] | None = None) -> list[Marks]:
        """Return the marks of some documents, in their order.

        The documents are processed together, because a NumPy call costs more than most texts do.

        :param slots: if the query is one phrase and they are known: where its folded forms occur in
            each document.
        """
        ascending = sorted(docs)
        grid = self._segment.grid
        documents = [grid.slot_range(doc) for doc in ascending]
        texts: list[SlotRange] = []
        for doc, (start, end) in zip(ascending, documents, strict=True):
            body = grid.body_slot.item(doc)
            texts += ((start, body), (body, end))
        parts: list[list[SlotMark]] = []
        known = None if slots is None else sorted(chain.from_iterable(slots))
        for run in self._runs:
            whole = self._whole_marks(run, documents, known)
            if run.is_bare:
                parts.append(self._partial_marks(run, _texts_without(whole, texts)))
            parts.append(whole)
        parts = [part for part in parts if part]
        found = list(chain.from_iterable(parts))
        if len(parts) > 1:
            found.sort(key=SLOTS)
        marks = self._by_text(found, texts)
        of_doc = dict(zip(ascending, map(Marks, marks[::2], marks[1::2]), strict=True))
        return [of_doc[doc] for doc in docs]

    def _by_text(self, found: list[SlotMark], texts: list[SlotRange]) -> list[TextMarks]:
        """Return the marks of each text, with offsets in place of slots."""
        marks = [NO_MARKS] * len(texts)
        if not found:
            return marks
        slots, stops, kinds = map(list, zip(*found, strict=True))
        held: list[tuple[int, int, int]] = []
        first = 0
        for number, (_, end) in enumerate(texts):
            stop = bisect_left(slots, end, first)
            if stop > first:
                held.append((number, first, stop))
            first = stop
        stops += [texts[number][0] for number, _, _ in held]
        starts, ends = self._segment.offsets.borders(slots, stops)
        origins = ends[len(found) :]
        for (number, first, stop), origin in zip(held, origins, strict=True):
            marks[number] = TextMarks(
                [start - origin for start in starts[first:stop]],
                [end - origin for end in ends[first:stop]],
                kinds[first:stop],
            )
        return marks

    def _whole_marks(
        self, run: _RunIds, documents: list[SlotRange], slots: list[int] | None
    ) -> list[SlotMark]:
        if slots is None:
            slots = slots_among(self._segment, run.ids, documents)
        exact = set(exact_slots(self._segment, run.ids, slots)) if run.has_accents else None
        return run.whole_marks(slots, exact, exact_only=self._exact_only)

    def _partial_marks(self, run: _RunIds, texts: list[SlotRange]) -> list[SlotMark]:
        if not texts:
            return []
        codes, has_escaped = run.codes(exact_only=self._exact_only)
        runs = SlotRuns(self._segment.grid, texts)
        of_texts = codes.take(runs.ids if has_escaped else runs.low_ids)
        indices = (of_texts != 0).nonzero()[0]
        found = of_texts.take(indices)
        slots = runs.slots_at(indices)
        return run.partial_marks(Syllables(slots, (found >> 1) - 1, (found & 1).astype(bool)))


def _texts_without(marks: list[SlotMark], texts: list[SlotRange]) -> list[SlotRange]:
    """Return the texts that have none of some marks."""
    slots = [first for first, _, _ in marks]
    return [text for text in texts if bisect_left(slots, text[0]) == bisect_left(slots, text[1])]
