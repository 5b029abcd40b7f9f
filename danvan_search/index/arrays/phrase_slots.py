"""Where a phrase starts in one segment: the slots at which its syllables follow each other.

A rare biword of the phrase gives the places, and the grid tells which of them have the other
syllables around.
"""

import sys
from bisect import bisect_left
from collections.abc import Sequence
from typing import Final

import numpy as np

from danvan_search.index.arrays.biwords import Biwords
from danvan_search.index.arrays.segment import PatternIds, Segment
from danvan_search.index.arrays.stretches import Stretches

FEW: Final = 16
"""So many occurrences are looked at one by one: a call of NumPy takes as long as ten of them."""

MANY: Final = 256
"""More occurrences than this take longer to look at than all biwords of a phrase to look up."""

_NO_SLOTS: Final = np.zeros(0, dtype=np.int64)


def word_slots(segment: Segment, ids: PatternIds) -> np.ndarray:
    """Return integers[n], where the folded forms of a phrase stand as one word, ascending."""
    if len(ids.folded) > 1:
        slots = folded_slots(segment, ids)
    elif ids.folded[0]:
        slots = np.sort(segment.biwords.slots_of_folded(ids.folded[0]))
    else:
        slots = _NO_SLOTS
    return _words_of(segment, ids, slots)


def _words_of(segment: Segment, ids: PatternIds, slots: np.ndarray) -> np.ndarray:
    return np.asarray(slots[segment.words.are_words(slots, len(ids.folded))])


def slots_among(segment: Segment, ids: PatternIds, runs: Sequence[tuple[int, int]]) -> list[int]:
    """Return the slots where a phrase starts in some documents, ascending.

    Only folded forms count; the phrase may be of one syllable, or a word.

    :param runs: the slots of each document, as :meth:`Grid.run` gives them, by rising document; a
        page of them, as a rule.
    """
    if 0 in ids.folded:
        return []
    if len(ids.folded) == 1:
        variants = segment.vocabulary.variants(ids.folded[0])
        slots: list[int] | np.ndarray = Stretches(segment.grid, runs).find(
            variants.start, variants.stop
        )
    else:
        run, rarest = _rare_biword(segment.biwords, ids.folded)
        places = segment.biwords.view_of(run)
        biwords: list[int] = []
        end = 0
        for first, stop in runs:
            start = bisect_left(places, first, end)
            end = bisect_left(places, stop, start)
            biwords += places[start:end]
        slots = _whole(segment, ids, biwords, rarest)
    if ids.word:
        slots = _words_of(segment, ids, np.asarray(slots, dtype=np.int64))
    return slots if isinstance(slots, list) else slots.tolist()


def folded_slots(segment: Segment, ids: PatternIds) -> np.ndarray:
    """Return integers[n], the slots where a phrase of 2 or more syllables starts, ascending.

    Only folded forms count.
    """
    slots = few_or_all(segment, ids)
    return np.array(slots, dtype=np.int64) if isinstance(slots, list) else slots


def few_or_all(segment: Segment, ids: PatternIds) -> list[int] | np.ndarray:
    """Return what :func:`folded_slots` does, as a list if they are few."""
    if 0 in ids.folded:
        return []
    run, rarest = _rare_biword(segment.biwords, ids.folded)
    if run[1] - run[0] <= FEW:
        return _whole(segment, ids, segment.biwords.view_of(run).tolist(), rarest)
    return _whole(segment, ids, segment.biwords.slots_in(run), rarest)


def _whole(
    segment: Segment, ids: PatternIds, at: list[int] | np.ndarray, rarest: int
) -> list[int] | np.ndarray:
    """Return where a phrase starts, given where one of its biwords does.

    The others of its syllables are looked for around, the rarest of them first.
    """
    if len(ids.folded) == 2:
        return at
    around = []
    for folded_id, place in sorted(zip(ids.folded, range(len(ids.folded)), strict=True))[::-1]:
        if not 0 <= place - rarest <= 1:
            variants = segment.vocabulary.variants(folded_id)
            around.append((place - rarest, variants.start, variants.stop))
    if len(at) > FEW:
        many = np.asarray(at)
        while around and len(many) > FEW:
            distance, first, end = around.pop(0)
            near = np.add(many, distance, dtype=np.int64)
            many = many[segment.grid.has_id(near, first, end)]
        if len(many) > FEW:
            return np.asarray(np.subtract(many, rarest, dtype=np.int64))
        at = many
    few = at if isinstance(at, list) else at.tolist()
    return [slot - rarest for slot in segment.grid.matching(few, around)]


def _rare_biword(biwords: Biwords, folded: tuple[int, ...]) -> tuple[tuple[int, int], int]:
    """Return where a rare biword of a phrase stands in the list of positions, and its place."""
    if len(folded) == 2:
        return biwords.run(*folded), 0
    # Ids fall with frequency: the greatest is the rarest, and so are the biwords it is in.
    rare = folded.index(max(folded))
    best = _rarest_of(biwords, folded, range(max(rare - 1, 0), min(rare + 1, len(folded) - 1)))
    (start, end), _ = best
    if end - start <= MANY:
        return best
    # Common syllables make rare biwords, too.
    return _rarest_of(biwords, folded, range(len(folded) - 1))


def _rarest_of(
    biwords: Biwords, folded: tuple[int, ...], places: range
) -> tuple[tuple[int, int], int]:
    best, best_place, fewest = (0, 0), 0, sys.maxsize
    for place in places:
        run = biwords.run(folded[place], folded[place + 1])
        count = run[1] - run[0]
        if count < fewest:
            best, best_place, fewest = run, place, count
    return best, best_place


def with_accents(segment: Segment, ids: PatternIds, slots: list[int]) -> list[int]:
    """Return which occurrences of the folded forms have the accented forms asked for."""
    if 0 in ids.accented:
        return []
    if len(slots) > FEW:
        all_slots = np.array(slots)
        exact: list[int] = all_slots[exact_mask(segment, ids, all_slots)].tolist()
        return exact
    around = [(at, own, own + 1) for at, own in enumerate(ids.accented) if own is not None]
    return segment.grid.matching(slots, around)


def exact_mask(segment: Segment, ids: PatternIds, slots: np.ndarray) -> np.ndarray:
    """Say which occurrences of the folded forms have the accented forms asked for: bool[n]."""
    if 0 in ids.accented:
        return np.zeros(len(slots), dtype=bool)
    mask: np.ndarray | None = None
    for place, accented_id in enumerate(ids.accented):
        if accented_id is not None:
            fits = segment.grid.has_id(slots + place, accented_id, accented_id + 1)
            mask = fits if mask is None else mask & fits
    return np.ones(len(slots), dtype=bool) if mask is None else mask
