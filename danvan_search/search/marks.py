"""What to mark in a document: the places where it holds what the query asks for.

The syllables of the document are read off the grid of its segment, as accented ids; a folded
form is a range of them. So nothing of the text needs to be analysed again.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from danvan_search.index.arrays.segment import Segment
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
        ids = self._segment.grid.ids(first, first + length)
        found: list[tuple[int, int, tuple[Form, ...], bool]] = []
        for run, syllables in self._runs:
            whole = list(self._whole(ids, syllables, first if run.word else None))
            found += whole if whole or run.quoted else self._pieces(ids, syllables)
        if not found:
            return []
        starts, ends = self._segment.char_spans.spans(
            first, first + max(end for _, end, *_ in found)
        )
        return sorted(
            (
                Mark(int(starts[start]), int(ends[end - 1]), forms, exact)
                for start, end, forms, exact in found
            ),
            key=lambda mark: (mark.start, mark.end),
        )

    def _whole(
        self, ids: NDArray[np.uint32], syllables: Sequence[_Syllable], words_from: int | None
    ) -> Iterator[tuple[int, int, tuple[Form, ...], bool]]:
        """Yield the places where syllables stand side by side, none overlapping.

        :param words_from: the slot of the first id, if only those count that are one word.
        """
        length = len(syllables)
        if length > len(ids) or not all(one.high for one in syllables):
            return
        # Ids fall with frequency: the greatest is the rarest, and has the fewest places.
        offset = max(range(length), key=lambda place: syllables[place].low)
        rarest = syllables[offset]
        window = ids[offset : len(ids) - length + 1 + offset]
        starts = np.flatnonzero((window >= rarest.low) & (window < rarest.high))
        for place, one in enumerate(syllables):
            if place != offset and len(starts):
                there = ids[starts + place]
                starts = starts[(there >= one.low) & (there < one.high)]
        if words_from is not None:
            starts = starts[self._segment.words.are_words(starts + words_from, length)]
        forms = _forms([one.folded for one in syllables])
        free = 0
        for start in starts.tolist():
            if start < free:
                continue
            exact = all(
                one.exact_id is None or ids[start + place] == one.exact_id
                for place, one in enumerate(syllables)
            )
            if exact or not self._exact_only:
                yield start, start + length, forms, exact
                free = start + length

    def _pieces(
        self, ids: NDArray[np.uint32], syllables: Sequence[_Syllable]
    ) -> Iterator[tuple[int, int, tuple[Form, ...], bool]]:
        """Yield the places where some of the syllables of a run stand."""
        held: dict[int, tuple[str, bool]] = {}
        for one in dict.fromkeys(syllables):
            places = np.flatnonzero((ids >= one.low) & (ids < one.high))
            exact = (
                np.ones(len(places), np.bool_)
                if one.exact_id is None
                else ids[places] == one.exact_id
            )
            for place, is_exact in zip(places.tolist(), exact.tolist(), strict=True):
                if is_exact or not self._exact_only:
                    before = held.get(place, (one.folded, False))
                    held[place] = one.folded, before[1] or is_exact
        follows = {(first.folded, second.folded) for first, second in pairwise(syllables)}
        piece: list[int] = []
        for place in sorted(held):
            joins = piece and place == piece[-1] + 1
            if piece and not (joins and (held[piece[-1]][0], held[place][0]) in follows):
                yield _piece(piece, held)
                piece = []
            piece.append(place)
        if piece:
            yield _piece(piece, held)


def _piece(
    piece: Sequence[int], held: dict[int, tuple[str, bool]]
) -> tuple[int, int, tuple[Form, ...], bool]:
    forms = _forms([held[place][0] for place in piece])
    return piece[0], piece[-1] + 1, forms, all(held[place][1] for place in piece)


def _forms(folded: Sequence[str]) -> tuple[Form, ...]:
    return (*folded, *pairwise(folded))
