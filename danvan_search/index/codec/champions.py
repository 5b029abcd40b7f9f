"""Champions: the best documents of frequent short phrases, chosen when a segment is built.

A page of results needs a few of the tens of thousands of documents that have a frequent phrase.
For each frequent syllable and biword, folded and accented, a segment stores the best 128 documents
with their frequencies, and an upper bound on the scores of all other documents::

    rest = max over the other documents of  f + 0.3 · g
    f, g   tf / (tf + K) of BM25, of the whole document and of its title

where occurrences in details count less, see ``bm25``. They are stored apart, in ``details_tfs``, if
any document of the segment has details.

K uses the average lengths of the segment. With the average lengths of the whole index, f grows by
at most the factor index average / segment average, and g likewise; :meth:`ChampionList.bound`
scales the bound accordingly. A page is taken from champions only if the bound proves it exact, and
if the segment was built with the parameters of the scores (``bm25.parameters``).
"""

from dataclasses import dataclass
from typing import Final, NamedTuple

import numpy as np

from danvan_search.index.codec.array_checks import check_lengths
from danvan_search.index.codec.bm25 import TITLE_WEIGHT, length_norms, weighted
from danvan_search.index.codec.checked_array import Arrays, CheckedArray, StoredArrays
from danvan_search.index.codec.grid import doc_id_dtype
from danvan_search.index.codec.narrow import COUNTS, narrowed
from danvan_search.index.codec.posting_counts import PostingCounts, count_in_runs
from danvan_search.index.codec.ragged import run_lengths, run_starts

CHAMPIONS: Final = 128
FREQUENT: Final = 1024
"""A biword with more occurrences than this has a posting list, and may have champions."""
MIN_DOCS: Final = 512
"""A phrase has champions if at least this many documents have it."""

_ONE: Final = np.ones(1, dtype=np.int64)


class Postings(NamedTuple):
    """The postings of one phrase: its documents and frequencies.

    :ivar docs: int64[n], ascending.
    :ivar tfs: int64[n], or float64[n] in a segment with details: occurrences in all texts, those in
        details at their weight; above 0.
    :ivar title_tfs: int64[n], occurrences in the title; None if no title has the phrase.
    """

    docs: np.ndarray
    tfs: np.ndarray
    title_tfs: np.ndarray | None


def count_slots(
    slots: np.ndarray, block_doc: np.ndarray | CheckedArray, body_slot: np.ndarray
) -> Postings:
    """Count the occurrences of a phrase by document, those in details like all others.

    :param slots: integers[n], n > 0, ascending: the slots at which the phrase starts.
    :param block_doc: unsigned[slots of the grid / 16], the document of each block of 16 slots.
    :param body_slot: int64[docs], the first slot of each body.
    """
    docs = block_doc.take(slots >> 4)
    if len(slots) == 1:  # common for long phrases
        in_body = slots[0] >= body_slot[docs[0]]
        return Postings(docs.astype(np.int64), _ONE, None if in_body else _ONE)
    starts = run_starts(docs)
    distinct = docs.take(starts).astype(np.int64)
    in_title = (slots < body_slot.take(docs)).nonzero()[0]
    title_tfs = count_in_runs(starts, in_title) if in_title.size else None
    return Postings(distinct, run_lengths(starts, len(slots)), title_tfs)


def with_weights(postings: Postings, docs: np.ndarray, tfs: np.ndarray) -> Postings:
    """Return postings with the occurrences in details at their weight.

    :param postings: those of all texts, where each occurrence counts 1.
    :param docs: integers[k], ascending, the documents that have the phrase in their details.
    :param tfs: integers[k], how often.
    """
    if not len(docs):
        return postings
    in_details = np.zeros(len(postings.docs), dtype=np.int64)
    in_details[postings.docs.searchsorted(docs)] = tfs
    return postings._replace(tfs=weighted(postings.tfs, in_details))


class ChampionsBuilder:
    """Chooses the champions of one kind of phrase, which are added in ascending order of key.

    :param prefix: the prefix of the names of the arrays.
    :param lengths: int64 or float64[docs], see :func:`.grid.weighted_lengths`.
    :param title_lengths: int64[docs], syllables of the title.
    :param has_details: whether any document has details.
    """

    def __init__(
        self,
        prefix: str,
        lengths: np.ndarray,
        title_lengths: np.ndarray,
        *,
        has_details: bool = False,
    ) -> None:
        self._prefix = prefix
        self._columns = ["docs", "tfs", "title_tfs", *(["details_tfs"] if has_details else [])]
        self._doc_dtype = doc_id_dtype(len(lengths))
        doc_count = max(1, len(lengths))
        self._norms = length_norms(lengths, lengths.sum() / doc_count)
        self._title_norms = length_norms(title_lengths, title_lengths.sum() / doc_count)
        self._keys: list[np.ndarray] = [np.zeros(0, dtype=np.uint64)]
        self._chosen: list[np.ndarray] = [np.zeros((len(self._columns), 0), dtype=np.uint32)]
        self._rests: list[float] = []
        self._dfs: list[np.ndarray] = [np.zeros(0, dtype=np.uint32)]

    def add(self, postings: PostingCounts, first_key: int = 0) -> None:
        """Choose the champions of those phrases that at least ``MIN_DOCS`` documents have.

        :param postings: the postings of the phrases; their terms plus ``first_key`` are the keys,
            all greater than those added before.
        """
        starts = run_starts(postings.terms)
        dfs = run_lengths(starts, len(postings.terms))
        is_frequent = dfs >= MIN_DOCS
        starts, dfs = starts[is_frequent], dfs[is_frequent]
        if not len(starts):
            return
        scores = self._scores(postings)
        chosen = np.empty((len(starts), CHAMPIONS), dtype=np.int64)
        for phrase, (start, df) in enumerate(zip(starts.tolist(), dfs.tolist(), strict=True)):
            of_phrase = scores[start : start + df]
            order = of_phrase.argpartition(df - CHAMPIONS)
            chosen[phrase] = order[-CHAMPIONS:]
            self._rests.append(of_phrase.take(order[:-CHAMPIONS]).max())
        chosen.sort()
        chosen += starts[:, None]
        indices = chosen.reshape(-1)
        self._keys.append((postings.terms[starts] + first_key).astype(np.uint64))
        self._dfs.append(dfs.astype(np.uint32))
        counts = [getattr(postings, name) for name in self._columns]
        self._chosen.append(np.stack([count.take(indices).astype(np.uint32) for count in counts]))

    def _scores(self, postings: PostingCounts) -> np.ndarray:
        """Return f + 0.3 · g of every posting: float64[m]."""
        all_tfs = postings.weighted_tfs()
        scores: np.ndarray = all_tfs / (all_tfs + self._norms.take(postings.docs))
        titled = postings.title_tfs.nonzero()[0]
        tfs = postings.title_tfs.take(titled)
        norms = self._title_norms.take(postings.docs.take(titled))
        scores[titled] += TITLE_WEIGHT * (tfs / (tfs + norms))
        return scores

    def arrays(self) -> Arrays:
        """Return the arrays that :class:`Champions` reads; the names begin with the prefix.

        ``keys``
            uint64[phrases], ascending.
        ``docs``
            uint16 or uint32[phrases, 128], each row ascending.
        ``tfs``, ``title_tfs``, ``details_tfs``
            uint8, uint16 or uint32[phrases, 128], the frequencies in these documents: in all texts,
            in titles, and in details if any document has some.
        ``rests``, ``dfs``
            float64[phrases], the upper bounds; uint32[phrases], the document frequencies.
        """
        columns = np.concatenate(self._chosen, axis=1)
        docs, *counts = columns.reshape(len(columns), -1, CHAMPIONS)
        return {
            f"{self._prefix}_keys": np.concatenate(self._keys),
            f"{self._prefix}_docs": docs.astype(self._doc_dtype),
            **{
                f"{self._prefix}_{name}": narrowed(tfs)
                for name, tfs in zip(self._columns[1:], counts, strict=True)
            },
            f"{self._prefix}_rests": np.array(self._rests, dtype=np.float64),
            f"{self._prefix}_dfs": np.concatenate(self._dfs),
        }


@dataclass(frozen=True, slots=True)
class ChampionList:
    """The champions of one phrase.

    :ivar counts: the postings of the champions alone.
    :ivar df: the number of documents of the segment that have the phrase.
    :ivar rest: the upper bound of f + 0.3 · g over all other documents; see the module.
    """

    counts: Postings
    df: int
    rest: float

    def bound(self, growth: float, title_growth: float) -> float:
        """Return the upper bound of f + 0.3 · g over all documents of the segment but champions.

        :param growth: the average length in the index, divided by that in the segment.
        :param title_growth: the same of titles.
        """
        return max(1.0, growth, title_growth) * self.rest


class Champions:
    """The champions of one kind of phrase of an open segment.

    :param arrays: the arrays of :meth:`ChampionsBuilder.arrays`.
    :param prefix: the prefix of their names.
    :param has_details: whether any document has details.
    :raises KeyError: an array is missing.
    :raises ValueError: their shapes do not fit each other.
    :raises IndexDamagedError: one has another dtype.
    """

    def __init__(self, arrays: StoredArrays, prefix: str, *, has_details: bool = False) -> None:
        self._keys = arrays[f"{prefix}_keys"].of(np.uint64)
        self._docs = arrays[f"{prefix}_docs"].of(np.uint16, np.uint32, axes=2)
        self._tfs = arrays[f"{prefix}_tfs"].of(*COUNTS, axes=2)
        self._title_tfs = arrays[f"{prefix}_title_tfs"].of(*COUNTS, axes=2)
        self._rests = arrays[f"{prefix}_rests"].of(np.float64)
        self._dfs = arrays[f"{prefix}_dfs"].of(np.uint32)
        tables = [self._docs, self._tfs, self._title_tfs]
        self._details_tfs: CheckedArray | None = None
        if has_details:
            self._details_tfs = arrays[f"{prefix}_details_tfs"].of(*COUNTS, axes=2)
            tables.append(self._details_tfs)
        check_lengths(len(self._keys), *tables, self._rests, self._dfs)
        if len({table.shape for table in tables}) > 1:
            raise ValueError("champions without frequencies")

    def get(self, key: int) -> ChampionList | None:
        """Return the champions of a phrase; None if it is not frequent enough."""
        index = self._keys.find(key, 0, len(self._keys))
        if index < 0:
            return None
        title_tfs = self._title_tfs.row(index).astype(np.int64)
        docs = self._docs.row(index).astype(np.int64)
        tfs = self._tfs.row(index).astype(np.int64)
        if self._details_tfs is not None:
            tfs = weighted(tfs, self._details_tfs.row(index).astype(np.int64))
        counts = Postings(docs, tfs, title_tfs)
        return ChampionList(counts, self._dfs.item(index), self._rests.item(index))
