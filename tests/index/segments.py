"""Segments for tests: in memory, of texts that are analysed one by one; and files rewritten."""

from collections.abc import Callable, Iterable, Mapping
from pathlib import Path
from typing import Any

import numpy as np

from danvan_search.index.codec.array_file import ArrayFile, ArrayFileWriter
from danvan_search.index.codec.checked_array import Arrays, CheckedArray
from danvan_search.index.codec.offsets import encode_offsets
from danvan_search.index.codec.placement import DetailsLengths
from danvan_search.index.codec.segment_reader import SegmentReader
from danvan_search.index.writing.arena import Arena
from danvan_search.index.writing.columns import Columns, PartColumns
from danvan_search.index.writing.folded_ranges import RANGE_SYLLABLES
from danvan_search.index.writing.segment_writer import segment_arrays
from danvan_search.index.writing.text_buffer import TextBuffer
from danvan_search.search.highlight.lines import grid_by_line
from danvan_search.text.grid import syllable_grid


def segment_of(documents: Iterable[tuple[str, ...]]) -> SegmentReader:
    """Build a segment of (title, body) pairs, or of (title, body, details)."""
    return build(columns_of(documents))


def build(columns: Columns) -> SegmentReader:
    """Build a segment of columns, which are used up."""
    arrays, meta = build_arrays(columns)
    return SegmentReader(in_memory(arrays), meta)


def build_arrays(
    columns: Columns, range_syllables: int = RANGE_SYLLABLES
) -> tuple[Arrays, dict[str, Any]]:
    """Return the arrays of a segment by name, and its meta values.

    :param range_syllables: about how many syllables are sorted at a time.
    """
    meta: dict[str, Any] = {}
    arrays: Arrays = {}
    for group in segment_arrays(columns, meta, range_syllables):
        arrays |= group
    return arrays, meta


def in_memory(arrays: Mapping[str, np.ndarray]) -> dict[str, CheckedArray]:
    """Return arrays as a segment reader takes them, without checksums."""
    return {
        name: CheckedArray(np.ascontiguousarray(array), name=name) for name, array in arrays.items()
    }


def rewrite(
    file: Path, change: Callable[[Arrays], object], meta: Mapping[str, Any] | None = None
) -> None:
    """Rewrite an array file with changed arrays and correct checksums.

    :param meta: more meta values.
    """
    with ArrayFile(file) as read:
        arrays = {name: array.whole().copy() for name, array in read.arrays.items()}
        own = {**read.meta, **(meta or {})}
    change(arrays)
    with file.open("wb") as stream:
        writer = ArrayFileWriter(stream)
        for name, array in arrays.items():
            writer.add(name, array)
        writer.finish(own)


def columns_of(documents: Iterable[tuple[str, ...]]) -> Columns:
    """Analyse documents one by one: the oracle of batch analysis.

    :param documents: (title, body) of each document, or (title, body, details).
    """
    pairs = list(documents)
    form_ids: dict[str, int] = {}
    folded: list[str] = []
    titles = [title for title, *_ in pairs]
    bodies = [body for _, body, *_ in pairs]
    all_details = [details[0] if details else "" for _, _, *details in pairs]
    title = _part(titles, form_ids, folded)
    body = _part(bodies, form_ids, folded)
    parts = [title, body]
    details_lengths = None
    if any(len(syllable_grid(text)) for text in all_details):
        details = _part(all_details, form_ids, folded, by_line=True)
        parts.append(details)
        counts = [len(syllable_grid(text)) for text in all_details]
        syllables = np.array(counts, dtype=np.int64)
        details_lengths = DetailsLengths(syllables, details.lengths - syllables)
    texts = TextBuffer(Arena())
    texts.add(titles, bodies)
    return Columns(
        list(form_ids),
        folded,
        title.lengths,
        body.lengths,
        iter([tuple(parts)] if pairs else []),
        texts,
        details=details_lengths,
    )


def _part(
    texts: list[str], form_ids: dict[str, int], folded: list[str], *, by_line: bool = False
) -> PartColumns:
    """Return the columns of some texts, and add their forms to ``form_ids`` and ``folded``.

    :param by_line: whether each line with syllables ends with a gap.
    """
    accented: list[int] = []
    starts: list[int] = []
    ends: list[int] = []
    counts: list[int] = []
    for text in texts:
        grid = grid_by_line(text) if by_line else syllable_grid(text)
        starts += grid.starts
        ends += grid.ends
        counts.append(len(grid))
        for form, folded_form in zip(grid.accented, grid.folded, strict=True):
            if not form:
                accented.append(-1)
                continue
            form_id = form_ids.setdefault(form, len(form_ids))
            if form_id == len(folded):
                folded.append(folded_form)
            accented.append(form_id)
    lengths = np.array(counts, dtype=np.int64)
    first = np.array(starts, dtype=np.int32)
    widths = np.array(ends, dtype=np.int32) - first
    spans = encode_offsets(first, widths, lengths)
    return PartColumns(np.array(accented, dtype=np.int32), spans, lengths)
