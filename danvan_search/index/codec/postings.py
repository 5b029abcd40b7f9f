"""Lists of documents with term frequencies: which documents have a term, and how often.

A term that over a quarter of the documents have is a dense row, one byte a document, which
is both smaller and quicker to add up; any other is a list of documents with one byte each.
A frequency above 255 is stored as 255, and in full in a list of its own.
"""

import dataclasses
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np

from danvan_search.index.codec.checked_array import (
    Arrays,
    StoredArrays,
    check,
    check_ascending,
    check_lengths,
    check_offsets,
)
from danvan_search.index.codec.grid import doc_id_dtype
from danvan_search.index.codec.posting_counts import PostingCounts
from danvan_search.index.codec.ragged import offsets_of

DENSE_SHARE: Final = 4
"""A term is dense when more than 1/4 of the documents have it: a sparse entry takes 3 bytes."""
MAX_BYTE: Final = 255


class PostingListsBuilder:
    """Collects the lists of one kind, by rising term.

    :param prefix: what the names of the arrays begin with.
    :param doc_count: of the segment.
    """

    def __init__(self, prefix: str, doc_count: int) -> None:
        self._prefix = prefix
        self._doc_count = doc_count
        self._term_count = 0
        self._pieces: dict[str, list[np.ndarray]] = {
            "sparse_df": [np.zeros(0, dtype=np.uint32)],
            "docs": [np.zeros(0, dtype=doc_id_dtype(doc_count))],
            "tfs": [np.zeros(0, dtype=np.uint8)],
            "dense_terms": [np.zeros(0, dtype=np.uint32)],
            "dense_df": [np.zeros(0, dtype=np.uint32)],
            "dense": [np.zeros((0, doc_count), dtype=np.uint8)],
            "over_terms": [np.zeros(0, dtype=np.uint32)],
            "over_docs": [np.zeros(0, dtype=np.uint32)],
            "over_tfs": [np.zeros(0, dtype=np.uint32)],
        }

    def add(self, runs: PostingCounts, count: int) -> None:
        """Add the lists of the next terms.

        :param runs: its terms are numbered from 0.
        :param count: how many terms there are, some of them perhaps in no document.
        """
        terms, docs, tfs = runs.terms, runs.docs, runs.tfs
        df = np.bincount(terms, minlength=count)
        is_dense = df * DENSE_SHARE > self._doc_count
        dense_terms = np.flatnonzero(is_dense)
        row_of = np.cumsum(is_dense) - 1
        capped = np.minimum(tfs, MAX_BYTE).astype(np.uint8)
        in_dense = is_dense[terms]
        dense = np.zeros((len(dense_terms), self._doc_count), dtype=np.uint8)
        dense[row_of[terms[in_dense]], docs[in_dense]] = capped[in_dense]
        over = tfs > MAX_BYTE
        for name, piece in {
            "sparse_df": np.where(is_dense, 0, df),
            "docs": docs[~in_dense],
            "tfs": capped[~in_dense],
            "dense_terms": dense_terms + self._term_count,
            "dense_df": df[dense_terms],
            "dense": dense,
            "over_terms": terms[over] + self._term_count,
            "over_docs": docs[over],
            "over_tfs": tfs[over],
        }.items():
            pieces = self._pieces[name]
            pieces.append(piece.astype(pieces[0].dtype, copy=False))
        self._term_count += count

    def arrays(self) -> Arrays:
        """Return the arrays that :class:`PostingLists` reads; the builder is of no more use."""
        arrays = {name: np.concatenate(self._pieces.pop(name)) for name in list(self._pieces)}
        starts = offsets_of(arrays.pop("sparse_df")).astype(np.uint32)
        return {f"{self._prefix}_{name}": a for name, a in {"start": starts, **arrays}.items()}


@dataclass(frozen=True, slots=True)
class PostingList:
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
        """Return unsigned[n], how often the term occurs in each of some documents.

        :param docs: integers[n]; a row is read the quickest by int64, other lists by integers of
            their own dtype.
        """
        row = self.row
        tfs: np.ndarray = _look_up(docs, self.docs, self.tfs) if row is None else row[docs]
        if self.over_docs is not None and self.over_tfs is not None:
            tfs = np.maximum(tfs, _look_up(docs, self.over_docs, self.over_tfs))
        return tfs


def frequencies(lists: Sequence[PostingList], docs: np.ndarray, dtype: np.dtype) -> np.ndarray:
    """Return how often some terms occur in each of some documents: float64[terms, n].

    It is :meth:`PostingList.frequencies` for many terms at once, where it is calls that take time.

    :param docs: int64[n].
    :param dtype: of the documents of the lists.
    """
    needles = docs.astype(dtype)
    found = np.empty((len(lists), len(docs)))
    # Who is at the place where the document should be; in a row everybody is.
    there = np.empty(found.shape, dtype=dtype)
    there[:] = needles
    for at, one in enumerate(lists):
        if one.row is not None:
            found[at] = one.row[docs]
        elif one.df:
            keys = one.docs
            # The last key need not be compared with, so that every place is one of a key.
            places = keys[:-1].searchsorted(needles)
            found[at] = one.tfs[places]
            there[at] = keys[places]
        else:
            found[at] = 0
    found *= there == needles
    for at, one in enumerate(lists):
        if one.over_docs is not None and found[at].max(initial=0) >= MAX_BYTE:
            found[at] = one.frequencies(docs)
    return found


_NONE: Final = np.zeros(0, dtype=np.uint16)
EMPTY: Final = PostingList(0, None, _NONE, _NONE)
"""The list of a term that no document has."""


def _look_up(wanted: np.ndarray, keys: np.ndarray, values: np.ndarray) -> np.ndarray:
    """Return the value at each wanted key, 0 where the ascending keys lack it."""
    if not len(keys):
        return np.zeros(len(wanted), dtype=values.dtype)
    # The needles take the dtype of the haystack, or all of the haystack would be converted.
    # The last key need not be compared with, so that every place is one of a key.
    places = keys[:-1].searchsorted(wanted.astype(keys.dtype, copy=False))
    found: np.ndarray = values[places]
    found *= keys[places] == wanted
    return found


class PostingLists:
    """All lists of one kind of an open segment.

    :param prefix: the one they were written with.
    :param term_count: above all of their terms.
    :param doc_count: how many documents the segment has.
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
        dense_terms = arrays[f"{prefix}_dense_terms"].of(np.uint32).whole().tolist()
        self._dense_row = {term: row for row, term in enumerate(dense_terms)}
        self._dense_df = arrays[f"{prefix}_dense_df"].of(np.uint32)
        self._dense = arrays[f"{prefix}_dense"].of(np.uint8, axes=2)
        check_lengths(len(dense_terms), self._dense_df, self._dense)
        if self._dense.shape[1] != doc_count:
            raise ValueError("a row of documents is of another length")
        self._over_terms = arrays[f"{prefix}_over_terms"].of(np.uint32).whole()
        self._over_docs = arrays[f"{prefix}_over_docs"].of(np.uint32).whole()
        self._over_tfs = arrays[f"{prefix}_over_tfs"].of(np.uint32).whole()
        check_lengths(len(self._over_terms), self._over_docs, self._over_tfs)

    def get(self, term: int) -> PostingList:
        """Return the list of one term, a number below the count of terms."""
        start, end = self._starts[term], self._starts[term + 1]
        over_docs = over_tfs = None
        if len(self._over_terms):
            low, high = np.searchsorted(self._over_terms, (term, term + 1))
            if low < high:
                over_docs, over_tfs = self._over_docs[low:high], self._over_tfs[low:high]
        if start < end:
            docs, tfs = self._docs.slice(start, end), self._tfs.slice(start, end)
            return PostingList(end - start, None, docs, tfs, over_docs, over_tfs)
        row = self._dense_row.get(term)
        if row is None:
            return EMPTY
        df, tfs = self._dense_df.item(row), self._dense.row(row)
        return PostingList(df, tfs, _NONE, _NONE, over_docs, over_tfs)

    def check_values(self) -> None:
        """Check that each list is of documents of the segment, ascending.

        :raises ValueError: one is not.
        """
        starts = np.asarray(self._starts).astype(np.int64)
        term_count = len(starts) - 1
        docs = self._docs.whole().astype(np.int64)
        terms = np.repeat(np.arange(term_count), np.diff(starts))
        keys = terms * self._doc_count + docs
        check(docs.max(initial=-1) < self._doc_count, "a posting of no document")
        check((keys[1:] > keys[:-1]).all(), "postings out of order")
        check((self._tfs.whole() > 0).all(), "a posting without an occurrence")
        dense_terms = np.array([*self._dense_row], dtype=np.int64)
        check_ascending(dense_terms, term_count)
        df = np.count_nonzero(self._dense.whole(), axis=1)
        check(np.array_equal(df, self._dense_df.whole()), "a dense list of another length")
        check((np.diff(self._over_terms.astype(np.int64)) >= 0).all(), "terms out of order")
        for term in dict.fromkeys(self._over_terms.tolist()):
            one = self.get(term)
            if one.over_docs is None:
                raise ValueError("a frequency of no posting")
            check_ascending(one.over_docs, self._doc_count)
            capped = dataclasses.replace(one, over_docs=None, over_tfs=None)
            check(
                (capped.frequencies(one.over_docs.astype(np.int64)) == MAX_BYTE).all(),
                "a frequency of no posting",
            )
