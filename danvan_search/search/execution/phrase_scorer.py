"""The ranking formula of phrases; a phrase is scored as one term.

For a document d that contains the phrase, with BM25 as in ``bm25``::

    score(d) = BM25(occurrences in all texts) + 0.3 · BM25(occurrences in the title)

where an occurrence in the details counts one half.

A document that contains the phrase with the typed accents is scored by its exact occurrences and
the number of such documents, any other document by its folded occurrences.
"""

from collections.abc import Iterable

import numpy as np

from danvan_search.index.codec.bm25 import TITLE_WEIGHT, Numbers, saturation, term_weight
from danvan_search.index.codec.champions import Postings
from danvan_search.search.execution.index_searcher import IndexSearcher
from danvan_search.search.execution.segment_view import SegmentView


def phrase_score(
    tf: Numbers,
    norm: Numbers,
    weight: float,
    title_tf: Numbers | None = None,
    title_norm: Numbers | None = None,
) -> Numbers:
    """Return the score of one document, or of many: the results are the same to the last bit.

    :param tf: occurrences in all texts, those in details at their weight.
    :param norm: K of the document.
    :param weight: of the phrase, see :func:`postings_weight`.
    :param title_tf: occurrences in the title; None when there are none.
    :param title_norm: K of the title; None without ``title_tf``.
    """
    score = saturation(tf, norm)
    score *= weight
    if title_tf is not None and title_norm is not None:
        title_score = saturation(title_tf, title_norm)
        title_score *= title_weight(weight)
        score += title_score
    return score


def title_weight(weight: float) -> float:
    """Return the weight of a phrase in the title, of which the score is added."""
    return TITLE_WEIGHT * weight


def posting_scores(view: SegmentView, postings: Postings, weight: float) -> np.ndarray:
    """Return float64[n], the score of each document of a segment's postings."""
    docs, tfs, title_tfs = postings
    title_norms = None if title_tfs is None else view.title_norms.take(docs)
    return phrase_score(tfs, view.norms.take(docs), weight, title_tfs, title_norms)


def postings_weight(searcher: IndexSearcher, postings: Iterable[Postings]) -> float:
    """Return the weight of a phrase by its document frequency.

    :param postings: the live documents that contain it, in each segment.
    """
    return term_weight(sum([len(one.docs) for one in postings]), searcher.doc_count)
