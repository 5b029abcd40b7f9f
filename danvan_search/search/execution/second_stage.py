"""The second stage of ranking: the best documents of a bare query, ranked again by places.

To the score of each of the best 50 documents it adds::

    0.5 · W + 0.5 · C · m / L + 0.5 · T + 0.4 · P

    W   the largest idf sum of distinct query syllables in 20 neighbouring slots
    C   the idf sum of the m distinct query syllables that the document has
    L   the slots of the shortest span with all m of them
    T   the sum, over the query's trigrams in the document, of the mean idf of each
    P   the share of the title's syllables that the query has, times the query's idf sum; without
        a title, the mean of those with one in the same tier

All syllables are folded. Every addend is at least 0, so in each tier the documents that are ranked
again stay before the others; tiers of which nothing is shown need not be ranked. The documents are
read block by block, and ranked in one pass over the *hits* (``query_hits``), the places of query
syllables in all of them. Of documents with the whole query side by side the titles are read alone.
"""

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from danvan_search.index.codec.segment_reader import Pattern
from danvan_search.search.execution.index_searcher import IndexSearcher
from danvan_search.search.execution.query_hits import QueryHits, QueryTerms, QueryTexts
from danvan_search.search.execution.top_docs import FOLDED, TIER_BITS, TopDocs


class Addends(NamedTuple):
    """What the second stage adds to the scores of n documents, by addend: float64[n] each.

    :ivar window: of the window with the most of the query.
    :ivar cover: of the shortest span.
    :ivar trigrams: of the trigrams.
    :ivar title: of the title.
    """

    window: NDArray[np.float64]
    cover: NDArray[np.float64]
    trigrams: NDArray[np.float64]
    title: NDArray[np.float64]

    def sums(self) -> NDArray[np.float64]:
        """Return the sums of the addends: float64[n]."""
        return self.window + self.cover + self.trigrams + self.title


def rerank(
    searcher: IndexSearcher,
    query: Pattern,
    top_docs: TopDocs,
    sizes: Sequence[int],
    page: tuple[int, int],
) -> TopDocs:
    """Return a list of top documents with its beginning ranked again, tier by tier.

    :param top_docs: a list from its first document on.
    :param sizes: the lengths of its parts, from the first on, that are ranked again, each by
        itself; what is beyond them stays.
    :param page: the start and the end of what is shown; other tiers stay as they are.
    """
    page = page[0], min(page[1], sum(sizes))
    if page[0] >= page[1]:
        return top_docs
    total, segments, docs, scores, tiers, _ = top_docs
    start, end, groups, added = added_to(searcher, query, top_docs, sizes, page)
    sums = np.array(scores[start:end]) + added.sums()
    order = np.lexsort((-sums, groups))
    best = [*range(start), *(order + start).tolist(), *range(end, len(docs))]
    return TopDocs(
        total,
        [segments[at] for at in best],
        [docs[at] for at in best],
        scores[:start] + sums.take(order).tolist() + scores[end:],
        [tiers[at] for at in best],
    )


class Added(NamedTuple):
    """What is added to the scores of a part of a list.

    :ivar start: where the part starts.
    :ivar end: where it ends.
    :ivar groups: int64[n], ascending: the numbers of the tiers of its documents.
    :ivar addends: what is added to their scores.
    """

    start: int
    end: int
    groups: NDArray[np.int64]
    addends: Addends


def added_to(
    searcher: IndexSearcher,
    query: Pattern,
    top_docs: TopDocs,
    sizes: Sequence[int],
    page: tuple[int, int],
) -> Added:
    """Return what is added to the scores of all documents of the tiers of a page.

    :param top_docs: see :func:`rerank`.
    :param sizes: see :func:`rerank`.
    :param page: the start and the end of the page, of at least one document that is ranked again.
    """
    start, end = page
    groups = (np.arange(len(sizes)).repeat(sizes) << TIER_BITS) - top_docs.tiers[: sum(sizes)]
    start = int(groups.searchsorted(groups[start]))
    end = int(groups.searchsorted(groups[end - 1], "right"))
    groups = groups[start:end]
    is_whole = np.array(top_docs.tiers[start:end]) >= FOLDED
    docs = np.array(top_docs.docs[start:end])
    added = addends(searcher, query, top_docs.segments[start:end], docs, is_whole, groups)
    return Added(start, end, groups, added)


def addends(
    searcher: IndexSearcher,
    query: Pattern,
    segments: Sequence[int],
    docs: NDArray[np.int64],
    is_whole: NDArray[np.bool_],
    groups: NDArray[np.int64],
) -> Addends:
    """Return what the second stage adds to the scores of some documents.

    :param segments: the segment index of each of n documents.
    :param docs: int64[n], their numbers in the segments, in any order.
    :param is_whole: bool[n], which of them are known to have the whole query side by side.
    :param groups: int64[n]; the documents of a group lend each other the mean share of titles.
    """
    if segments.count(segments[0]) < len(segments):
        of_each = np.array(segments)
        order = of_each.argsort(kind="stable")
        runs = [(at, docs[of_each == at]) for at in sorted(set(segments))]
        found = _addends(searcher, query, runs, is_whole.take(order), groups.take(order))
        back = order.argsort()
        return Addends(*[column.take(back) for column in found])
    return _addends(searcher, query, [(segments[0], docs)], is_whole, groups)


def _addends(
    searcher: IndexSearcher,
    query: Pattern,
    runs: Sequence[tuple[int, NDArray[np.int64]]],
    is_whole: NDArray[np.bool_],
    groups: NDArray[np.int64],
) -> Addends:
    """Return :func:`addends` of documents that are sorted by segment.

    :param runs: segment indices, each with the documents of that segment, int64[m].
    """
    formula = searcher.formula
    terms = QueryTerms.of(searcher, query)
    if not terms.are_known_of_whole:
        is_whole = np.zeros_like(is_whole)
    texts = QueryTexts.read(searcher, terms, runs, is_whole)
    hits = QueryHits.of(texts, terms)
    title_hits = hits.at.searchsorted(texts.offsets[:-1] + texts.title_lengths) - hits.starts[:-1]
    shares = title_hits / np.maximum(texts.title_lengths, 1)
    if not texts.title_lengths.all():
        _lend_shares(shares, texts.title_lengths > 0, groups)
    # One window has all of the whole query, and no span with all of it has other syllables.
    window = np.full(len(shares), terms.idf_sum)
    cover = window
    trigrams = np.full(len(shares), terms.means.sum())
    if not is_whole.all():
        window = np.where(is_whole, window, hits.windows(formula.window))
        cover = np.where(is_whole, cover, hits.covers())
        trigrams = np.where(is_whole, trigrams, hits.trigrams(terms))
    return Addends(
        formula.window_weight * window,
        formula.cover_weight * cover,
        formula.trigram_weight * trigrams,
        formula.title_weight * terms.idf_sum * shares,
    )


def _lend_shares(
    shares: NDArray[np.float64], has_title: NDArray[np.bool_], groups: NDArray[np.int64]
) -> None:
    """Give documents without a title the mean share of those with one, 0 if there are none."""
    for number in set(groups.tolist()):
        is_own = groups == number
        if (has_title & is_own).any():
            shares[~has_title & is_own] = shares[has_title & is_own].mean()
