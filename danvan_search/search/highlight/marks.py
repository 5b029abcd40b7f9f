"""What to mark in a document: the places where it holds what the query asks for.

The syllables of the document are read off the grid of its segment, as accented ids; a folded
form is a range of them. So nothing of the text needs to be analysed again.
"""

from bisect import bisect_left
from collections.abc import Sequence
from functools import cached_property
from itertools import chain, pairwise
from operator import itemgetter
from typing import Final, NamedTuple

from danvan_search.index.codec.segment_reader import PatternIds, SegmentReader
from danvan_search.query import Phrase, Query
from danvan_search.query.accents import forms_of
from danvan_search.search.execution.phrase_matcher import (
    SlotRuns,
    exact_mask,
    slots_among,
    with_accents,
)

Form = str | tuple[str, str]
"""A folded form, or a pair of neighbouring ones."""


Kind = tuple[tuple[Form, ...], bool]
"""What a mark is: the folded forms and the pairs of them that it holds, for weighing, and whether
it holds the accents as typed."""


class TextMarks(NamedTuple):
    """What to mark in one text, in columns: three lists of the same length, in its order.

    :ivar starts: where each mark starts in the text, in characters.
    :ivar ends: where it ends in the text, in characters.
    :ivar kinds: what it is.
    """

    starts: list[int]
    ends: list[int]
    kinds: list[Kind]


_Found = tuple[int, int, Kind]
"""The first slot of what is to be marked, the one after its last, and what it is."""

_SLOTS: Final = itemgetter(0, 1)

_Text = tuple[int, int]
"""The first slot of a title, a body or a document, and the one after the gap that follows it."""


class _Run:
    """A quoted phrase or a run of bare syllables in the ids of one segment."""

    def __init__(self, run: Phrase, segment: SegmentReader) -> None:
        self.quoted = run.quoted
        self.length = len(run.syllables)
        self.has_marks = any(one.marked for one in run.syllables)
        self._run = run
        self._segment = segment
        self._folded = [one.folded for one in run.syllables]
        forms = _forms(self._folded)
        self.kinds = (forms, False), (forms, True)

    @cached_property
    def ids(self) -> PatternIds:
        """The run in the ids of the segment."""
        return self._segment.ids(forms_of(self._run, "auto"), word=self._run.word)

    @cached_property
    def syllables(self) -> dict[PatternIds, str]:
        """Its distinct syllables, as patterns of one, and their folded forms."""
        each = zip(self.ids.folded, self.ids.accented, self._folded, strict=True)
        return {PatternIds((folded,), (own,)): form for folded, own, form in each if folded}

    @cached_property
    def follows(self) -> set[tuple[str, str]]:
        """The neighbours among its folded forms."""
        return set(pairwise(self._folded))


_NO_MARKS: Final = TextMarks([], [], [])


class Marks(NamedTuple):
    """What to mark in one document.

    :ivar title: the marks of its title, in its order.
    :ivar body: the marks of its body, in its order.
    """

    title: TextMarks
    body: TextMarks


class MarkFinder:
    """Finds what to mark in the documents of one segment.

    Quoted phrases are marked where they stand whole, words where they are one word. A run of
    bare syllables is marked where it stands whole, or, in a text that never holds it whole,
    wherever some of its syllables stand; neighbours in the query that are neighbours in the
    text make one mark.

    :param exact_only: mark only what has the accents as typed.
    """

    def __init__(self, segment: SegmentReader, query: Query, *, exact_only: bool) -> None:
        self._segment = segment
        self._exact_only = exact_only
        self._runs = [_Run(run, segment) for run in query.runs]

    def find(self, docs: Sequence[int], slots: Sequence[list[int]] | None = None) -> list[Marks]:
        """Return what to mark in some documents, in their order.

        They are looked at together: a call of NumPy takes longer than most texts do.

        :param slots: where the query starts in each document, accents aside, if it is one phrase
            and that is known.
        """
        ascending = sorted(docs)
        grid = self._segment.grid
        documents = [grid.run(doc) for doc in ascending]
        texts: list[_Text] = []
        for doc, (start, end) in zip(ascending, documents, strict=True):
            body = grid.body_slot.item(doc)
            texts += ((start, body), (body, end))
        found: list[_Found] = []
        known = None if slots is None else sorted(chain.from_iterable(slots))
        for run in self._runs:
            whole = self._whole(run, documents, known)
            if not run.quoted:
                found += self._pieces(run, _without(whole, texts))
            found += whole
        if len(self._runs) > 1 or not self._runs[0].quoted:
            found.sort(key=_SLOTS)
        marks = self._placed(found, texts)
        of_doc = dict(zip(ascending, map(Marks, marks[::2], marks[1::2]), strict=True))
        return [of_doc[doc] for doc in docs]

    def _placed(self, found: list[_Found], texts: list[_Text]) -> list[TextMarks]:
        """Turn slots into marks of each text, in its characters."""
        marks = [_NO_MARKS] * len(texts)
        held: list[tuple[int, int, int]] = []
        first = 0
        for number, (_, end) in enumerate(texts):
            stop = first
            while stop < len(found) and found[stop][0] < end:
                stop += 1
            if stop > first:
                held.append((number, first, stop))
            first = stop
        if not held:
            return marks
        slots, stops, kinds = map(list, zip(*found, strict=True))
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

    def _whole(self, run: _Run, documents: list[_Text], slots: list[int] | None) -> list[_Found]:
        """Where the syllables of a run stand side by side, none overlapping."""
        if slots is None:
            slots = slots_among(self._segment, run.ids, documents)
        exact = set(with_accents(self._segment, run.ids, slots)) if run.has_marks else None
        length = run.length
        whole: list[_Found] = []
        free = 0
        for slot in slots:
            is_exact = exact is None or slot in exact
            if slot >= free and (is_exact or not self._exact_only):
                free = slot + length
                whole.append((slot, free, run.kinds[is_exact]))
        return whole

    def _pieces(self, run: _Run, texts: list[_Text]) -> list[_Found]:
        """Where some of the syllables of a run stand in some texts."""
        stretches = SlotRuns(self._segment.grid, texts)
        held: dict[int, tuple[str, bool]] = {}
        for ids, folded in run.syllables.items():
            variants = self._segment.term_dictionary.variants(ids.folded[0])
            slots = stretches.find(variants.start, variants.stop)
            exact = exact_mask(self._segment, ids, slots).tolist()
            for slot, is_exact in zip(slots.tolist(), exact, strict=True):
                if is_exact or not self._exact_only:
                    before = held.get(slot, (folded, False))
                    held[slot] = folded, before[1] or is_exact
        found: list[_Found] = []
        piece: list[int] = []
        for slot in sorted(held):
            joins = piece and slot == piece[-1] + 1
            if piece and not (joins and (held[piece[-1]][0], held[slot][0]) in run.follows):
                found.append(_piece(piece, held))
                piece = []
            piece.append(slot)
        if piece:
            found.append(_piece(piece, held))
        return found


def _without(found: list[_Found], texts: list[_Text]) -> list[_Text]:
    """Return those texts in which nothing was found."""
    slots = [first for first, _, _ in found]
    return [text for text in texts if bisect_left(slots, text[0]) == bisect_left(slots, text[1])]


def _piece(piece: Sequence[int], held: dict[int, tuple[str, bool]]) -> _Found:
    forms = _forms([held[slot][0] for slot in piece])
    exact = all(held[slot][1] for slot in piece)
    return piece[0], piece[-1] + 1, (forms, exact)


def _forms(folded: Sequence[str]) -> tuple[Form, ...]:
    return (*folded, *pairwise(folded))
