"""Occurrences counted: which documents have which terms, how often, and how often in titles."""

from dataclasses import dataclass

import numpy as np

from danvan_search.index.arrays.runs import run_lengths, run_starts


@dataclass(frozen=True, slots=True)
class DocRuns:
    """The documents of some terms, sorted by term, then by document.

    :ivar terms: int64[m].
    :ivar docs: int64[m].
    :ivar tfs: int64[m], occurrences in title and body, at least 1.
    :ivar title_tfs: int64[m], occurrences in the title.
    """

    terms: np.ndarray
    docs: np.ndarray
    tfs: np.ndarray
    title_tfs: np.ndarray

    def in_titles(self) -> "DocRuns":
        """Return the same of titles alone."""
        some = np.flatnonzero(self.title_tfs)
        tfs = self.title_tfs[some]
        return DocRuns(self.terms[some], self.docs[some], tfs, tfs)


def count_docs(
    terms: np.ndarray, docs: np.ndarray, in_title: np.ndarray, doc_count: int
) -> DocRuns:
    """Count occurrences that are in any order.

    :param terms: integers[n] of 0 or more, the term of each occurrence.
    :param docs: integers[n], its document.
    :param in_title: bool[n], is it in the title?
    :param doc_count: above every document number.
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
    return DocRuns(
        (distinct >> doc_bits).astype(np.int64),
        (distinct & distinct.dtype.type((1 << int(doc_bits)) - 1)).astype(np.int64),
        run_lengths(starts, len(keys)),
        title_tfs,
    )


def count_sorted_docs(terms: np.ndarray, docs: np.ndarray, in_title: np.ndarray) -> DocRuns:
    """Count occurrences that are sorted by term, then by document; see :func:`count_docs`."""
    if not len(terms):
        nothing = np.zeros(0, dtype=np.int64)
        return DocRuns(nothing, nothing, nothing, nothing)
    is_start = np.empty(len(terms), dtype=bool)
    is_start[0] = True
    np.not_equal(terms[1:], terms[:-1], out=is_start[1:])
    is_start[1:] |= docs[1:] != docs[:-1]
    starts = is_start.nonzero()[0]
    # Few occurrences are in titles.
    titled = starts.searchsorted(in_title.nonzero()[0], "right") - 1
    return DocRuns(
        terms[starts].astype(np.int64),
        docs[starts].astype(np.int64),
        run_lengths(starts, len(terms)),
        np.bincount(titled, minlength=len(starts)),
    )
