"""Phrases in one segment: where syllables follow each other as a pattern says."""

from typing import Final, NamedTuple

import numpy as np

from danvan_search.index.arrays.biwords import Biwords
from danvan_search.index.arrays.champions import FREQUENT, Counts
from danvan_search.index.arrays.doclists import DocList
from danvan_search.index.arrays.segment import PatternIds, Segment

FEW: Final = 16
"""So many occurrences are looked at one by one: a call of NumPy takes as long as ten of them."""

MANY: Final = 256
"""More occurrences than this take longer to look at than all biwords of a phrase to look up."""

_NO_SLOTS: Final = np.zeros(0, dtype=np.int64)


class PhraseCounts(NamedTuple):
    """The documents of one segment that hold a phrase.

    :ivar folded: those that hold its folded forms.
    :ivar exact: of these, those that hold it with the accented forms that were asked for;
        counts exact occurrences only. None when the pattern asks for none.
    """

    folded: Counts
    exact: Counts | None


def find(segment: Segment, ids: PatternIds, slots: np.ndarray | None = None) -> PhraseCounts:
    """Count the occurrences of a phrase of any length but 0 by document.

    :param slots: where the folded forms start, if that is known.
    """
    if ids.word:
        slots = word_slots(segment, ids)
        return _with_exact(segment, ids, slots, segment.count(slots))
    if len(ids.folded) == 1:
        folded_id = ids.folded[0]
        folded = _list_counts(
            segment.folded_list(folded_id), segment.folded_list(folded_id, "title")
        )
        if ids.accented[0] is None:
            return PhraseCounts(folded, None)
        accented_id = ids.accented[0]
        exact = _list_counts(
            segment.accented_list(folded_id, accented_id),
            segment.accented_list(folded_id, accented_id, "title"),
        )
        return PhraseCounts(folded, exact)
    if slots is None:
        slots = folded_slots(segment, ids)
    if len(ids.folded) == 2 and len(slots) > FREQUENT:
        folded = _list_counts(
            segment.biword_list(*ids.folded), segment.biword_list(*ids.folded, "title")
        )
    else:
        folded = segment.count(slots)
    return _with_exact(segment, ids, slots, folded)


def _with_exact(
    segment: Segment, ids: PatternIds, slots: np.ndarray, folded: Counts
) -> PhraseCounts:
    if all(accented is None for accented in ids.accented):
        return PhraseCounts(folded, None)
    mask = exact_mask(segment, ids, slots)
    # As a rule every occurrence has the accents that were typed.
    return PhraseCounts(folded, folded if mask.all() else segment.count(slots[mask]))


def word_slots(segment: Segment, ids: PatternIds) -> np.ndarray:
    """Return integers[n], where the folded forms of a phrase stand as one word, ascending."""
    if len(ids.folded) > 1:
        slots = folded_slots(segment, ids)
    elif ids.folded[0]:
        slots = np.sort(segment.biwords.slots_of_folded(ids.folded[0]))
    else:
        slots = _NO_SLOTS
    return np.asarray(slots[segment.words.are_words(slots, len(ids.folded))])


def folded_slots(segment: Segment, ids: PatternIds) -> np.ndarray:
    """Return integers[n], the slots where a phrase of 2 or more syllables starts, ascending.

    Only folded forms count. A rare biword gives the places, and the grid tells which of them have
    the other syllables around, the rarest of those first.
    """
    folded = ids.folded
    biwords = segment.biwords
    if 0 in folded:
        return _NO_SLOTS
    if len(folded) == 2:
        return biwords.slots_in(biwords.run(*folded))
    run, rarest = _rare_biword(biwords, folded)
    around = []
    for place in sorted(range(len(folded)), key=folded.__getitem__, reverse=True):
        if place not in (rarest, rarest + 1):
            variants = segment.vocabulary.variants(folded[place])
            around.append((place - rarest, variants.start, variants.stop))
    at = biwords.slots_in(run).astype(np.int64)
    while around and len(at) > FEW:
        distance, first, end = around.pop(0)
        at = at[segment.grid.has_id(at + distance, first, end)]
    if around:
        at = np.array(segment.grid.matching(at.tolist(), around), dtype=np.int64)
    at -= rarest
    return at


def _rare_biword(biwords: Biwords, folded: tuple[int, ...]) -> tuple[tuple[int, int], int]:
    """Return where a rare biword of a phrase stands in the list of positions, and its place."""
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
    found = [(biwords.run(folded[place], folded[place + 1]), place) for place in places]
    counts = [end - start for (start, end), _ in found]
    return found[counts.index(min(counts))]


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


def exact_among(
    segment: Segment, ids: PatternIds, docs: np.ndarray, slots: np.ndarray | None = None
) -> np.ndarray:
    """Say which of some documents hold a phrase with the accented forms asked for.

    Quicker than :func:`find` for a few documents of a frequent phrase.

    :param docs: int64[n], ascending.
    :param slots: where the folded forms of the phrase start, if that is known.
    :return: bool[n].
    """
    if len(ids.folded) == 1:
        accented_id = ids.accented[0]
        if accented_id is None:
            return np.ones(len(docs), dtype=bool)
        tfs = segment.accented_list(ids.folded[0], accented_id).frequencies(docs)
        return np.asarray(tfs > 0)
    if slots is None:
        slots = folded_slots(segment, ids)
    borders = segment.grid.doc_slot
    low = np.searchsorted(slots, borders[docs].astype(slots.dtype))
    high = np.searchsorted(slots, borders[docs + 1].astype(slots.dtype))
    counts = high - low
    # The places low[0]…high[0]-1, low[1]…high[1]-1, and so on.
    ends = np.cumsum(counts)
    places = np.arange(ends[-1] if len(ends) else 0) + np.repeat(high - ends, counts)
    exact = exact_mask(segment, ids, slots[places])
    total = np.zeros(len(exact) + 1, dtype=np.int64)
    np.cumsum(exact, out=total[1:])
    return np.asarray(total[ends] > total[ends - counts])


def _list_counts(whole: DocList, title: DocList) -> Counts:
    docs, tfs = whole.entries()
    title_tfs = title.frequencies(docs).astype(np.int64) if title.df else None
    return Counts(docs, tfs, title_tfs)


def matches(segment: Segment, doc: int, ids: PatternIds) -> tuple[np.ndarray, np.ndarray]:
    """Return where a document holds a phrase, found on its own stretch of the grid.

    :param doc: a document of the segment.
    :return: first slots of the occurrences, int64[n] ascending, and whether each has the
        accented forms asked for, bool[n].
    """
    if 0 in ids.folded:
        return _NO_SLOTS, np.zeros(0, dtype=bool)
    start, end = segment.grid.doc_slot[doc : doc + 2].tolist()
    first = segment.vocabulary.variants(ids.folded[0])
    slots = segment.grid.slots_of(start, end, first.start, first.stop)
    # A gap ends every text, so no look ahead meets the next one.
    for place, folded_id in enumerate(ids.folded[1:], 1):
        variants = segment.vocabulary.variants(folded_id)
        slots = slots[segment.grid.has_id(slots + place, variants.start, variants.stop)]
    if ids.word:
        slots = slots[segment.words.are_words(slots, len(ids.folded))]
    return slots, exact_mask(segment, ids, slots)
