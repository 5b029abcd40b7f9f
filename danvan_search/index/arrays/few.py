"""The best documents of a phrase that occurs but a few times, scored one by one.

Most phrases of three syllables and more are of this kind. A call of NumPy takes as long as
looking at ten numbers, so that here it does not pay; the results are the same to the last bit.
"""

from collections.abc import Sequence

import numpy as np

from danvan_search.index.arrays.bm25 import K1, TITLE_WEIGHT, idf
from danvan_search.index.arrays.phrases import with_accents
from danvan_search.index.arrays.results import EXACT, FOLDED, Ranking
from danvan_search.index.arrays.segment import PatternIds
from danvan_search.index.arrays.view import View

Document = tuple[int, int]
"""The place of a segment, and the number of a document there."""

Frequencies = tuple[int, int]
"""Occurrences in title and body, and those in the title alone."""


def rank_few(
    views: Sequence[View],
    doc_count: int,
    ids: Sequence[PatternIds],
    slots: Sequence[list[int]],
    masks: Sequence[np.ndarray | None],
    limit: int,
    offset: int,
) -> Ranking:
    """Return a page of the documents that hold a phrase, as ``phrase_top`` does.

    :param doc_count: documents of the index that are not deleted.
    :param ids: the phrase in the ids of each segment.
    :param slots: where its folded forms start in each segment, ascending; a few.
    :param masks: which documents of each segment may be found.
    """
    folded: dict[Document, Frequencies] = {}
    exact: dict[Document, Frequencies] = {}
    for place, (view, some, at) in enumerate(zip(views, ids, slots, strict=True)):
        _count(view, place, at, folded)
        if any(some.accented):
            _count(view, place, with_accents(view.segment, some, at), exact)
    found = []
    for tier, counts in ((EXACT, exact), (FOLDED, folded)):
        weight = (K1 + 1) * idf(len(counts), doc_count)
        for document, frequencies in counts.items():
            place, doc = document
            mask = masks[place]
            if (tier == EXACT or document not in exact) and (mask is None or mask.item(doc)):
                score = _score(views[place], doc, frequencies, weight)
                found.append((-tier, -score, place, doc))
    found.sort()
    page = found[offset : offset + limit]
    return Ranking(
        len(found),
        [place for _, _, place, _ in page],
        [doc for _, _, _, doc in page],
        [-score for _, score, _, _ in page],
        [-tier for tier, _, _, _ in page],
    )


def _count(view: View, place: int, slots: list[int], counts: dict[Document, Frequencies]) -> None:
    """Count occurrences by document; those of deleted ones do not count."""
    grid = view.segment.grid
    for slot in slots:
        doc = grid.doc(slot)
        if view.live is None or view.live.item(doc):
            tf, title_tf = counts.get((place, doc), (0, 0))
            counts[place, doc] = tf + 1, title_tf + (slot < grid.body_slot.item(doc))


def _score(view: View, doc: int, frequencies: Frequencies, weight: float) -> float:
    """Score one document, in the same steps as many are."""
    tf, title_tf = frequencies
    score: float = tf / (view.norms.item(doc) + tf) * weight
    if title_tf:
        score += title_tf / (view.title_norms.item(doc) + title_tf) * (TITLE_WEIGHT * weight)
    return score
