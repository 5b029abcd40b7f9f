"""The terms of a bare query and their scores: the ranking formula.

For a document d, with tf counted over title and body together::

    F(d) = Σ syllables  0.7 · BM25(accented form) + 0.3 · BM25(folded form)   typed with a mark
                        BM25(folded form)                                     typed without
           + 0.5 · Σ neighbouring pairs  BM25(folded biword), k1 = 0.6
    score(d) = F(d) + 0.3 · F(title of d)

The sums run over the query with repetition. Of titles only the syllables count, with the idf of
whole documents: their pairs lowered nDCG@10 on law articles by 0.002 to 0.004 and raised it
nowhere. :func:`exact_scores` is the formula; ``scan`` finds the few documents worth scoring.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Final

import numpy as np

from danvan_search.index.codec.bm25 import K1, PAIR_K1, TITLE_WEIGHT
from danvan_search.index.codec.postings import PostingList, frequencies
from danvan_search.index.codec.segment_reader import Pattern
from danvan_search.search.execution.index_searcher import IndexSearcher
from danvan_search.search.execution.maxscore import MaxScore
from danvan_search.search.execution.segment_view import SegmentView
from danvan_search.search.execution.term_cache import Term

ACCENTED_WEIGHT: Final = 0.7
PAIR_WEIGHT: Final = 0.5
_AT_ONCE: Final = 1 << 14
"""Scoring takes 16 bytes for each document and term at a time."""

Weighted = tuple[float, Term]
"""A term that occurs in the index, and its weight in the sum: its idf is a factor of it."""


@dataclass(frozen=True, slots=True)
class BagTerms:
    """A bare query, looked up.

    :ivar syllables: folded and accented forms.
    :ivar pairs: pairs of neighbouring folded forms.
    :ivar folded: each distinct folded form: what a document must have one of, or all of, to
        match.
    """

    syllables: Sequence[Weighted]
    pairs: Sequence[Weighted]
    folded: Sequence[Term]

    def scan(self, view: SegmentView, place: int) -> MaxScore:
        """Return what adds the impacts of all terms up, for documents of a segment."""
        terms = [
            (weight, term.most, term.impacts(place))
            for weighted in (self.syllables, self.pairs)
            for weight, term in weighted
            if term.lists[place].df
        ]
        return MaxScore(view.segment.doc_count, terms)


def look_up(searcher: IndexSearcher, query: Pattern) -> BagTerms:
    """Look a bare query up in all segments."""
    weights: dict[tuple[str, str | None], float] = {}
    for folded, accented in query:
        own = 1.0 if accented is None else 1.0 - ACCENTED_WEIGHT
        weights[folded, None] = weights.get((folded, None), 0.0) + own
        if accented is not None:
            weights[folded, accented] = weights.get((folded, accented), 0.0) + ACCENTED_WEIGHT
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
    counts: dict[tuple[str, str], int] = {}
    for (first, _), (second, _) in pairwise(query):
        counts[first, second] = counts.get((first, second), 0) + 1
    for (first, second), count in counts.items():
        term = terms.pair(first, second)
        if term.df:
            pairs.append((PAIR_WEIGHT * count * term.weight, term))
    return BagTerms(syllables, pairs, distinct)


def exact_scores(view: SegmentView, place: int, bag: BagTerms, docs: np.ndarray) -> np.ndarray:
    """Return float64[n], the score of some documents of one segment.

    :param place: the place of the segment in the list.
    :param docs: int64[n].
    """
    if len(docs) > _AT_ONCE:
        pieces = range(0, len(docs), _AT_ONCE)
        return np.concatenate(
            [exact_scores(view, place, bag, docs[at : at + _AT_ONCE]) for at in pieces]
        )
    whole: list[tuple[float, PostingList]] = []
    titles: list[tuple[float, PostingList]] = []
    for weight, term in bag.syllables:
        whole.append((weight, term.lists[place]))
        if term.titles is not None and term.titles[place].df:
            titles.append((TITLE_WEIGHT * weight, term.titles[place]))
    pairs = [(weight, term.lists[place]) for weight, term in bag.pairs]
    parts = [*whole, *titles, *pairs]
    if not parts:
        return np.zeros(len(docs))
    tfs = frequencies([found for _, found in parts], docs, view.segment.grid.block_doc.dtype)
    divisors = np.empty_like(tfs)
    norms = view.norms[docs]
    first_pair = len(whole) + len(titles)
    divisors[: len(whole)] = norms
    divisors[len(whole) : first_pair] = view.title_norms[docs]
    divisors[first_pair:] = norms * (PAIR_K1 / K1)
    divisors += tfs
    tfs /= divisors
    tfs *= np.array([weight for weight, _ in parts])[:, np.newaxis]
    # Accumulating adds row by row, whatever the shape: a score does not depend on what else is
    # scored, while a sum over an axis may add in another order.
    scores: np.ndarray = np.add.accumulate(tfs, axis=0, out=divisors)[-1]
    return scores
