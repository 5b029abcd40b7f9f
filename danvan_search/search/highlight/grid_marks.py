"""The marks of a query in the documents of a segment, read off its grid.

The grid holds the accented id of every syllable, and a table tells what of a clause each id
matches, so no text is analysed again.
"""

from collections.abc import Sequence
from functools import cached_property
from itertools import chain
from operator import itemgetter
from typing import Final

import numpy as np

from danvan_search.index.codec.grid import ESCAPE
from danvan_search.index.codec.segment_reader import PatternIds, SegmentReader
from danvan_search.query import Query
from danvan_search.query.accents import Accents, forms_of
from danvan_search.query.nodes import Clause, Field, is_plain
from danvan_search.search.execution.phrase_matcher import (
    SlotRuns,
    exact_slots,
    slots_among,
)
from danvan_search.search.execution.syllable_ids import syllable_ids
from danvan_search.search.highlight.clause_marks import ClauseMarks
from danvan_search.search.highlight.marks import (
    NO_MARKS,
    SLOTS,
    Marks,
    SlotMark,
    TextMarks,
)
from danvan_search.search.highlight.rows import Classes, Row
from danvan_search.search.highlight.slot_marks import SlotRange, marks_by_text, texts_without

_MAX_LISTED: Final = 1 << 20
"""Of texts with more slots than this, in all, the places of phrases are not listed in Python."""


class _GridClause(ClauseMarks):
    """A clause in the ids of one segment.

    :ivar field: the text that it must stand in; None is any.
    :ivar is_plain: whether it is a phrase or a run of plain terms, without slop.
    """

    def __init__(
        self,
        clause: Clause,
        field: Field | None,
        segment: SegmentReader,
        accents: Accents,
    ) -> None:
        super().__init__(clause, accents)
        self.field = field
        self.is_plain = is_plain(clause)
        self._segment = segment

    def plain_marks_in(self, runs: Sequence[SlotRange], slots: list[int] | None) -> list[SlotMark]:
        """Return the marks of a plain clause where it occurs whole in some runs of slots.

        :param runs: by rising slot.
        :param slots: where the folded forms occur, ascending, if it is known.
        """
        if slots is None:
            slots = slots_among(self._segment, self._ids, runs)
        exact = set(exact_slots(self._segment, self._ids, slots)) if self.is_held else None
        return self.plain_marks(slots, exact)

    @cached_property
    def _ids(self) -> PatternIds:
        """The phrase in the ids of the segment."""
        (phrase,) = self.phrases
        return self._segment.ids(forms_of(phrase, "auto"), word=phrase.word)

    def row(self, texts: Sequence[SlotRange]) -> Row:
        """Return the syllables of some texts as a row."""
        classes, table, has_escaped = self._table
        runs = SlotRuns(self._segment.grid, _joined(texts))
        codes = table.take(runs.ids if has_escaped else runs.low_ids)
        are_words = self._segment.word_boundaries.are_words
        lengths = [stop - start for start, stop in texts]
        if self._segment.has_details:
            # Each line of details is a text of its own here: it ends with a gap, as all texts do.
            ends = (runs.low_ids == 0).nonzero()[0] + 1
            lengths = np.diff(ends, prepend=0).tolist()
        return Row(
            codes,
            classes,
            self.syllables,
            lengths,
            lambda places, length: are_words(runs.slots_at(places), length),
            runs.slots_at,
        )

    @cached_property
    def _table(self) -> tuple[Classes, np.ndarray, bool]:
        """Classes; the number of one for each accented id; whether escaped ids have any.

        The numbers are unsigned[65,536], or more if the segment has more ids.
        """
        classes = Classes()
        size = max(ESCAPE, self._segment.term_dictionary.accented_count) + 1
        table: np.ndarray = np.zeros(size, np.uint8 if len(self.syllables) < 128 else np.uint16)
        if self.is_plain:
            self._fill_plain(classes, table)
            return classes, table, bool(table[ESCAPE:].any())
        for syllable, exact, labels in self.labels():
            ids = syllable_ids(self._segment, syllable, exact=exact)
            if ids.table is not None:
                table = classes.add(table, ids.table.nonzero()[0], labels)
            elif ids.ids:
                table = classes.add(table, slice(ids.ids.start, ids.ids.stop), labels)
        return classes, table, bool(table[ESCAPE:].any())

    def _fill_plain(self, classes: Classes, table: np.ndarray) -> None:
        """Fill the table for plain terms, whose ids are known, and apart unless they are equal."""
        any_variant: dict[int, set[int]] = {}
        typed: dict[tuple[int, int], set[int]] = {}
        known = zip(self._ids.folded, self._ids.accented, strict=True)
        ids_of = dict(zip(self.phrases[0].syllables, known, strict=True))
        for syllable, exact, labels in self.labels():
            folded, accented = ids_of[syllable]
            if exact and accented is not None:
                typed.setdefault((folded, accented), set()).update(labels)
            else:
                any_variant.setdefault(folded, set()).update(labels)
        for folded, own in any_variant.items():
            if folded:
                variants = self._segment.term_dictionary.variants(folded)
                table[variants.start : variants.stop] = classes.number(frozenset(own))
        for (folded, accented), own in typed.items():
            if accented:
                table[accented] = classes.number(frozenset(own.union(any_variant.get(folded, ()))))


class MarkFinder:
    """Finds the marks of a query in the documents of one segment.

    :param accents: ``exact`` marks only what has the accents as typed.
    """

    def __init__(
        self,
        segment: SegmentReader,
        query: Query,
        *,
        accents: Accents = "auto",
    ) -> None:
        self._segment = segment
        self._clauses = [
            _GridClause(clause, field, segment, accents) for clause, field in query.distinct_places
        ]

    def find(self, docs: Sequence[int], slots: Sequence[list[int]] | None = None) -> list[Marks]:
        """Return the marks of some documents, in their order.

        The documents are processed together, because a NumPy call costs more than most texts do.

        :param slots: if the query is one phrase and they are known: where its folded forms occur in
            each document.
        """
        ascending = sorted(docs)
        found, texts = self._slot_marks(ascending, slots)
        fields = 2 if self._segment.grid.details_slot is None else 3
        by_text = iter(self._by_text(found, texts))
        of_doc = dict(zip(ascending, map(Marks, *[by_text] * fields), strict=True))
        return [of_doc[doc] for doc in docs]

    def runs(self, docs: Sequence[int]) -> np.ndarray:
        """Return where the marks of some documents stand, those that two clauses share once.

        :param docs: ascending.
        :return: int64[n, 2], ascending, the slot of the first syllable of each mark, and the slot
            after its last.
        """
        found, _ = self._slot_marks(docs, None)
        runs = dict.fromkeys([(first, stop) for first, stop, _ in found])
        return np.array(list(runs), dtype=np.int64).reshape(-1, 2)

    def _slot_marks(
        self, ascending: Sequence[int], slots: Sequence[list[int]] | None
    ) -> tuple[list[SlotMark], list[SlotRange]]:
        """Return the marks of some documents by rising slot, and the texts of the documents.

        :param slots: see :meth:`find`.
        """
        docs, grid = ascending, self._segment.grid
        numbers = np.array(ascending, dtype=np.int64)
        borders = grid.doc_slot.take(np.concatenate((numbers, numbers + 1))).tolist()
        documents = list(zip(borders[: len(docs)], borders[len(docs) :], strict=True))
        bodies = grid.body_slot.take(numbers).tolist()
        fields: dict[Field, list[SlotRange]] = {"title": [], "body": []}
        if grid.details_slot is not None:
            fields["details"] = []
        for doc, body, (start, end) in zip(ascending, bodies, documents, strict=True):
            fields["title"].append((start, body))
            if grid.details_slot is not None:
                details = grid.details_slot.item(doc)
                fields["details"].append((details, end))
                end = details
            fields["body"].append((body, end))
        texts = list(chain.from_iterable(zip(*fields.values(), strict=True)))
        is_short = sum([end - start for start, end in documents]) <= _MAX_LISTED
        known = None if slots is None else sorted(chain.from_iterable(slots))
        parts: list[list[SlotMark]] = []
        for clause in self._clauses:
            own = texts if clause.field is None else fields.get(clause.field, [])
            if own and clause.is_bare and clause.is_apart:
                parts.append(clause.partial_marks(clause.row(own), own))
                continue
            if clause.is_plain and is_short:
                runs = documents if clause.field is None else own
                whole = clause.plain_marks_in(runs, known)
            else:
                whole = clause.whole_marks(clause.row(own))
            if clause.is_bare:
                without = texts_without(whole, own)
                if without:
                    parts.append(clause.partial_marks(clause.row(without)))
            parts.append(whole)
        parts = [part for part in parts if part]
        found = list(chain.from_iterable(parts))
        if len(parts) > 1:
            found.sort(key=SLOTS if len(self._clauses) > 1 else itemgetter(0))
        return found, texts

    def _by_text(self, found: list[SlotMark], texts: list[SlotRange]) -> list[TextMarks]:
        """Return the marks of each text, with offsets in place of slots."""
        marks = [NO_MARKS] * len(texts)
        if not found:
            return marks
        slots, stops, kinds = map(list, zip(*found, strict=True))
        held = list(marks_by_text(slots, texts))
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


def _joined(ranges: Sequence[SlotRange]) -> list[SlotRange]:
    """Return ranges of slots, of which neighbours are one."""
    joined: list[SlotRange] = []
    for start, stop in ranges:
        if joined and joined[-1][1] == start:
            joined[-1] = joined[-1][0], stop
        else:
            joined.append((start, stop))
    return joined
