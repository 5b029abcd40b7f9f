"""The marks of a query in a text: which of its syllables matched.

Quoted phrases are marked where they occur whole, words where they are one word. A run of bare
syllables is marked where it occurs whole or, in a text that never contains it whole, wherever some
of its syllables occur; neighbours in the query that are neighbours in the text make one mark.

This module holds these rules, and applies them to plain text (:func:`marks_of`). ``grid_marks``
applies them to the documents of a segment, without analysing their text again.
"""

from collections.abc import Iterable
from functools import cached_property
from itertools import pairwise
from operator import itemgetter
from typing import Final, NamedTuple

import numpy as np

from danvan_search.query import Query
from danvan_search.query.nodes import Near, Phrase, Run, Term, is_plain, terms_of
from danvan_search.text import SyllableGrid, syllable_grid, word_starts

Form = str | tuple[str, str]
"""A folded form, or a pair of neighbouring ones."""

Kind = tuple[tuple[Form, ...], bool]
"""What a mark contains: folded forms and pairs of them, which a snippet weighs, and whether the
accents are as typed."""


Span = tuple[int, int]
"""The offsets of the first character, and after the last."""


class TextMarks(NamedTuple):
    """The marks of one text in columns: three lists of the same length, by rising offset.

    :ivar starts: the offset of each mark's first character.
    :ivar ends: the offset after its last character.
    :ivar kinds: what it contains.
    """

    starts: list[int]
    ends: list[int]
    kinds: list[Kind]


class Marks(NamedTuple):
    """The marks of one document.

    :ivar title: the marks of its title.
    :ivar body: the marks of its body.
    """

    title: TextMarks
    body: TextMarks


NO_MARKS: Final = TextMarks([], [], [])

SlotMark = tuple[int, int, Kind]
"""The first syllable of a mark, the one after its last, by their index on a grid, and its kind."""

SLOTS: Final = itemgetter(0, 1)


class Syllables(NamedTuple):
    """The syllables of a text, or of several, that are syllables of a run.

    :ivar slots: int64[n], their indices on a grid, ascending.
    :ivar labels: unsigned[n], the folded form of each, an index into :attr:`MarkedRun.forms`.
    :ivar exact: bool[n], whether it has the accents as typed.
    """

    slots: np.ndarray
    labels: np.ndarray
    exact: np.ndarray


class MarkedRun:
    """A quoted phrase, a word, or a run of bare syllables of a query, all of plain terms.

    :ivar clause: the phrase or the run.
    :ivar terms: its syllables.
    :ivar length: its syllables.
    :ivar folded: their folded forms.
    :ivar forms: the distinct ones.
    :ivar has_accents: whether any of them was typed with a mark.
    """

    def __init__(self, clause: Phrase | Run) -> None:
        self.clause = clause
        self.terms = terms_of(clause)
        self.length = len(self.terms)
        self.has_accents = any(one.marked for one in self.terms)
        self.folded = [one.folded for one in self.terms]
        forms = _with_pairs(self.folded)
        self._kinds = (forms, False), (forms, True)
        self.forms = list(dict.fromkeys(self.folded))
        self._kinds_of_pieces: dict[tuple[bytes, bool], Kind] = {}

    @property
    def word(self) -> bool:
        """Whether it is marked only where it is one word."""
        return isinstance(self.clause, Phrase) and self.clause.word

    @property
    def is_bare(self) -> bool:
        """Whether its syllables need not stand side by side."""
        return isinstance(self.clause, Run)

    @cached_property
    def _follows(self) -> np.ndarray:
        """bool[forms, forms], whether the second form follows the first one in the run."""
        follows = np.zeros((len(self.forms), len(self.forms)), dtype=bool)
        labels = [self.forms.index(form) for form in self.folded]
        follows[labels[:-1], labels[1:]] = True
        return follows

    def whole_marks(
        self, slots: Iterable[int], exact: set[int] | None, *, exact_only: bool
    ) -> list[SlotMark]:
        """Return the marks of whole occurrences, none of which overlap.

        :param slots: where the folded forms occur side by side, ascending.
        :param exact: those that have the accents as typed; None for all.
        :param exact_only: mark no other.
        """
        marks: list[SlotMark] = []
        free = 0
        for slot in slots:
            is_exact = exact is None or slot in exact
            if slot >= free and (is_exact or not exact_only):
                free = slot + self.length
                marks.append((slot, free, self._kinds[is_exact]))
        return marks

    def partial_marks(self, found: Syllables) -> list[SlotMark]:
        """Return the marks of single syllables; neighbours of the run are joined."""
        slots, labels, exact = found
        if not len(slots):
            return []
        joins = slots[1:] - slots[:-1] == 1
        joins &= self._follows[labels[:-1], labels[1:]]
        firsts = np.concatenate(([0], (~joins).nonzero()[0] + 1))
        stops = np.concatenate((firsts[1:], [len(slots)]))
        are_exact = np.logical_and.reduceat(exact, firsts).tolist()
        # A piece is the bytes of its labels.
        raw, size = labels.tobytes(), labels.itemsize
        borders = zip((firsts * size).tolist(), (stops * size).tolist(), are_exact, strict=True)
        pieces = [(raw[first:stop], is_exact) for first, stop, is_exact in borders]
        kinds = self._kinds_of_pieces
        for piece in set(pieces).difference(kinds):
            of_piece = np.frombuffer(piece[0], dtype=labels.dtype).tolist()
            kinds[piece] = _with_pairs([self.forms[label] for label in of_piece]), piece[1]
        ends = slots[stops - 1] + 1
        own = [kinds[piece] for piece in pieces]
        return list(zip(slots[firsts].tolist(), ends.tolist(), own, strict=True))


def marks_of(query: Query, text: str, *, exact_only: bool = False) -> TextMarks:
    """Return the marks of a query in a plain text, which need not be in any index.

    :param text: a title or a body; offsets count its characters.
    :param exact_only: mark only what has the accents as typed.
    """
    grid = syllable_grid(text)
    found: list[SlotMark] = []
    for clause in query.clauses:
        if isinstance(clause, Near) or not is_plain(clause):
            continue
        run = MarkedRun(clause)
        occurrences = _occurrences(run, grid, text)
        exact = {slot for slot, is_exact in occurrences.items() if is_exact}
        whole = run.whole_marks(occurrences, exact, exact_only=exact_only)
        if run.is_bare and not whole:
            found += run.partial_marks(_syllables_found(run, grid, exact_only=exact_only))
        found += whole
    found.sort(key=SLOTS)
    return TextMarks(
        [grid.starts[first] for first, _, _ in found],
        [grid.ends[stop - 1] for _, stop, _ in found],
        [kind for _, _, kind in found],
    )


def _occurrences(run: MarkedRun, grid: SyllableGrid, text: str) -> dict[int, bool]:
    """Return where a run occurs whole, ascending, and whether it has the accents as typed there."""
    length = run.length
    slots = [
        slot
        for slot in range(len(grid) - length + 1)
        if grid.folded[slot : slot + length] == run.folded
    ]
    if run.word and slots:
        starts = [*word_starts(text).flags, True]
        alone = [True, *[False] * (length - 1), True]
        slots = [slot for slot in slots if starts[slot : slot + length + 1] == alone]
    return {slot: all(map(_fits, run.terms, grid.accented[slot : slot + length])) for slot in slots}


def _syllables_found(run: MarkedRun, grid: SyllableGrid, *, exact_only: bool) -> Syllables:
    found: list[tuple[int, int, bool]] = []
    for slot, (folded, accented) in enumerate(zip(grid.folded, grid.accented, strict=True)):
        own = [_fits(one, accented) for one in run.terms if one.folded == folded]
        if any(own) or (own and not exact_only):
            found.append((slot, run.forms.index(folded), any(own)))
    slots, labels, exact = zip(*found, strict=True) if found else ((), (), ())
    return Syllables(
        np.array(slots, dtype=np.int64), np.array(labels, dtype=np.uint16), np.array(exact, bool)
    )


def _fits(typed: Term, accented: str) -> bool:
    """Return whether a syllable of the same folded form has the accents as typed."""
    return not typed.marked or typed.accented == accented


def _with_pairs(folded: list[str]) -> tuple[Form, ...]:
    return (*folded, *pairwise(folded))
