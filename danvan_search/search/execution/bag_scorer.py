"""The ranking formula of bare queries, and the terms of a bare query.

For a document d, with tf counted over all texts together, in details one half each::

    F(d) = Σ syllables  w · (0.7 · BM25(accented form) + 0.3 · BM25(folded form))  typed with a mark
                        w · BM25(folded form)                                      typed without
           + 0.5 · Σ neighbouring pairs  √(w · w') · BM25(folded biword), k1 = 0.6
    score(d) = F(d) + 0.3 · F(title of d)

with w = 0.6 for function syllables (*là, của, những*), else 1; ``formula`` has the constants.
The sums count a repeated syllable or pair each time. In titles only the syllables count, with the
idf of whole documents: counting pairs in titles lowered nDCG@10 on law articles by 0.002 to 0.004
and raised it nowhere. :func:`bag_scores` is the formula; :meth:`BagTerms.maxscore` chooses the few
documents worth scoring.
"""

from collections.abc import Sequence
from dataclasses import field
from typing import Final, NamedTuple

import numpy as np
from numpy.typing import NDArray

from danvan_search.frozen import frozen
from danvan_search.index.codec.bm25 import K1, PAIR_K1, TITLE_WEIGHT, weighted
from danvan_search.index.codec.postings import EMPTY, frequencies
from danvan_search.index.codec.segment_reader import Pattern
from danvan_search.search.execution.index_searcher import IndexSearcher
from danvan_search.search.execution.maxscore import MaxScore
from danvan_search.search.execution.segment_view import SegmentView
from danvan_search.search.execution.term_cache import Term

_BATCH_DOCS: Final = 1 << 14
"""Documents are scored in batches of this size, at 16 bytes per document and term."""

WeightedTerm = tuple[float, Term]
"""A term that occurs in the index, and its weight in the sum, idf included."""


@frozen()
class BagTerms:
    """The terms of a bare query.

    :ivar syllables: folded and accented forms, with their weights.
    :ivar pairs: pairs of neighbouring folded forms, with their weights.
    :ivar folded: each distinct folded form; a match contains one of them, or all.
    """

    syllables: Sequence[WeightedTerm]
    pairs: Sequence[WeightedTerm]
    folded: Sequence[Term]
    _maxscores: dict[int, MaxScore] = field(default_factory=dict, repr=False, compare=False)

    def maxscore(self, view: SegmentView, segment_index: int) -> MaxScore:
        """Return the quantised scores of a segment's documents; kept, for one thread."""
        known = self._maxscores.get(segment_index)
        if known is None:
            known = self._maxscores[segment_index] = self._maxscore(view, segment_index)
        return known

    def _maxscore(self, view: SegmentView, segment_index: int) -> MaxScore:
        terms = [
            (weight, term.max_byte, term.impacts(segment_index))
            for weighted in (self.syllables, self.pairs)
            for weight, term in weighted
            if term.lists[segment_index].df
        ]
        return MaxScore(view.segment.doc_count, terms)


def bag_terms(searcher: IndexSearcher, query: Pattern) -> BagTerms:
    """Return the terms of a bare query."""
    formula = searcher.formula
    weights: dict[tuple[str, str | None], float] = {}
    for folded, accented in query:
        weight = formula.weight(folded, accented)
        shares: list[tuple[str | None, float]] = [(None, weight)]
        if accented is not None:
            share = formula.accented_weight
            shares = [(None, weight * (1 - share)), (accented, weight * share)]
        for form, own in shares:
            weights[folded, form] = weights.get((folded, form), 0.0) + own
    terms = searcher.terms
    syllables = []
    distinct = []
    for (folded, accented), weight in weights.items():
        term = terms.syllable(folded, accented)
        if accented is None:
            distinct.append(term)
        if term.df:
            syllables.append((weight * term.weight, term))
    pairs = []
    for (first, second), weight in formula.pair_weights(query).items():
        term = terms.pair(first, second)
        if term.df:
            pairs.append((weight * term.weight, term))
    return BagTerms(syllables, pairs, distinct)


class Addend(NamedTuple):
    """What the score of a document is a sum of: a term in all texts, or in the title.

    :ivar weight: its weight in the sum, idf included.
    :ivar term: the term.
    :ivar in_title: whether it counts in the title, or in all texts together.
    """

    weight: float
    term: Term
    in_title: bool


class Frequencies(NamedTuple):
    """The addends of the scores of n documents, and what their values are computed from.

    :ivar addends: k of them, in the order in which they are added.
    :ivar tfs: float64[k, n], the frequencies, those in details at their weight.
    :ivar norms: float64[k, n], the K of each document for each addend.
    """

    addends: list[Addend]
    tfs: NDArray[np.float64]
    norms: NDArray[np.float64]

    def values(self) -> NDArray[np.float64]:
        """Return the values of the addends, in the place of the frequencies: float64[k, n]."""
        self.norms[:] += self.tfs
        self.tfs[:] /= self.norms
        self.tfs[:] *= np.array([one.weight for one in self.addends])[:, np.newaxis]
        return self.tfs


def bag_scores(
    view: SegmentView, segment_index: int, bag: BagTerms, docs: np.ndarray
) -> np.ndarray:
    """Return float64[n], the scores of some documents of one segment.

    :param docs: int64[n].
    """
    if len(docs) > _BATCH_DOCS:
        starts = range(0, len(docs), _BATCH_DOCS)
        return np.concatenate(
            [bag_scores(view, segment_index, bag, docs[at : at + _BATCH_DOCS]) for at in starts]
        )
    found = bag_frequencies(view, segment_index, bag, docs)
    if not found.addends:
        return np.zeros(len(docs))
    # accumulate adds row by row whatever the shape, so a score does not depend on the other
    # documents of the batch; a sum over an axis may add in another order.
    scores: np.ndarray = np.add.accumulate(found.values(), axis=0, out=found.norms)[-1]
    return scores


def bag_frequencies(
    view: SegmentView, segment_index: int, bag: BagTerms, docs: np.ndarray
) -> Frequencies:
    """Return what the scores of some documents of one segment are computed from.

    :param docs: int64[n].
    """
    whole = [Addend(weight, term, in_title=False) for weight, term in bag.syllables]
    titles = [
        Addend(TITLE_WEIGHT * weight, term, in_title=True)
        for weight, term in bag.syllables
        if term.titles is not None and term.titles[segment_index].df
    ]
    pairs = [Addend(weight, term, in_title=False) for weight, term in bag.pairs]
    addends = [*whole, *titles, *pairs]
    if not addends:
        return Frequencies(addends, np.zeros((0, len(docs))), np.zeros((0, len(docs))))
    lists = [
        term.titles[segment_index] if in_title and term.titles else term.lists[segment_index]
        for _, term, in_title in addends
    ]
    dtype = view.segment.grid.block_doc.dtype
    tfs = frequencies(lists, docs, dtype)
    if view.segment.has_details:
        details = [
            EMPTY if in_title else term.details[segment_index] for _, term, in_title in addends
        ]
        tfs = weighted(tfs, frequencies(details, docs, dtype))
    norms = np.empty_like(tfs)
    of_docs = view.norms[docs]
    first_pair = len(whole) + len(titles)
    norms[: len(whole)] = of_docs
    norms[len(whole) : first_pair] = view.title_norms[docs]
    norms[first_pair:] = of_docs * (PAIR_K1 / K1)
    return Frequencies(addends, tfs, norms)
