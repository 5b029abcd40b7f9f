"""Counting occurrences: the postings of terms, and the distinct pairs of neighbouring ids."""

from dataclasses import dataclass
from typing import Final

import numpy as np

from danvan_search.index.codec.bm25 import weighted
from danvan_search.index.codec.ragged import run_lengths, run_starts

_MAX_KEY_BITS: Final = 64
"""Longer pairs with their index do not fit a sort key, and are sorted by index instead."""


@dataclass(frozen=True, slots=True)
class PostingCounts:
    """The m postings of some terms: distinct pairs of term and document, sorted by both.

    :ivar terms: int64[m], the term of each posting.
    :ivar docs: int64[m], its document.
    :ivar tfs: int64[m], occurrences in all texts, at least 1.
    :ivar title_tfs: int64[m], occurrences in the title.
    :ivar details_tfs: int64[m], occurrences in the details; None if no document has any.
    """

    terms: np.ndarray
    docs: np.ndarray
    tfs: np.ndarray
    title_tfs: np.ndarray
    details_tfs: np.ndarray | None = None

    def in_titles(self) -> "PostingCounts":
        """Return the postings of the titles alone."""
        return self._in(self.title_tfs)

    def in_details(self) -> "PostingCounts":
        """Return the postings of the details alone."""
        return self._in(np.zeros_like(self.tfs) if self.details_tfs is None else self.details_tfs)

    def weighted_tfs(self) -> np.ndarray:
        """Return the frequencies by which documents are ranked: int64[m], with details float64."""
        return self.tfs if self.details_tfs is None else weighted(self.tfs, self.details_tfs)

    def _in(self, own_tfs: np.ndarray) -> "PostingCounts":
        held = np.flatnonzero(own_tfs)
        tfs = own_tfs[held]
        return PostingCounts(self.terms[held], self.docs[held], tfs, tfs)


def count_postings(
    terms: np.ndarray,
    docs: np.ndarray,
    in_title: np.ndarray,
    doc_count: int,
    in_details: np.ndarray | None = None,
) -> PostingCounts:
    """Count n occurrences, in any order.

    :param terms: integers[n], not negative, the term of each occurrence.
    :param docs: integers[n], its document, less than ``doc_count``.
    :param in_title: bool[n], whether it is in the title.
    :param doc_count: the number of documents.
    :param in_details: bool[n], whether it is in the details; None if no document has any.
    """
    doc_bits = np.uint8(doc_count.bit_length())
    bits = int(doc_bits) + int(terms.max(initial=0)).bit_length()
    keys: np.ndarray = terms.astype(np.uint32 if bits <= 32 else np.uint64)
    np.left_shift(keys, doc_bits, out=keys)
    np.bitwise_or(keys, docs, out=keys, casting="unsafe")
    title_keys = keys[in_title]
    details_keys = None if in_details is None else keys[in_details]
    keys.sort()
    starts = run_starts(keys)
    distinct = keys[starts]
    return PostingCounts(
        (distinct >> doc_bits).astype(np.int64),
        (distinct & distinct.dtype.type((1 << int(doc_bits)) - 1)).astype(np.int64),
        run_lengths(starts, len(keys)),
        _counts_of(distinct, title_keys),
        None if details_keys is None else _counts_of(distinct, details_keys),
    )


def _counts_of(distinct: np.ndarray, keys: np.ndarray) -> np.ndarray:
    """Return int64[m], how often each of some distinct keys, ascending, is among others.

    :param keys: unsigned[n], each of which is one of ``distinct``; they are sorted in place.
    """
    keys.sort()
    starts = run_starts(keys)
    counts = np.zeros(len(distinct), dtype=np.int64)
    counts[np.searchsorted(distinct, keys[starts])] = run_lengths(starts, len(keys))
    return counts


def count_sorted_postings(
    terms: np.ndarray,
    docs: np.ndarray,
    in_title: np.ndarray,
    in_details: np.ndarray | None = None,
) -> PostingCounts:
    """Count occurrences that are sorted by term, then by document; see :func:`count_postings`."""
    if not len(terms):
        empty = np.zeros(0, dtype=np.int64)
        return PostingCounts(empty, empty, empty, empty, None if in_details is None else empty)
    is_start = np.empty(len(terms), dtype=bool)
    is_start[0] = True
    np.not_equal(terms[1:], terms[:-1], out=is_start[1:])
    is_start[1:] |= docs[1:] != docs[:-1]
    starts = is_start.nonzero()[0]
    return PostingCounts(
        terms[starts].astype(np.int64),
        docs[starts].astype(np.int64),
        run_lengths(starts, len(terms)),
        count_in_runs(starts, in_title.nonzero()[0]),
        None if in_details is None else count_in_runs(starts, in_details.nonzero()[0]),
    )


def count_in_runs(starts: np.ndarray, counted: np.ndarray) -> np.ndarray:
    """Return int64[runs], how many occurrences of each run count.

    :param starts: int64[runs], where each run starts, ascending from 0.
    :param counted: int64[k], ascending, the indices of those that count: few are in titles or
        details, so the runs of those alone are looked up.
    """
    return np.bincount(starts.searchsorted(counted, "right") - 1, minlength=len(starts))


@dataclass(frozen=True, slots=True)
class Pairs:
    """The m distinct pairs among n pairs of numbers, in ascending order, and their occurrences.

    :ivar order: int64[n], the indices of the n pairs in sorted order; the sort is stable.
    :ivar starts: int64[m], the index in ``order`` of the first occurrence of each distinct pair.
    :ivar lengths: int64[m], the number of its occurrences.
    :ivar first: int64[m], the first number of each distinct pair.
    :ivar second: int64[m], the second number.
    """

    order: np.ndarray
    starts: np.ndarray
    lengths: np.ndarray
    first: np.ndarray
    second: np.ndarray


def sorted_pairs(first: np.ndarray, second: np.ndarray) -> Pairs:
    """Sort n pairs of numbers.

    :param first: uint32[n].
    :param second: uint32[n].
    """
    index_bits = len(first).bit_length()
    second_bits = int(second.max(initial=0)).bit_length()
    first_bits = int(first.max(initial=0)).bit_length()
    if first_bits + second_bits + index_bits <= _MAX_KEY_BITS:
        # Pack pair and index into one number: sorting values is many times faster than argsort.
        keys = first.astype(np.uint64)
        keys <<= np.uint64(second_bits)
        keys |= second
        keys <<= np.uint64(index_bits)
        keys |= np.arange(len(keys), dtype=np.uint64)
        keys.sort()
        order = (keys & np.uint64((1 << index_bits) - 1)).astype(np.int64)
        keys >>= np.uint64(index_bits)
    else:
        order = np.lexsort((second, first))
        keys = (first[order].astype(np.uint64) << np.uint64(second_bits)) | second[order]
    starts = run_starts(keys)
    distinct = keys[starts]
    return Pairs(
        order,
        starts,
        run_lengths(starts, len(keys)),
        (distinct >> np.uint64(second_bits)).astype(np.int64),
        (distinct & np.uint64((1 << second_bits) - 1)).astype(np.int64),
    )
