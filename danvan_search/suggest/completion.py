"""Completion: how the phrases of an index that begin as typed go on.

Nothing is made in advance. The biwords that a syllable begins are neighbours in the position list,
with their counts; after more syllables the grid is read behind a sample of the phrase's places. A
completion goes on as long as one syllable follows in a third of its places: so most end where a
word does.
"""

from collections import defaultdict
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Final, NamedTuple

import numpy as np

from danvan_search.index.codec.ragged import run_starts
from danvan_search.query.fit import begins_with
from danvan_search.query.nodes import Term
from danvan_search.search.execution.segment_view import SegmentView
from danvan_search.search.execution.syllable_ids import syllable_ids
from danvan_search.suggest.form_counts import (
    are_live,
    run_slots,
    sampled,
    weights_of,
)
from danvan_search.text import is_marked, syllable_grid

_BRANCHES: Final = 24
"""After one syllable or none, this many of the most frequent ones that fit are looked at."""
_BRANCH_SAMPLE: Final = 64
"""The places of each that are looked at."""
_SHARE: Final = 1 / 3
"""A completion goes on with a syllable that follows in more than this share of its places…"""
_LEAST: Final = 2
"""… and in this many of those that are looked at."""
MAX_SYLLABLES: Final = 8
"""A completion goes on up to this many syllables."""
_CONTEXT: Final = 3
_MAX_PREFIX_CHARS: Final = 200


@dataclass(frozen=True, slots=True)
class Completion:
    """A phrase that begins as typed.

    :ivar text: its syllables in accented form, with one blank between two.
    :ivar occurrences: how often the index has it; an estimate if it is frequent.
    """

    text: str
    occurrences: int

    def to_json(self) -> dict[str, str | int]:
        """Return the completion as plain JSON values."""
        return {"text": self.text, "occurrences": self.occurrences}


class _Places(NamedTuple):
    """Places of phrases in one segment, live ones only.

    :ivar view: the segment.
    :ivar slots: int64[n], where they begin.
    :ivar weights: float64[n], how many occurrences each stands for.
    :ivar ranks: float64[n], the same, those in titles multiplied.
    """

    view: SegmentView
    slots: np.ndarray
    weights: np.ndarray
    ranks: np.ndarray

    def among(self, kept: np.ndarray) -> "_Places":
        """Return some of them: a mask, or indices."""
        return _Places(self.view, self.slots[kept], self.weights[kept], self.ranks[kept])


def complete(views: Sequence[SegmentView], prefix: str, limit: int) -> list[Completion]:
    """Return the most frequent phrases that begin as typed; those in titles count more.

    :param views: the segments of the index.
    :param prefix: syllables, the last one perhaps not whole; a blank at its end ends it. A syllable
        typed with marks is held to them.
    :param limit: the maximum number of phrases.
    """
    grid = syllable_grid(prefix[-_MAX_PREFIX_CHARS:])
    if not len(grid) or limit < 1:
        return []
    typed = [
        Term(folded, accented, is_marked(accented))
        for accented, folded in zip(grid.accented, grid.folded, strict=True)
    ]
    found: list[Completion] = []
    if prefix == prefix.rstrip():
        found = _completions(views, typed[:-1], typed[-1], limit)
    # A syllable that may be whole goes on, too.
    if len(found) < limit:
        found += _completions(views, typed, Term("", ""), limit)
    whole = " ".join(grid.accented)
    distinct = {one.text: one for one in reversed(found) if one.text != whole}
    return list(reversed(distinct.values()))[:limit]


def most_frequent_next(
    views: Sequence[SegmentView], before: Sequence[Term], begun: Term
) -> str | None:
    """Return the accented form that follows some syllables most often, and begins as typed.

    If nothing follows the last ``_CONTEXT`` syllables, that which follows the last one counts.

    :param before: the syllables, at least one.
    :param begun: what the form begins with.
    :return: None if no form follows.
    """
    for whole in dict.fromkeys((tuple(before[-_CONTEXT:]), tuple(before[-1:]))):
        ranks: defaultdict[str, float] = defaultdict(float)
        for view in views:
            for forms, rank, _ in _phrases(view, whole, begun, _BRANCHES):
                ranks[forms[-1]] += rank
        if ranks:
            return min(ranks, key=lambda form: (-ranks[form], form))
    return None


def _completions(
    views: Sequence[SegmentView], whole: Sequence[Term], begun: Term, limit: int
) -> list[Completion]:
    """Return the phrases of some whole syllables and of one that begins as typed."""
    ranks: defaultdict[tuple[str, ...], float] = defaultdict(float)
    places: dict[tuple[str, ...], list[Callable[[], _Places]]] = defaultdict(list)
    for view in views:
        # A phrase may be more frequent in another segment.
        most = limit if len(views) == 1 else 3 * limit
        for forms, rank, find in _phrases(view, whole, begun, most):
            ranks[forms] += rank
            places[forms].append(find)
    best = sorted(ranks, key=lambda forms: (-ranks[forms], forms))[:limit]
    return [_going_on(forms, [find() for find in places[forms]]) for forms in best]


def _phrases(
    view: SegmentView, whole: Sequence[Term], begun: Term, limit: int
) -> Iterator[tuple[tuple[str, ...], float, Callable[[], _Places]]]:
    """Yield the most frequent phrases of a segment: accented forms, rank, and their places."""
    terms = view.segment.term_dictionary
    held = [syllable_ids(view.segment, one, exact=True) for one in whole]
    fits = np.zeros(terms.folded_count + 1, dtype=bool)
    if begun.folded:
        fits[terms.folded_ids_with_prefix(begun.folded)] = True
    else:
        fits[1:] = True
    if not all(len(one.folded) for one in held) or not fits.any():
        return
    slots, weights = _candidates(view, [int(one.folded[0]) for one in held], fits)
    ids = [view.segment.grid.contents(slots + at) for at in range(len(held) + 1)]
    kept = are_live(view, slots) & fits.take(terms.folded_ids_of(ids[-1].astype(np.int64)))
    for one, of_one in zip(held, ids, strict=False):
        kept &= one.contain(of_one)
    if begun.marked:
        forms = {
            number: terms.accented_form(number) for number in np.unique(ids[-1][kept]).tolist()
        }
        fitting = [number for number in forms if begins_with(forms[number], begun.accented)]
        kept &= np.isin(ids[-1], fitting)
    places = _Places(view, slots, weights, weights_of(view, slots) * weights).among(kept)
    # Phrases are told apart by a number made of their ids: any 64 bits of it are distinct enough.
    keys = np.zeros(len(places.slots), dtype=np.uint64)
    for of_one in ids:
        keys = keys * np.uint64(0x9E3779B97F4A7C15) + of_one[kept].astype(np.uint64)
    _, firsts, where = np.unique(keys, return_index=True, return_inverse=True)
    totals = np.bincount(where, places.ranks, minlength=len(firsts))
    for number in np.argsort(-totals, kind="stable")[:limit].tolist():
        first = int(places.slots[firsts[number]])
        phrase = [view.segment.grid.id(first + at) for at in range(len(held) + 1)]
        find = partial(_places_of, places, where, number)
        yield tuple(map(terms.accented_form, phrase)), float(totals[number]), find


def _places_of(places: _Places, where: np.ndarray, number: int) -> _Places:
    return places.among(np.flatnonzero(where == number))


def _candidates(
    view: SegmentView, whole: Sequence[int], fits: np.ndarray
) -> tuple[np.ndarray, np.ndarray]:
    """Return places where phrases may begin, and how many occurrences each stands for.

    :param whole: the folded ids of the whole syllables.
    :param fits: bool[folded ids + 1], which ones may follow them.
    :return: int64[n], and float64[n].
    """
    positions = view.segment.positions
    if len(whole) > 1:
        slots, scale = run_slots(view, whole)
        return slots, np.full(len(slots), scale)
    if not whole:
        # The most frequent forms have the smallest ids.
        branches = [
            positions.slots_of_folded(folded_id)
            for folded_id in np.flatnonzero(fits)[:_BRANCHES].tolist()
        ]
    else:
        seconds, starts, ends = positions.followers(whole[0])
        fitting = np.flatnonzero(fits.take(seconds))
        counts = ends[fitting] - starts[fitting]
        top = fitting[np.argsort(-counts, kind="stable")[:_BRANCHES]]
        ranges = zip(starts[top].tolist(), ends[top].tolist(), strict=True)
        branches = [positions.slots_in(one) for one in ranges]
    samples = [sampled(branch, _BRANCH_SAMPLE) for branch in branches]
    weights = [
        np.full(len(sample), len(branch) / max(1, len(sample)))
        for branch, sample in zip(branches, samples, strict=True)
    ]
    none = np.zeros(0)
    return np.concatenate([none, *samples]).astype(np.int64), np.concatenate([none, *weights])


def _going_on(forms: tuple[str, ...], places: Sequence[_Places]) -> Completion:
    """Return a phrase with the syllables that follow in a good share of its places."""
    while len(forms) < MAX_SYLLABLES:
        ranks: defaultdict[str, float] = defaultdict(float)
        nexts = []
        numbers: dict[tuple[int, str], int] = {}
        for index, one in enumerate(places):
            ids = one.view.segment.grid.contents(one.slots + len(forms))
            nexts.append(ids)
            number, rank = _most_frequent(ids, one.ranks)
            if number:
                form = one.view.segment.term_dictionary.accented_form(number)
                ranks[form] += rank
                numbers[index, form] = number
        total = sum(float(one.ranks.sum()) for one in places)
        best, rank = max(ranks.items(), key=lambda item: (item[1], item[0]), default=("", 0.0))
        if rank <= _SHARE * total:
            break
        kept = []
        for index, (one, ids) in enumerate(zip(places, nexts, strict=True)):
            known = numbers.get((index, best))
            number = known or one.view.segment.term_dictionary.find_accented(best)
            kept.append(one.among(np.flatnonzero(ids == number) if number else np.zeros(0, int)))
        if sum(len(one.slots) for one in kept) < _LEAST:
            break
        forms, places = (*forms, best), kept
    occurrences = sum(float(one.weights.sum()) for one in places)
    return Completion(" ".join(forms), max(1, round(occurrences)))


def _most_frequent(ids: np.ndarray, weights: np.ndarray) -> tuple[int, float]:
    """Return the id with the greatest sum of weights, and that sum; (0, 0) if all ids are 0."""
    order = np.argsort(ids, kind="stable")
    ordered = ids[order]
    starts = run_starts(ordered)
    if not len(starts):
        return 0, 0.0
    sums = np.add.reduceat(weights[order], starts)
    if ordered[0] == 0:
        sums[0] = 0.0
    best = int(sums.argmax())
    return (int(ordered[starts[best]]), float(sums[best])) if sums[best] else (0, 0.0)
