"""Segments back to columns, so that a merge builds a new one without reading a text again."""

from collections.abc import Sequence

import numpy as np

from danvan_search.index.arrays.columns import Columns, PartColumns, offsets_of
from danvan_search.index.arrays.segment import Segment


def merged_columns(segments: Sequence[Segment], live: Sequence[np.ndarray | None]) -> Columns:
    """Return the live documents of some segments, in their order, as columns.

    Documents that were segmented into words keep them, beside others that were not.

    :param segments: the segments to merge.
    :param live: bool[docs] of each, False for what is to be dropped; None when all live.
    """
    vocabulary: dict[str, int] = {}
    folded: list[str] = []
    titles: list[PartColumns] = []
    bodies: list[PartColumns] = []
    has_words = any(segment.words.are_there for segment in segments)
    for segment, mask in zip(segments, live, strict=True):
        number = _numbers(segment, vocabulary, folded)
        docs = np.arange(segment.doc_count) if mask is None else np.flatnonzero(mask)
        grid = segment.grid
        raw = [segment.texts.raw(doc) for doc in docs.tolist()]
        for parts, lengths, first, which in (
            (titles, grid.title_lengths, grid.doc_slot[:-1], 0),
            (bodies, grid.body_lengths, grid.body_slot, 1),
        ):
            texts = [pair[which] for pair in raw]
            columns = _part(segment, number, lengths[docs], first[docs], texts, has_words)
            parts.append(columns)
    segmenters = tuple(sorted({name for segment in segments for name in segment.segmenters}))
    return Columns(list(vocabulary), folded, _joined(titles), _joined(bodies), segmenters)


def _numbers(segment: Segment, vocabulary: dict[str, int], folded: list[str]) -> np.ndarray:
    """Return int32[accented + 1]: the id of each accented form in the merged vocabulary."""
    own = segment.vocabulary
    number = np.zeros(own.accented_count + 1, dtype=np.int32)
    for folded_id in range(1, own.folded_count + 1):
        folded_form = own.folded_form(folded_id)
        for accented_id in own.variants(folded_id):
            merged = vocabulary.setdefault(own.accented_form(accented_id), len(vocabulary))
            if merged == len(folded):
                folded.append(folded_form)
            number[accented_id] = merged
    return number


def _part(
    segment: Segment,
    number: np.ndarray,
    lengths: np.ndarray,
    first: np.ndarray,
    texts: list[bytes],
    has_words: bool,
) -> PartColumns:
    """Return one part of some documents of a segment.

    :param lengths: integers[n], syllables of the part in each document.
    :param first: int64[n], the slot where it starts.
    """
    offsets = offsets_of(lengths)
    slots = np.arange(offsets[-1]) + np.repeat(first - offsets[:-1], lengths)
    starts, widths = segment.char_spans.parts(slots, offsets)
    return PartColumns(
        accented=number[segment.grid.ids_at(slots)],
        starts=starts.astype(np.int32),
        lengths=widths.astype(np.int32),
        offsets=offsets,
        text=b"".join(texts),
        text_offsets=offsets_of(np.array([len(text) for text in texts], dtype=np.int64)),
        word_starts=segment.words.starts(slots) if has_words else None,
    )


def _joined(parts: list[PartColumns]) -> PartColumns:
    """Lay parts end to end."""

    def offsets(all_offsets: list[np.ndarray]) -> np.ndarray:
        return offsets_of(np.concatenate([np.zeros(0, np.int64), *map(np.diff, all_offsets)]))

    def joined(arrays: list[np.ndarray]) -> np.ndarray:
        return np.concatenate([np.zeros(0, dtype=np.int32), *arrays])

    words = [part.word_starts for part in parts if part.word_starts is not None]
    return PartColumns(
        accented=joined([part.accented for part in parts]),
        starts=joined([part.starts for part in parts]),
        lengths=joined([part.lengths for part in parts]),
        offsets=offsets([part.offsets for part in parts]),
        text=b"".join([part.text for part in parts]),
        text_offsets=offsets([part.text_offsets for part in parts]),
        word_starts=np.concatenate(words) if parts and len(words) == len(parts) else None,
    )
