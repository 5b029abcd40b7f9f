"""Long posting lists: a frequency takes four bits, and a document one byte.

The list of a term is *dense* if more than a quarter of the documents have it: it has a frequency
for every document of the segment, 0 where the term is absent. Otherwise it has its documents, and
the frequency in each; it is long if at least 512 documents and 1/256 of all have the term. The
segment is cut into blocks of 255 documents. A list has the number of its documents in each block,
at most 255, and the place of each in its block, at most 254, in a byte each. The arrays of m long
lists, s of them not dense, in a segment of d documents are::

    long_terms    uint32[m], their terms, ascending
    long_df       uint32[m], their document frequencies
    long_tfs      the frequencies, in four bits; see ``four_bits``. 255 stands for 255 and more
    long_places   uint8, the place in its block of each document of the lists that are not dense
    long_blocks   uint8[s, ceil(d / 255)], how many documents of each block they have
"""

from typing import Final

import numpy as np

from danvan_search.index.codec.array_checks import check, check_ascending, check_lengths
from danvan_search.index.codec.checked_array import Arrays, StoredArrays
from danvan_search.index.codec.four_bits import FourBitRows, FourBitRowsBuilder
from danvan_search.index.codec.ragged import offsets_of

DENSE_SHARE: Final = 4
"""A term has a dense list if more than 1/4 of the documents have it."""
MIN_LONG: Final = 512
"""A list of fewer documents is not long, unless it is dense: unpacking it would take a good part of
the time that it takes to use it."""
LONG_SHARE: Final = 256
"""A list of less than 1/256 of the documents is not long: its blocks would take as much as its
documents."""
BLOCK: Final = 255
"""The number of documents in a block: a number of them fits a byte, even of all."""


def are_dense(df: np.ndarray, doc_count: int) -> np.ndarray:
    """Return bool[n], whether lists with some document frequencies, int64[n], are dense."""
    return np.asarray(df * DENSE_SHARE > doc_count)


def are_long(df: np.ndarray, doc_count: int) -> np.ndarray:
    """Return bool[n], whether lists with some document frequencies, int64[n], are long."""
    is_packed = (df >= MIN_LONG) & (df * LONG_SHARE >= doc_count)
    return np.asarray(is_packed | are_dense(df, doc_count))


def block_count(doc_count: int) -> int:
    """Return the number of blocks of a segment."""
    return -(-doc_count // BLOCK)


class LongListsBuilder:
    """Collects long lists, by ascending term.

    :param prefix: the prefix of the names of the arrays.
    :param doc_count: the number of documents of the segment.
    :param doc_dtype: the dtype of their numbers.
    """

    def __init__(
        self, prefix: str, doc_count: int, doc_dtype: np.dtype[np.unsignedinteger]
    ) -> None:
        self._prefix = prefix
        self._doc_count = doc_count
        self._terms: list[int] = []
        self._dfs: list[int] = []
        self._tfs = FourBitRowsBuilder(f"{prefix}_long_tfs", doc_dtype)
        self._places = [np.zeros(0, dtype=np.uint8)]
        self._blocks = [np.zeros((0, block_count(doc_count)), dtype=np.uint8)]

    def add(self, term: int, docs: np.ndarray, tfs: np.ndarray) -> None:
        """Add the list of a term.

        :param docs: int64[df], ascending.
        :param tfs: uint8[df].
        """
        self._terms.append(term)
        self._dfs.append(len(docs))
        if are_dense(np.array(len(docs)), self._doc_count):
            row = np.zeros(self._doc_count, dtype=np.uint8)
            row[docs] = tfs
            self._tfs.add(row)
        else:
            self._tfs.add(tfs)
            blocks, places = np.divmod(docs, BLOCK)
            counts = np.bincount(blocks, minlength=block_count(self._doc_count))
            self._places.append(places.astype(np.uint8))
            self._blocks.append(counts.astype(np.uint8)[np.newaxis])

    def arrays(self) -> Arrays:
        """Return the arrays that :class:`LongLists` reads; see the module."""
        return {
            f"{self._prefix}_long_terms": np.array(self._terms, dtype=np.uint32),
            f"{self._prefix}_long_df": np.array(self._dfs, dtype=np.uint32),
            **self._tfs.arrays(),
            f"{self._prefix}_long_places": np.concatenate(self._places),
            f"{self._prefix}_long_blocks": np.concatenate(self._blocks),
        }


class LongLists:
    """The long lists of an open segment, numbered by ascending term.

    :ivar terms: uint32[lists], their terms.

    :param arrays: the arrays of :meth:`LongListsBuilder.arrays`.
    :param prefix: the prefix of their names.
    :param doc_count: the number of documents of the segment.
    :param doc_dtype: the dtype of their numbers.
    :raises KeyError: an array is missing.
    :raises ValueError: their shapes do not fit each other.
    :raises IndexDamagedError: one has another dtype.
    """

    def __init__(
        self, arrays: StoredArrays, prefix: str, doc_count: int, doc_dtype: np.dtype
    ) -> None:
        self.terms = arrays[f"{prefix}_long_terms"].of(np.uint32).whole()
        df = arrays[f"{prefix}_long_df"].of(np.uint32).whole().astype(np.int64)
        check_lengths(len(df), self.terms)
        is_dense = are_dense(df, doc_count)
        lengths = np.where(is_dense, doc_count, df)
        self._tfs = FourBitRows(arrays, f"{prefix}_long_tfs", lengths)
        self._places = arrays[f"{prefix}_long_places"].of(np.uint8)
        self._blocks = arrays[f"{prefix}_long_blocks"].of(np.uint8, axes=2)
        starts = offsets_of(np.where(is_dense, 0, df))
        check_lengths(int(starts[-1]), self._places)
        shape = len(df) - np.count_nonzero(is_dense), block_count(doc_count)
        check(self._blocks.shape == shape, "blocks of another number of documents")
        self._numbers = {term: number for number, term in enumerate(self.terms.tolist())}
        self._doc_count = doc_count
        self._df, self._starts = df.data, starts.data
        self._block_rows = (np.cumsum(~is_dense) - 1).data
        self._bases = np.arange(shape[1]).astype(doc_dtype) * doc_dtype.type(BLOCK)

    def find(self, term: int) -> int:
        """Return the number of the list of a term; -1 if it has none."""
        return self._numbers.get(term, -1)

    def find_all(self, terms: np.ndarray) -> list[int]:
        """Return the numbers of the lists of those terms, integers[n], that have one."""
        if not len(self.terms):
            return []
        numbers = self.terms[:-1].searchsorted(terms.astype(np.uint32))
        found: list[int] = numbers[self.terms[numbers] == terms].tolist()
        return found

    def df(self, number: int) -> int:
        """Return the document frequency of a list."""
        return int(self._df[number])

    def get(self, number: int) -> tuple[np.ndarray | None, np.ndarray]:
        """Return the documents of a list, ascending, and their frequencies, at most 255.

        :return: unsigned[df] and uint8[df]; for a dense list None, and uint8[docs], 0 where the
            term is absent.
        """
        return self.docs(number), self._tfs.get(number)

    def docs(self, number: int) -> np.ndarray | None:
        """Return the documents of a list, ascending, unsigned[df]; None for a dense list."""
        start, end = self._starts[number], self._starts[number + 1]
        if start == end:
            return None
        docs: np.ndarray = self._bases.repeat(self._blocks.row(self._block_rows[number]))
        docs += self._places.slice(start, end)
        return docs

    def check_values(self, term_count: int) -> None:
        """Check terms, document frequencies, documents and frequencies of all lists.

        :param term_count: the number of terms.
        :raises ValueError: terms or documents do not ascend or are out of range, a posting has
            frequency 0, or a list does not match its document frequency.
        """
        check_ascending(self.terms, term_count)
        check((self._places.whole() < BLOCK).all(), "a document outside of its block")
        self._tfs.check_values()
        for number, df in enumerate(self._df):
            docs, tfs = self.get(number)
            check(df == np.count_nonzero(tfs), "another df than that of a long list")
            if docs is not None:
                check(df == len(docs) == len(tfs), "a posting without an occurrence")
                check_ascending(docs, self._doc_count)
