"""What to mark in a document: the places where it holds what the query asks for.

The syllables of the document are read off the grid of its segment, as accented ids; a folded
form is a range of them. So nothing of the text needs to be analysed again.
"""

from collections.abc import Sequence
from itertools import pairwise
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from danvan_search.index.arrays.segment import Segment
from danvan_search.index.arrays.vocabulary import Vocabulary
from danvan_search.query import Phrase, Query, QuerySyllable

Form = str | tuple[str, str]
"""A folded form, or a pair of neighbouring ones."""


class Mark(NamedTuple):
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


class _Syllable(NamedTuple):
    """A syllable of the query in the ids of one segment.

    :ivar low, high: its folded form is the accented ids from low to before high.
    :ivar exact_id: the accented id that it was typed with; None if it was typed without marks.
    """

    folded: str
    low: int
    high: int
    exact_id: int | None


_Found = tuple[int, int, bool, tuple[Form, ...]]
"""First place, place after the last, exact, forms; places count syllables of the text."""

Ids = NDArray[np.unsignedinteger]


class _Run:
    """A quoted phrase or a run of bare syllables in the ids of one segment."""

    def __init__(self, run: Phrase, vocabulary: Vocabulary) -> None:
        self.quoted = run.quoted
        self.word = run.word
        self.syllables = tuple(_look_up(one, vocabulary) for one in run.syllables)
        self.forms = _forms([one.folded for one in run.syllables])
        # Ids fall with frequency: the greatest is the rarest, and has the fewest places.
        self.offset = max(range(len(self.syllables)), key=lambda at: self.syllables[at].low)
        self.is_known = all(one.high for one in self.syllables)
        self.others = [
            (place - self.offset, one)
            for place, one in enumerate(self.syllables)
            if place != self.offset
        ]
        self.follows = {(one.folded, two.folded) for one, two in pairwise(run.syllables)}


def _look_up(one: QuerySyllable, vocabulary: Vocabulary) -> _Syllable:
    folded_id = vocabulary.folded_id(one.folded)
    variants = vocabulary.variants(folded_id) if folded_id else range(0)
    exact_id = vocabulary.accented_id(folded_id, one.accented) if one.marked else None
    return _Syllable(one.folded, variants.start, variants.stop, exact_id)


class MarkFinder:
    """Finds what to mark in the documents of one segment.

    Quoted phrases are marked where they stand whole, words where they are one word. A run of
    bare syllables is marked where it stands whole, or, in a text that never holds it whole,
    wherever some of its syllables stand; neighbours in the query that are neighbours in the
    text make one mark.

    :param exact_only: mark only what has the accents as typed.
    """

    def __init__(self, segment: Segment, query: Query, *, exact_only: bool) -> None:
        self._segment = segment
        self._exact_only = exact_only
        self._runs = [_Run(run, segment.vocabulary) for run in query.runs]
        self._ids_end = max(one.high for run in self._runs for one in run.syllables)

    def title(self, doc: int) -> list[Mark]:
        """Return the marks of a document's title, in its order."""
        grid = self._segment.grid
        return self._find(int(grid.doc_slot[doc]), int(grid.title_lengths[doc]))

    def body(self, doc: int) -> list[Mark]:
        """Return the marks of a document's body, in its order."""
        grid = self._segment.grid
        return self._find(int(grid.body_slot[doc]), int(grid.body_lengths[doc]))

    def _find(self, first: int, length: int) -> list[Mark]:
        """The marks of the text whose syllables stand from slot first on."""
        if not length:
            return []
        ids = self._segment.grid.ids_below(self._ids_end, first, first + length)
        found: list[_Found] = []
        for run in self._runs:
            whole = self._whole(ids, run, first) if run.is_known else []
            found += whole if whole or run.quoted else self._pieces(ids, run)
        if not found:
            return []
        found.sort()
        spans = self._segment.char_spans.runs(first, [(start, end) for start, end, _, _ in found])
        return [
            Mark(start, end, forms, exact)
            for (start, end), (_, _, exact, forms) in zip(spans, found, strict=True)
        ]

    def _whole(self, ids: Ids, run: _Run, first: int) -> list[_Found]:
        """The places where the syllables of a run stand side by side, none overlapping.

        :param first: the slot of the first id.
        """
        rarest = run.syllables[run.offset]
        last_start = len(ids) - len(run.syllables)
        found: list[_Found] = []
        free = 0
        # So few places are left that looking at each is quicker than arrays are.
        for place in _places(ids, rarest):
            start = place - run.offset
            if not free <= start <= last_start:
                continue
            exact = rarest.exact_id is None or ids.item(place) == rarest.exact_id
            for distance, one in run.others:
                own = ids.item(place + distance)
                if not one.low <= own < one.high:
                    break
                exact = exact and (one.exact_id is None or one.exact_id == own)
            else:
                length = len(run.syllables)
                is_asked_for = exact or not self._exact_only
                if is_asked_for and (not run.word or self._is_word(first + start, length)):
                    free = start + length
                    found.append((start, free, exact, run.forms))
        return found

    def _is_word(self, slot: int, length: int) -> bool:
        return bool(self._segment.words.are_words(np.array([slot]), length)[0])

    def _pieces(self, ids: Ids, run: _Run) -> list[_Found]:
        """The places where some of the syllables of a run stand."""
        held: dict[int, tuple[str, bool]] = {}
        for one in dict.fromkeys(run.syllables):
            for place in _places(ids, one) if one.high else ():
                exact = one.exact_id is None or int(ids[place]) == one.exact_id
                if exact or not self._exact_only:
                    before = held.get(place, (one.folded, False))
                    held[place] = one.folded, before[1] or exact
        found: list[_Found] = []
        piece: list[int] = []
        for place in sorted(held):
            joins = piece and place == piece[-1] + 1
            if piece and not (joins and (held[piece[-1]][0], held[place][0]) in run.follows):
                found.append(_piece(piece, held))
                piece = []
            piece.append(place)
        if piece:
            found.append(_piece(piece, held))
        return found


def _places(ids: Ids, one: _Syllable) -> list[int]:
    """Where a folded form stands, ascending."""
    # One comparison for both ends: what is below wraps round to above.
    above_low = ids - ids.dtype.type(one.low)
    places: list[int] = (above_low < one.high - one.low).nonzero()[0].tolist()
    return places


def _piece(piece: Sequence[int], held: dict[int, tuple[str, bool]]) -> _Found:
    forms = _forms([held[slot][0] for slot in piece])
    return piece[0], piece[-1] + 1, all(held[slot][1] for slot in piece), forms


def _forms(folded: Sequence[str]) -> tuple[Form, ...]:
    return (*folded, *pairwise(folded))
