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
from typing import Final

import numpy as np

from danvan_search.index.arrays.biwords import run_starts
from danvan_search.index.arrays.blocks import BlockArray, Stored
from danvan_search.index.arrays.bm25 import TITLE_WEIGHT, length_norms
from danvan_search.index.arrays.doclists import run_lengths
from danvan_search.index.arrays.vocabulary import Arrays

CHAMPIONS: Final = 128
FREQUENT: Final = 1024
"""A biword of more occurrences has a list of documents, and champions."""
MIN_DOCS: Final = 512
"""Champions are kept of phrases that at least so many documents have."""


@dataclass(frozen=True, slots=True)
class Counts:
    """Which documents have a phrase, and how often.

    :ivar docs: int64[n], ascending.
    :ivar tfs: int64[n], occurrences in title and body.
    :ivar title_tfs: int64[n], occurrences in the title; None when there are none at all.
    """

    docs: np.ndarray
    tfs: np.ndarray
    title_tfs: np.ndarray | None


def count_slots(
    slots: np.ndarray, block_doc: np.ndarray | BlockArray, body_slot: np.ndarray
) -> Counts:
    """Count the occurrences of a phrase by document.

    :param slots: integers[n], where it starts, ascending.
    """
    docs = block_doc.take(slots >> 4)
    starts = run_starts(docs)
    distinct = docs[starts].astype(np.int64)
    in_title = (slots < body_slot.take(docs)).nonzero()[0]
    title_tfs = None
    if in_title.size:
        # Few occurrences are in titles: find the document of each of those alone.
        titled = starts.searchsorted(in_title, "right") - 1
        title_tfs = np.bincount(titled, minlength=len(starts))
    return Counts(distinct, run_lengths(starts, len(slots)), title_tfs)


class ChampionsBuilder:
    """Chooses champions, one phrase after the other.

    :param lengths: int64[docs], syllables of title and body.
    :param title_lengths: int64[docs], syllables of the title.
    """

    def __init__(self, lengths: np.ndarray, title_lengths: np.ndarray) -> None:
        self._doc_count = max(1, len(lengths))
        self._norms = length_norms(lengths, lengths.sum() / self._doc_count)
        self._title_norms = length_norms(title_lengths, title_lengths.sum() / self._doc_count)
        self._keys: list[int] = []
        self._chosen: list[np.ndarray] = []
        self._rests: list[float] = []
        self._dfs: list[int] = []

    def add(self, key: int, counts: Counts) -> None:
        """Choose the champions of one phrase.

        :param key: its number; phrases are added by rising key.
        """
        docs, tfs, title_tfs = counts.docs, counts.tfs, counts.title_tfs
        if len(docs) < MIN_DOCS:
            return
        scores = tfs / (tfs + self._norms[docs])
        if title_tfs is None:
            title_tfs = np.zeros(len(docs), dtype=np.int64)
        else:
            scores += TITLE_WEIGHT * (title_tfs / (title_tfs + self._title_norms[docs]))
        order = np.argpartition(scores, len(docs) - CHAMPIONS)
        best = np.sort(order[-CHAMPIONS:])
        self._keys.append(key)
        self._dfs.append(len(docs))
        self._chosen.append(np.stack([docs[best], tfs[best], title_tfs[best]]))
        self._rests.append(float(scores[order[:-CHAMPIONS]].max()))

    def arrays(self, prefix: str) -> Arrays:
        """Return the arrays that :class:`Champions` reads, named with a prefix."""
        chosen = (
            np.stack(self._chosen) if self._chosen else np.zeros((0, 3, CHAMPIONS), dtype=np.int64)
        )
        return {
            f"{prefix}_keys": np.array(self._keys, dtype=np.uint64),
            f"{prefix}_docs": chosen[:, 0].astype(np.uint32),
            f"{prefix}_tfs": chosen[:, 1].astype(np.uint32),
            f"{prefix}_title_tfs": chosen[:, 2].astype(np.uint32),
            f"{prefix}_rests": np.array(self._rests, dtype=np.float64),
            f"{prefix}_dfs": np.array(self._dfs, dtype=np.uint32),
        }


@dataclass(frozen=True, slots=True)
class ChampionList:
    """The champions of one phrase.

    :ivar counts: of the champions alone.
    :ivar df: how many documents of the segment have the phrase.
    :ivar rest: the bound on every other document; see the module.
    """

    counts: Counts
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

    def __init__(self, arrays: Stored, prefix: str) -> None:
        self._keys = arrays[f"{prefix}_keys"].whole()
        self._docs = arrays[f"{prefix}_docs"]
        self._tfs = arrays[f"{prefix}_tfs"]
        self._title_tfs = arrays[f"{prefix}_title_tfs"]
        self._rests = arrays[f"{prefix}_rests"]
        self._dfs = arrays[f"{prefix}_dfs"]

    def get(self, key: int) -> ChampionList | None:
        """Return the champions of one phrase, None when it is not frequent enough."""
        place = int(np.searchsorted(self._keys, np.uint64(key)))
        if place == len(self._keys) or int(self._keys[place]) != key:
            return None
        title_tfs = self._title_tfs.row(place).astype(np.int64)
        docs = self._docs.row(place).astype(np.int64)
        counts = Counts(docs, self._tfs.row(place).astype(np.int64), title_tfs)
        return ChampionList(counts, self._dfs.item(place), self._rests.item(place))
