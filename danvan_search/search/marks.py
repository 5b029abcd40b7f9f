"""What to mark in a document: the places where it holds what the query asks for.

The syllables of the document are read off the grid of its segment, as accented ids; a folded
form is a range of them. So nothing of the text needs to be analysed again.
"""

from bisect import bisect_right
from collections.abc import Sequence
from functools import cached_property
from itertools import pairwise
from operator import itemgetter
from typing import Final, NamedTuple

import numpy as np
from numpy.typing import NDArray

from danvan_search.index.arrays.segment import Segment
from danvan_search.index.arrays.slots import Grid
from danvan_search.index.arrays.vocabulary import Vocabulary
from danvan_search.query import Phrase, Query, QuerySyllable

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


class _Syllable(NamedTuple):
    """A syllable of the query in the ids of one segment.

    :ivar low, high: its folded form is the accented ids from low to before high.
    :ivar exact_id: the accented id that it was typed with; None if it was typed without marks.
    """

    folded: str
    low: int
    high: int
    exact_id: int | None


_Found = tuple[int, int, Kind]
"""First place, place after the last, what it is; see :class:`_Texts` for places."""

_PLACES: Final = itemgetter(0, 1)

Ids = NDArray[np.unsignedinteger]


class _Run:
    """A quoted phrase or a run of bare syllables in the ids of one segment."""

    def __init__(self, run: Phrase, vocabulary: Vocabulary) -> None:
        self.quoted = run.quoted
        self.word = run.word
        self.syllables = tuple(_look_up(one, vocabulary) for one in run.syllables)
        self.forms = _forms([one.folded for one in run.syllables])
        # Ids fall with frequency: the greatest is the rarest, and has the fewest places.
        lows = [one.low for one in self.syllables]
        self.offset = lows.index(max(lows))
        self.is_known = all(one.high for one in self.syllables)
        self.others = [
            (place - self.offset, one)
            for place, one in enumerate(self.syllables)
            if place != self.offset
        ]
        self.exact_ids = [
            (place, one.exact_id)
            for place, one in enumerate(self.syllables)
            if one.exact_id is not None
        ]

    @cached_property
    def follows(self) -> set[tuple[str, str]]:
        """The neighbours among its folded forms."""
        return {(one.folded, two.folded) for one, two in pairwise(self.syllables)}


def _look_up(one: QuerySyllable, vocabulary: Vocabulary) -> _Syllable:
    folded_id = vocabulary.folded_id(one.folded)
    variants = vocabulary.variants(folded_id) if folded_id else range(0)
    exact_id = vocabulary.accented_id(folded_id, one.accented) if one.marked else None
    return _Syllable(one.folded, variants.start, variants.stop, exact_id)


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

    def __init__(self, segment: Segment, query: Query, *, exact_only: bool) -> None:
        self._segment = segment
        self._exact_only = exact_only
        self._runs = [_Run(run, segment.vocabulary) for run in query.runs]
        self._ids_end = max(one.high for run in self._runs for one in run.syllables)

    def find(self, docs: Sequence[int]) -> list[Marks]:
        """Return what to mark in some documents, in their order.

        They are looked at together: a call of NumPy takes longer than most texts do.
        """
        texts = _Texts(self._segment.grid, docs)
        ids = self._segment.grid.runs_below(self._ids_end, texts.slots)
        found: list[_Found] = []
        for run in self._runs:
            whole = self._whole(ids, run, texts) if run.is_known else []
            if not run.quoted:
                held = {texts.of(start) for start, _, _ in whole}
                for text, (first, length) in enumerate(
                    zip(texts.firsts, texts.lengths, strict=True)
                ):
                    if length and text not in held:
                        found += self._pieces(ids[first : first + length], run, first)
            found += whole
        # Of a single phrase they are in order.
        found.sort(key=_PLACES)
        marks = self._placed(found, texts)
        return [Marks(title, body) for title, body in zip(marks[::2], marks[1::2], strict=True)]

    def _placed(self, found: list[_Found], texts: "_Texts") -> list[TextMarks]:
        """Turn places into marks of each text, in its characters."""
        if not found:
            return [TextMarks([], [], [])] * len(texts.firsts)
        ends, lengths = self._segment.char_spans.runs(texts.slots)
        firsts, stops, kinds = zip(*found, strict=True)
        places = np.array(firsts)
        bounds = [*places.searchsorted(texts.firsts).tolist(), len(found)]
        # Where each text begins, in the same characters.
        origins = ends.take([first - 1 for first in texts.firsts])
        origin = origins.repeat([end - start for start, end in pairwise(bounds)])
        mark_starts = (ends.take(places) - lengths.take(places) - origin).tolist()
        mark_ends = (ends.take([stop - 1 for stop in stops]) - origin).tolist()
        return [
            TextMarks(mark_starts[start:end], mark_ends[start:end], list(kinds[start:end]))
            for start, end in pairwise(bounds)
        ]

    def _whole(self, ids: Ids, run: _Run, texts: "_Texts") -> list[_Found]:
        """The places where the syllables of a run stand side by side, none overlapping."""
        places = _places(ids, run.syllables[run.offset])
        for distance, one in run.others:
            if not len(places):
                return []
            # A gap stands at either end, so a clipped place holds no syllable.
            near = ids.take(places + distance, mode="clip") - ids.dtype.type(one.low)
            places = places[near < one.high - one.low]
        starts = places - run.offset
        are_exact: NDArray[np.bool_] | None = None
        for place, exact_id in run.exact_ids:
            fits = ids.take(starts + place) == exact_id
            are_exact = fits if are_exact is None else are_exact & fits
        exact = [True] * len(starts) if are_exact is None else are_exact.tolist()
        length = len(run.syllables)
        whole: list[_Found] = []
        kinds = (run.forms, False), (run.forms, True)
        free = 0
        for start, is_exact in zip(starts.tolist(), exact, strict=True):
            if start < free or (self._exact_only and not is_exact):
                continue
            if run.word and not self._is_word(texts.slot(start), length):
                continue
            free = start + length
            whole.append((start, free, kinds[is_exact]))
        return whole

    def _is_word(self, slot: int, length: int) -> bool:
        return bool(self._segment.words.are_words(np.array([slot]), length)[0])

    def _pieces(self, ids: Ids, run: _Run, first: int) -> list[_Found]:
        """The places where some of the syllables of a run stand in a text.

        :param first: what to add to the places in the text.
        """
        held: dict[int, tuple[str, bool]] = {}
        for one in dict.fromkeys(run.syllables):
            for place in _places(ids, one).tolist() if one.high else ():
                exact = one.exact_id is None or ids.item(place) == one.exact_id
                if exact or not self._exact_only:
                    before = held.get(place, (one.folded, False))
                    held[place] = one.folded, before[1] or exact
        found: list[_Found] = []
        piece: list[int] = []
        for place in sorted(held):
            joins = piece and place == piece[-1] + 1
            if piece and not (joins and (held[piece[-1]][0], held[place][0]) in run.follows):
                found.append(_piece(piece, held, first))
                piece = []
            piece.append(place)
        if piece:
            found.append(_piece(piece, held, first))
        return found


class _Texts:
    """The titles and bodies of some documents, laid end to end with gaps around them.

    :ivar slots: the slots of each document: first, and one past the last; with the gap before
        and the gap after.
    :ivar firsts: where each title and each body begins when those are laid end to end.
    :ivar lengths: how many syllables each title and each body has.
    """

    def __init__(self, grid: Grid, docs: Sequence[int]) -> None:
        self.slots: list[tuple[int, int]] = []
        self.firsts: list[int] = []
        self.lengths: list[int] = []
        self._shifts: list[int] = []
        end = 0
        for doc in docs:
            start = grid.doc_slot.item(doc) - 1
            body = grid.body_slot.item(doc)
            length = grid.body_lengths.item(doc)
            stop = body + length + 1
            self.slots.append((start, stop))
            self.firsts += (end + 1, end + body - start)
            self.lengths += (grid.title_lengths.item(doc), length)
            self._shifts.append(start - end)
            end += stop - start

    def of(self, place: int) -> int:
        """Return the number of the text that a place is in."""
        return bisect_right(self.firsts, place) - 1

    def slot(self, place: int) -> int:
        """Return the slot of a place."""
        return place + self._shifts[self.of(place) // 2]


def _places(ids: Ids, one: _Syllable) -> NDArray[np.int64]:
    """Where a folded form stands, ascending."""
    # One comparison for both ends: what is below wraps round to above.
    above_low = ids - ids.dtype.type(one.low)
    return (above_low < one.high - one.low).nonzero()[0]


def _piece(piece: Sequence[int], held: dict[int, tuple[str, bool]], first: int) -> _Found:
    forms = _forms([held[place][0] for place in piece])
    exact = all(held[place][1] for place in piece)
    return first + piece[0], first + piece[-1] + 1, (forms, exact)


def _forms(folded: Sequence[str]) -> tuple[Form, ...]:
    return (*folded, *pairwise(folded))
