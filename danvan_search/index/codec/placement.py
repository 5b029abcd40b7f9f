"""The placement of the documents of a segment on its grid, by the lengths of their texts.

A document takes the slots ``title, 0, body, 0, line, 0, line, 0…`` (without the first gap if it has
no title): the lines are those of its details that have syllables. It starts at a multiple of 16.
"""

from dataclasses import dataclass
from typing import Final

import numpy as np

from danvan_search.index.codec.bm25 import weighted
from danvan_search.index.codec.ragged import offsets_of

BLOCK_BITS: Final = 4
BLOCK: Final = 1 << BLOCK_BITS
"""The number of slots in a block; all belong to one document."""
MAX_SLOTS: Final = (1 << 32) - 1


@dataclass(frozen=True, slots=True)
class DetailsLengths:
    """The lengths of the details of some documents.

    :ivar syllables: int64[docs].
    :ivar lines: int64[docs], the lines that have syllables.
    """

    syllables: np.ndarray
    lines: np.ndarray

    @property
    def slots(self) -> np.ndarray:
        """int64[docs], the slots of the details: each line is followed by a gap."""
        return np.asarray(self.syllables + self.lines)


@dataclass(frozen=True, slots=True)
class Placement:
    """The slots of the documents of a segment.

    :ivar doc_slot: int64[docs + 1], the first slot of each document, a multiple of 16, and the
        number of slots of the grid.
    :ivar body_slot: int64[docs], the first slot of each body.
    :ivar details_slot: int64[docs], the slot after the gap that follows each body.
    :ivar title_lengths: int64[docs], in syllables.
    :ivar body_lengths: int64[docs], in syllables.
    :ivar details: the lengths of the details; None if no document has any.
    """

    doc_slot: np.ndarray
    body_slot: np.ndarray
    details_slot: np.ndarray
    title_lengths: np.ndarray
    body_lengths: np.ndarray
    details: DetailsLengths | None

    @property
    def slot_count(self) -> int:
        """The number of slots of the grid."""
        return int(self.doc_slot[-1])

    @property
    def weighted_lengths(self) -> np.ndarray:
        """The lengths by which documents are ranked; see :func:`weighted_lengths`."""
        return weighted_lengths(self.title_lengths, self.body_lengths, self.details)


def weighted_lengths(
    title_lengths: np.ndarray, body_lengths: np.ndarray, details: DetailsLengths | None
) -> np.ndarray:
    """Return the lengths by which documents are ranked: int64[docs], with details float64[docs].

    Syllables of details count at their weight; see ``bm25``.

    :param title_lengths: int64[docs], syllables of each title.
    :param body_lengths: int64[docs], syllables of each body.
    """
    lengths = np.asarray(title_lengths + body_lengths)
    if details is None:
        return lengths
    return weighted(lengths + details.syllables, details.syllables)


def lay_out_documents(
    title_lengths: np.ndarray, body_lengths: np.ndarray, details: DetailsLengths | None = None
) -> Placement:
    """Assign the slots of a grid to documents.

    :param title_lengths: int64[docs], syllables of each title.
    :param body_lengths: int64[docs], syllables of each body.
    :param details: the lengths of the details; None if no document has any.
    :raises ValueError: there are more than ``MAX_SLOTS`` slots.
    """
    title_slots = title_lengths + (title_lengths > 0)
    before_details = title_slots + body_lengths + 1
    slots = before_details if details is None else before_details + details.slots
    doc_slot = BLOCK + offsets_of((slots + BLOCK - 1) // BLOCK * BLOCK)
    if doc_slot[-1] > MAX_SLOTS:
        raise ValueError("too many syllables for one segment: write it in several")
    return Placement(
        doc_slot,
        doc_slot[:-1] + title_slots,
        doc_slot[:-1] + before_details,
        title_lengths,
        body_lengths,
        details,
    )
