"""What to mark in a document: the places where it holds what the query asks for.

The syllables of the document are read off the grid of its segment, as accented ids; a folded
form is a range of them. So nothing of the text needs to be analysed again.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from danvan_search.index.arrays.segment import Segment
from danvan_search.index.arrays.slots import Grid
from danvan_search.query import Phrase, Query, QuerySyllable

Form = str | tuple[str, str]
"""A folded form, or a pair of neighbouring ones."""


@dataclass(frozen=True, slots=True)
class Mark:
    """One place in a text that holds a phrase or syllables of the query.

    :ivar start: where it starts in the text, in characters.
    :ivar end: where it ends in the text, in characters.
    :ivar forms: the folded forms and the pairs of them that it holds, for weighing.
    :ivar exact: whether it holds the accents as typed.
    """

    start: int
    end: int
    forms: tuple[Form, ...]
    exact: bool


@dataclass(frozen=True, slots=True)
class _Syllable:
    """A syllable of the query in the ids of one segment.

    :ivar low, high: its folded form is the accented ids from low to before high.
    :ivar exact_id: the accented id that it was typed with; None if it was typed without marks.
    """

    folded: str
    low: int
    high: int
    exact_id: int | None


_Found = tuple[int, int, bool, tuple[Form, ...]]
"""First slot, slot after the last, exact, forms."""


class MarkFinder:
    """Finds what to mark in the documents of one segment.

    Quoted phrases are marked where they stand whole. A run of bare syllables is marked where
    it stands whole, or, in a text that never holds it whole, wherever some of its syllables
    stand; neighbours in the query that are neighbours in the text make one mark.

    :param exact_only: mark only what has the accents as typed.
    """

    def __init__(self, segment: Segment, query: Query, *, exact_only: bool) -> None:
        self._segment = segment
        self._exact_only = exact_only
        self._runs = [(run, self._ids(run)) for run in query.runs]

    def title(self, doc: int) -> list[Mark]:
        """Return the marks of a document's title, in its order."""
        grid = self._segment.grid
        return self._find(int(grid.doc_slot[doc]), int(grid.title_lengths[doc]))

    def body(self, doc: int) -> list[Mark]:
        """Return the marks of a document's body, in its order."""
        grid = self._segment.grid
        return self._find(int(grid.body_slot[doc]), int(grid.body_lengths[doc]))

    def _ids(self, run: Phrase) -> list[_Syllable]:
        return [self._id(one) for one in run.syllables]

    def _id(self, one: QuerySyllable) -> _Syllable:
        vocabulary = self._segment.vocabulary
        folded_id = vocabulary.folded_id(one.folded)
        variants = vocabulary.variants(folded_id) if folded_id else range(0)
        exact_id = vocabulary.accented_id(folded_id, one.accented) if one.marked else None
        return _Syllable(one.folded, variants.start, variants.stop, exact_id)

    def _find(self, first: int, length: int) -> list[Mark]:
        """The marks of the text whose syllables stand from slot first on."""
        found: list[_Found] = []
        for run, syllables in self._runs:
            whole = self._whole(first, length, syllables)
            found += whole if whole or run.quoted else self._pieces(first, length, syllables)
        if not found:
            return []
        found.sort()
        last = max(end for _, end, *_ in found)
        starts, ends = self._segment.char_spans.spans(first, last)
        char_starts = starts[[start - first for start, *_ in found]].tolist()
        char_ends = ends[[end - first - 1 for _, end, *_ in found]].tolist()
        return [
            Mark(start, end, forms, exact)
            for start, end, (_, _, exact, forms) in zip(char_starts, char_ends, found, strict=True)
        ]

    def _whole(self, first: int, length: int, syllables: Sequence[_Syllable]) -> list[_Found]:
        """The places where syllables stand side by side, none overlapping."""
        if length < len(syllables) or not all(one.high for one in syllables):
            return []
        grid = self._segment.grid
        # Ids fall with frequency: the greatest is the rarest, and has the fewest places.
        offset = max(range(len(syllables)), key=lambda place: syllables[place].low)
        rarest = syllables[offset]
        slots = grid.slots_of(first, first + length, rarest.low, rarest.high) - offset
        # Gaps part the texts: what reaches out of this one fits no syllable.
        for place, one in enumerate(syllables):
            if place != offset and len(slots):
                slots = slots[grid.has_id(slots + place, one.low, one.high)]
        if not len(slots):
            return []
        exact = np.ones(len(slots), np.bool_)
        for place, one in enumerate(syllables):
            if one.exact_id is not None:
                exact &= _has(grid, slots + place, one.exact_id)
        forms = _forms([one.folded for one in syllables])
        found: list[_Found] = []
        free = 0
        for slot, is_exact in zip(slots.tolist(), exact.tolist(), strict=True):
            if slot >= free and (is_exact or not self._exact_only):
                free = slot + len(syllables)
                found.append((slot, free, is_exact, forms))
        return found

    def _pieces(self, first: int, length: int, syllables: Sequence[_Syllable]) -> list[_Found]:
        """The places where some of the syllables of a run stand."""
        grid = self._segment.grid
        held: dict[int, tuple[str, bool]] = {}
        for one in dict.fromkeys(syllables):
            if not one.high:
                continue
            slots = grid.slots_of(first, first + length, one.low, one.high)
            exact = (
                np.ones(len(slots), np.bool_)
                if one.exact_id is None
                else _has(grid, slots, one.exact_id)
            )
            for slot, is_exact in zip(slots.tolist(), exact.tolist(), strict=True):
                if is_exact or not self._exact_only:
                    before = held.get(slot, (one.folded, False))
                    held[slot] = one.folded, before[1] or is_exact
        follows = {(one.folded, two.folded) for one, two in pairwise(syllables)}
        found: list[_Found] = []
        piece: list[int] = []
        for slot in sorted(held):
            joins = piece and slot == piece[-1] + 1
            if piece and not (joins and (held[piece[-1]][0], held[slot][0]) in follows):
                found.append(_piece(piece, held))
                piece = []
            piece.append(slot)
        if piece:
            found.append(_piece(piece, held))
        return found


def _has(grid: Grid, slots: NDArray[np.int64], accented_id: int) -> NDArray[np.bool_]:
    """Which slots hold an accented id; 0 is that of a form that the segment lacks."""
    if not accented_id:
        return np.zeros(len(slots), np.bool_)
    held: NDArray[np.bool_] = grid.has_id(slots, accented_id, accented_id + 1)
    return held


def _piece(piece: Sequence[int], held: dict[int, tuple[str, bool]]) -> _Found:
    forms = _forms([held[slot][0] for slot in piece])
    return piece[0], piece[-1] + 1, all(held[slot][1] for slot in piece), forms


def _forms(folded: Sequence[str]) -> tuple[Form, ...]:
    return (*folded, *pairwise(folded))
