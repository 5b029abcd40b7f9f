"""Columns to the arrays of a segment; ``__init__`` draws what they are."""

from collections.abc import Iterator
from typing import Any, BinaryIO

import numpy as np

from danvan_search.index.arrays.arrayfile import ArrayFileWriter
from danvan_search.index.arrays.columns import Columns
from danvan_search.index.arrays.layout import lay_out
from danvan_search.index.arrays.lists import list_arrays
from danvan_search.index.arrays.ranges import RANGE_SYLLABLES, FormGrid
from danvan_search.index.arrays.slots import grid_arrays, place
from danvan_search.index.arrays.texts import text_arrays
from danvan_search.index.arrays.vocabulary import Arrays, number, vocabulary_arrays

_CHUNK = 1 << 20


def write_segment(columns: Columns, file: BinaryIO) -> None:
    """Build a segment and write it.

    What the columns hold in memory is given up on the way. A build itself holds some 15 bytes per
    syllable at its peak: the ids on the grid, the positions, and the lists.

    :param columns: the documents; used up.
    :param file: open for writing in binary; its owner flushes, syncs and closes it.
    :raises ValueError: when there are more syllables than a segment can hold (2^32, and less
        with many short documents).
    """
    writer = ArrayFileWriter(file)
    meta: dict[str, Any] = {}
    for arrays in _groups(columns, meta, RANGE_SYLLABLES):
        # Each group is written and dropped before the next is made.
        while arrays:
            name = next(iter(arrays))
            writer.add(name, arrays.pop(name))
    writer.finish(meta)


def build_arrays(
    columns: Columns, range_syllables: int = RANGE_SYLLABLES
) -> tuple[Arrays, dict[str, Any]]:
    """Build a segment in memory: its arrays by name, and its meta values.

    :param range_syllables: how many syllables are sorted at a time; the arrays do not depend on
        it.
    """
    meta: dict[str, Any] = {}
    arrays: Arrays = {}
    for group in _groups(columns, meta, range_syllables):
        arrays |= group
    return arrays, meta


def _groups(columns: Columns, meta: dict[str, Any], range_syllables: int) -> Iterator[Arrays]:
    """Yield the arrays of a segment in groups, and fill in its meta values."""
    placement = place(columns.title_lengths, columns.body_lengths)
    meta["docs"] = columns.doc_count
    meta["syllables"] = columns.syllables
    meta["title_syllables"] = columns.title_syllables
    meta["segmenters"] = list(columns.segmenters)
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
    yield vocabulary_arrays(numbering, forms, folded_forms)
    del forms, folded_forms

    new_id = np.concatenate((np.zeros(1, dtype=np.uint32), numbering.new_id))
    for start in range(0, len(ids), _CHUNK):
        # In place: forms become accented ids.
        ids[start : start + _CHUNK] = new_id.take(ids[start : start + _CHUNK])
    arrays = grid_arrays(ids, placement)
    block_doc = arrays["block_doc"]
    yield arrays
    id_counts = np.concatenate(([0], counts[1:][numbering.old_id]))
    grid = FormGrid(ids, id_counts, numbering, block_doc, placement.body_slot)
    yield from list_arrays(
        grid,
        placement.title_lengths + placement.body_lengths,
        placement.title_lengths,
        range_syllables,
    )
