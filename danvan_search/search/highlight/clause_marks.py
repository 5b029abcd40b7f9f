"""The rules of marks: what a clause of a query marks in rows of syllables.

A phrase is marked where it occurs, from its first syllable to its last, and a word where it is one
word; of occurrences that overlap the first is marked, and none that holds another. Both sides of a
proximity are marked where they are near each other. A run of bare syllables is marked where it
occurs whole or, in a text that never contains it whole, wherever some of its syllables and codes
occur; neighbours in the query that are neighbours in the text make one mark.
"""

from collections.abc import Iterable, Iterator, Sequence
from functools import cached_property
from itertools import chain, pairwise, repeat

import numpy as np

from danvan_search.query.accents import Accents, is_held
from danvan_search.query.nodes import (
    Clause,
    Near,
    Phrase,
    Run,
    Syllable,
    Wildcard,
    phrases_of,
)
from danvan_search.search.execution.occurrences import Occurrences
from danvan_search.search.highlight.marks import MAX_MARKS, SLOTS, SlotMark
from danvan_search.search.highlight.rows import Row
from danvan_search.search.highlight.run_kinds import RunKinds, kinds_of


class ClauseMarks:
    """What a phrase, a word, a proximity or a run of bare syllables marks in rows of syllables.

    :ivar clause: the clause.
    :ivar accents: the accent policy.
    :ivar phrases: what it marks whole: a phrase, a run as one, or both sides of a proximity.
    :ivar is_held: whether any of them is held to its accents.

    :param accents: with ``exact`` only what has the accents as typed is marked; with ``ignore``
        everything counts as typed.
    """

    def __init__(self, clause: Clause, accents: Accents = "auto") -> None:
        self.clause = clause
        self.accents = accents
        self.phrases: tuple[Phrase, ...]
        match clause:
            case Phrase():
                self.phrases = (clause,)
            case Near():
                self.phrases = clause.left, clause.right
            case Run():
                parts = [part.syllables for part in clause.phrases]
                self.phrases = (Phrase(tuple(chain.from_iterable(parts))),)
        every = chain.from_iterable([phrase.syllables for phrase in self.phrases])
        self.is_held = any(map(is_held, every, repeat(accents)))

    @cached_property
    def syllables(self) -> dict[Syllable, int]:
        """The number of each distinct syllable that is no wildcard."""
        every = chain.from_iterable([phrase.syllables for phrase in self.phrases])
        distinct = dict.fromkeys([one for one in every if not isinstance(one, Wildcard)])
        return {one: at for at, one in enumerate(distinct)}

    @cached_property
    def _run(self) -> RunKinds:
        """The kinds of marks of a run."""
        return RunKinds(tuple(phrases_of(self.clause)), self.syllables)

    @property
    def is_bare(self) -> bool:
        """Whether its syllables need not stand side by side."""
        return isinstance(self.clause, Run)

    def labels(self) -> Iterator[tuple[Syllable, bool, tuple[int, ...]]]:
        """Yield what the classes of a row are made of.

        :return: a syllable, whether its accents count, and the labels (see :class:`Row`) of the
            syllables of texts that it matches so.
        """
        for syllable, number in self.syllables.items():
            labels = 2 * number, 2 * number + 1
            if self.accents != "exact" and is_held(syllable, self.accents):
                yield syllable, False, labels[:1]
                yield syllable, True, labels[1:]
            else:
                yield syllable, self.accents == "exact", labels

    def plain_marks(self, slots: Iterable[int], exact: set[int] | None) -> list[SlotMark]:
        """Return the marks of a phrase or a run of plain terms, where it occurs whole.

        :param slots: where the folded forms occur side by side, ascending.
        :param exact: those that have the accents as typed; None for all.
        """
        (phrase,) = self.phrases
        length, kinds = len(phrase.syllables), kinds_of(phrase)
        only_exact = self.accents == "exact"
        marks: list[SlotMark] = []
        free = 0
        for slot in slots:
            is_exact = exact is None or slot in exact
            if slot >= free and (is_exact or not only_exact):
                free = slot + length
                marks.append((slot, free, kinds[is_exact]))
        return marks

    def whole_marks(self, row: Row) -> list[SlotMark]:
        """Return the marks of a phrase or a run where it occurs whole, and of a proximity."""
        found: Sequence[Occurrences]
        exact: Sequence[Occurrences]
        if isinstance(self.clause, Near):
            found, exact = (row.near(self.clause, exact=one) for one in (False, True))
        else:
            (phrase,) = self.phrases
            found, exact = ([row.occurrences(phrase, exact=one)] for one in (False, True))
        marks = map(_marks_of_occurrences, [row] * len(found), self.phrases, found, exact)
        return sorted(chain.from_iterable(marks), key=SLOTS)

    @property
    def is_apart(self) -> bool:
        """Whether the parts of a run are different terms: then as many neighbours are the run."""
        # Texts often have a run of two whole, which is found faster off the positions.
        return self._run.is_apart and self._run.length > 2

    def partial_marks(self, row: Row, texts: Sequence[tuple[int, int]] = ()) -> list[SlotMark]:
        """Return the marks of the single parts of a run; neighbours are joined.

        :param texts: where the run is apart: the slots of the texts, ascending. In a text that
            contains the run whole, only that is marked.
        """
        codes = row.codes
        if self._run.codes:
            codes = codes.copy()
            for part, labels in self._run.codes.items():
                for exact in (False, True):
                    starts = row.occurrences(part, exact=exact).starts
                    for distance, label in enumerate(labels):
                        codes = row.classes.add(codes, starts + distance, (label + exact,))
            places = np.flatnonzero(self._run.mask(row.classes).take(codes))
        else:
            places = (codes != 0).nonzero()[0]
        if not len(places):
            return []
        return self._joined(row, places, codes.take(places), texts)

    def _joined(
        self, row: Row, places: np.ndarray, classes: np.ndarray, texts: Sequence[tuple[int, int]]
    ) -> list[SlotMark]:
        """Return the marks of some places, of which neighbours are joined.

        :param classes: unsigned[n], of the places, n of at least 1.
        """
        joins = places[1:] - places[:-1] == 1
        joins &= self._run.follow(row.classes, classes)
        firsts = np.concatenate(([0], (~joins).nonzero()[0] + 1))
        stops = np.concatenate((firsts[1:], [len(places)]))
        sizes = stops - firsts
        slots = row.slots(places)
        if texts and sizes.max() == self._run.length:
            text_of = np.array(texts)[:, 1].searchsorted(slots.take(firsts), "right")
            is_whole = sizes == self._run.length
            without = np.ones(len(texts), dtype=bool)
            without[text_of[is_whole]] = False
            kept = is_whole | without.take(text_of)
            firsts, stops = firsts[kept], stops[kept]
        elif sizes.max() > self._run.length:
            # No mark is longer than the run.
            distances = np.arange(len(places)) - np.repeat(firsts, sizes)
            firsts = (distances % self._run.length == 0).nonzero()[0]
            stops = np.concatenate((firsts[1:], [len(places)]))
        if len(firsts) > MAX_MARKS:
            held_by = row.texts(places[firsts])
            kept = np.arange(len(firsts)) - held_by.searchsorted(held_by) < MAX_MARKS
            firsts, stops = firsts[kept], stops[kept]
        kinds = self._run.kinds(classes, firsts, stops)
        ends = slots[stops - 1] + 1
        return list(zip(slots[firsts].tolist(), ends.tolist(), kinds, strict=True))


def _marks_of_occurrences(
    row: Row, phrase: Phrase, found: Occurrences, exact: Occurrences
) -> list[SlotMark]:
    """Return marks of occurrences of a phrase, none of which overlap.

    :param exact: those that have the accents as typed.
    """
    found = _apart(row, found)
    slots = row.slots(np.concatenate((found.starts, found.ends))).tolist()
    count = len(found.starts)
    ends = [slot + 1 for slot in slots[count:]]
    kinds = kinds_of(phrase)
    own = [kinds[is_exact] for is_exact in _are_among(found, exact).tolist()]
    return list(zip(slots[:count], ends, own, strict=True))


def _apart(row: Row, found: Occurrences) -> Occurrences:
    """Return the first occurrences that neither hold nor overlap one another."""
    least_ends = np.minimum.accumulate(found.ends[::-1])[::-1]
    found = found.select(np.append(found.ends[:-1] < least_ends[1:], least_ends[-1:] >= 0))
    following = found.starts.searchsorted(found.ends, "right")
    kept: list[int] = []
    for first, stop in pairwise([0, *found.starts.searchsorted(row.text_ends).tolist()]):
        most = len(kept) + MAX_MARKS
        at = first
        while at < stop and len(kept) < most:
            kept.append(at)
            at = following.item(at)
    return found.select(np.array(kept, dtype=np.int64))


def _are_among(found: Occurrences, others: Occurrences) -> np.ndarray:
    """Return bool[n], which occurrences are among others."""
    if not len(others.starts):
        return np.zeros(len(found.starts), dtype=bool)
    indices = np.minimum(others.starts.searchsorted(found.starts), len(others.starts) - 1)
    is_start = others.starts[indices] == found.starts
    return np.asarray(is_start & (others.ends[indices] == found.ends))
