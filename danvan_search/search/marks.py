"""What to mark in a text: the places where it holds what the query asks for."""

from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise

from danvan_search.query import Phrase, Query, QuerySyllable
from danvan_search.text import SyllableGrid


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
    forms: tuple[str, ...]
    exact: bool


def find_marks(grid: SyllableGrid, query: Query, *, exact_only: bool) -> list[Mark]:
    """Find what to mark in a text, in its order.

    Quoted phrases are marked where they stand whole. A run of bare syllables is marked where
    it stands whole, or, in a text that never holds it whole, wherever some of its syllables
    stand; neighbours in the query that are neighbours in the text make one mark.

    :param exact_only: mark only what has the accents as typed.
    """
    finder = _MarkFinder(grid, query, exact_only)
    marks: list[Mark] = []
    for run in query.runs:
        whole = list(finder.whole(run.syllables))
        if whole or run.quoted:
            marks += whole
        else:
            marks += finder.pieces(run)
    return sorted(marks, key=lambda mark: (mark.start, mark.end))


class _MarkFinder:
    def __init__(self, grid: SyllableGrid, query: Query, exact_only: bool) -> None:
        self._grid = grid
        self._exact_only = exact_only
        wanted = {one.folded for one in query.syllables}
        self._places: defaultdict[str, list[int]] = defaultdict(list)
        for place, folded in enumerate(grid.folded):
            if folded in wanted:
                self._places[folded].append(place)

    def whole(self, syllables: Sequence[QuerySyllable]) -> Iterator[Mark]:
        """Yield the places where syllables stand side by side, none overlapping."""
        forms = [one.folded for one in syllables]
        # The rarest syllable has the fewest places to try.
        offset = min(range(len(forms)), key=lambda index: len(self._places[forms[index]]))
        free = 0
        for place in self._places[forms[offset]]:
            first = place - offset
            if first < free or self._grid.folded[first : first + len(forms)] != forms:
                continue
            exact = self._is_exact(first, syllables)
            if exact or not self._exact_only:
                yield self._mark(first, first + len(forms), exact)
                free = first + len(forms)

    def pieces(self, run: Phrase) -> Iterator[Mark]:
        """Yield the places where some of the syllables of a run stand."""
        accepted = self._accepted(run.syllables)
        follows = {(first.folded, second.folded) for first, second in pairwise(run.syllables)}
        places = sorted(accepted)
        start = 0
        for index, place in enumerate(places):
            last = index + 1 == len(places)
            if last or places[index + 1] != place + 1 or self._pair(place) not in follows:
                piece = places[start : index + 1]
                exact = all(accepted[one] for one in piece)
                yield self._mark(piece[0], piece[-1] + 1, exact)
                start = index + 1

    def _accepted(self, syllables: Sequence[QuerySyllable]) -> dict[int, bool]:
        """Each place that holds one of the syllables, and whether with its accents."""
        accepted: dict[int, bool] = {}
        for one in syllables:
            for place in self._places[one.folded]:
                exact = self._is_exact(place, (one,))
                if exact or not self._exact_only:
                    accepted[place] = accepted.get(place, False) or exact
        return accepted

    def _pair(self, place: int) -> tuple[str, str]:
        return self._grid.folded[place], self._grid.folded[place + 1]

    def _is_exact(self, first: int, syllables: Sequence[QuerySyllable]) -> bool:
        return all(
            self._grid.accented[first + offset] == one.accented
            for offset, one in enumerate(syllables)
            if one.marked
        )

    def _mark(self, first: int, end: int, exact: bool) -> Mark:
        folded = self._grid.folded[first:end]
        pairs = [f"{a} {b}" for a, b in pairwise(folded)]
        return Mark(self._grid.starts[first], self._grid.ends[end - 1], (*folded, *pairs), exact)
