"""Lists of documents with term frequencies: which documents have a term, and how often.

A term that over a quarter of the documents have is a dense row, one byte a document, which
is both smaller and quicker to add up; any other is a list of documents with one byte each.
A frequency above 255 is stored as 255, and in full in a list of its own.
"""

from dataclasses import dataclass
from typing import Final

import numpy as np

from danvan_search.index.arrays.biwords import run_starts
from danvan_search.index.arrays.blocks import Stored
from danvan_search.index.arrays.slots import doc_id_dtype
from danvan_search.index.arrays.vocabulary import Arrays

DENSE_SHARE: Final = 4
"""A term is dense when more than 1/4 of the documents have it: a sparse entry takes 3 bytes."""
MAX_BYTE: Final = 255


def term_doc_runs(
    terms: np.ndarray, docs: np.ndarray, doc_count: int
) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Count the occurrences of each term but 0 in each document.

    :param terms: integers[n], the term of each occurrence; 0 where there is none.
    :param docs: integers[n], its document.
    :param doc_count: above every document number.
    :return: terms, documents, frequencies: int64[m] each, sorted by term, then document.
    """
    doc_bits = max(1, doc_count.bit_length())
    term_bits = int(terms.max()).bit_length() if len(terms) else 1
    dtype = np.uint32 if doc_bits + term_bits <= 32 else np.uint64
    keys: np.ndarray = terms.astype(dtype)
    np.left_shift(keys, dtype(doc_bits), out=keys)
    np.bitwise_or(keys, docs, out=keys, casting="unsafe")
    keys.sort()
    keys = keys[np.searchsorted(keys, dtype(1 << doc_bits)) :]
    starts = run_starts(keys)
    distinct = keys[starts]
    frequencies = run_lengths(starts, len(keys))
    return (
        (distinct >> dtype(doc_bits)).astype(np.int64),
        (distinct & dtype((1 << doc_bits) - 1)).astype(np.int64),
        frequencies,
    )


def run_lengths(starts: np.ndarray, total: int) -> np.ndarray:
    """Return int64[runs], the length of each run that begins at ``starts``."""
    lengths = np.empty(len(starts), dtype=np.int64)
    if len(starts):
        np.subtract(starts[1:], starts[:-1], out=lengths[:-1])
        lengths[-1] = total - starts[-1]
    return lengths


def doclist_arrays(
    prefix: str,
    terms: np.ndarray,
    docs: np.ndarray,
    frequencies: np.ndarray,
    term_count: int,
    doc_count: int,
) -> Arrays:
    """Return the arrays that :class:`DocLists` reads, named with a prefix.

    :param terms: int64[m], below ``term_count``, ascending.
    :param docs: int64[m], ascending within a term.
    :param frequencies: int64[m], at least 1.
    """
    df = np.bincount(terms, minlength=term_count)
    is_dense = df * DENSE_SHARE > doc_count
    dense_terms = np.flatnonzero(is_dense)
    row_of = np.cumsum(is_dense) - 1
    capped = np.minimum(frequencies, MAX_BYTE).astype(np.uint8)
    in_dense = is_dense[terms]
    dense = np.zeros((len(dense_terms), doc_count), dtype=np.uint8)
    dense[row_of[terms[in_dense]], docs[in_dense]] = capped[in_dense]
    sparse_df = np.where(is_dense, 0, df)
    over = frequencies > MAX_BYTE
    return {
        f"{prefix}_start": np.concatenate(([0], np.cumsum(sparse_df))).astype(np.uint32),
        f"{prefix}_docs": docs[~in_dense].astype(doc_id_dtype(doc_count)),
        f"{prefix}_tfs": capped[~in_dense],
        f"{prefix}_dense_terms": dense_terms.astype(np.uint32),
        f"{prefix}_dense_df": df[dense_terms].astype(np.uint32),
        f"{prefix}_dense": dense,
        f"{prefix}_over_terms": terms[over].astype(np.uint32),
        f"{prefix}_over_docs": docs[over].astype(np.uint32),
        f"{prefix}_over_tfs": frequencies[over].astype(np.uint32),
    }


@dataclass(frozen=True, slots=True)
class DocList:
    """The documents of one term in one segment: either a row, or documents with frequencies.

    :ivar df: how many documents there are.
    :ivar row: uint8[docs of the segment], frequencies up to 255; None for a sparse term.
    :ivar docs: integers[df], ascending; none for a dense term.
    :ivar tfs: integers[df], their frequencies, up to 255 where ``over_docs`` holds the document.
    :ivar over_docs: documents with frequencies above 255, or None when there are none.
    :ivar over_tfs: those frequencies.
    """

    df: int
    row: np.ndarray | None
    docs: np.ndarray
    tfs: np.ndarray
    over_docs: np.ndarray | None = None
    over_tfs: np.ndarray | None = None

    def entries(self) -> tuple[np.ndarray, np.ndarray]:
        """Return all documents, int64[df] ascending, and their frequencies, int64[df]."""
        if self.row is not None:
            docs = np.flatnonzero(self.row)
            tfs = self.row[docs].astype(np.int64)
        else:
            docs = self.docs.astype(np.int64)
            tfs = self.tfs.astype(np.int64)
        if self.over_docs is not None and self.over_tfs is not None:
            tfs[np.searchsorted(docs, self.over_docs)] = self.over_tfs
        return docs, tfs

    def count_within(self, mask: np.ndarray | None) -> int:
        """Return how many of the documents are in a mask, bool[docs of the segment]."""
        if mask is None:
            return self.df
        if self.row is not None:
            return int(np.count_nonzero(self.row[mask]))
        return int(np.count_nonzero(mask.take(self.docs)))

    def frequencies(self, docs: np.ndarray) -> np.ndarray:
        """Return int64[n], how often the term occurs in each of some documents.

        :param docs: int64[n], ascending.
        """
        if self.row is not None:
            tfs = self.row.take(docs).astype(np.int64)
        else:
            tfs = _look_up(docs, self.docs, self.tfs)
        if self.over_docs is not None and self.over_tfs is not None:
            tfs = np.maximum(tfs, _look_up(docs, self.over_docs, self.over_tfs))
        return tfs


_NONE: Final = np.zeros(0, dtype=np.uint16)
EMPTY: Final = DocList(0, None, _NONE, _NONE)
"""The list of a term that no document has."""


def _look_up(wanted: np.ndarray, keys: np.ndarray, values: np.ndarray) -> np.ndarray:
    """Return int64[n], the value at each wanted key, 0 where the ascending keys lack it."""
    if not len(keys):
        return np.zeros(len(wanted), dtype=np.int64)
    # The needles take the dtype of the haystack, or all of the haystack would be converted.
    places = keys.searchsorted(wanted.astype(keys.dtype))
    is_there = keys.take(places, mode="clip") == wanted
    found: np.ndarray = values.take(places, mode="clip") * is_there
    return found.astype(np.int64)


class DocLists:
    """All lists of one kind of an open segment.

    :param prefix: the one they were written with.
    """

    def __init__(self, arrays: Stored, prefix: str) -> None:
        self._starts = arrays[f"{prefix}_start"].whole().data
        self._docs = arrays[f"{prefix}_docs"]
        self._tfs = arrays[f"{prefix}_tfs"]
        dense_terms = arrays[f"{prefix}_dense_terms"].whole().tolist()
        self._dense_row = {term: row for row, term in enumerate(dense_terms)}
        self._dense_df = arrays[f"{prefix}_dense_df"]
        self._dense = arrays[f"{prefix}_dense"]
        self._over_terms = arrays[f"{prefix}_over_terms"].whole()
        self._over_docs = arrays[f"{prefix}_over_docs"].whole()
        self._over_tfs = arrays[f"{prefix}_over_tfs"].whole()

    def get(self, term: int) -> DocList:
        """Return the list of one term, a number below the count of terms."""
        start, end = self._starts[term], self._starts[term + 1]
        over_docs = over_tfs = None
        if len(self._over_terms):
            low, high = np.searchsorted(self._over_terms, (term, term + 1))
            if low < high:
                over_docs, over_tfs = self._over_docs[low:high], self._over_tfs[low:high]
        if start < end:
            docs, tfs = self._docs.slice(start, end), self._tfs.slice(start, end)
            return DocList(end - start, None, docs, tfs, over_docs, over_tfs)
        row = self._dense_row.get(term)
        if row is None:
            return EMPTY
        df, tfs = self._dense_df.item(row), self._dense.row(row)
        return DocList(df, tfs, _NONE, _NONE, over_docs, over_tfs)
