"""Rankers: the score of a document for a tree. The default is BM25, as phrases and runs have it.

Every matching document is scored, by the sum over the tree::

    phrase, near   one term of ``phrase_scorer``: by its exact occurrences where a document has any
    run            the formula of ``bag_scorer``; a prefix or fuzzy syllable is one term
    and, or        the sum of their nodes
    boost          a factor
    not, filters   nothing
"""

import math
from itertools import pairwise
from typing import Final, Protocol

import numpy as np
from numpy.typing import NDArray

from danvan_search.index.codec.bm25 import K1, PAIR_K1, idf, saturation, term_weight
from danvan_search.index.codec.champions import Postings
from danvan_search.query.accents import is_held
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
    Term,
    is_plain,
)
from danvan_search.search.execution.bag_scorer import bag_scores
from danvan_search.search.execution.execution import Execution
from danvan_search.search.execution.limits import SCORE_ENTRIES
from danvan_search.search.execution.maxscore import top_threshold
from danvan_search.search.execution.phrase_scorer import posting_scores


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
    if execution.phrases.ids.has_marks(node) and not (
        field is None and execution.phrases.are_all_exact(node)
    ):
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
    execution.limits.take(len(docs) * SCORE_ENTRIES, node)
    df = execution.phrases.document_frequency(node, exact=exact, field=field)
    if not df:
        return np.zeros(len(docs))
    view = execution.searcher.views[segment_index]
    weight = term_weight(df, execution.searcher.doc_count)
    tfs = execution.phrases.pattern_tfs(node, segment_index, docs, exact=exact, field=field)
    if tfs is not None:
        # A frequency of 0 scores 0.
        return posting_scores(view, Postings(docs, *tfs), weight)
    postings = execution.phrases.postings_among(node, segment_index, docs, exact=exact, field=field)
    kept, own = _common(docs, postings)
    scores = np.zeros(len(docs))
    scores[kept] = posting_scores(view, own, weight)
    return scores


def _common(docs: NDArray[np.int64], postings: Postings) -> tuple[NDArray[np.int64], Postings]:
    """Return which of some ascending documents have postings, as indices, and those."""
    if np.array_equal(docs, postings.docs):
        return np.arange(len(docs)), postings
    if len(docs) <= len(postings.docs):
        kept, indices = _found_in(docs, postings.docs)
    else:
        indices, kept = _found_in(postings.docs, docs)
    title_tfs = None if postings.title_tfs is None else postings.title_tfs[indices]
    return kept, Postings(postings.docs[indices], postings.tfs[indices], title_tfs)


def _found_in(
    few: NDArray[np.int64], many: NDArray[np.int64]
) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Return the indices of the numbers that two ascending arrays have in common, in each."""
    if not len(few):
        return np.arange(0), np.arange(0)
    indices = np.minimum(many.searchsorted(few), len(many) - 1)
    found = np.flatnonzero(many[indices] == few)
    return found, indices[found]


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
    parts = [part for phrase in run.phrases for part in _scored_parts(phrase)]
    scores = np.zeros(len(docs))
    formula = execution.searcher.formula
    for alone in parts:
        weight = _weight(execution, alone)
        share = 0.0
        if execution.phrases.ids.has_marks(alone):
            share = formula.accented_weight
            exact = _term_scores(execution, alone, segment_index, docs, field, exact=True)
            scores += weight * share * exact
        folded = _term_scores(execution, alone, segment_index, docs, field, exact=False)
        scores += weight * (1 - share) * folded
    for first, second in pairwise(parts):
        if is_plain(first) and is_plain(second):
            pair = Phrase((*first.syllables, *second.syllables))
            df = execution.phrases.document_frequency(pair, field=field)
            if df:
                postings = execution.phrases.postings(pair, segment_index, field=field)
                kept, own = _common(docs, postings)
                norms = view.norms.take(own.docs) * (PAIR_K1 / K1)
                weight = math.sqrt(_weight(execution, first) * _weight(execution, second))
                weight *= execution.searcher.formula.pair_weight * (PAIR_K1 + 1)
                weight *= idf(df, execution.searcher.doc_count)
                scores[kept] += weight * saturation(own.tfs.astype(np.float64), norms)
    return scores


def _scored_parts(phrase: Phrase) -> list[Phrase]:
    """Return what of a bare syllable or a code is scored as one term each.

    What may be written otherwise is one term as a whole.
    """
    if phrase.others:
        return [phrase]
    return [Phrase((syllable,)) for syllable in phrase.syllables]


def _weight(execution: Execution, part: Phrase) -> float:
    """Return the weight of a part of a run; all but a plain term weigh as a content syllable."""
    term = part.syllables[0]
    if part.others or not isinstance(term, Term):
        return 1.0
    is_typed = is_held(term, execution.accents)
    return execution.searcher.formula.weight(term.folded, term.accented if is_typed else None)


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
