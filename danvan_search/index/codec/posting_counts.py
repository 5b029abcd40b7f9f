"""Counting occurrences: the postings of terms, and the distinct pairs of neighbouring ids."""

from dataclasses import dataclass
from typing import Final

import numpy as np

from danvan_search.index.codec.ragged import run_lengths, run_starts

_MAX_KEY_BITS: Final = 64
"""Longer pairs with their index do not fit a sort key, and are sorted by index instead."""


@dataclass(frozen=True, slots=True)
class PostingCounts:
    """The m postings of some terms: distinct pairs of term and document, sorted by both.

    :ivar terms: int64[m], the term of each posting.
    :ivar docs: int64[m], its document.
    :ivar tfs: int64[m], occurrences in title and body, at least 1.
    :ivar title_tfs: int64[m], occurrences in the title.
    """

    terms: np.ndarray
    docs: np.ndarray
    tfs: np.ndarray
    title_tfs: np.ndarray

    def in_titles(self) -> "PostingCounts":
        """Return the postings of the titles alone."""
        titled = np.flatnonzero(self.title_tfs)
        tfs = self.title_tfs[titled]
        return PostingCounts(self.terms[titled], self.docs[titled], tfs, tfs)


def count_postings(
    terms: np.ndarray, docs: np.ndarray, in_title: np.ndarray, doc_count: int
) -> PostingCounts:
    """Count n occurrences, in any order.

    :param terms: integers[n], not negative, the term of each occurrence.
    :param docs: integers[n], its document, less than ``doc_count``.
    :param in_title: bool[n], whether it is in the title.
    :param doc_count: the number of documents.
    """
    doc_bits = np.uint8(doc_count.bit_length())
    bits = int(doc_bits) + int(terms.max(initial=0)).bit_length()
    keys: np.ndarray = terms.astype(np.uint32 if bits <= 32 else np.uint64)
    np.left_shift(keys, doc_bits, out=keys)
    np.bitwise_or(keys, docs, out=keys, casting="unsafe")
    title_keys = keys[in_title]
    keys.sort()
    title_keys.sort()
    starts = run_starts(keys)
    title_starts = run_starts(title_keys)
    distinct = keys[starts]
    title_tfs = np.zeros(len(distinct), dtype=np.int64)
    titled = np.searchsorted(distinct, title_keys[title_starts])
    title_tfs[titled] = run_lengths(title_starts, len(title_keys))
    return PostingCounts(
        (distinct >> doc_bits).astype(np.int64),
        (distinct & distinct.dtype.type((1 << int(doc_bits)) - 1)).astype(np.int64),
        run_lengths(starts, len(keys)),
        title_tfs,
    )


def count_sorted_postings(
    terms: np.ndarray, docs: np.ndarray, in_title: np.ndarray
) -> PostingCounts:
    """Count occurrences that are sorted by term, then by document; see :func:`count_postings`."""
    if not len(terms):
        empty = np.zeros(0, dtype=np.int64)
        return PostingCounts(empty, empty, empty, empty)
    is_start = np.empty(len(terms), dtype=bool)
    is_start[0] = True
    np.not_equal(terms[1:], terms[:-1], out=is_start[1:])
    is_start[1:] |= docs[1:] != docs[:-1]
    starts = is_start.nonzero()[0]
    # Few occurrences are in titles: look up the postings of those alone.
    titled = starts.searchsorted(in_title.nonzero()[0], "right") - 1
    return PostingCounts(
        terms[starts].astype(np.int64),
        docs[starts].astype(np.int64),
        run_lengths(starts, len(terms)),
        np.bincount(titled, minlength=len(starts)),
    )


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
