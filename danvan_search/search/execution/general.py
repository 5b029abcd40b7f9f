"""The general strategy: it runs any query tree, and is the oracle of the faster ones.

Every matching document is scored, by the sum over the tree::

    phrase, near   one term of ``phrase_scorer``: by its exact occurrences where a document has any
    run            the formula of ``bag_scorer``; a prefix or fuzzy syllable is one term
    and, or        the sum of their nodes
    boost          a factor
    not, filters   nothing
"""

from collections.abc import Sequence
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from danvan_search.index.codec.bm25 import K1, PAIR_K1, idf, saturation, term_weight
from danvan_search.index.codec.champions import Postings
from danvan_search.query.accents import forms_of
from danvan_search.query.nodes import (
    And,
    Boost,
    Field,
    InField,
    Near,
    Node,
    Or,
    Phrase,
    Run,
    Syllable,
    Term,
    is_plain,
    terms_of,
)
from danvan_search.search.execution import bitset
from danvan_search.search.execution.bag_scorer import (
    ACCENTED_WEIGHT,
    PAIR_WEIGHT,
    BagTerms,
    bag_scores,
    bag_terms,
)
from danvan_search.search.execution.execution import Execution
from danvan_search.search.execution.filters import Masks
from danvan_search.search.execution.phrase_scorer import posting_scores
from danvan_search.search.execution.top_docs import EXACT, FOLDED, REST, REST_EXACT, TopDocs


def general_top_docs(
    execution: Execution,
    node: Node,
    limit: int,
    *,
    offset: int = 0,
    scored: Node | None = None,
    accents_first: bool = True,
    filters: Masks | None = None,
    dates: Sequence[NDArray[np.int32]] | None = None,
) -> TopDocs:
    """Return a page of the live documents that match a tree.

    :param node: what must match.
    :param limit: the page size.
    :param offset: how many better documents to skip.
    :param scored: what is scored; None is ``node``.
    :param accents_first: do documents that match with the typed accents come first?
    :param filters: which documents may be found.
    :param dates: int32[docs] per segment, a sort key above tier and score, the greatest first;
        None to sort by tier and score.
    """
    docs = matching_docs(execution, node, filters)
    found = [index for index, own in enumerate(docs) if len(own)]
    if not found:
        return TopDocs(0, [], [], [], [])
    scored = node if scored is None else scored
    exact = node if accents_first else None
    scores = np.concatenate([general_scores(execution, scored, at, docs[at]) for at in found])
    tiers = np.concatenate([_tiers(execution, scored, exact, at, docs[at]) for at in found])
    segments = np.repeat(found, [len(docs[index]) for index in found])
    numbers = np.concatenate([docs[index] for index in found])
    keys = [-scores, -tiers]
    if dates is not None:
        keys.append(-np.concatenate([dates[index][docs[index]] for index in found]))
    # The sort is stable: ties keep the order of the index.
    order = np.lexsort(keys)[offset : offset + limit]
    columns = (segments, numbers, scores, tiers)
    return TopDocs(len(numbers), *[column[order].tolist() for column in columns])


def matching_docs(
    execution: Execution, node: Node, filters: Masks | None = None
) -> list[NDArray[np.int64]]:
    """Return int64[n] per segment, ascending: the live matches that pass the filters."""
    docs = []
    for index, mask in enumerate(execution.searcher.masks(filters)):
        bits = execution.docs(node, index, exact=execution.accents == "exact")
        found = bitset.unpack(bits, execution.searcher.views[index].segment.doc_count)
        docs.append(np.flatnonzero(found if mask is None else found & mask))
    return docs


def _tiers(
    execution: Execution,
    scored: Node,
    exact: Node | None,
    segment_index: int,
    docs: NDArray[np.int64],
) -> NDArray[np.int64]:
    """Return int64[n], the best tier of each document.

    :param exact: what must match with the typed accents for ``REST_EXACT``.
    """
    tiers = np.full(len(docs), REST)
    if exact is not None:
        held = execution.docs(exact, segment_index, exact=True)
        tiers[_has(held, docs)] = REST_EXACT
    if isinstance(scored, Run) and is_plain(scored) and len(terms_of(scored)) > 1:
        whole = Phrase(terms_of(scored))
        for tier, is_exact in ((FOLDED, False), (EXACT, True)):
            held = execution.docs(whole, segment_index, exact=is_exact)
            tiers[_has(held, docs)] = tier
    return tiers


def _has(bits: np.ndarray, docs: NDArray[np.int64]) -> NDArray[np.bool_]:
    """Return bool[n], which documents are in a bit set."""
    words = bits.take(docs >> 6)
    return (words >> (docs & 63).astype(np.uint64)) & np.uint64(1) > 0


def general_scores(
    execution: Execution,
    node: Node,
    segment_index: int,
    docs: NDArray[np.int64],
    *,
    field: Field | None = None,
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
                scores += general_scores(execution, one, segment_index, docs, field=field)
            return scores
        case Boost():
            inner = general_scores(execution, node.node, segment_index, docs, field=field)
            return inner * node.factor
        case InField():
            return general_scores(execution, node.node, segment_index, docs, field=node.field)
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
    if execution.has_marks(node):
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
    df = execution.document_frequency(node, exact=exact, field=field)
    if not df:
        return np.zeros(len(docs))
    postings = execution.postings(node, segment_index, exact=exact, field=field)
    kept, own = _common(docs, postings)
    scores = np.zeros(len(docs))
    weight = term_weight(df, execution.searcher.doc_count)
    scores[kept] = posting_scores(execution.searcher.views[segment_index], own, weight)
    return scores


def _common(docs: NDArray[np.int64], postings: Postings) -> tuple[NDArray[np.int64], Postings]:
    """Return which of some ascending documents have postings, as indices, and those."""
    places = np.minimum(postings.docs.searchsorted(docs), len(postings.docs) - 1)
    if not len(postings.docs):
        return docs[:0], postings
    kept = np.flatnonzero(postings.docs[places] == docs)
    places = places[kept]
    title_tfs = None if postings.title_tfs is None else postings.title_tfs[places]
    return kept, Postings(postings.docs[places], postings.tfs[places], title_tfs)


def _run_scores(
    execution: Execution,
    run: Run,
    segment_index: int,
    docs: NDArray[np.int64],
    field: Field | None,
) -> NDArray[np.float64]:
    view = execution.searcher.views[segment_index]
    if field is None and is_plain(run):
        return bag_scores(view, segment_index, _bag(execution, run), docs)
    syllables: list[Syllable] = [one for phrase in run.phrases for one in phrase.syllables]
    scores = np.zeros(len(docs))
    for syllable in syllables:
        alone = Phrase((syllable,))
        if execution.has_marks(alone):
            exact = _term_scores(execution, alone, segment_index, docs, field, exact=True)
            scores += ACCENTED_WEIGHT * exact
        folded = _term_scores(execution, alone, segment_index, docs, field, exact=False)
        scores += (1 - ACCENTED_WEIGHT if execution.has_marks(alone) else 1) * folded
    for first, second in pairwise(syllables):
        if isinstance(first, Term) and isinstance(second, Term):
            pair = Phrase((first, second))
            df = execution.document_frequency(pair, field=field)
            if df:
                postings = execution.postings(pair, segment_index, field=field)
                kept, own = _common(docs, postings)
                norms = view.norms.take(own.docs) * (PAIR_K1 / K1)
                weight = PAIR_WEIGHT * (PAIR_K1 + 1) * idf(df, execution.searcher.doc_count)
                scores[kept] += weight * saturation(own.tfs.astype(np.float64), norms)
    return scores


def _bag(execution: Execution, run: Run) -> BagTerms:
    return bag_terms(execution.searcher, forms_of(run, execution.accents))
