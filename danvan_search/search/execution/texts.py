"""Which text the slots of a segment are in: a title, a body, or a line of details."""

from collections.abc import Sequence
from typing import Final

import numpy as np

from danvan_search.index.codec.ragged import offsets_of, run_indices
from danvan_search.index.codec.segment_reader import SegmentReader
from danvan_search.query.nodes import Field

_FIELDS: Final[Sequence[Field]] = ("title", "body", "details")
"""The texts of a document, in the order of the grid."""


def are_in_field(segment: SegmentReader, slots: np.ndarray, field: Field) -> np.ndarray:
    """Return bool[n], which slots, int64[n], are in a field."""
    return np.asarray(_numbers(segment, slots) % len(_FIELDS) == _FIELDS.index(field))


def are_in_one_text(segment: SegmentReader, slots: np.ndarray, others: np.ndarray) -> np.ndarray:
    """Return bool[n], whether each slot is in the same text as another one, no gap between them.

    :param slots: int64[n], slots of syllables.
    :param others: int64[n], slots of syllables.
    """
    are_in_one = np.asarray(_numbers(segment, slots) == _numbers(segment, others))
    if segment.has_details:
        shared = np.flatnonzero(are_in_one)
        are_in_one[shared] = ~_have_gaps(segment, slots[shared], others[shared])
    return are_in_one


def _numbers(segment: SegmentReader, slots: np.ndarray) -> np.ndarray:
    """Return int64[n], a number for the field of each slot; the remainder by 3 tells which it is.

    The lines of details are one field.
    """
    grid = segment.grid
    docs = grid.docs_at(slots).astype(np.int64)
    numbers = docs * len(_FIELDS)
    numbers += slots >= grid.body_slot.take(docs)
    if grid.details_slot is not None:
        numbers += slots >= grid.details_slot.take(docs)
    return numbers


def _have_gaps(segment: SegmentReader, slots: np.ndarray, others: np.ndarray) -> np.ndarray:
    """Return bool[n], whether there is a gap between two slots of syllables in one field.

    :param slots: int64[n].
    :param others: int64[n].
    """
    held = np.flatnonzero(segment.grid.are_in_details(slots))
    firsts = np.minimum(slots[held], others[held])
    lengths = np.maximum(slots[held], others[held]) - firsts
    gaps = offsets_of(segment.grid.are_gaps(run_indices(firsts, lengths)))
    borders = offsets_of(lengths)
    have_gaps = np.zeros(len(slots), dtype=bool)
    have_gaps[held] = np.diff(gaps[borders]) > 0
    return have_gaps
