"""Counts the distinct words of segments: their occurrences, and the documents that contain them.

A segment stores no such counts: words are read off the grid and the word boundaries, and sorted. A
word of L syllables is a row of L form numbers, which the caller assigns so that they are the same
in all segments. There is one table of words per L.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np

from danvan_search.index.codec.ragged import run_lengths, run_starts
from danvan_search.index.codec.segment_reader import SegmentReader

_MAX_CODE: Final = (1 << 63) - 1
"""The greatest int64."""


@dataclass(frozen=True, slots=True)
class WordCounts:
    """The n distinct words of L syllables.

    :ivar syllables: int64[n, L], the form numbers of their syllables.
    :ivar articles: int64[n], the documents that contain each word.
    :ivar occurrences: int64[n], the occurrences of each word.
    """

    syllables: np.ndarray
    articles: np.ndarray
    occurrences: np.ndarray


def count_words(
    segment: SegmentReader,
    live: np.ndarray | None,
    form_numbers: np.ndarray,
    form_count: int,
    *,
    details: bool = False,
) -> dict[int, WordCounts]:
    """Return the words of a segment by their number of syllables.

    :param live: bool[docs], False for documents to leave out; None to count all.
    :param form_numbers: int64[accented ids], the form number of each accented id.
    :param form_count: above every form number.
    :param details: whether the words of the details count, too.
    """
    starts = segment.word_boundaries.all_starts()
    ids = segment.grid.ids(0, len(starts))
    # A word ends where the next one starts, or in the gap after its text.
    borders = np.flatnonzero(starts | (ids == 0))
    lengths = np.diff(borders, append=len(starts))
    is_word = starts[borders]
    slots, lengths = borders[is_word], lengths[is_word]
    docs = segment.grid.docs_at(slots)
    kept = None if live is None else live[docs]
    details_slot = None if details else segment.grid.details_slot
    if details_slot is not None:
        is_before = slots < details_slot.take(docs)
        kept = is_before if kept is None else kept & is_before
    if kept is not None:
        slots, lengths, docs = slots[kept], lengths[kept], docs[kept]
    # A stable sort of small integers is fast, and groups the words by length.
    small = np.min_scalar_type(int(lengths.max(initial=0)))
    order = np.argsort(lengths.astype(small), kind="stable")
    slots, docs = slots[order], docs[order]
    ends = np.cumsum(np.bincount(lengths))
    counts = {}
    for length in np.flatnonzero(np.diff(ends)).tolist():
        group = slice(ends[length], ends[length + 1])
        columns = [
            form_numbers.take(ids.take(slots[group] + offset)) for offset in range(length + 1)
        ]
        counts[length + 1] = count_rows(columns, docs[group], form_count, segment.doc_count)
    return counts


def add_counts(parts: Sequence[WordCounts], form_count: int) -> WordCounts:
    """Return the sum of the counts of one or more segments, for words of one length.

    :param form_count: above every form number.
    """
    if len(parts) == 1:
        return parts[0]
    rows = np.concatenate([part.syllables for part in parts])
    words = _pack_rows(list(rows.T), form_count, 1)
    order = np.argsort(words.codes, kind="stable")
    codes = words.codes[order]
    starts = run_starts(codes)
    return WordCounts(
        words.rows(codes[starts]),
        np.add.reduceat(np.concatenate([part.articles for part in parts])[order], starts),
        np.add.reduceat(np.concatenate([part.occurrences for part in parts])[order], starts),
    )


def count_rows(
    columns: Sequence[np.ndarray], docs: np.ndarray, form_count: int, doc_count: int
) -> WordCounts:
    """Return the counts of n occurrences of words of one length.

    :param columns: int64[n] for each syllable, its form numbers.
    :param docs: integers[n], the document of each occurrence.
    :param form_count: above every form number.
    :param doc_count: above every document number.
    """
    words = _pack_rows(columns, form_count, doc_count)
    # Word and document in one number: sorting values is several times faster than sorting
    # indices of them.
    pairs = words.codes * doc_count
    pairs += docs
    pairs.sort()
    firsts = run_starts(pairs)
    codes = pairs[firsts] // doc_count
    starts = run_starts(codes)
    return WordCounts(
        words.rows(codes[starts]),
        run_lengths(starts, len(codes)),
        np.add.reduceat(run_lengths(firsts, len(pairs)), starts),
    )


@dataclass(frozen=True, slots=True)
class _PackedRows:
    """Rows of numbers, each packed into one number: two rows are equal if their codes are.

    A code has the base ``form_count``: its last ``tails`` digits are the last columns of the row,
    and the digits before them the index of the first columns in ``heads``.

    :ivar codes: int64[n].
    :ivar heads: int64[m, k], the distinct first k columns of rows.
    :ivar form_count: the base.
    :ivar tails: the number of columns after the first k.
    """

    codes: np.ndarray
    heads: np.ndarray
    form_count: int
    tails: int

    def rows(self, codes: np.ndarray) -> np.ndarray:
        """Return int64[n, k + tails], the rows of n codes."""
        columns = []
        for _ in range(self.tails):
            codes, column = np.divmod(codes, self.form_count)
            columns.append(column)
        return np.column_stack([self.heads[codes], *columns[::-1]])


def _pack_rows(columns: Sequence[np.ndarray], form_count: int, factor: int) -> _PackedRows:
    """Pack rows of form numbers into codes that may be multiplied by ``factor``.

    :param columns: int64[n] for each column of the rows.
    :param form_count: above every form number.
    """
    packed = _PackedRows(columns[0], np.arange(form_count)[:, None], form_count, 0)
    bound = form_count
    for column in columns[1:]:
        if bound * form_count * factor > _MAX_CODE:
            distinct, codes = np.unique(packed.codes, return_inverse=True)
            packed = _PackedRows(codes, packed.rows(distinct), form_count, 0)
            bound = len(distinct)
        codes = packed.codes * form_count + column
        packed = _PackedRows(codes, packed.heads, form_count, packed.tails + 1)
        bound *= form_count
    return packed
