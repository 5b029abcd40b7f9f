"""Builds a segment from columns and writes its files, one array at a time."""

import os
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any, BinaryIO

import numpy as np

from danvan_search.index.codec.array_file import ArrayFileWriter
from danvan_search.index.codec.bm25 import parameters
from danvan_search.index.codec.checked_array import Arrays
from danvan_search.index.codec.grid import grid_arrays
from danvan_search.index.codec.offsets import offset_arrays
from danvan_search.index.codec.placement import Placement, lay_out_documents
from danvan_search.index.codec.ragged import run_indices
from danvan_search.index.codec.segment_files import DOCUMENTS_SUFFIX, GRID_SUFFIX
from danvan_search.index.codec.stored_text import text_arrays
from danvan_search.index.codec.term_dictionary import number, term_dictionary_arrays
from danvan_search.index.codec.vectors import ARRAYS, VectorColumns
from danvan_search.index.writing.columns import Columns
from danvan_search.index.writing.folded_ranges import RANGE_SYLLABLES, FormGrid
from danvan_search.index.writing.inverter import inverted_arrays


@dataclass(frozen=True, slots=True)
class Layout:
    """The content of the batches of a segment, slot by slot.

    :ivar forms: uint32[slots], 1 + the index into :attr:`.Columns.accented_forms`; 0 in gaps.
    :ivar arrays: the finished arrays of syllable offsets and word boundaries.
    """

    forms: np.ndarray
    arrays: Arrays


def lay_out(columns: Columns, placement: Placement) -> Layout:
    """Copy the syllables of all batches to their slots.

    :param columns: the documents, whose batches are consumed.
    :param placement: the slots of each document.
    """
    forms = np.zeros(placement.slot_count, dtype=np.uint32)
    codes = np.zeros(placement.slot_count, dtype=np.uint8)
    word_bits = np.zeros(placement.slot_count // 8, dtype=np.uint8) if columns.has_words else None
    all_wide = [np.zeros((3, 0), dtype=np.int64)]
    doc = 0
    for batch in columns.batches:
        docs = slice(doc, doc := doc + len(batch[0].lengths))
        start, end = placement.doc_slot[docs.start], placement.doc_slot[docs.stop]
        is_word_start = np.zeros(end - start, dtype=bool)
        wide = []
        part_slots = [placement.doc_slot[docs], placement.body_slot[docs]]
        if len(batch) > len(part_slots):
            part_slots.append(placement.details_slot[docs])
        for part, first_slots in zip(batch, part_slots, strict=True):
            slots = run_indices(first_slots - start, part.lengths)
            forms[start:end][slots] = part.accented + 1
            codes[start:end][slots] = part.spans.codes
            if part.word_starts is not None:
                is_word_start[slots] = part.word_starts
            indices, distances, lengths = part.spans.wide
            wide.append(np.stack([slots[indices] + start, distances, lengths]))
        if word_bits is not None:
            # A document starts at a multiple of 16 slots, so a batch covers whole bytes of bits.
            word_bits[start // 8 : end // 8] = np.packbits(is_word_start)
        of_batch = np.concatenate(wide, axis=1)
        all_wide.append(of_batch[:, np.argsort(of_batch[0])])
    arrays = offset_arrays(codes, np.concatenate(all_wide, axis=1))
    if word_bits is not None:
        arrays["word_bits"] = word_bits
    return Layout(forms, arrays)


_CHUNK = 1 << 20


def write_segment(columns: Columns, file: BinaryIO) -> None:
    """Build a segment and write its grid file.

    The memory of the columns is freed on the way. The build itself needs about 15 bytes per
    syllable at its peak: the ids on the grid, the positions, and the posting lists.

    :param columns: the documents, which are consumed.
    :param file: a binary file open for writing; the caller flushes, fsyncs and closes it.
    :raises ValueError: there are more syllables than a segment can hold: 2^32, or fewer if there
        are many short documents.
    """
    writer = ArrayFileWriter(file)
    meta: dict[str, Any] = {}
    for arrays in segment_arrays(columns, meta):
        # Each array is written and freed before the next group is built.
        while arrays:
            name = next(iter(arrays))
            writer.add(name, arrays.pop(name))
    writer.finish(meta)


def segment_arrays(
    columns: Columns, meta: dict[str, Any], range_syllables: int = RANGE_SYLLABLES
) -> Iterator[Arrays]:
    """Yield the arrays of a segment by name, in groups.

    :param columns: the documents, which are consumed.
    :param meta: receives the meta values of the segment.
    :param range_syllables: about how many syllables are sorted at a time; the arrays do not depend
        on it.
    """
    placement = lay_out_documents(columns.title_lengths, columns.body_lengths, columns.details)
    has_details = columns.details is not None
    meta["docs"] = columns.doc_count
    meta["syllables"] = columns.syllables
    meta["title_syllables"] = columns.title_syllables
    meta["segmenters"] = list(columns.segmenters)
    meta["ranking"] = parameters(has_details=has_details)
    yield text_arrays(columns.texts)

    layout = lay_out(columns, placement)
    yield layout.arrays
    ids = layout.forms
    forms = list(columns.accented_forms)
    folded_forms = list(columns.folded_forms)
    counts = np.zeros(len(forms) + 1, dtype=np.int64)
    for start in range(0, len(ids), _CHUNK):
        some = np.bincount(ids[start : start + _CHUNK])
        counts[: len(some)] += some
    numbering = number(folded_forms, counts[1:])
    yield term_dictionary_arrays(numbering, forms, folded_forms)
    del forms, folded_forms

    new_id = np.concatenate((np.zeros(1, dtype=np.uint32), numbering.new_id))
    for start in range(0, len(ids), _CHUNK):
        # In place: the indices of forms become accented ids.
        ids[start : start + _CHUNK] = new_id.take(ids[start : start + _CHUNK])
    arrays = grid_arrays(ids, placement)
    block_doc = arrays["block_doc"]
    yield arrays
    id_counts = np.concatenate(([0], counts[1:][numbering.old_id]))
    grid = FormGrid(
        ids,
        id_counts,
        numbering,
        block_doc,
        placement.body_slot,
        placement.details_slot if has_details else None,
    )
    yield from inverted_arrays(
        grid, placement.weighted_lengths, placement.title_lengths, range_syllables
    )


def write_files(
    folder: Path, name: str, columns: Columns, rows: Arrays, vectors: VectorColumns | None = None
) -> None:
    """Write and fsync the two files of a segment.

    :param name: the name of the segment.
    :param columns: the documents, which are consumed.
    :param rows: the arrays of their doc values.
    :param vectors: their vectors, if there are any.
    :raises OSError: the files cannot be written.
    """
    _write(folder / f"{name}{GRID_SUFFIX}", lambda file: write_segment(columns, file))
    write_rows(folder, name, rows.items(), vectors)


def write_rows(
    folder: Path,
    name: str,
    rows: Iterable[tuple[str, np.ndarray]],
    vectors: VectorColumns | None,
) -> None:
    """Write and fsync the file of the doc values of a segment.

    :param name: the name of the segment.
    :param rows: the arrays by name, which may be read one by one.
    :param vectors: its vectors, if there are any.
    :raises OSError: the file cannot be written.
    """

    def write(file: BinaryIO) -> None:
        writer = ArrayFileWriter(file)
        for array_name, array in rows:
            writer.add(array_name, array)
        if vectors is not None:
            _add_vectors(writer, vectors)
        writer.finish({} if vectors is None else vectors.meta)

    _write(folder / f"{name}{DOCUMENTS_SUFFIX}", write)


def _add_vectors(writer: ArrayFileWriter, vectors: VectorColumns) -> None:
    """Write the arrays of vectors, whose passages are read once for each of them."""
    starts, values, scales, places = ARRAYS
    count = int(vectors.counts.sum())
    writer.add(starts, vectors.starts())
    for name, dtype, shape, read in (
        (values, np.uint8, (count, vectors.dimension), lambda one: one.values.view(np.uint8)),
        (scales, np.float32, (count,), lambda one: one.scales),
        (places, np.uint32, (count,), lambda one: one.places),
    ):
        writer.add_pieces(name, np.dtype(dtype), shape, map(read, vectors.parts()))


def _write(path: Path, write: Callable[[BinaryIO], None]) -> None:
    with path.open("xb") as file:
        write(file)
        file.flush()
        os.fsync(file.fileno())
