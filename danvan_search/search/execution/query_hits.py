"""Hits: where the syllables of a query stand in some documents, and what stands close together.

The documents lie end to end, of several segments too, so that one pass goes over all hits.
"""

from collections.abc import Sequence
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from danvan_search.frozen import frozen
from danvan_search.index.codec.bm25 import idf
from danvan_search.index.codec.ragged import offsets_of, run_starts
from danvan_search.index.codec.segment_reader import Pattern, SegmentReader
from danvan_search.search.execution.index_searcher import IndexSearcher

_QUANTUM: Final = 2.0**40
"""An idf is rounded to this part of 1, so that sums are exact in whichever order they are taken."""


@frozen()
class QueryTerms:
    """The distinct folded syllables of a query that the index has, numbered from 1.

    :ivar forms: the syllables.
    :ivar idfs: float64[syllables + 1], their idf; the first is 0.
    :ivar idf_sum: the sum of ``idfs``.
    :ivar trigrams: int64[trigrams], ascending: the three numbers of each as one.
    :ivar means: float64[trigrams], the mean idf of each.
    :ivar are_known_of_whole: whether all addends but that of the title are known of a document
        with the whole query side by side.
    """

    forms: Sequence[str]
    idfs: NDArray[np.float64]
    idf_sum: float
    trigrams: NDArray[np.int64]
    means: NDArray[np.float64]
    are_known_of_whole: bool

    @classmethod
    def of(cls, searcher: IndexSearcher, query: Pattern) -> "QueryTerms":
        """Return the terms of a query."""
        numbers: dict[str, int] = {}
        idfs = [0.0]
        row = []
        for folded, _ in query:
            if folded not in numbers:
                df = searcher.document_frequency(folded)
                numbers[folded] = len(idfs) if df else 0
                if df:
                    idfs.append(_rounded(idf(df, searcher.doc_count)))
            row.append(numbers[folded])
        base = len(idfs)
        means = {
            (first * base + second) * base + third: (idfs[first] + idfs[second] + idfs[third]) / 3
            for first, second, third in zip(row, row[1:], row[2:], strict=False)
            if first and second and third
        }
        keys = sorted(means)
        return cls(
            [form for form, number in numbers.items() if number],
            np.array(idfs),
            sum(idfs),
            np.array(keys, dtype=np.int64),
            np.array([_rounded(means[key]) for key in keys]),
            len(row) < base and len(row) <= searcher.formula.window,
        )

    def table(self, segment: SegmentReader) -> NDArray[np.unsignedinteger]:
        """Return the number of the syllable of each accented id of a segment, 0 for others."""
        dictionary = segment.term_dictionary
        dtype = np.dtype(np.uint8 if len(self.idfs) <= 1 << 8 else np.uint16)
        table: NDArray[np.unsignedinteger] = np.zeros(dictionary.accented_count + 1, dtype=dtype)
        for number, form in enumerate(self.forms, 1):
            folded_id = dictionary.folded_id(form)
            if folded_id:
                variants = dictionary.variants(folded_id)
                table[variants.start : variants.stop] = number
        return table


def _rounded(number: float) -> float:
    return round(number * _QUANTUM) / _QUANTUM


@frozen()
class QueryTexts:
    """The slots of n documents, end to end.

    :ivar codes: unsigned[slots], the number of the query syllable at each slot, 0 for others.
    :ivar offsets: int64[n + 1], where the slots of each document start, the title first.
    :ivar title_lengths: int64[n].
    """

    codes: NDArray[np.unsignedinteger]
    offsets: NDArray[np.int64]
    title_lengths: NDArray[np.int64]

    @classmethod
    def read(
        cls,
        searcher: IndexSearcher,
        terms: QueryTerms,
        runs: Sequence[tuple[int, NDArray[np.int64]]],
        titles_only: NDArray[np.bool_],
    ) -> "QueryTexts":
        """Read some documents.

        :param runs: see :func:`.second_stage.addends`.
        :param titles_only: bool[n], the documents of which the title is enough.
        """
        codes, sizes, title_lengths = [], [], []
        start = 0
        for segment_index, docs in runs:
            segment = searcher.views[segment_index].segment
            own = titles_only[start : start + len(docs)]
            start += len(docs)
            ids, own_sizes = segment.grid.contents_of(docs, own)
            codes.append(terms.table(segment).take(ids))
            sizes.append(own_sizes)
            title_lengths.append(segment.grid.title_lengths.take(docs))
        return cls(_joined(codes), offsets_of(_joined(sizes)), _joined(title_lengths))


def _joined(arrays: Sequence[NDArray[Any]]) -> NDArray[Any]:
    return arrays[0] if len(arrays) == 1 else np.concatenate(arrays)


@frozen()
class QueryHits:
    """The places of query syllables in n documents, document by document.

    :ivar at: int64[hits], ascending, their slots in ``QueryTexts``.
    :ivar codes: unsigned[hits], the number of the syllable of each.
    :ivar weights: float64[hits], its idf.
    :ivar starts: int64[n + 1], the first hit of each document.
    :ivar held: int64[k], the documents with hits.
    :ivar firsts: int64[k], the first hit of each of these.
    :ivar sizes: int64[k], the number of hits of each of these.
    :ivar lows: int64[hits], the first hit of the document of each.
    :ivar fresh: int64[hits], the first hit of the document after which the syllable of each does
        not come before it.
    """

    at: NDArray[np.int64]
    codes: NDArray[np.unsignedinteger]
    weights: NDArray[np.float64]
    starts: NDArray[np.int64]
    held: NDArray[np.int64]
    firsts: NDArray[np.int64]
    sizes: NDArray[np.int64]
    lows: NDArray[np.int64]
    fresh: NDArray[np.int64]

    @classmethod
    def of(cls, texts: QueryTexts, terms: QueryTerms) -> "QueryHits":
        """Find the hits in some documents."""
        at = (texts.codes != 0).nonzero()[0]
        codes = texts.codes.take(at)
        starts = at.searchsorted(texts.offsets)
        counts = starts[1:] - starts[:-1]
        held = counts.nonzero()[0]
        firsts, sizes = starts.take(held), counts.take(held)
        lows = firsts.repeat(sizes)
        # Sorted by syllable, a hit follows the one before it of the same syllable.
        order = codes.argsort(kind="stable")
        fresh = np.empty(len(at), dtype=np.int64)
        fresh[order[1:]] = order[:-1] + 1
        fresh[order.take(run_starts(codes.take(order)))] = 0
        np.maximum(fresh, lows, out=fresh)
        return cls(at, codes, terms.idfs.take(codes), starts, held, firsts, sizes, lows, fresh)

    def windows(self, size: int) -> NDArray[np.float64]:
        """Return W of windows of ``size`` slots: float64[n]."""
        most = np.zeros(len(self.starts) - 1)
        if len(self.at):
            # A hit counts in the windows that begin up to it, and after the one before it of the
            # same syllable.
            begins = self.at.searchsorted(self.at - (size - 1))
            np.maximum(begins, self.fresh, out=begins)
            sums = np.asarray(np.bincount(begins, self.weights, len(begins)), dtype=np.float64)
            sums[1:] -= self.weights[:-1]
            most[self.held] = np.maximum.reduceat(sums.cumsum(), self.firsts)
        return most

    def covers(self) -> NDArray[np.float64]:
        """Return C · m / L: float64[n]."""
        covers = np.zeros(len(self.starts) - 1)
        if not len(self.at):
            return covers
        numbers = np.arange(len(self.at))
        is_first = self.fresh == self.lows
        # The shortest span that begins at a hit, with all syllables that come from there on, ends
        # at the last hit whose syllable does not come between.
        ends = np.zeros(len(numbers), dtype=np.int64)
        ends[self.fresh] = numbers
        np.maximum.accumulate(ends, out=ends)
        spans = self.at.take(ends)
        spans -= self.at
        # It has all syllables of the document if it begins no later than the first last one.
        counts = np.add.reduceat(is_first.view(np.int8), self.firsts, dtype=np.int64)
        is_last = np.ones(len(numbers), dtype=bool)
        is_last[self.fresh[~is_first] - 1] = False
        last = is_last.nonzero()[0].take(counts.cumsum() - counts)
        spans[numbers > last.repeat(self.sizes)] = np.iinfo(np.int64).max - 1
        sums = np.add.reduceat(self.weights * is_first, self.firsts)
        covers[self.held] = sums * counts / (np.minimum.reduceat(spans, self.firsts) + 1)
        return covers

    def trigrams(self, terms: QueryTerms) -> NDArray[np.float64]:
        """Return T: float64[n]."""
        rows = len(self.starts) - 1
        begins = (self.at[2:] - self.at[:-2] == 2).nonzero()[0]
        if not len(begins) or not len(terms.trigrams):
            return np.zeros(rows)
        codes, base = self.codes.astype(np.int64), len(terms.idfs)
        keys = (codes[:-2] * base + codes[1:-1]) * base + codes[2:]
        keys = keys.take(begins)
        places = terms.trigrams[:-1].searchsorted(keys)
        known = (terms.trigrams.take(places) == keys).nonzero()[0]
        has = np.zeros((rows, len(terms.trigrams)))
        own = self.starts.searchsorted(begins.take(known), "right") - 1
        has[own, places.take(known)] = 1
        return np.asarray(has @ terms.means)
