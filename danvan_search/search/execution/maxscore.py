"""MaxScore over quantised impacts: which few documents of a segment may be among the best.

An *impact* is what a term adds to the score of a document, without the weight of the term, in one
byte. That of a syllable is f + 0.3 · g, with f = tf / (tf + K) of the whole document and g that of
its title; that of a pair is f alone. The byte counts steps of some 1 / 195, rounded up, so that
exactly the documents without the term have 0::

    (byte - 1) / STEPS < impact <= byte / STEPS

:class:`MaxScore` adds the bytes of all terms of a query up, each multiplied by an integer in place
of its weight, and bounds the error of these sums: enough to say which few documents may be among
the best and must be scored exactly. Sparse terms have lists of impacts, dense terms have rows.
Sparse terms weigh most, so the best documents usually contain one of them; then rows are read for
the documents of the lists alone (MaxScore, Turtle and Flood 1995), else for all documents.
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np

from danvan_search.index.codec.bm25 import K1, PAIR_K1, TITLE_WEIGHT
from danvan_search.index.codec.postings import PostingList
from danvan_search.search.execution.segment_view import SegmentView

STEPS: Final = 254 / (1 + TITLE_WEIGHT)
"""Steps in an impact of 1. The greatest impact is 254 steps: one more if it is rounded up."""
MAX_BYTE: Final = 255
MAX_PAIR_BYTE: Final = math.ceil(STEPS)
ROUNDING: Final = 1e-3
"""More than the share of a step by which single precision errs: some 255 · 2^-22."""
ROW_SHARE: Final = 16
"""A term that more than 1/16 of the documents have is a row: adding one up takes as long as
adding a list of so many."""


@dataclass(frozen=True, slots=True)
class Impacts:
    """The impacts of one term on the documents of one segment.

    :ivar docs: int64[n], ascending, the documents that have the term; None for a row.
    :ivar bytes: uint8[n], their impacts; of all documents of the segment for a row.
    :ivar most: no byte is above it.
    """

    docs: np.ndarray | None
    bytes: np.ndarray
    most: int


def impacts(view: SegmentView, whole: PostingList, title: PostingList | None) -> Impacts:
    """Return the impacts of a term on the documents of one segment.

    :param whole: its documents.
    :param title: those that have it in the title; None for a pair.
    """
    doc_count = view.segment.doc_count
    docs = None if whole.row is not None else whole.docs.astype(np.int64)
    tfs = whole.tfs if whole.row is None else whole.row
    values = tfs.astype(np.float32)
    divisors = view.norms_single if docs is None else view.norms_single.take(docs)
    if title is None:
        divisors = divisors * np.float32(PAIR_K1 / K1)
    values /= divisors + values
    if whole.over_docs is not None and whole.over_tfs is not None:
        places = whole.over_docs if docs is None else docs.searchsorted(whole.over_docs)
        norms = view.norms.take(whole.over_docs)
        if title is None:
            norms *= PAIR_K1 / K1
        values[places] = whole.over_tfs / (whole.over_tfs + norms)
    if docs is not None and whole.df * ROW_SHARE > doc_count:
        row = np.zeros(doc_count, dtype=np.float32)
        row[docs] = values
        docs, values = None, row
    if title is not None and title.df:
        title_docs, tfs = title.entries()
        added = TITLE_WEIGHT * (tfs / (tfs + view.title_norms.take(title_docs)))
        # Who has the term in the title has it.
        values[title_docs if docs is None else docs.searchsorted(title_docs)] += added
    values *= np.float32(STEPS)
    found = np.ceil(values, out=values).astype(np.uint8)
    return Impacts(docs, found, int(found.max(initial=0)))


_FEW_TERMS: Final = 32
"""Of so many terms the weights are told apart well enough in 16 bits."""
_MANY_SHARE: Final = 32
"""Of more than 1/32 of the documents the sums are found no sooner than of all."""
_MANY_BYTES: Final = 150_000
"""Fewer bytes of rows than these are added up before a choice by lists is made."""
_NO_DOCS: Final = np.zeros(0, dtype=np.int64)


class MaxScore:
    """Sums of the documents of one segment that are near to their scores.

    Sums are uint16 or uint32; proportional to the scores, but for an error; 0 for documents that
    have no term.

    :ivar margin: a document that is better than another by its score is not
        worse by this much by its sum.
    :ivar most_of_rows: no sum of a document that is in none of the lists is above it.

    :param doc_count: of the segment.
    :param terms: the weight, above 0, the greatest byte and the impacts of each term.
    """

    def __init__(self, doc_count: int, terms: Sequence[tuple[float, int, Impacts]]) -> None:
        self._doc_count = doc_count
        self._dtype = np.uint16 if len(terms) <= _FEW_TERMS else np.uint32
        # Rounding may add a half to the whole number of each term.
        greatest = np.iinfo(self._dtype).max - MAX_BYTE * (len(terms) + 1) // 2
        total = sum([weight * most for weight, most, _ in terms])
        margin = 0.0
        self.most_of_rows = 0
        self._rows: list[np.ndarray] = []
        self._row_factors: list[int] = []
        self._lists: list[tuple[int, np.ndarray, np.ndarray, int]] = []
        self._of_lists: np.ndarray | None = None
        self._sums: np.ndarray | None = None
        for weight, most, of_term in terms:
            exact = weight / total * greatest
            factor = round(exact)
            margin += abs(factor - exact) * most + exact * (1 + 2 * ROUNDING)
            docs = of_term.docs
            if docs is None:
                self._rows.append(of_term.bytes)
                self._row_factors.append(factor)
                self.most_of_rows += factor * of_term.most
            else:
                self._lists.append((factor * of_term.most, docs, of_term.bytes, factor))
        self.margin = math.ceil(margin)

    def sums(self) -> np.ndarray:
        """Return the sums of all documents of the segment; not to be altered."""
        if self._sums is None:
            sums = self._list_sums()
            scratch = np.empty_like(sums)
            for row, factor in zip(self._rows, self._row_factors, strict=True):
                # Quicker in two steps than in one that converts.
                np.copyto(scratch, row)
                np.multiply(scratch, factor, out=scratch)
                sums += scratch
            self._sums = sums
            self._of_lists = None
        return self._sums

    def are_many(self, count: int) -> bool:
        """Say whether so many documents are better looked at by the sums of all."""
        return count * _MANY_SHARE > self._doc_count

    def at(self, docs: np.ndarray) -> np.ndarray:
        """Return the sums of some documents, int64[n]."""
        if self._sums is not None or self.are_many(len(docs)):
            return np.asarray(self.sums()[docs])
        sums: np.ndarray = self._list_sums()[docs]
        if self._rows:
            # All rows at once: for few documents it is calls that take time.
            found = np.empty((len(self._rows), len(docs)), dtype=np.uint8)
            for place, row in enumerate(self._rows):
                found[place] = row[docs]
            factors = np.array(self._row_factors, dtype=self._dtype)[:, np.newaxis]
            sums += np.add.reduce(np.multiply(found, factors), axis=0, dtype=self._dtype)
        return sums

    def best(self, need: int, without: np.ndarray = _NO_DOCS) -> np.ndarray | None:
        """Return the documents that may be among the best ``need`` of all that have a term.

        :param without: int64[n], documents to leave out.
        :return: int64[n], ascending; None when the sums cannot tell.
        """
        least = 0
        if self._sums is None and len(self._rows) * self._doc_count >= _MANY_BYTES:
            least = self._least_by_lists(need + len(without))
        if least > self.most_of_rows and self._sums is None:
            mask = self._list_sums() >= least - self.most_of_rows
            mask[without] = False
            docs = mask.nonzero()[0]
            return np.asarray(docs[self.at(docs) >= least])
        # The best have rows alone, for all that is known: look at all documents.
        sums = self.sums()
        if len(without):
            sums = sums.copy()
            sums[without] = 0
        return self._above(sums, need)

    def best_in(self, mask: np.ndarray, need: int) -> np.ndarray | None:
        """Return the documents that may be among the best ``need`` of a mask, bool[docs].

        :return: int64[n], ascending; None when the sums cannot tell.
        """
        return self._above(self.sums() * mask, need)

    def _above(self, sums: np.ndarray, need: int) -> np.ndarray | None:
        least = least_of_best(sums, need) - self.margin
        return np.asarray((sums >= least).nonzero()[0]) if least > 0 else None

    def _least_by_lists(self, need: int) -> int:
        """Return a sum that none of the best ``need`` documents is below, by those of one list.

        It is the list that may add the most; 0 if none is long enough.
        """
        strongest = _NO_DOCS
        most = 0
        for added, docs, _, _ in self._lists:
            if added > most and len(docs) >= need:
                strongest, most = docs, added
        return least_of_best(self.at(strongest), need) - self.margin if most else 0

    def _list_sums(self) -> np.ndarray:
        """Return the sums of all documents of the segment over the lists alone."""
        sums = self._of_lists
        if sums is None:
            sums = np.zeros(self._doc_count, dtype=self._dtype)
            for place, (_, docs, of_docs, factor) in enumerate(self._lists):
                added = np.multiply(of_docs, factor, dtype=self._dtype)
                if place:
                    added += sums[docs]
                sums[docs] = added
            self._of_lists = sums
        return sums


def least_of_best(sums: np.ndarray, count: int) -> int:
    """Return a sum that at least ``count`` documents reach, and few more.

    The count-th of the maxima of many columns is reached by at least as many documents, and
    finding it is several times quicker than partitioning all the sums.
    """
    rows = len(sums) // (8 * count)
    if rows >= 4:
        rows = min(rows, 64)
        whole = len(sums) // rows * rows
        sums = sums[:whole].reshape(rows, -1).max(axis=0)
    return int(np.partition(sums, len(sums) - count)[len(sums) - count])
