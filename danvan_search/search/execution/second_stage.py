"""The second stage of ranking: the best documents of a bare query, ranked again by places.

To the score of each of the best 50 documents it adds::

    0.5 · W + 0.5 · C · m / L + 0.5 · T + 0.4 · P

    W   the largest idf sum of distinct query syllables in 20 neighbouring slots
    C   the idf sum of the m distinct query syllables that the document has
    L   the slots of the shortest span with all m of them
    T   the sum, over the query's trigrams in the document, of the mean idf of each
    P   the share of the title's syllables that the query has, times the query's idf sum; without
        a title, the mean of those with one

All syllables are folded. Every addend is at least 0, so in each tier the documents that are ranked
again stay before the others. All documents of a segment are read at once.
"""

from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from danvan_search.index.codec.bm25 import idf
from danvan_search.index.codec.grid import ESCAPE
from danvan_search.index.codec.ragged import offsets_of
from danvan_search.index.codec.segment_reader import Pattern, SegmentReader
from danvan_search.search.execution.formula import FORMULA
from danvan_search.search.execution.index_searcher import IndexSearcher
from danvan_search.search.execution.phrase_matcher import SlotRuns
from danvan_search.search.execution.top_docs import TopDocs

_QUANTUM: Final = 2.0**40
"""An idf is rounded to this part of 1, so that sums are exact in whichever order they are taken."""


@dataclass(frozen=True)
class _Terms:
    """The distinct folded syllables of a query that the index has, numbered from 1.

    :ivar forms: the syllables.
    :ivar idfs: float64[syllables + 1], their idf; the first is 0.
    :ivar trigrams: int64[trigrams], ascending: the three numbers of each as one, see ``key``.
    :ivar means: float64[trigrams], the mean idf of each.
    """

    forms: tuple[str, ...]
    idfs: NDArray[np.float64]
    trigrams: NDArray[np.int64]
    means: NDArray[np.float64]

    @classmethod
    def of(cls, searcher: IndexSearcher, query: Pattern) -> "_Terms":
        """Return the terms of a query."""
        dfs = {folded: searcher.document_frequency(folded) for folded, _ in query}
        forms = tuple([form for form, df in dfs.items() if df])
        idfs = [0.0, *[idf(dfs[form], searcher.doc_count) for form in forms]]
        rounded = np.round(np.array(idfs) * _QUANTUM) / _QUANTUM
        numbers = {form: number for number, form in enumerate(forms, 1)}
        row = [numbers.get(folded, 0) for folded, _ in query]
        found = {three for three in zip(row, row[1:], row[2:], strict=False) if all(three)}
        threes = np.array(sorted(found), dtype=np.int64).reshape(-1, 3)
        means = np.round(rounded[threes].sum(axis=1) / 3 * _QUANTUM) / _QUANTUM
        keys = _keys(threes[:, 0], threes[:, 1], threes[:, 2], len(idfs))
        return cls(forms, rounded, keys, means)


def rerank(searcher: IndexSearcher, query: Pattern, top_docs: TopDocs) -> TopDocs:
    """Return a list of top documents with its beginning ranked again, tier by tier.

    :param top_docs: a list from its first document on.
    """
    count = min(len(top_docs.docs), FORMULA.depth)
    if not count:
        return top_docs
    segments = np.array(top_docs.segments[:count])
    docs = np.array(top_docs.docs[:count])
    scores = np.array(top_docs.scores[:count]) + added_scores(searcher, query, segments, docs)
    order = np.lexsort((-scores, -np.array(top_docs.tiers[:count]))).tolist()
    return top_docs._replace(
        segments=[top_docs.segments[at] for at in order] + top_docs.segments[count:],
        docs=[top_docs.docs[at] for at in order] + top_docs.docs[count:],
        scores=scores[order].tolist() + top_docs.scores[count:],
        tiers=[top_docs.tiers[at] for at in order] + top_docs.tiers[count:],
    )


def added_scores(
    searcher: IndexSearcher,
    query: Pattern,
    segments: NDArray[np.int64],
    docs: NDArray[np.int64],
) -> NDArray[np.float64]:
    """Return float64[n], what the second stage adds to the scores of some documents.

    :param segments: int64[n], the segment index of each document.
    :param docs: int64[n], their numbers in the segments, in any order.
    """
    terms = _Terms.of(searcher, query)
    added = np.zeros(len(docs))
    shares = np.full(len(docs), np.nan)
    for segment_index in sorted(set(segments.tolist())):
        places = np.flatnonzero(segments == segment_index)
        places = places[docs[places].argsort()]
        segment = searcher.views[segment_index].segment
        added[places], shares[places] = _segment_scores(segment, terms, docs[places])
    has_title = ~np.isnan(shares)
    if has_title.any():
        shares[~has_title] = shares[has_title].mean()
        added += FORMULA.title_weight * terms.idfs.sum() * shares
    return added


def _segment_scores(
    segment: SegmentReader, terms: _Terms, docs: NDArray[np.int64]
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Return what the places in some documents add, and the shares of titles: float64[n] twice.

    The share of a document without a title is NaN.

    :param docs: int64[n], ascending.
    """
    grid = segment.grid
    title_lengths = grid.title_lengths[docs].astype(np.float64)
    shares = np.where(title_lengths > 0, 0.0, np.nan)
    scores = np.zeros(len(docs))
    hits = _Hits.find(segment, terms, docs)
    if not len(hits.slots):
        return scores, shares
    has_hits = hits.starts[:-1] < hits.starts[1:]
    firsts = hits.starts[:-1][has_hits]
    in_title = np.bincount(hits.rows[hits.slots < grid.body_slot[docs][hits.rows]], None, len(docs))
    np.divide(in_title, title_lengths, out=shares, where=title_lengths > 0)
    weights = terms.idfs[hits.codes]
    previous, following = hits.neighbours()
    scores[has_hits] = FORMULA.window_weight * np.maximum.reduceat(
        hits.window_sums(weights, previous), firsts
    )
    is_first = previous < 0
    counts = np.add.reduceat(is_first, firsts, dtype=np.int64)
    sums = np.add.reduceat(weights * is_first, firsts)
    spans = hits.shortest_spans(is_first, following, firsts)
    scores[has_hits] += FORMULA.cover_weight * sums * counts / spans
    if len(terms.trigrams):
        scores += FORMULA.trigram_weight * hits.trigram_sums(terms)
    return scores, shares


@dataclass(frozen=True)
class _Hits:
    """Where the syllables of a query are in n documents of a segment.

    :ivar slots: int64[hits], ascending.
    :ivar codes: unsigned[hits], the numbers of the syllables.
    :ivar rows: int64[hits], the index of each document.
    :ivar starts: int64[n + 1], where the hits of each document begin, and the last ones end.
    """

    slots: NDArray[np.int64]
    codes: np.ndarray
    rows: NDArray[np.int64]
    starts: NDArray[np.int64]

    @classmethod
    def find(cls, segment: SegmentReader, terms: _Terms, docs: NDArray[np.int64]) -> "_Hits":
        """Find the hits in some documents, int64[n] ascending."""
        grid, dictionary = segment.grid, segment.term_dictionary
        dtype = np.uint8 if len(terms.forms) < 256 else np.uint16
        table = np.zeros(dictionary.accented_count + 1, dtype=dtype)
        for number, form in enumerate(terms.forms, 1):
            folded_id = dictionary.folded_id(form)
            if folded_id:
                variants = dictionary.variants(folded_id)
                table[variants.start : variants.stop] = number
        first, end = grid.doc_slot[docs], grid.doc_slot[docs + 1]
        runs = SlotRuns(grid, list(zip(first.tolist(), end.tolist(), strict=True)))
        ids = runs.low_ids if len(table) <= ESCAPE else runs.ids
        codes = table.take(ids)
        hits = (codes != 0).nonzero()[0]
        starts = hits.searchsorted(offsets_of(end - first))
        rows = np.repeat(np.arange(len(docs)), np.diff(starts))
        return cls(runs.slots_at(hits), codes[hits], rows, starts)

    def neighbours(self) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
        """Return the hits of the same syllable before and after each, in its document.

        int64[hits] twice; without one, -1 before, and the end of the document after.
        """
        order = self.codes.argsort(kind="stable")
        codes, rows = self.codes[order], self.rows[order]
        is_same = (codes[1:] == codes[:-1]) & (rows[1:] == rows[:-1])
        before, after = order[:-1][is_same], order[1:][is_same]
        previous = np.full(len(order), -1)
        previous[after] = before
        following = self.starts[1:][self.rows]
        following[before] = after
        return previous, following

    def window_sums(
        self, weights: NDArray[np.float64], previous: NDArray[np.int64]
    ) -> NDArray[np.float64]:
        """Return float64[hits], the sums of distinct syllables in the windows that begin there.

        A hit counts in the windows that begin after the one before it of the same syllable.
        """
        begins = self.slots.searchsorted(self.slots - (FORMULA.window - 1))
        begins = np.maximum(np.maximum(begins, previous + 1), self.starts[self.rows])
        steps: NDArray[np.float64] = np.bincount(begins, weights, len(begins) + 1).astype(float)
        steps[1:] -= weights
        return np.asarray(steps.cumsum()[:-1])

    def shortest_spans(
        self, is_first: np.ndarray, following: NDArray[np.int64], firsts: NDArray[np.int64]
    ) -> NDArray[np.int64]:
        """Return the slots of the shortest span with all syllables of each document with hits.

        :param is_first: bool[hits], which are the first of their syllable in the document.
        :param following: see :meth:`neighbours`.
        :param firsts: the first hit of each document.
        """
        numbers = np.arange(len(following))
        # The span that ends at a hit begins at the first one whose syllable does not follow before.
        begins = np.maximum.accumulate(following).searchsorted(numbers, side="right")
        spans = self.slots - self.slots[begins] + 1
        complete = np.zeros(len(self.starts) - 1, dtype=np.int64)
        complete[self.rows[firsts]] = np.maximum.reduceat(np.where(is_first, numbers, 0), firsts)
        spans[numbers < complete[self.rows]] = np.iinfo(np.int64).max
        return np.asarray(np.minimum.reduceat(spans, firsts))

    def trigram_sums(self, terms: _Terms) -> NDArray[np.float64]:
        """Return float64[n], the sum of the trigrams of each document."""
        starts = np.flatnonzero(self.slots[2:] - self.slots[:-2] == 2)
        codes = self.codes.astype(np.int64)
        keys = _keys(codes[starts], codes[starts + 1], codes[starts + 2], len(terms.idfs))
        places = np.minimum(terms.trigrams.searchsorted(keys), len(terms.trigrams) - 1)
        is_known = terms.trigrams[places] == keys
        has = np.zeros((len(self.starts) - 1, len(terms.trigrams)))
        has[self.rows[starts[is_known]], places[is_known]] = 1
        sums: NDArray[np.float64] = (has * terms.means).sum(axis=1)
        return sums


def _keys(
    first: NDArray[np.int64], second: NDArray[np.int64], third: NDArray[np.int64], base: int
) -> NDArray[np.int64]:
    """Return int64[n], three numbers below a base as one."""
    return (first * base + second) * base + third
