"""The best documents of a phrase that occurs but a few times, scored one by one.

Most phrases of three syllables and more are of this kind. A call of NumPy takes as long as
looking at ten numbers, so that here it does not pay; the results are the same to the last bit.
"""

from bisect import bisect_left
from collections.abc import Sequence

import numpy as np

from danvan_search.index.codec.bm25 import TITLE_WEIGHT, saturation, term_weight
from danvan_search.index.codec.segment_reader import PatternIds
from danvan_search.search.execution.phrase_matcher import with_accents
from danvan_search.search.execution.segment_view import SegmentView
from danvan_search.search.execution.top_docs import EXACT, FOLDED, TopDocs

Document = tuple[int, int]
"""The place of a segment, and the number of a document there."""


def rare_phrase_top(
    views: Sequence[SegmentView],
    doc_count: int,
    ids: Sequence[PatternIds],
    slots: Sequence[list[int]],
    masks: Sequence[np.ndarray | None],
    limit: int,
    offset: int,
) -> TopDocs:
    """Return a page of the documents that hold a phrase, as ``phrase_top`` does.

    :param doc_count: documents of the index that are not deleted.
    :param ids: the phrase in the ids of each segment.
    :param slots: where its folded forms start in each segment, ascending; a few.
    :param masks: which documents of each segment may be found.
    """
    folded: dict[Document, list[int]] = {}
    exact: dict[Document, list[int]] = {}
    for place, (view, some, at) in enumerate(zip(views, ids, slots, strict=True)):
        _put(view, place, at, folded)
        if any(some.accented):
            _put(view, place, with_accents(view.segment, some, at), exact)
    found = []
    for tier, occurrences in ((EXACT, exact), (FOLDED, folded)):
        if not occurrences:
            continue
        weight = term_weight(len(occurrences), doc_count)
        for document, of_document in occurrences.items():
            place, doc = document
            mask = masks[place]
            if (tier == EXACT or document not in exact) and (mask is None or mask.item(doc)):
                score = _score(views[place], doc, of_document, weight)
                found.append((-tier, -score, place, doc))
    found.sort()
    page = found[offset : offset + limit]
    return TopDocs(
        len(found),
        [place for _, _, place, _ in page],
        [doc for _, _, _, doc in page],
        [-score for _, score, _, _ in page],
        [-tier for tier, _, _, _ in page],
        [folded[place, doc] for _, _, place, doc in page],
    )


def _put(
    view: SegmentView, place: int, slots: list[int], occurrences: dict[Document, list[int]]
) -> None:
    """Put occurrences to their documents; those of deleted ones do not count."""
    doc_of = view.segment.grid.doc
    for slot in slots:
        doc = doc_of(slot)
        if view.live is None or view.live.item(doc):
            occurrences.setdefault((place, doc), []).append(slot)


def _score(view: SegmentView, doc: int, slots: list[int], weight: float) -> float:
    """Score one document, in the same steps as many are."""
    norm: float = view.norms.item(doc)
    score = saturation(len(slots), norm) * weight
    title_tf = bisect_left(slots, view.segment.grid.body_slot.item(doc))
    if title_tf:
        norm = view.title_norms.item(doc)
        score += saturation(title_tf, norm) * (TITLE_WEIGHT * weight)
    return score
