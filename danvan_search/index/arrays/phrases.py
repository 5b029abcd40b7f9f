"""The documents of one segment that hold a phrase, and how often."""

from typing import NamedTuple

import numpy as np

from danvan_search.index.arrays.champions import FREQUENT, Counts
from danvan_search.index.arrays.doclists import DocList
from danvan_search.index.arrays.phrase_slots import exact_mask, folded_slots, word_slots
from danvan_search.index.arrays.runs import run_places
from danvan_search.index.arrays.segment import PatternIds, Segment


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


def exact_among(
    segment: Segment, ids: PatternIds, docs: np.ndarray, slots: np.ndarray | None = None
) -> np.ndarray:
    """Return int64[k], ascending: which documents hold a phrase with the accents asked for.

    The phrase has at least 2 syllables, and is no word. Quicker than :func:`find` for a few
    documents of a frequent phrase.

    :param docs: int64[n], ascending, where to look.
    :param slots: where the folded forms of the phrase start, if that is known.
    """
    if slots is None:
        slots = folded_slots(segment, ids)
    borders = segment.grid.doc_slot
    # The greatest end of a document may be no slot of the grid, but fits their type.
    low = slots.searchsorted(borders[docs].astype(slots.dtype))
    high = slots.searchsorted(borders[docs + 1].astype(slots.dtype))
    own = slots.take(run_places(low, high - low))
    return segment.docs_of(own[exact_mask(segment, ids, own)])


def _list_counts(whole: DocList, title: DocList) -> Counts:
    docs, tfs = whole.entries()
    title_tfs = title.frequencies(docs).astype(np.int64) if title.df else None
    return Counts(docs, tfs, title_tfs)
