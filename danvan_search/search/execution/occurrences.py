"""Where phrases occur in one segment, slop and patterns included.

A phrase of plain terms goes to ``phrase_matcher``. Here are the others: the rarest part of a phrase
gives the candidates, and the grid filters them by the other syllables.
"""

from collections.abc import Iterable, Sequence
from itertools import pairwise
from typing import Final, NamedTuple

import numpy as np

from danvan_search.index.codec.segment_reader import SegmentReader
from danvan_search.query.nodes import Field
from danvan_search.search.execution.close_slots import are_sparse, close_slots
from danvan_search.search.execution.limits import SEARCH_ENTRIES
from danvan_search.search.execution.syllable_ids import SyllableIds
from danvan_search.search.execution.texts import are_in_field, are_in_one_text

_NO_SLOTS: Final = np.zeros(0, dtype=np.int64)
NOWHERE: Final = np.int64(1 << 62)
"""A slot that is far from all others, and whose distances from them fit in int64."""
_MAX_LOOKUPS: Final = 256
"""Up to this many biwords are looked up one by one, to find a pattern before a syllable."""

_MAX_WALK: Final = 16
"""With more slop than this, the next syllable is searched among its slots, not on the grid."""


class Occurrences(NamedTuple):
    """Occurrences of a phrase in one segment, by rising start.

    :ivar starts: int64[n], the slot of the first syllable.
    :ivar ends: int64[n], the slot of the last one.
    :ivar between: int64[n], how many other syllables stand in between; None where there are none.
    """

    starts: np.ndarray
    ends: np.ndarray
    between: np.ndarray | None = None

    def select(self, kept: np.ndarray) -> "Occurrences":
        """Return some of the occurrences: bool[n], or ascending indices."""
        between = None if self.between is None else self.between[kept]
        return Occurrences(self.starts[kept], self.ends[kept], between)


def restrict_to_field(
    segment: SegmentReader, occurrences: Occurrences, field: Field | None
) -> Occurrences:
    """Return the occurrences in one text of the documents; None is all."""
    if field is None or not len(occurrences.starts):
        return occurrences
    return occurrences.select(are_in_field(segment, occurrences.starts, field))


def adjacent_occurrences(segment: SegmentReader, syllables: Sequence[SyllableIds]) -> Occurrences:
    """Return where syllables stand side by side."""
    length = len(syllables)
    if any(not len(one.folded) for one in syllables):
        return Occurrences(_NO_SLOTS, _NO_SLOTS)
    slots, covered = _candidates(segment, syllables)
    others = [index for index in range(length) if index not in covered]
    for index in sorted(others, key=lambda index: syllables[index].count):
        if not len(slots):
            break
        slots = slots[syllables[index].matches(slots + index)]
    return Occurrences(slots, slots + (length - 1))


def joined_occurrences(every: Sequence[Occurrences]) -> Occurrences:
    """Return the occurrences of several phrases without slop; of equal ones the first."""
    starts = np.concatenate([one.starts for one in every])
    ends = np.concatenate([one.ends for one in every])
    order = np.lexsort((ends, starts))
    starts, ends = starts[order], ends[order]
    is_new = np.ones(len(starts), dtype=bool)
    is_new[1:] = (starts[1:] != starts[:-1]) | (ends[1:] != ends[:-1])
    return Occurrences(starts[is_new], ends[is_new])


def held_occurrences(found: Occurrences, held: Iterable[tuple[int, SyllableIds]]) -> Occurrences:
    """Return those occurrences of adjacent syllables where some syllables match more narrowly.

    :param held: the index of each such syllable in the phrase, and what it matches.
    """
    for index, syllable in held:
        found = found.select(syllable.matches(found.starts + index))
    return found


def _candidates(
    segment: SegmentReader, syllables: Sequence[SyllableIds]
) -> tuple[np.ndarray, tuple[int, ...]]:
    """Return where the rarest part of a phrase would have it start, and the syllables of that part.

    The part is two neighbours of which one is one folded form, or one syllable.
    """
    positions = segment.positions
    best: tuple[int, int] | None = None
    for index, (one, other) in enumerate(pairwise(syllables)):
        if len(one.folded) == len(other.folded) == 1:
            start, end = positions.index_range(int(one.folded[0]), int(other.folded[0]))
            if best is None or end - start < best[0]:
                best = end - start, index
    if best is not None:
        index = best[1]
        first, second = (int(one.folded[0]) for one in syllables[index : index + 2])
        slots = positions.slots_in(positions.index_range(first, second)).astype(np.int64)
        return slots - index, _covered(syllables, index)
    index = min(range(len(syllables)), key=lambda index: syllables[index].count)
    rarest = syllables[index]
    if index + 1 < len(syllables) and len(rarest.folded) == 1:
        following = np.zeros(segment.term_dictionary.folded_count + 1, dtype=bool)
        following[syllables[index + 1].folded] = True
        slots = positions.slots_before(int(rarest.folded[0]), following)
        return slots - index, _covered(syllables, index)
    for first_index in (index, index - 1):
        pair = syllables[first_index : first_index + 2] if first_index >= 0 else ()
        if len(pair) == 2 and len(pair[1].folded) == 1 and len(pair[0].folded) <= _MAX_LOOKUPS:
            slots = positions.slots_after(pair[0].folded.tolist(), int(pair[1].folded[0]))
            return slots - first_index, _covered(syllables, first_index)
    return rarest.slots() - index, (index,)


def _covered(syllables: Sequence[SyllableIds], index: int) -> tuple[int, ...]:
    """Return which of two neighbours match whatever accents they have."""
    return tuple(at for at in (index, index + 1) if syllables[at].is_folded)


def sloppy_occurrences(
    segment: SegmentReader,
    syllables: Sequence[SyllableIds],
    slop: int,
    *,
    among: np.ndarray | None = None,
    docs: np.ndarray | None = None,
) -> Occurrences:
    """Return where syllables stand in their order with at most ``slop`` others between, in all.

    From each start the earliest next syllable is taken.

    :param among: int64[n], ascending, slots that include all starts; None if they are not known.
    :param docs: bool[docs], documents that include all that match; None if they are not known.
    """
    if any(not len(one.folded) for one in syllables):
        return Occurrences(_NO_SLOTS, _NO_SLOTS)
    if among is None:
        starts = _sloppy_starts(segment, syllables, slop, docs)
    else:
        starts = among[syllables[0].matches(among)]
    at = starts.copy()
    spare = np.full(len(starts), slop, dtype=np.int64)
    alive = np.ones(len(starts), dtype=bool)
    for syllable in syllables[1:]:
        pending = np.flatnonzero(alive)
        alive[:] = False
        if slop > _MAX_WALK and len(pending) * slop > syllable.count:
            kept, after = _next_slots(segment, syllable, at[pending], spare[pending], docs)
            hits = pending[kept]
            spare[hits] -= after - at[hits] - 1
            at[hits] = after
            alive[hits] = True
            continue
        for skipped in range(slop + 1):
            pending = pending[spare[pending] >= skipped]
            if not len(pending):
                break
            slots = at[pending] + (1 + skipped)
            contents = syllable.contents(slots)
            found = syllable.contain(contents)
            hits = pending[found]
            at[hits] = slots[found]
            spare[hits] -= skipped
            alive[hits] = True
            if skipped < slop:
                pending = pending[~found & (contents > 0)]
    return Occurrences(starts, at, slop - spare).select(alive)


def _next_slots(
    segment: SegmentReader,
    syllable: SyllableIds,
    slots: np.ndarray,
    spare: np.ndarray,
    docs: np.ndarray | None,
) -> tuple[np.ndarray, np.ndarray]:
    """Return where a syllable follows some slots next, in the same text.

    :param slots: int64[n].
    :param spare: int64[n], how many other syllables may stand in between.
    :param docs: see :func:`sloppy_occurrences`.
    :return: int64[k], the indices of the slots that it follows; int64[k], where it does.
    """
    syllable.take(len(slots) * SEARCH_ENTRIES)
    found = np.append(syllable.slots(docs), NOWHERE)
    after = found.take(found.searchsorted(slots, "right"))
    kept = np.flatnonzero(after - slots - 1 <= spare)
    after = after[kept]
    kept_too = are_in_one_text(segment, slots[kept], after)
    return kept[kept_too], after[kept_too]


def _sloppy_starts(
    segment: SegmentReader,
    syllables: Sequence[SyllableIds],
    slop: int,
    docs: np.ndarray | None,
) -> np.ndarray:
    """Return int64[n], ascending, slots of the first syllable from which the others may follow.

    :param docs: see :func:`sloppy_occurrences`.
    """
    first, second = syllables[:2]
    index = min(range(len(syllables)), key=lambda index: syllables[index].count)
    rarest = syllables[index]
    if index and rarest.count * (slop + 1) < first.count:
        # They are few: leaving some out takes as long as testing them.
        slots = rarest.slots()
        starts = [_NO_SLOTS]
        for distance in range(index, index + slop + 1):
            before = slots - distance
            starts.append(before[first.matches(before)])
        return np.unique(np.concatenate(starts))
    if second.count < first.count * (slop - 1) and are_sparse(segment, first, second, slop + 1):
        left, _ = close_slots(
            segment, first.folded_slots(docs), second.folded_slots(docs), slop + 1
        )
        return left if first.is_folded else left[first.matches(left)]
    return first.slots(docs)
