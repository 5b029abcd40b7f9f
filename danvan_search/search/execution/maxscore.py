"""MaxScore over quantised impacts: which few documents of a segment may be among the best.

The *impact* of a term is what it adds to the score of a document, divided by the weight of the
term, in one byte. The impact of a syllable is f + 0.3 · g, with f = tf / (tf + K) of the whole
document and g of its title; the impact of a pair is f alone. A byte counts steps of about 1 / 195,
rounded up, so it is 0 exactly for documents without the term::

    (byte - 1) / STEPS < impact <= byte / STEPS

:class:`MaxScore` sums the bytes of the terms of a query, each times an integer in place of the
term's weight, and bounds the error of these sums: enough to choose the few documents that must be
scored exactly. Sparse terms have lists of impacts, dense terms have rows. Sparse terms weigh most,
so the best documents usually contain one of them; then rows are read only for the documents of the
lists (MaxScore, Turtle and Flood 1995), otherwise for all documents.
"""

import math
from collections.abc import Sequence
from typing import Final

import numpy as np

from danvan_search.frozen import frozen
from danvan_search.index.codec.bm25 import K1, PAIR_K1, TITLE_WEIGHT, weighted
from danvan_search.index.codec.postings import PostingList
from danvan_search.search.execution.segment_view import SegmentView

STEPS: Final = 254 / (1 + TITLE_WEIGHT)
"""Steps in an impact of 1. The greatest impact is 254 steps; rounding up may add one."""
MAX_BYTE: Final = 255
"""The greatest byte of a syllable."""
MAX_PAIR_BYTE: Final = math.ceil(STEPS)
"""The greatest byte of a pair."""
ROUNDING: Final = 1e-3
"""Upper bound of the single-precision error of an impact, in steps; it is some 255 · 2^-22."""
ROW_SHARE: Final = 16
"""A term in more than 1/16 of the documents is a row: adding a row takes as long as adding a list
of that many documents."""

_MAX_UINT16_TERMS: Final = 32
"""For up to this many terms 16 bits distinguish the weights well enough."""
_LARGE_SHARE: Final = 32
"""Summing for more than 1/32 of the documents takes as long as summing for all."""
_MIN_PRUNED_BYTES: Final = 150_000
"""Rows of fewer bytes in total are summed for all documents, without pruning by the lists."""
_NO_DOCS: Final = np.zeros(0, dtype=np.int64)


@frozen()
class Impacts:
    """The impacts of one term on the documents of one segment: a list or a row.

    :ivar docs: int64[n], ascending, the documents that contain the term; None for a row.
    :ivar bytes: uint8[n], their impacts; for a row uint8[docs], those of every document.
    :ivar max_byte: the greatest of ``bytes``.
    """

    docs: np.ndarray | None
    bytes: np.ndarray
    max_byte: int


def impacts_size(whole: PostingList, doc_count: int) -> int:
    """Return the bytes of the impacts of a term in a segment.

    :param whole: the posting list of the term in whole documents.
    """
    # A row, or a list of int64 and uint8; a dense list is always a row.
    return doc_count if whole.df * ROW_SHARE > doc_count else 9 * whole.df


def impacts(
    view: SegmentView, whole: PostingList, title: PostingList | None, details: PostingList
) -> Impacts:
    """Return the impacts of a term on the documents of one segment.

    :param whole: the posting list of the term in whole documents.
    :param title: its posting list in titles; None for a pair.
    :param details: its posting list in details.
    """
    doc_count = view.segment.doc_count
    docs = None if whole.dense is not None else whole.docs.astype(np.int64)
    tfs = whole.tfs if whole.dense is None else whole.dense
    values = tfs.astype(np.float32)
    if whole.over_docs is not None and whole.over_tfs is not None:
        indices = whole.over_docs if docs is None else docs.searchsorted(whole.over_docs)
        values[indices] = whole.over_tfs
    if details.df:
        # Each document of the list is in that of whole documents, too.
        details_docs, in_details = details.entries()
        indices = details_docs if docs is None else docs.searchsorted(details_docs)
        values[indices] = weighted(values[indices], in_details)
    divisors = view.norms_single if docs is None else view.norms_single.take(docs)
    if title is None:
        divisors = divisors * np.float32(PAIR_K1 / K1)
    values /= divisors + values
    if docs is not None and whole.df * ROW_SHARE > doc_count:
        row = np.zeros(doc_count, dtype=np.float32)
        row[docs] = values
        docs, values = None, row
    if title is not None and title.df:
        title_docs, tfs = title.entries()
        added = TITLE_WEIGHT * (tfs / (tfs + view.title_norms.take(title_docs)))
        # A document with the term in its title is in the list of whole documents, too.
        values[title_docs if docs is None else docs.searchsorted(title_docs)] += added
    values *= np.float32(STEPS)
    steps = np.ceil(values, out=values).astype(np.uint8)
    return Impacts(docs, steps, int(steps.max(initial=0)))


class MaxScore:
    """Quantised scores of the documents of one segment: the *sums* of weighted impact bytes.

    Sums are uint16 or uint32, proportional to the scores within an error, and 0 for documents
    without any of the terms.

    :ivar margin: of two documents, the sum of the one with the higher score is lower by at most
        this.
    :ivar max_row_sum: upper bound of the sums of documents that are in no list.

    :param doc_count: documents of the segment.
    :param terms: for each term its weight, above 0, the greatest byte that an impact of its kind
        can have, and its impacts.
    """

    def __init__(self, doc_count: int, terms: Sequence[tuple[float, int, Impacts]]) -> None:
        self._doc_count = doc_count
        self._dtype = np.uint16 if len(terms) <= _MAX_UINT16_TERMS else np.uint32
        # Rounding may add a half to the factor of each term.
        greatest = np.iinfo(self._dtype).max - MAX_BYTE * (len(terms) + 1) // 2
        total = sum([weight * kind_max for weight, kind_max, _ in terms])
        margin = 0.0
        self.max_row_sum = 0
        self._rows: list[np.ndarray] = []
        self._row_factors: list[int] = []
        self._lists: list[tuple[int, np.ndarray, np.ndarray, int]] = []
        self._cached_list_sums: np.ndarray | None = None
        self._cached_sums: np.ndarray | None = None
        for weight, kind_max, term in terms:
            unrounded = weight / total * greatest
            factor = round(unrounded)
            margin += abs(factor - unrounded) * kind_max + unrounded * (1 + 2 * ROUNDING)
            docs = term.docs
            if docs is None:
                self._rows.append(term.bytes)
                self._row_factors.append(factor)
                self.max_row_sum += factor * term.max_byte
            else:
                self._lists.append((factor * term.max_byte, docs, term.bytes, factor))
        self.margin = math.ceil(margin)

    def sums(self) -> np.ndarray:
        """Return the sums of all documents of the segment; read-only."""
        if self._cached_sums is None:
            sums = self._list_sums()
            scratch = np.empty_like(sums)
            for row, factor in zip(self._rows, self._row_factors, strict=True):
                # Two steps are faster than one multiplication that converts.
                np.copyto(scratch, row)
                np.multiply(scratch, factor, out=scratch)
                sums += scratch
            self._cached_sums = sums
            self._cached_list_sums = None
        return self._cached_sums

    def is_large_share(self, count: int) -> bool:
        """Return whether summing for ``count`` documents takes as long as summing for all."""
        return count * _LARGE_SHARE > self._doc_count

    def sums_of(self, docs: np.ndarray) -> np.ndarray:
        """Return the sums of some documents.

        :param docs: int64[n].
        """
        if self._cached_sums is not None or self.is_large_share(len(docs)):
            return np.asarray(self.sums()[docs])
        sums: np.ndarray = self._list_sums()[docs]
        if self._rows:
            # All rows in one multiplication: for few documents the calls dominate.
            row_bytes = np.empty((len(self._rows), len(docs)), dtype=np.uint8)
            for index, row in enumerate(self._rows):
                row_bytes[index] = row[docs]
            factors = np.array(self._row_factors, dtype=self._dtype)[:, np.newaxis]
            sums += np.add.reduce(np.multiply(row_bytes, factors), axis=0, dtype=self._dtype)
        return sums

    def best(self, need: int, excluded: np.ndarray = _NO_DOCS) -> np.ndarray | None:
        """Return the documents that may be among the best ``need`` of all that contain a term.

        :param excluded: int64[n], documents to leave out.
        :return: int64[n], ascending; None when the sums do not separate them.
        """
        threshold = 0
        if self._cached_sums is None and len(self._rows) * self._doc_count >= _MIN_PRUNED_BYTES:
            threshold = self._list_threshold(need + len(excluded))
        if threshold > self.max_row_sum and self._cached_sums is None:
            mask = self._list_sums() >= threshold - self.max_row_sum
            mask[excluded] = False
            docs = mask.nonzero()[0]
            return np.asarray(docs[self.sums_of(docs) >= threshold])
        # The best documents may be in rows alone: take the sums of all documents.
        sums = self.sums()
        if len(excluded):
            sums = sums.copy()
            sums[excluded] = 0
        return self._best_of(sums, need)

    def best_in(self, mask: np.ndarray, need: int) -> np.ndarray | None:
        """Return the documents that may be among the best ``need`` of a mask, bool[docs].

        :return: int64[n], ascending; None when the sums do not separate them.
        """
        return self._best_of(self.sums() * mask, need)

    def _best_of(self, sums: np.ndarray, need: int) -> np.ndarray | None:
        threshold = top_threshold(sums, need) - self.margin
        return np.asarray((sums >= threshold).nonzero()[0]) if threshold > 0 else None

    def _list_threshold(self, need: int) -> int:
        """Return a lower bound of the sums of the best ``need`` documents.

        It comes from the documents of the list that can add the most; 0 if no list is long enough.
        """
        strongest = _NO_DOCS
        max_added = 0
        for added, docs, _, _ in self._lists:
            if added > max_added and len(docs) >= need:
                strongest, max_added = docs, added
        if not max_added:
            return 0
        return top_threshold(self.sums_of(strongest), need) - self.margin

    def _list_sums(self) -> np.ndarray:
        """Return the sums of all documents over the lists alone."""
        sums = self._cached_list_sums
        if sums is None:
            sums = np.zeros(self._doc_count, dtype=self._dtype)
            for index, (_, docs, list_bytes, factor) in enumerate(self._lists):
                added = np.multiply(list_bytes, factor, dtype=self._dtype)
                if index:
                    added += sums[docs]
                sums[docs] = added
            self._cached_list_sums = sums
        return sums


def top_threshold(sums: np.ndarray, count: int) -> int:
    """Return a sum that at least ``count`` documents reach, and few more.

    The sums are laid out in many columns. At least ``count`` documents reach the count-th greatest
    column maximum, which is several times faster to find than the count-th greatest sum.
    """
    rows = len(sums) // (8 * count)
    if rows >= 4:
        rows = min(rows, 64)
        size = len(sums) // rows * rows
        sums = sums[:size].reshape(rows, -1).max(axis=0)
    return int(np.partition(sums, len(sums) - count)[len(sums) - count])
