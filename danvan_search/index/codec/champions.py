"""Champions: the best documents of frequent short phrases, chosen when a segment is built.

A page of results needs a few documents of the tens of thousands that have a frequent phrase.
For each such syllable and biword, folded and accented, the best 128 are kept with
their frequencies, and one number that bounds the score of every document left out::

    rest = max over the documents left out of  f + 0.3 · g
    f, g   tf / (tf + K) of BM25, of the whole document and of its title

with the average lengths of the segment alone. With those of a whole index f grows by at most
the factor average / own average, and g likewise, so the bound can be carried over, and a page
is taken from champions only if it is proven to be exact.
"""

from dataclasses import dataclass
from typing import Final, NamedTuple

import numpy as np

from danvan_search.index.codec.bm25 import TITLE_WEIGHT, length_norms
from danvan_search.index.codec.checked_array import (
    Arrays,
    CheckedArray,
    StoredArrays,
    check,
    check_lengths,
)
from danvan_search.index.codec.posting_counts import PostingCounts
from danvan_search.index.codec.ragged import run_lengths, run_starts

CHAMPIONS: Final = 128
FREQUENT: Final = 1024
"""A biword of more occurrences has a list of documents, and champions."""
MIN_DOCS: Final = 512
"""Champions are kept of phrases that at least so many documents have."""

_ONCE: Final = np.ones(1, dtype=np.int64)


class Postings(NamedTuple):
    """Which documents have a phrase, and how often.

    :ivar docs: int64[n], ascending.
    :ivar tfs: int64[n], occurrences in title and body.
    :ivar title_tfs: int64[n], occurrences in the title; None when there are none at all.
    """

    docs: np.ndarray
    tfs: np.ndarray
    title_tfs: np.ndarray | None


def count_slots(
    slots: np.ndarray, block_doc: np.ndarray | CheckedArray, body_slot: np.ndarray
) -> Postings:
    """Count the occurrences of a phrase by document.

    :param slots: integers[n], where it starts, ascending.
    """
    docs = block_doc.take(slots >> 4)
    if len(slots) == 1:  # as long phrases have: it needs no counting
        in_body = slots[0] >= body_slot[docs[0]]
        return Postings(docs.astype(np.int64), _ONCE, None if in_body else _ONCE)
    starts = run_starts(docs)
    distinct = docs.take(starts).astype(np.int64)
    in_title = (slots < body_slot.take(docs)).nonzero()[0]
    title_tfs = None
    if in_title.size:
        # Few occurrences are in titles: find the document of each of those alone.
        titled = starts.searchsorted(in_title, "right") - 1
        title_tfs = np.bincount(titled, minlength=len(starts))
    return Postings(distinct, run_lengths(starts, len(slots)), title_tfs)


class ChampionsBuilder:
    """Chooses champions of phrases that come by rising key.

    :param prefix: what the names of the arrays begin with.
    :param lengths: int64[docs], syllables of title and body.
    :param title_lengths: int64[docs], syllables of the title.
    """

    def __init__(self, prefix: str, lengths: np.ndarray, title_lengths: np.ndarray) -> None:
        self._prefix = prefix
        doc_count = max(1, len(lengths))
        self._norms = length_norms(lengths, lengths.sum() / doc_count)
        self._title_norms = length_norms(title_lengths, title_lengths.sum() / doc_count)
        self._keys: list[np.ndarray] = [np.zeros(0, dtype=np.uint64)]
        self._chosen: list[np.ndarray] = [np.zeros((3, 0), dtype=np.uint32)]
        self._rests: list[float] = []
        self._dfs: list[np.ndarray] = [np.zeros(0, dtype=np.uint32)]

    def add(self, runs: PostingCounts, first_key: int = 0) -> None:
        """Choose the champions of some phrases, of those that enough documents have.

        :param runs: their documents; the terms are the keys.
        :param first_key: to be added to every key.
        """
        starts = run_starts(runs.terms)
        dfs = run_lengths(starts, len(runs.terms))
        is_frequent = dfs >= MIN_DOCS
        starts, dfs = starts[is_frequent], dfs[is_frequent]
        if not len(starts):
            return
        scores = self._scores(runs)
        chosen = np.empty((len(starts), CHAMPIONS), dtype=np.int64)
        for phrase, (start, df) in enumerate(zip(starts.tolist(), dfs.tolist(), strict=True)):
            of_phrase = scores[start : start + df]
            order = of_phrase.argpartition(df - CHAMPIONS)
            chosen[phrase] = order[-CHAMPIONS:]
            self._rests.append(of_phrase.take(order[:-CHAMPIONS]).max())
        chosen.sort()
        chosen += starts[:, None]
        places = chosen.reshape(-1)
        self._keys.append((runs.terms[starts] + first_key).astype(np.uint64))
        self._dfs.append(dfs.astype(np.uint32))
        counts = (runs.docs, runs.tfs, runs.title_tfs)
        self._chosen.append(np.stack([count.take(places).astype(np.uint32) for count in counts]))

    def _scores(self, runs: PostingCounts) -> np.ndarray:
        """Return f + 0.3 · g of every run."""
        scores: np.ndarray = runs.tfs / (runs.tfs + self._norms.take(runs.docs))
        titled = runs.title_tfs.nonzero()[0]
        tfs = runs.title_tfs.take(titled)
        norms = self._title_norms.take(runs.docs.take(titled))
        scores[titled] += TITLE_WEIGHT * (tfs / (tfs + norms))
        return scores

    def arrays(self) -> Arrays:
        """Return the arrays that :class:`Champions` reads."""
        docs, tfs, title_tfs = np.concatenate(self._chosen, axis=1).reshape(3, -1, CHAMPIONS)
        return {
            f"{self._prefix}_keys": np.concatenate(self._keys),
            f"{self._prefix}_docs": docs,
            f"{self._prefix}_tfs": tfs,
            f"{self._prefix}_title_tfs": title_tfs,
            f"{self._prefix}_rests": np.array(self._rests, dtype=np.float64),
            f"{self._prefix}_dfs": np.concatenate(self._dfs),
        }


@dataclass(frozen=True, slots=True)
class ChampionList:
    """The champions of one phrase.

    :ivar counts: of the champions alone.
    :ivar df: how many documents of the segment have the phrase.
    :ivar rest: the bound on every other document; see the module.
    """

    counts: Postings
    df: int
    rest: float

    def bound(self, growth: float, title_growth: float) -> float:
        """Bound f + 0.3 · g of every document of the segment that is no champion.

        :param growth: average length of the index / of the segment.
        :param title_growth: the same of titles.
        """
        return max(1.0, growth, title_growth) * self.rest


class Champions:
    """The champions of one kind of phrase of an open segment."""

    def __init__(self, arrays: StoredArrays, prefix: str) -> None:
        self._keys = arrays[f"{prefix}_keys"].of(np.uint64)
        self._docs = arrays[f"{prefix}_docs"].of(np.uint32, axes=2)
        self._tfs = arrays[f"{prefix}_tfs"].of(np.uint32, axes=2)
        self._title_tfs = arrays[f"{prefix}_title_tfs"].of(np.uint32, axes=2)
        self._rests = arrays[f"{prefix}_rests"].of(np.float64)
        self._dfs = arrays[f"{prefix}_dfs"].of(np.uint32)
        tables = self._docs, self._tfs, self._title_tfs
        check_lengths(len(self._keys), *tables, self._rests, self._dfs)
        if len({table.shape for table in tables}) > 1:
            raise ValueError("champions without counts")

    def get(self, key: int) -> ChampionList | None:
        """Return the champions of one phrase, None when it is not frequent enough."""
        place = self._keys.find(key, 0, len(self._keys))
        if place < 0:
            return None
        title_tfs = self._title_tfs.row(place).astype(np.int64)
        docs = self._docs.row(place).astype(np.int64)
        counts = Postings(docs, self._tfs.row(place).astype(np.int64), title_tfs)
        return ChampionList(counts, self._dfs.item(place), self._rests.item(place))

    def check_values(self, doc_count: int) -> None:
        """Check that champions are documents of the segment, ascending for each phrase.

        :raises ValueError: they are not.
        """
        keys, docs = self._keys.whole(), self._docs.whole()
        check((keys[1:] > keys[:-1]).all(), "champions out of order")
        check(docs.max(initial=0) < max(doc_count, 1), "a champion that is no document")
        check((docs[:, 1:] > docs[:, :-1]).all(), "champions out of order")
        rests = self._rests.whole()
        check(np.isfinite(rests).all() and (rests >= 0).all(), "an impossible bound")
        check((self._tfs.whole() > 0).all(), "a champion without an occurrence")
