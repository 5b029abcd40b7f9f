"""The terms of a bare query and their scores: the ranking formula.

For a document d, with tf counted over title and body together::

    F(d) = Σ syllables  0.7 · BM25(accented form) + 0.3 · BM25(folded form)   typed with a mark
                        BM25(folded form)                                     typed without
           + 0.5 · Σ neighbouring pairs  BM25(folded biword), k1 = 0.6
    score(d) = F(d) + 0.3 · F(title of d)

The sums run over the query with repetition. Of titles only the syllables count, with the idf of
whole documents: their pairs lowered nDCG@10 on law articles by 0.002 to 0.004 and raised it
nowhere. :func:`exact_scores` is the formula; the scan is
the same in single precision over all documents at once, to find the few worth scoring.
"""

from collections import Counter
from dataclasses import dataclass
from itertools import pairwise
from typing import Final

import numpy as np

from danvan_search.index.arrays.bm25 import K1, PAIR_K1, TITLE_WEIGHT, idf
from danvan_search.index.arrays.doclists import DocList
from danvan_search.index.arrays.searcher import Searcher, View
from danvan_search.index.arrays.segment import PARTS, Pattern

ACCENTED_WEIGHT: Final = 0.7
PAIR_WEIGHT: Final = 0.5
SCAN_ERROR: Final = 1e-5
"""The scan differs from the formula by less than this share of the sum of all weights."""


_Lists = tuple[DocList, ...]


@dataclass(frozen=True, slots=True)
class Term:
    """One summand of the formula, ready to be added up.

    :ivar weight: its weights and its idf, multiplied.
    :ivar is_title: does it count titles alone?
    :ivar is_pair: is it a pair of syllables?
    :ivar lists: its documents in each segment.
    """

    weight: float
    is_title: bool
    is_pair: bool
    lists: tuple[DocList, ...]


@dataclass(frozen=True, slots=True)
class BagTerms:
    """A bare query, looked up.

    :ivar terms: the summands that occur in the index.
    :ivar syllables: the lists of each distinct folded syllable, one per segment: what a
        document must have one of, or all of, to match.
    """

    terms: tuple[Term, ...]
    syllables: tuple[tuple[DocList, ...], ...]

    def error(self) -> float:
        """Return how far a scanned score may be from the exact one."""
        return SCAN_ERROR * sum(term.weight for term in self.terms)


def look_up(searcher: Searcher, query: Pattern) -> BagTerms:
    """Look a bare query up in all segments."""
    segments = [view.segment for view in searcher.views]
    folded_weights: dict[str, float] = {}
    accented_weights: dict[tuple[str, str], float] = {}
    for (folded, accented), count in Counter(query).items():
        own = 1.0 if accented is None else 1.0 - ACCENTED_WEIGHT
        folded_weights[folded] = folded_weights.get(folded, 0.0) + own * count
        if accented is not None:
            accented_weights[folded, accented] = ACCENTED_WEIGHT * count
    ids = {form: [s.vocabulary.folded_id(form) for s in segments] for form in folded_weights}
    forms = [folded for folded, _ in query]
    pairs = Counter(pairwise(forms))

    terms: list[Term] = []
    syllables = []

    def add_syllable(weight: float, whole: _Lists, title: _Lists) -> None:
        df = searcher.live_df(whole)
        if df:
            weight *= (K1 + 1) * idf(df, searcher.doc_count)
            terms.append(Term(weight, False, False, whole))
            if any(one.df for one in title):
                terms.append(Term(TITLE_WEIGHT * weight, True, False, title))

    for folded, weight in folded_weights.items():
        whole, title = (
            tuple(s.folded_list(f, part) for s, f in zip(segments, ids[folded], strict=True))
            for part in PARTS
        )
        add_syllable(weight, whole, title)
        syllables.append(whole)
    for (folded, accented), weight in accented_weights.items():
        accented_ids = [
            s.vocabulary.accented_id(f, accented) if f else 0
            for s, f in zip(segments, ids[folded], strict=True)
        ]
        whole, title = (
            tuple(
                s.accented_list(f, a, part)
                for s, f, a in zip(segments, ids[folded], accented_ids, strict=True)
            )
            for part in PARTS
        )
        add_syllable(weight, whole, title)
    for (first, second), count in pairs.items():
        lists = tuple(
            s.biword_list(f, g) for s, f, g in zip(segments, ids[first], ids[second], strict=True)
        )
        df = searcher.live_df(lists)
        if df:
            weight = PAIR_WEIGHT * count * (PAIR_K1 + 1) * idf(df, searcher.doc_count)
            terms.append(Term(weight, False, True, lists))
    return BagTerms(tuple(terms), tuple(syllables))


def exact_scores(view: View, place: int, terms: tuple[Term, ...], docs: np.ndarray) -> np.ndarray:
    """Return float64[n], the score of some documents of one segment.

    :param place: the place of the segment in the list.
    :param docs: int64[n], ascending.
    """
    whole = view.norms.take(docs)
    pair = whole * (PAIR_K1 / K1)
    title = view.title_norms.take(docs)
    scores = np.zeros(len(docs))
    for term in terms:
        found = term.lists[place]
        if found.df:
            tfs = found.frequencies(docs)
            norms = title if term.is_title else pair if term.is_pair else whole
            scores += term.weight * (tfs / (tfs + norms))
    return scores


def scan(view: View, place: int, terms: tuple[Term, ...]) -> np.ndarray:
    """Return float32[docs of the segment], the score of every document, to ``SCAN_ERROR``."""
    scores = np.zeros(view.segment.doc_count, dtype=np.float32)
    scratch = np.empty_like(scores)
    over: list[np.ndarray] = []
    for is_pair in (False, True):
        norms = view.pair_norms_single if is_pair else view.norms_single
        # Dense terms: w · tf / (tf + K) = w - K · w / (tf + K), and K is factored out.
        dense = np.zeros_like(scores)
        dense_weight = 0.0
        for term in terms:
            found = term.lists[place]
            if found.row is not None and not term.is_title and term.is_pair is is_pair:
                # Twice as quick as adding bytes to floats.
                np.copyto(scratch, found.row)
                scratch += norms
                np.divide(np.float32(term.weight), scratch, out=scratch)
                dense += scratch
                dense_weight += term.weight
        if dense_weight:
            dense *= norms
            scores += np.float32(dense_weight)
            scores -= dense
    for term in terms:
        found = term.lists[place]
        if found.over_docs is not None:
            over.append(found.over_docs)
        if found.row is None or term.is_title:
            if found.row is None:
                docs, tfs = found.docs, found.tfs
            else:
                docs, tfs = found.entries()
            if term.is_title:
                norms = view.title_norms.take(docs).astype(np.float32)
            else:
                norms = (view.pair_norms_single if term.is_pair else view.norms_single).take(docs)
            single = tfs.astype(np.float32)
            norms += single
            single *= np.float32(term.weight)
            single /= norms
            scores[docs] += single
    if over:
        # Their frequencies do not fit a byte.
        docs = np.unique(np.concatenate(over)).astype(np.int64)
        scores[docs] = exact_scores(view, place, terms, docs)
    return scores
