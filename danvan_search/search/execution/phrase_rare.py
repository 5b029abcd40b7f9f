"""Top documents of a phrase with few occurrences, scored one by one in Python.

Most phrases of three or more syllables have few occurrences. One NumPy call costs as much as ten
numbers in Python, so arrays do not pay here. The results are bit-identical to those of
``phrase_top_docs``.
"""

from bisect import bisect_left
from collections.abc import Sequence

import numpy as np

from danvan_search.index.codec.bm25 import DETAILS_WEIGHT, term_weight
from danvan_search.index.codec.segment_reader import PatternIds
from danvan_search.search.execution.phrase_matcher import exact_slots
from danvan_search.search.execution.phrase_scorer import phrase_score
from danvan_search.search.execution.segment_view import SegmentView
from danvan_search.search.execution.top_docs import EXACT, FOLDED, TopDocs

DocKey = tuple[int, int]
"""The index of a segment, and the number of a document in it."""


def rare_phrase_top(
    views: Sequence[SegmentView],
    doc_count: int,
    ids: Sequence[PatternIds],
    slots: Sequence[list[int]],
    masks: Sequence[np.ndarray | None],
    limit: int,
    offset: int,
    *,
    exact_only: bool = False,
) -> TopDocs:
    """Return a page of the documents that contain a phrase, as ``phrase_top`` does.

    :param doc_count: live documents of the index.
    :param ids: the phrase in the ids of each segment.
    :param slots: where its folded forms start in each segment, ascending.
    :param masks: the documents of each segment that may be returned.
    """
    folded: dict[DocKey, list[int]] = {}
    exact: dict[DocKey, list[int]] = {}
    for index, (view, segment_ids, starts) in enumerate(zip(views, ids, slots, strict=True)):
        _add_live(view, index, starts, folded)
        if any(segment_ids.accented):
            _add_live(view, index, exact_slots(view.segment, segment_ids, starts), exact)
    folded_weight = term_weight(len(folded), doc_count)
    exact_weight = term_weight(len(exact), doc_count) if exact else 0.0
    found = []
    for key, occurrences in folded.items():
        index, doc = key
        mask = masks[index]
        if (mask is None or mask.item(doc)) and (key in exact or not exact_only):
            tier, weight = FOLDED, folded_weight
            if key in exact:
                tier, weight, occurrences = EXACT, exact_weight, exact[key]
            found.append((-tier, -_score(views[index], doc, occurrences, weight), index, doc))
    found.sort()
    page = found[offset : offset + limit]
    return TopDocs(
        len(found),
        [index for _, _, index, _ in page],
        [doc for _, _, _, doc in page],
        [-score for _, score, _, _ in page],
        [-tier for tier, _, _, _ in page],
        [folded[index, doc] for _, _, index, doc in page],
    )


def _add_live(
    view: SegmentView, index: int, slots: list[int], occurrences: dict[DocKey, list[int]]
) -> None:
    """Add the slots of a segment's live documents to the occurrences of each document."""
    doc_of = view.segment.grid.doc
    for slot in slots:
        doc = doc_of(slot)
        if view.live is None or view.live.item(doc):
            occurrences.setdefault((index, doc), []).append(slot)


def _score(view: SegmentView, doc: int, slots: list[int], weight: float) -> float:
    norm: float = view.norms.item(doc)
    grid = view.segment.grid
    tf: float = len(slots)
    if grid.details_slot is not None:
        in_details = len(slots) - bisect_left(slots, grid.details_slot.item(doc))
        tf -= (1 - DETAILS_WEIGHT) * in_details
    title_tf = bisect_left(slots, grid.body_slot.item(doc))
    if not title_tf:
        return phrase_score(tf, norm, weight)
    title_norm: float = view.title_norms.item(doc)
    return phrase_score(tf, norm, weight, title_tf, title_norm)
