"""Where a phrase stands in rows of syllables, in the texts of a page or in one plain text.

Each syllable of a row is known by its *class*: which syllables of a clause match it. Whoever makes
the row finds the classes, of accented ids or of forms; all that follows depends on them alone.
"""

from collections.abc import Callable, Iterable
from typing import NamedTuple

import numpy as np

from danvan_search.query.nodes import Near, Phrase, Syllable, Wildcard, trimmed
from danvan_search.search.execution.near import near_occurrences
from danvan_search.search.execution.occurrences import NOWHERE, Occurrences


class Classes:
    """Sets of labels, numbered from 0, which is the empty set.

    :ivar sets: the set of each number.
    """

    def __init__(self) -> None:
        self.sets: list[frozenset[int]] = [frozenset()]
        self._numbers = {frozenset[int](): 0}

    def number(self, labels: frozenset[int]) -> int:
        """Return the number of a set."""
        number = self._numbers.setdefault(labels, len(self.sets))
        if number == len(self.sets):
            self.sets.append(labels)
        return number

    def add(
        self, codes: np.ndarray, where: slice | np.ndarray, labels: Iterable[int]
    ) -> np.ndarray:
        """Add labels to the sets at some places, and return the codes.

        :param codes: unsigned[n], the number of the set at each place; changed, or copied to a
            wider dtype.
        :param where: a slice, or distinct indices.
        """
        held = codes[where]
        if not len(held):
            return codes
        first = held.item(0)
        if len(held) == 1 or (held == first).all():
            number = self.number(self.sets[first].union(labels))
            codes = self._widened(codes)
            codes[where] = number
            return codes
        numbers = np.arange(len(self.sets))
        for old in np.bincount(held).nonzero()[0].tolist():
            numbers[old] = self.number(self.sets[old].union(labels))
        codes = self._widened(codes)
        codes[where] = numbers.take(held)
        return codes

    def _widened(self, codes: np.ndarray) -> np.ndarray:
        if len(self.sets) <= 1 << 8 * codes.itemsize:
            return codes
        return codes.astype(np.uint16 if codes.itemsize == 1 else np.uint32)


class Row(NamedTuple):
    """The syllables of some texts, one text after the other, each followed by a gap.

    The label of syllable i of a clause is 2 · i, and 2 · i + 1 as well where it has the accents as
    typed.

    :ivar codes: unsigned[places], the class of each place, 0 for a gap.
    :ivar classes: the classes.
    :ivar labels: the number of each distinct syllable of the clause that is no wildcard.
    :ivar text_lengths: the places of each text, with its gap.
    :ivar are_words: takes int64[n] places and a count of syllables: returns bool[n], whether these
        and no more are one word.
    :ivar slots: takes int64[n] places: returns int64[n], their slots, which count as neighbours
        what the texts have as neighbours.
    """

    codes: np.ndarray
    classes: Classes
    labels: dict[Syllable, int]
    text_lengths: list[int]
    are_words: Callable[[np.ndarray, int], np.ndarray]
    slots: Callable[[np.ndarray], np.ndarray]

    @property
    def text_ends(self) -> np.ndarray:
        """int64[texts], ascending, the place after each text and its gap."""
        return np.cumsum(self.text_lengths, dtype=np.int64)

    def texts(self, places: np.ndarray) -> np.ndarray:
        """Return int64[n], the index of the text of each place."""
        return self.text_ends.searchsorted(places, "right")

    def occurrences(self, phrase: Phrase, *, exact: bool) -> Occurrences:
        """Return where a phrase stands.

        :param exact: whether the typed accents count.
        """
        first, *others = trimmed(phrase)
        slop = phrase.slop if others else 0
        starts = self._all_places(first, exact)
        at, spare = starts, np.full(len(starts), slop, dtype=np.int64) if slop else None
        for distance, syllable in enumerate(others, 1):
            if spare is not None:
                # The earliest next one is enough.
                following = self._next_places(syllable, at, exact)
                spare -= following - at - 1
                kept = spare >= 0
                starts, at, spare = starts[kept], following[kept], spare[kept]
            elif not isinstance(syllable, Wildcard):
                starts = starts[self._matches(starts + distance, syllable, exact)]
        ends = starts + len(others) if spare is None else at
        found = Occurrences(starts, ends, None if spare is None else slop - spare)
        if slop or any(isinstance(one, Wildcard) for one in others):
            found = found.select(self._are_in_one_text(starts, ends))
        if phrase.word:
            found = found.select(self.are_words(found.starts, 1 + len(others)))
        return found

    def near(self, node: Near, *, exact: bool) -> tuple[Occurrences, Occurrences]:
        """Return the occurrences of either side that have one of the other near."""
        left, right = (self.occurrences(side, exact=exact) for side in (node.left, node.right))
        return (
            near_occurrences(left, right, node.distance, self._are_in_one_text),
            near_occurrences(right, left, node.distance, self._are_in_one_text),
        )

    def _are_in_one_text(self, places: np.ndarray, others: np.ndarray) -> np.ndarray:
        """Return bool[n], whether each place is in the same text as another one, both int64[n]."""
        return np.asarray(self.texts(places) == self.texts(others))

    def _all_places(self, syllable: Syllable, exact: bool) -> np.ndarray:
        """Return int64[n], ascending, the places where a syllable matches."""
        return np.flatnonzero(self._mask(syllable, exact).take(self.codes))

    def _matches(self, places: np.ndarray, syllable: Syllable, exact: bool) -> np.ndarray:
        """Return bool[n], whether a syllable matches at some places; past the end is a gap."""
        return self._mask(syllable, exact).take(self.codes.take(places, mode="clip"))

    def _next_places(self, syllable: Syllable, places: np.ndarray, exact: bool) -> np.ndarray:
        """Return int64[n], the first place after each where a syllable matches; far if none."""
        if isinstance(syllable, Wildcard):
            return places + 1
        found = self._all_places(syllable, exact)
        return np.append(found, NOWHERE).take(found.searchsorted(places, "right"))

    def _mask(self, syllable: Syllable, exact: bool) -> np.ndarray:
        """Return bool[classes], whether a syllable matches what is of each class."""
        label = 2 * self.labels[syllable] + exact
        return np.array([label in labels for labels in self.classes.sets])
