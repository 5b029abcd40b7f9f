"""Rankers: the score of a document for a tree. The default is BM25, as phrases and runs have it.

Every matching document is scored, by the sum over the tree::

    phrase, near   one term of ``phrase_scorer``: by its exact occurrences where a document has any
    run            the formula of ``bag_scorer``; a prefix or fuzzy syllable is one term
    and, or        the sum of their nodes
    boost          a factor
    not, filters   nothing
"""

from typing import Final, Protocol

import numpy as np
from numpy.typing import NDArray

from danvan_search.index.codec.bm25 import saturation
from danvan_search.query.nodes import (
    And,
    Boost,
    Field,
    InField,
    Near,
    Node,
    Or,
    Phrase,
    Required,
    Run,
    is_plain,
)
from danvan_search.search.execution.bag_scorer import bag_scores
from danvan_search.search.execution.execution import Execution
from danvan_search.search.execution.limits import SCORE_ENTRIES
from danvan_search.search.execution.maxscore import top_threshold
from danvan_search.search.execution.phrase_scorer import posting_scores
from danvan_search.search.execution.scored_terms import (
    pair_norms,
    pair_postings,
    run_terms,
    scores_exact,
    term_postings,
)


class Ranker(Protocol):
    """Scores documents. Its tiers and its order are those of any other ranker."""

    def scores(
        self, execution: Execution, node: Node, segment_index: int, docs: NDArray[np.int64]
    ) -> NDArray[np.float64]:
        """Return float64[n], the scores of some documents of a segment; higher is better.

        :param node: what is scored.
        :param docs: int64[n], ascending.
        """


class Bm25Ranker:
    """The default ranker; the strategies for phrases and runs compute the same scores faster."""

    def scores(
        self, execution: Execution, node: Node, segment_index: int, docs: NDArray[np.int64]
    ) -> NDArray[np.float64]:
        """Return float64[n], the sum over the tree."""
        return _tree_scores(execution, node, segment_index, docs, None)


BM25: Final = Bm25Ranker()


def _tree_scores(
    execution: Execution,
    node: Node,
    segment_index: int,
    docs: NDArray[np.int64],
    field: Field | None,
) -> NDArray[np.float64]:
    """Return float64[n], the scores of some documents of a segment.

    :param docs: int64[n], ascending.
    :param field: the text of which occurrences count; None is both.
    """
    match node:
        case Phrase() | Near():
            return _phrase_scores(execution, node, segment_index, docs, field)
        case Run():
            return _run_scores(execution, node, segment_index, docs, field)
        case And() | Or():
            scores = np.zeros(len(docs))
            for one in node.nodes:
                scores += _tree_scores(execution, one, segment_index, docs, field)
            return scores
        case Boost():
            inner = _tree_scores(execution, node.node, segment_index, docs, field)
            return inner * node.factor
        case Required():
            return _tree_scores(execution, node.node, segment_index, docs, field)
        case InField():
            return _tree_scores(execution, node.node, segment_index, docs, node.field)
        case _:
            return np.zeros(len(docs))


def _phrase_scores(
    execution: Execution,
    node: Phrase | Near,
    segment_index: int,
    docs: NDArray[np.int64],
    field: Field | None,
) -> NDArray[np.float64]:
    """Score a phrase as one term: by its exact occurrences where a document has any."""
    scores = _term_scores(execution, node, segment_index, docs, field, exact=False)
    if scores_exact(execution, node, field):
        exact = _term_scores(execution, node, segment_index, docs, field, exact=True)
        scores = np.where(exact > 0, exact, scores)
    return scores


def _term_scores(
    execution: Execution,
    node: Phrase | Near,
    segment_index: int,
    docs: NDArray[np.int64],
    field: Field | None,
    *,
    exact: bool,
) -> NDArray[np.float64]:
    """Return float64[n], what the occurrences of a phrase score in some documents."""
    found = term_postings(execution, node, segment_index, docs, field, exact=exact)
    scores = np.zeros(len(docs))
    if found is not None:
        view = execution.searcher.views[segment_index]
        own = posting_scores(view, found.postings, found.weight)
        if found.kept is None:
            return own
        scores[found.kept] = own
    return scores


def _run_scores(
    execution: Execution,
    run: Run,
    segment_index: int,
    docs: NDArray[np.int64],
    field: Field | None,
) -> NDArray[np.float64]:
    view = execution.searcher.views[segment_index]
    if field is None and is_plain(run):
        bag = execution.bag(run)
        lists = 2 * len(bag.syllables) + len(bag.pairs)
        execution.limits.take(len(docs) * lists * SCORE_ENTRIES, run)
        return bag_scores(view, segment_index, bag, docs)
    scores = np.zeros(len(docs))
    parts, pairs = run_terms(execution, run)
    for alone, weight, exact in parts:
        scores += weight * _term_scores(execution, alone, segment_index, docs, field, exact=exact)
    for pair, weight in pairs:
        found = pair_postings(execution, pair, segment_index, docs, field)
        if found is not None:
            norms = pair_norms(view, found.postings.docs)
            own = saturation(found.postings.tfs.astype(np.float64), norms)
            scores[found.kept] += weight * found.weight * own
    return scores


def best_for_run(
    execution: Execution, run: Run, segment_index: int, docs: NDArray[np.int64], need: int
) -> NDArray[np.int64]:
    """Return the documents that may be among the best ``need`` for a run of terms.

    :param docs: int64[n], ascending.
    :return: some of them, ascending.
    """
    view = execution.searcher.views[segment_index]
    bag = execution.bag(run)
    if not any(term.lists[segment_index].df for _, term in bag.syllables):
        return docs
    maxscore = bag.maxscore(view, segment_index)
    sums = maxscore.sums_of(docs)
    least = top_threshold(sums, need) - maxscore.margin
    return np.asarray(docs[sums >= max(0, least)])
