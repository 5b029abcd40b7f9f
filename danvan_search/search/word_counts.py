"""The words of segments counted: which there are, in how many documents, and how often.

Nothing is stored for it: words are read off the grid and its bits, and sorted. A word of L
syllables is a row of L numbers, which are given by the caller so that they mean the same in all
segments; words of different lengths stand in different tables.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np

from danvan_search.index.codec.grid import BLOCK_BITS
from danvan_search.index.codec.ragged import run_lengths, run_starts
from danvan_search.index.codec.segment_reader import SegmentReader

_MOST: Final = (1 << 63) - 1


@dataclass(frozen=True, slots=True)
class WordCounts:
    """The n distinct words of L syllables.

    :ivar syllables: int64[n, L], the numbers of their syllables.
    :ivar articles: int64[n], how many documents have each.
    :ivar occurrences: int64[n], how often each occurs in them.
    """

    syllables: np.ndarray
    articles: np.ndarray
    occurrences: np.ndarray


def count_words(
    segment: SegmentReader, live: np.ndarray | None, number: np.ndarray, size: int
) -> dict[int, WordCounts]:
    """Count the words of a segment by their lengths.

    :param live: bool[docs], False for documents to leave out; None when all count.
    :param number: int64[accented ids], the number of each accented id's form.
    :param size: all numbers are less than this.
    """
    starts = segment.word_boundaries.all_starts()
    ids = segment.grid.ids(0, len(starts))
    # A word ends where the next one starts, or in the gap after its text.
    borders = np.flatnonzero(starts | (ids == 0))
    lengths = np.diff(borders, append=len(starts))
    is_word = starts[borders]
    slots, lengths = borders[is_word], lengths[is_word]
    docs = segment.grid.block_doc.take(slots >> BLOCK_BITS)
    if live is not None:
        alive = live[docs]
        slots, lengths, docs = slots[alive], lengths[alive], docs[alive]
    # Sorting small integers stably is quick, and puts the words of each length together.
    small = np.min_scalar_type(int(lengths.max(initial=0)))
    order = np.argsort(lengths.astype(small), kind="stable")
    slots, docs = slots[order], docs[order]
    ends = np.cumsum(np.bincount(lengths))
    counts = {}
    for length in np.flatnonzero(np.diff(ends)).tolist():
        some = slice(ends[length], ends[length + 1])
        columns = [number.take(ids.take(slots[some] + place)) for place in range(length + 1)]
        counts[length + 1] = _count(columns, docs[some], size, segment.doc_count)
    return counts


def add_counts(parts: Sequence[WordCounts], size: int) -> WordCounts:
    """Add up words of one length of several segments, at least one.

    :param size: the numbers of syllables are less than this.
    """
    if len(parts) == 1:
        return parts[0]
    rows = np.concatenate([part.syllables for part in parts])
    words = _packed(list(rows.T), size, 1)
    order = np.argsort(words.codes, kind="stable")
    codes = words.codes[order]
    starts = run_starts(codes)
    return WordCounts(
        words.rows(codes[starts]),
        np.add.reduceat(np.concatenate([part.articles for part in parts])[order], starts),
        np.add.reduceat(np.concatenate([part.occurrences for part in parts])[order], starts),
    )


def _count(
    columns: Sequence[np.ndarray], docs: np.ndarray, size: int, doc_count: int
) -> WordCounts:
    """Count n occurrences of words of one length.

    :param columns: int64[n] for each syllable, their numbers.
    :param docs: integers[n], the document of each.
    """
    words = _packed(columns, size, doc_count)
    # Word and document in one number: sorting values is several times quicker than sorting an
    # order of them.
    pairs = words.codes * doc_count
    pairs += docs
    pairs.sort()
    firsts = run_starts(pairs)
    of_pair = pairs[firsts] // doc_count
    starts = run_starts(of_pair)
    return WordCounts(
        words.rows(of_pair[starts]),
        run_lengths(starts, len(of_pair)),
        np.add.reduceat(run_lengths(firsts, len(pairs)), starts),
    )


@dataclass(frozen=True, slots=True)
class _Packed:
    """Rows of numbers, each as one number: equal rows have equal codes, and no others.

    :ivar codes: int64[n]; a code is a place in ``heads``, with the last columns multiplied on.
    :ivar heads: int64[m, k], the distinct beginnings of rows.
    :ivar size: what a column is multiplied with.
    :ivar tails: how many columns were.
    """

    codes: np.ndarray
    heads: np.ndarray
    size: int
    tails: int

    def rows(self, codes: np.ndarray) -> np.ndarray:
        """Return int64[codes, k + tails], the rows of some codes."""
        columns = []
        for _ in range(self.tails):
            codes, column = np.divmod(codes, self.size)
            columns.append(column)
        return np.column_stack([self.heads[codes], *columns[::-1]])


def _packed(columns: Sequence[np.ndarray], size: int, factor: int) -> _Packed:
    """Return rows of numbers below ``size`` as codes that leave room for a factor."""
    packed = _Packed(columns[0], np.arange(size)[:, None], size, 0)
    bound = size
    for column in columns[1:]:
        if bound * size * factor > _MOST:
            distinct, codes = np.unique(packed.codes, return_inverse=True)
            packed = _Packed(codes, packed.rows(distinct), size, 0)
            bound = len(distinct)
        packed = _Packed(packed.codes * size + column, packed.heads, size, packed.tails + 1)
        bound *= size
    return packed
