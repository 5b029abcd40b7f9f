"""Where phrases and neighbouring phrases occur in one segment, slop and patterns included.

A phrase of plain terms goes to ``phrase_matcher``. Here are the others: the rarest part of a phrase
gives the candidates, and the grid filters them by the other syllables.
"""

from collections.abc import Iterable, Sequence
from itertools import pairwise
from typing import Final, NamedTuple

import numpy as np

from danvan_search.index.codec.placement import BLOCK_BITS
from danvan_search.index.codec.ragged import offsets_of, run_indices
from danvan_search.index.codec.segment_reader import SegmentReader
from danvan_search.query.nodes import Field
from danvan_search.search.execution.limits import SEARCH_ENTRIES
from danvan_search.search.execution.syllable_ids import SyllableIds

_FIELDS: Final[Sequence[Field]] = ("title", "body", "details")
"""The texts of a document, in the order of the grid."""
_NO_SLOTS: Final = np.zeros(0, dtype=np.int64)
_NOWHERE: Final = np.int64(1 << 62)
"""A slot that is far from all others, and whose distances from them fit in int64."""
_MAX_LOOKUPS: Final = 256
"""Up to this many biwords are looked up one by one, to find a pattern before a syllable."""

_MAX_WALK: Final = 16
"""With more slop than this, the next syllable is searched among its slots, not on the grid."""
_MAX_NEIGHBOURS: Final = 8
"""Two sets of slots are sorted into one where this many of them are near each other at most."""


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
    numbers = text_numbers(segment, occurrences.starts)
    return occurrences.select(numbers % len(_FIELDS) == _FIELDS.index(field))


def text_numbers(segment: SegmentReader, slots: np.ndarray) -> np.ndarray:
    """Return int64[n], a number for the text of each slot; the remainder by 3 tells its field.

    The lines of details are one text.
    """
    grid = segment.grid
    docs = grid.block_doc.take(slots >> BLOCK_BITS).astype(np.int64)
    numbers = docs * len(_FIELDS)
    numbers += slots >= grid.body_slot.take(docs)
    if grid.details_slot is not None:
        numbers += slots >= grid.details_slot.take(docs)
    return numbers


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
    found = np.append(syllable.slots(docs), _NOWHERE)
    after = found.take(found.searchsorted(slots, "right"))
    kept = np.flatnonzero(after - slots - 1 <= spare)
    after = after[kept]
    kept_too = text_numbers(segment, after) == text_numbers(segment, slots[kept])
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
        slots = rarest.slots(docs)
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


def are_sparse(
    segment: SegmentReader, left: SyllableIds, right: SyllableIds, distance: int
) -> bool:
    """Return whether few slots of two syllables are within a distance of each other."""
    return (left.count + right.count) * distance < segment.grid.slot_count * _MAX_NEIGHBOURS


def close_slots(
    segment: SegmentReader, left: np.ndarray, right: np.ndarray, distance: int
) -> tuple[np.ndarray, np.ndarray]:
    """Return those slots of two sets that have one of the other set near, and perhaps a few more.

    :param left: integers[n], in any order.
    :param right: integers[m], in any order.
    :param distance: by how much two slots that are near differ at most.
    :return: int64[k] and int64[l], ascending.
    """
    # A sort of both with the side as the lowest bit: keys of different sides differ by odd numbers.
    fits = segment.grid.slot_count < 1 << 31
    sides = np.concatenate([left, right])
    keys: np.ndarray = sides.astype(np.uint32 if fits else np.uint64)
    keys <<= 1
    keys[len(left) :] |= 1
    keys.sort()
    limit = 2 * distance + 1
    are_close = np.zeros(len(keys), dtype=bool)
    # Those that have the next key near, then of these those that have the second next key near…
    apart = 1
    near = np.flatnonzero(keys[1:] - keys[:-1] <= limit)
    while len(near):
        pairs = near[(keys[near + apart] - keys[near]) & 1 > 0]
        are_close[pairs] = True
        are_close[pairs + apart] = True
        apart += 1
        near = near[: near.searchsorted(len(keys) - apart)]
        near = near[keys[near + apart] - keys[near] <= limit]
    close = keys[are_close]
    is_right = close & 1 > 0
    slots = (close >> 1).astype(np.int64)
    return slots[~is_right], slots[is_right]


def near_occurrences(
    segment: SegmentReader, left: Occurrences, right: Occurrences, distance: int
) -> Occurrences:
    """Return the occurrences of ``left`` that have one of ``right`` near, in the same text.

    Each line of details is a text of its own.

    :param distance: how many syllables may stand between the two, in any order.
    :return: occurrences of ``left``; ``between`` is the least distance.
    """
    least = np.full(len(left.starts), _NOWHERE)
    if len(right.starts) and len(left.starts):
        indices = right.starts.searchsorted(left.ends, "right")
        after = np.append(right.starts, _NOWHERE).take(indices)
        _lower(segment, least, left.starts, after, after - left.ends - 1, distance)
        before = _ends_before(right, left.starts, indices)
        _lower(segment, least, left.starts, before, left.starts - before - 1, distance)
    kept = least <= distance
    return Occurrences(left.starts[kept], left.ends[kept], least[kept])


def _ends_before(found: Occurrences, starts: np.ndarray, indices: np.ndarray) -> np.ndarray:
    """Return int64[n], the greatest end of an occurrence before each start.

    It is minus ``_NOWHERE`` where there is none.

    :param indices: int64[n], how many occurrences start before or at each start, or a few more.
    """
    if found.between is not None:
        # Occurrences with slop may end in another order than they start.
        ends = np.insert(np.sort(found.ends), 0, -_NOWHERE)
        return ends.take(ends.searchsorted(starts, "left") - 1)
    ends = np.insert(found.ends, 0, -_NOWHERE)
    before = ends.take(indices)
    late = np.flatnonzero(before >= starts)
    while len(late):
        indices[late] -= 1
        before[late] = ends.take(indices[late])
        late = late[before[late] >= starts[late]]
    return before


def _lower(
    segment: SegmentReader,
    least: np.ndarray,
    starts: np.ndarray,
    others: np.ndarray,
    distances: np.ndarray,
    most: int,
) -> None:
    """Lower the least distances of occurrences to others of the same text, up to a distance.

    :param others: int64[n], a slot of the nearest other occurrence on one side of each start.
    """
    near = np.flatnonzero(distances <= most)
    near = near[text_numbers(segment, others[near]) == text_numbers(segment, starts[near])]
    if segment.has_details:
        near = near[~_have_gaps(segment, starts[near], others[near])]
    least[near] = np.minimum(least[near], distances[near])


def _have_gaps(segment: SegmentReader, slots: np.ndarray, others: np.ndarray) -> np.ndarray:
    """Return bool[n], whether there is a gap between two slots, which are syllables of one text.

    :param slots: int64[n].
    :param others: int64[n].
    """
    held = np.flatnonzero(segment.grid.are_in_details(slots))
    firsts = np.minimum(slots[held], others[held])
    lengths = np.maximum(slots[held], others[held]) - firsts
    gaps = offsets_of(segment.grid.are_gaps(run_indices(firsts, lengths)))
    borders = offsets_of(lengths)
    have_gaps = np.zeros(len(slots), dtype=bool)
    have_gaps[held] = np.diff(gaps[borders]) > 0
    return have_gaps
