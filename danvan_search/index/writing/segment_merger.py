"""Segments back to columns, so that a merge builds a new one without analysing a text again.

Nothing is read before it is asked for, and then a batch or a text at a time; nor is what was
read of a segment left in memory when its turn is over.
"""

from collections.abc import Iterator, Sequence
from typing import Final

import numpy as np

from danvan_search.index.codec.offsets import encode_offsets
from danvan_search.index.codec.ragged import offsets_of, run_places
from danvan_search.index.codec.segment_reader import SegmentReader
from danvan_search.index.writing.columns import Batch, Columns, PartColumns
from danvan_search.index.writing.text_buffer import EncodedTexts

BATCH_SYLLABLES: Final = 1 << 18
"""So many syllables are read at a time, about; more if one document has more."""


def merged_columns(segments: Sequence[SegmentReader], live: Sequence[np.ndarray | None]) -> Columns:
    """Return the live documents of some segments, in their order, as columns.

    Documents that were segmented into words keep them, beside others that were not.

    :param segments: the segments to merge; they are read when the columns are.
    :param live: bool[docs] of each, False for what is to be dropped; None when all live.
    """
    docs = [
        np.arange(segment.doc_count) if mask is None else np.flatnonzero(mask)
        for segment, mask in zip(segments, live, strict=True)
    ]
    vocabulary: dict[str, int] = {}
    folded: list[str] = []
    numbers = [_numbers(segment, vocabulary, folded) for segment in segments]
    own = list(zip(segments, docs, strict=True))
    has_words = any(segment.word_boundaries.are_there for segment in segments)
    return Columns(
        list(vocabulary),
        folded,
        _joined([segment.grid.title_lengths[some] for segment, some in own]),
        _joined([segment.grid.body_lengths[some] for segment, some in own]),
        _batches(segments, docs, numbers, has_words=has_words),
        StoredTexts(segments, docs),
        has_words,
        tuple(sorted({name for segment in segments for name in segment.segmenters})),
    )


def _numbers(segment: SegmentReader, vocabulary: dict[str, int], folded: list[str]) -> np.ndarray:
    """Return int32[accented + 1]: the id of each accented form in the merged vocabulary."""
    own = segment.term_dictionary
    number = np.zeros(own.accented_count + 1, dtype=np.int32)
    for folded_id in range(1, own.folded_count + 1):
        folded_form = own.folded_form(folded_id)
        for accented_id in own.variants(folded_id):
            merged = vocabulary.setdefault(own.accented_form(accented_id), len(vocabulary))
            if merged == len(folded):
                folded.append(folded_form)
            number[accented_id] = merged
    return number


def _batches(
    segments: Sequence[SegmentReader],
    docs: Sequence[np.ndarray],
    numbers: Sequence[np.ndarray],
    *,
    has_words: bool,
) -> Iterator[Batch]:
    """Yield the syllables of some documents of each segment, with accented ids made anew."""
    for segment, of_segment, number in zip(segments, docs, numbers, strict=True):
        grid = segment.grid
        ends = np.cumsum((grid.title_lengths + grid.body_lengths)[of_segment], dtype=np.int64)
        start = done = 0
        while start < len(of_segment):
            fitting = int(np.searchsorted(ends, done + BATCH_SYLLABLES, side="right"))
            end = max(fitting, start + 1)
            some = of_segment[start:end]
            start, done = end, int(ends[end - 1])
            title, body = (
                _part(segment, number, lengths[some], first_slots[some], has_words=has_words)
                for lengths, first_slots in (
                    (grid.title_lengths, grid.doc_slot),
                    (grid.body_lengths, grid.body_slot),
                )
            )
            yield title, body
        segment.release()


def _part(
    segment: SegmentReader,
    number: np.ndarray,
    lengths: np.ndarray,
    first_slots: np.ndarray,
    *,
    has_words: bool,
) -> PartColumns:
    """Return one part of some documents of a segment.

    :param lengths: integers[docs], syllables of the part in each document.
    :param first_slots: int64[docs], where it starts.
    """
    counts = lengths.astype(np.int64)
    slots = run_places(first_slots, counts)
    starts, widths = segment.offsets.parts(slots, offsets_of(counts))
    return PartColumns(
        number.take(segment.grid.ids_at(slots)),
        encode_offsets(starts, widths, counts),
        counts,
        segment.word_boundaries.starts(slots) if has_words else None,
    )


class StoredTexts:
    """The texts of some documents of some segments.

    :param docs: for each segment int64[n], its documents.

    :ivar title_chars: int64[docs], how many characters each title has.
    :ivar body_chars: int64[docs], how many characters each body has.
    """

    def __init__(self, segments: Sequence[SegmentReader], docs: Sequence[np.ndarray]) -> None:
        self._segments = segments
        self._docs = docs
        self._firsts = offsets_of(np.array([len(some) for some in docs], dtype=np.int64))

        own = zip(segments, docs, strict=True)
        lengths = [segment.stored_text.lengths(some) for segment, some in own]
        self.title_chars = _joined([title for title, _ in lengths])
        self.body_chars = _joined([body for _, body in lengths])

    def text(self, doc: int) -> EncodedTexts:
        """Return the texts of one document."""
        number = int(self._firsts.searchsorted(doc, "right")) - 1
        own = self._docs[number][doc - self._firsts[number]]
        return self._segments[number].stored_text.coded(int(own))

    def drain(self) -> Iterator[EncodedTexts]:
        """Yield the texts of all documents in their order."""
        for segment, docs in zip(self._segments, self._docs, strict=True):
            for doc in docs.tolist():
                yield segment.stored_text.coded(doc)
            segment.release()


def _joined(arrays: Sequence[np.ndarray]) -> np.ndarray:
    """Return int64[n], numbers of all segments end to end."""
    return np.concatenate([np.zeros(0, dtype=np.int64), *arrays])
