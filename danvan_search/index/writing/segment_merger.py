"""Turns segments back into columns, so that a merge does not analyse any text again.

Syllables are read batch by batch and texts one by one, on demand. The memory of each segment is
released when its last batch, or its last text, has been read.
"""

from collections.abc import Iterator, Sequence
from typing import Final

import numpy as np

from danvan_search.index.codec.offsets import encode_offsets
from danvan_search.index.codec.placement import DetailsLengths
from danvan_search.index.codec.ragged import offsets_of, run_indices
from danvan_search.index.codec.segment_reader import SegmentReader
from danvan_search.index.codec.text_encoding import EncodedTexts
from danvan_search.index.writing.columns import Batch, Columns, PartColumns

BATCH_SYLLABLES: Final = 1 << 18
"""About how many syllables are read at a time; a document that has more is a batch by itself."""


def merged_columns(segments: Sequence[SegmentReader], live: Sequence[np.ndarray | None]) -> Columns:
    """Return the live documents of some segments, in order, as columns.

    Documents keep their words, whether or not all others have words.

    :param segments: the segments to merge; they are read while the columns are consumed.
    :param live: bool[docs] of each, False for deleted documents; None if none is deleted.
    """
    docs = [
        np.arange(segment.doc_count) if mask is None else np.flatnonzero(mask)
        for segment, mask in zip(segments, live, strict=True)
    ]
    merged_ids: dict[str, int] = {}
    folded: list[str] = []
    new_ids = [_new_ids(segment, merged_ids, folded) for segment in segments]
    own = list(zip(segments, docs, strict=True))
    has_words = any(segment.word_boundaries.are_there for segment in segments)
    return Columns(
        list(merged_ids),
        folded,
        _concatenated([segment.grid.title_lengths[some] for segment, some in own]),
        _concatenated([segment.grid.body_lengths[some] for segment, some in own]),
        _batches(segments, docs, new_ids, has_words=has_words),
        StoredTexts(segments, docs),
        has_words,
        tuple(sorted({name for segment in segments for name in segment.segmenters})),
        _merged_details(own),
    )


def _merged_details(own: Sequence[tuple[SegmentReader, np.ndarray]]) -> DetailsLengths | None:
    """Return the lengths of the details of some documents; None if none of them has any.

    :param own: the segments, and int64[n] the documents of each.
    """
    lengths = [_details_of(segment, docs) for segment, docs in own]
    lines = _concatenated([one.lines for one in lengths])
    if not lines.any():
        return None
    return DetailsLengths(_concatenated([one.syllables for one in lengths]), lines)


def _details_of(segment: SegmentReader, docs: np.ndarray) -> DetailsLengths:
    """Return the lengths of the details of some documents of a segment, 0 where it has none.

    :param docs: int64[n].
    """
    details = segment.grid.details
    if details is None:
        return DetailsLengths(np.zeros_like(docs), np.zeros_like(docs))
    return DetailsLengths(details.syllables[docs], details.lines[docs])


def _new_ids(segment: SegmentReader, merged_ids: dict[str, int], folded: list[str]) -> np.ndarray:
    """Return int32[accented + 1], the merged id of each accented id of a segment; -1 of a gap.

    :param merged_ids: the merged id of each accented form; new forms are added.
    :param folded: the folded form of each merged id; those of new forms are added.
    """
    own = segment.term_dictionary
    new_ids = np.full(own.accented_count + 1, -1, dtype=np.int32)
    for folded_id in range(1, own.folded_count + 1):
        folded_form = own.folded_form(folded_id)
        for accented_id in own.variants(folded_id):
            merged = merged_ids.setdefault(own.accented_form(accented_id), len(merged_ids))
            if merged == len(folded):
                folded.append(folded_form)
            new_ids[accented_id] = merged
    return new_ids


def _batches(
    segments: Sequence[SegmentReader],
    docs: Sequence[np.ndarray],
    new_ids: Sequence[np.ndarray],
    *,
    has_words: bool,
) -> Iterator[Batch]:
    """Yield the syllables of some documents of each segment, with merged ids."""
    for segment, of_segment, own_new_ids in zip(segments, docs, new_ids, strict=True):
        grid = segment.grid
        ends = np.cumsum(grid.lengths()[of_segment])
        start = done = 0
        while start < len(of_segment):
            fitting = int(np.searchsorted(ends, done + BATCH_SYLLABLES, side="right"))
            end = max(fitting, start + 1)
            some = of_segment[start:end]
            start, done = end, int(ends[end - 1])
            parts = [
                (grid.title_lengths[some], grid.doc_slot[some]),
                (grid.body_lengths[some], grid.body_slot[some]),
            ]
            if grid.details is not None and grid.details_slot is not None:
                parts.append((grid.details.slots[some], grid.details_slot[some]))
            yield tuple(
                _part(segment, own_new_ids, lengths, first_slots, has_words=has_words)
                for lengths, first_slots in parts
            )
        segment.release()


def _part(
    segment: SegmentReader,
    new_ids: np.ndarray,
    lengths: np.ndarray,
    first_slots: np.ndarray,
    *,
    has_words: bool,
) -> PartColumns:
    """Return the titles, the bodies or the details of some documents of a segment.

    :param new_ids: int32[accented + 1], the merged ids.
    :param lengths: integers[docs], the number of syllables of the part in each document, of details
        with the gaps.
    :param first_slots: int64[docs], the slot at which the part starts.
    """
    counts = lengths.astype(np.int64)
    slots = run_indices(first_slots, counts)
    starts, widths = segment.offsets.parts(slots, counts)
    return PartColumns(
        new_ids.take(segment.grid.ids_at(slots)),
        encode_offsets(starts, widths, counts),
        counts,
        segment.word_boundaries.starts(slots) if has_words else None,
    )


class StoredTexts:
    """The stored texts of some documents of some segments.

    :param docs: for each segment int64[n], its documents.

    :ivar title_chars: int64[docs], the number of characters of each title.
    :ivar body_chars: int64[docs], the number of characters of each body.
    """

    def __init__(self, segments: Sequence[SegmentReader], docs: Sequence[np.ndarray]) -> None:
        self._segments = segments
        self._docs = docs
        self._firsts = offsets_of(np.array([len(some) for some in docs], dtype=np.int64))

        own = zip(segments, docs, strict=True)
        lengths = [segment.stored_text.lengths(some) for segment, some in own]
        self.title_chars = _concatenated([title for title, _ in lengths])
        self.body_chars = _concatenated([body for _, body in lengths])

    def text(self, doc: int) -> EncodedTexts:
        """Return the texts of one document."""
        number = int(self._firsts.searchsorted(doc, "right")) - 1
        own = self._docs[number][doc - self._firsts[number]]
        return self._segments[number].stored_text.encoded(int(own))

    def drain(self) -> Iterator[EncodedTexts]:
        """Yield the texts of all documents in order."""
        for segment, docs in zip(self._segments, self._docs, strict=True):
            for doc in docs.tolist():
                yield segment.stored_text.encoded(doc)
            segment.release()


def _concatenated(arrays: Sequence[np.ndarray]) -> np.ndarray:
    """Return int64[n], the values of all segments in order."""
    return np.concatenate([np.zeros(0, dtype=np.int64), *arrays])
