"""Posting lists: the documents of a term, and its frequency in each.

A term that more than a quarter of the documents have has a *dense list*: its frequency in every
document of the segment, which is both smaller and faster to add up. Any other term has a *sparse
list*: its documents, ascending, and its frequency in each. Dense lists, and sparse ones of many
documents, are stored as *long* lists, in few bits (``long_lists``); the others as they are. A
frequency above 255 is 255 in the list, and exact in the ``over`` arrays. The arrays of n terms
are::

    start         uint32[n + 1], the offsets in docs and tfs of the lists that are not long
    docs          uint16 or uint32[p], the documents of these lists, by term, then document
    tfs           uint8[p], their frequencies
    long_*        the long lists, see ``long_lists``; what ``start`` gives for their terms is empty
    over_terms    uint32[k], the terms of the frequencies above 255, by term, then document
    over_docs     uint32[k], the documents of these frequencies
    over_tfs      uint32[k], these frequencies
"""

import dataclasses
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np

from danvan_search.index.codec.array_checks import (
    check,
    check_ascending,
    check_lengths,
    check_offsets,
)
from danvan_search.index.codec.checked_array import Arrays, StoredArrays
from danvan_search.index.codec.grid import doc_id_dtype
from danvan_search.index.codec.long_lists import LongLists, LongListsBuilder, are_long
from danvan_search.index.codec.posting_counts import PostingCounts
from danvan_search.index.codec.ragged import offsets_of, run_indices

MAX_BYTE: Final = 255


class PostingListsBuilder:
    """Collects the posting lists of one kind of term, by ascending term.

    :param prefix: the prefix of the names of the arrays.
    :param doc_count: the number of documents of the segment.
    """

    def __init__(self, prefix: str, doc_count: int) -> None:
        self._prefix = prefix
        self._doc_count = doc_count
        self._term_count = 0
        doc_dtype = doc_id_dtype(doc_count)
        self._long = LongListsBuilder(prefix, doc_count, doc_dtype)
        self._pieces: dict[str, list[np.ndarray]] = {
            "df": [np.zeros(0, dtype=np.uint32)],
            "docs": [np.zeros(0, dtype=doc_dtype)],
            "tfs": [np.zeros(0, dtype=np.uint8)],
            "over_terms": [np.zeros(0, dtype=np.uint32)],
            "over_docs": [np.zeros(0, dtype=np.uint32)],
            "over_tfs": [np.zeros(0, dtype=np.uint32)],
        }

    def add(self, postings: PostingCounts, term_count: int) -> None:
        """Add the lists of the next terms.

        :param postings: the postings of these terms, which are numbered from 0.
        :param term_count: the number of terms, including terms without postings.
        """
        terms, docs, tfs = postings.terms, postings.docs, postings.tfs
        df = np.bincount(terms, minlength=term_count)
        is_long = are_long(df, self._doc_count)
        capped = np.minimum(tfs, MAX_BYTE).astype(np.uint8)
        starts = offsets_of(df).tolist()
        for term in np.flatnonzero(is_long).tolist():
            own = slice(starts[term], starts[term + 1])
            self._long.add(term + self._term_count, docs[own], capped[own])
        in_short = ~is_long[terms]
        over = tfs > MAX_BYTE
        for name, piece in {
            "df": np.where(is_long, 0, df),
            "docs": docs[in_short],
            "tfs": capped[in_short],
            "over_terms": terms[over] + self._term_count,
            "over_docs": docs[over],
            "over_tfs": tfs[over],
        }.items():
            pieces = self._pieces[name]
            pieces.append(piece.astype(pieces[0].dtype, copy=False))
        self._term_count += term_count

    def arrays(self) -> Arrays:
        """Return the arrays that :class:`PostingLists` reads; the builder is used up."""
        arrays = {name: np.concatenate(self._pieces.pop(name)) for name in list(self._pieces)}
        starts = offsets_of(arrays.pop("df")).astype(np.uint32)
        named = {f"{self._prefix}_{name}": a for name, a in {"start": starts, **arrays}.items()}
        return named | self._long.arrays()


@dataclass(frozen=True, slots=True)
class PostingList:
    """The posting list of one term in one segment, dense or sparse.

    :ivar df: the number of documents that have the term.
    :ivar dense: uint8[docs of the segment], the frequencies of a dense list, at most 255, 0 where
        the term is absent; None for a sparse list.
    :ivar docs: integers[df], the documents of a sparse list, ascending; empty for a dense list.
    :ivar tfs: integers[df], the frequencies of a sparse list; 255 where ``over_docs`` has the
        document.
    :ivar over_docs: integers[k], ascending, the documents with frequencies above 255; None if
        there are none.
    :ivar over_tfs: integers[k], these frequencies.
    """

    df: int
    dense: np.ndarray | None
    docs: np.ndarray
    tfs: np.ndarray
    over_docs: np.ndarray | None = None
    over_tfs: np.ndarray | None = None

    @property
    def size(self) -> int:
        """The bytes of its documents and frequencies."""
        return self.docs.nbytes + self.tfs.nbytes if self.dense is None else self.dense.nbytes

    def entries(self) -> tuple[np.ndarray, np.ndarray]:
        """Return the documents, int64[df], ascending, and their exact frequencies, int64[df]."""
        if self.dense is not None:
            docs = np.flatnonzero(self.dense)
            tfs = self.dense[docs].astype(np.int64)
        else:
            docs = self.docs.astype(np.int64)
            tfs = self.tfs.astype(np.int64)
        if self.over_docs is not None and self.over_tfs is not None:
            tfs[np.searchsorted(docs, self.over_docs)] = self.over_tfs
        return docs, tfs

    def count_within(self, mask: np.ndarray | None) -> int:
        """Return the number of documents of the list that are in a mask.

        :param mask: bool[docs of the segment]; None counts all.
        """
        if mask is None:
            return self.df
        if self.dense is not None:
            return int(np.count_nonzero(self.dense.astype(np.bool_) & mask))
        return int(np.count_nonzero(mask.take(self.docs)))

    def frequencies(self, docs: np.ndarray) -> np.ndarray:
        """Return the exact frequencies of the term in some documents: unsigned[n].

        :param docs: integers[n]; int64 is fastest for a dense list, the dtype of its documents for
            a sparse list.
        """
        dense = self.dense
        tfs: np.ndarray = _look_up(docs, self.docs, self.tfs) if dense is None else dense[docs]
        if self.over_docs is not None and self.over_tfs is not None:
            tfs = np.maximum(tfs, _look_up(docs, self.over_docs, self.over_tfs))
        return tfs


def frequencies(lists: Sequence[PostingList], docs: np.ndarray, dtype: np.dtype) -> np.ndarray:
    """Return the exact frequencies of some terms in some documents: float64[terms, n].

    Does what :meth:`PostingList.frequencies` does for one term, with fewer NumPy calls per term,
    which dominate the cost for few documents.

    :param docs: int64[n].
    :param dtype: the dtype of the documents of the lists.
    """
    needles = docs.astype(dtype)
    found = np.empty((len(lists), len(docs)))
    # The document found at each insertion point; a dense list contains every document.
    found_docs = np.empty(found.shape, dtype=dtype)
    found_docs[:] = needles
    for index, postings in enumerate(lists):
        if postings.dense is not None:
            found[index] = postings.dense[docs]
        elif postings.df:
            keys = postings.docs
            # Without the last key in the search, every insertion point is the index of a key.
            insertion_points = keys[:-1].searchsorted(needles)
            found[index] = postings.tfs[insertion_points]
            found_docs[index] = keys[insertion_points]
        else:
            found[index] = 0
    found *= found_docs == needles
    for index, postings in enumerate(lists):
        if postings.over_docs is not None and found[index].max(initial=0) >= MAX_BYTE:
            found[index] = postings.frequencies(docs)
    return found


_NONE: Final = np.zeros(0, dtype=np.uint16)
EMPTY: Final = PostingList(0, None, _NONE, _NONE)
"""The posting list of a term that no document has."""


def _look_up(wanted: np.ndarray, keys: np.ndarray, values: np.ndarray) -> np.ndarray:
    """Return the value of each wanted key, 0 for a key that is absent.

    :param wanted: integers[n].
    :param keys: integers[m], ascending.
    :param values: [m], the value of each key.
    """
    if not len(keys):
        return np.zeros(len(wanted), dtype=values.dtype)
    # With needles of another dtype, searchsorted would convert all keys.
    # Without the last key in the search, every insertion point is the index of a key.
    insertion_points = keys[:-1].searchsorted(wanted.astype(keys.dtype, copy=False))
    found: np.ndarray = values[insertion_points]
    found *= keys[insertion_points] == wanted
    return found


class PostingLists:
    """The posting lists of one kind of term of an open segment.

    :param arrays: the arrays of :meth:`PostingListsBuilder.arrays`.
    :param prefix: the prefix of their names.
    :param term_count: the number of terms; terms are numbers below it.
    :param doc_count: the number of documents of the segment.
    :raises KeyError: an array is missing.
    :raises ValueError: their shapes do not fit each other, or ``start`` is no offsets.
    :raises IndexDamagedError: one has another dtype.
    """

    def __init__(self, arrays: StoredArrays, prefix: str, term_count: int, doc_count: int) -> None:
        starts = arrays[f"{prefix}_start"].of(np.uint32).whole()
        self._starts = starts.data
        self._docs = arrays[f"{prefix}_docs"].of(np.uint16, np.uint32)
        self._tfs = arrays[f"{prefix}_tfs"].of(np.uint8)
        self._doc_count = doc_count
        check_lengths(term_count + 1, starts)
        check_lengths(len(self._docs), self._tfs)
        check_offsets(starts, len(self._docs))
        self._long = LongLists(arrays, prefix, doc_count, self._docs.dtype)
        self._over_terms = arrays[f"{prefix}_over_terms"].of(np.uint32).whole()
        self._over_docs = arrays[f"{prefix}_over_docs"].of(np.uint32).whole()
        self._over_tfs = arrays[f"{prefix}_over_tfs"].of(np.uint32).whole()
        check_lengths(len(self._over_terms), self._over_docs, self._over_tfs)

    def count_within(self, term: int, mask: np.ndarray | None) -> int:
        """Return :meth:`PostingList.count_within` of a term; unpacks no more than it needs."""
        number = self._long.find(term)
        if number < 0:
            return self.get(term).count_within(mask)
        if mask is None:
            return self._long.df(number)
        docs = self._long.docs(number)
        if docs is None:
            return self.get(term).count_within(mask)
        return int(np.count_nonzero(mask.take(docs)))

    def get(self, term: int) -> PostingList:
        """Return the posting list of a term, a number below ``term_count``."""
        start, end = self._starts[term], self._starts[term + 1]
        over_docs = over_tfs = None
        if len(self._over_terms):
            low, high = np.searchsorted(self._over_terms, (term, term + 1))
            if low < high:
                over_docs, over_tfs = self._over_docs[low:high], self._over_tfs[low:high]
        if start < end:
            docs, tfs = self._docs.slice(start, end), self._tfs.slice(start, end)
            return PostingList(end - start, None, docs, tfs, over_docs, over_tfs)
        number = self._long.find(term)
        if number < 0:
            return EMPTY
        long_docs, tfs = self._long.get(number)
        df = self._long.df(number)
        if long_docs is None:
            return PostingList(df, tfs, _NONE, _NONE, over_docs, over_tfs)
        return PostingList(df, None, long_docs, tfs, over_docs, over_tfs)

    def summed(self, terms: np.ndarray) -> np.ndarray:
        """Return how often each document has any of some terms: int64[docs], exact.

        :param terms: int64[n], distinct.
        """
        starts = np.asarray(self._starts)
        firsts = starts[terms].astype(np.int64)
        entries = run_indices(firsts, starts[terms + 1] - firsts)
        tfs = self._tfs.take(entries)
        docs = self._docs.take(entries)
        check(not len(docs) or docs.max() < self._doc_count, "a posting of no document")
        sums = np.bincount(docs, weights=tfs, minlength=self._doc_count).astype(np.int64)
        for number in self._long.find_all(terms):
            long_docs, long_tfs = self._long.get(number)
            if long_docs is None:
                sums += long_tfs
            else:
                # A list has each document once, so no frequency is lost.
                sums[long_docs] += long_tfs
        if len(self._over_terms):
            over = np.flatnonzero(np.isin(self._over_terms, terms))
            added = self._over_tfs[over].astype(np.int64) - MAX_BYTE
            np.add.at(sums, self._over_docs[over], added)
        return sums

    def check_values(self) -> None:
        """Check documents and frequencies of all lists.

        :raises ValueError: documents do not ascend or are not in the segment, a posting has
            frequency 0, a long list does not match its document frequency, or an exact frequency
            above 255 belongs to no posting with 255.
        """
        starts = np.asarray(self._starts).astype(np.int64)
        term_count = len(starts) - 1
        docs = self._docs.whole().astype(np.int64)
        terms = np.repeat(np.arange(term_count), np.diff(starts))
        keys = terms * self._doc_count + docs
        check(docs.max(initial=-1) < self._doc_count, "a posting of no document")
        check((keys[1:] > keys[:-1]).all(), "postings out of order")
        check((self._tfs.whole() > 0).all(), "a posting without an occurrence")
        self._long.check_values(term_count)
        check(not np.isin(self._long.terms, terms).any(), "a term with two lists")
        check((np.diff(self._over_terms.astype(np.int64)) >= 0).all(), "terms out of order")
        for term in dict.fromkeys(self._over_terms.tolist()):
            postings = self.get(term)
            if postings.over_docs is None:
                raise ValueError("a frequency of no posting")
            check_ascending(postings.over_docs, self._doc_count)
            capped = dataclasses.replace(postings, over_docs=None, over_tfs=None)
            check(
                (capped.frequencies(postings.over_docs.astype(np.int64)) == MAX_BYTE).all(),
                "a frequency of no posting",
            )
