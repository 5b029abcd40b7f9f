"""The syllable grid of a segment: an array with one slot per syllable, and gaps between texts.

A slot holds the 16-bit accented id of its syllable; 0 is a gap. A document takes the slots ``title,
0, body, 0, line, 0, line, 0…`` (see ``placement``) and starts at a multiple of 16, so a block of 16
slots belongs to one document. Slots 0 to 15 are gaps, and so is the last slot: a slot before the
start of a text, or past the end of the grid and clipped to it, is a gap::

    document of a slot     block_doc[slot >> 4]
    slot in the title?     slot < body_slot[document]
    slot in the details?   slot >= details_slot[document]

Accented ids from 65,535 on, those of the rarest forms, are escaped: the slot holds 65,535, and two
arrays sorted by slot hold the slot and the id.
"""

from typing import Final

import numpy as np

from danvan_search.index.codec.array_checks import check, check_ascending, check_lengths
from danvan_search.index.codec.checked_array import Arrays, StoredArrays
from danvan_search.index.codec.narrow import COUNTS, narrowed
from danvan_search.index.codec.placement import (
    BLOCK,
    BLOCK_BITS,
    DetailsLengths,
    Placement,
    lay_out_documents,
    weighted_lengths,
)
from danvan_search.index.codec.ragged import offsets_of, run_indices

ESCAPE: Final = 65_535
"""The content of a slot whose accented id is this or greater."""


def grid_arrays(ids: np.ndarray, placement: Placement) -> Arrays:
    """Return the arrays that :class:`Grid` reads.

    :param ids: uint32[slots], the accented id of each slot, 0 in gaps.
    :param placement: the slots of the documents.
    """
    doc_count = len(placement.body_slot)
    escaped = np.flatnonzero(ids >= ESCAPE)
    block_counts = np.diff(placement.doc_slot) >> BLOCK_BITS
    doc_dtype = doc_id_dtype(doc_count)
    block_doc = np.zeros(placement.slot_count >> BLOCK_BITS, dtype=doc_dtype)
    block_doc[1:] = np.repeat(np.arange(doc_count, dtype=doc_dtype), block_counts)
    arrays = {
        "grid": np.minimum(ids, ESCAPE).astype(np.uint16),
        "escaped_slots": escaped.astype(np.uint32),
        "escaped_ids": ids[escaped].astype(np.uint32),
        "block_doc": block_doc,
        "title_lengths": narrowed(placement.title_lengths),
        "body_lengths": narrowed(placement.body_lengths),
    }
    if placement.details is not None:
        arrays["details_lengths"] = narrowed(placement.details.syllables)
        arrays["details_lines"] = narrowed(placement.details.lines)
    return arrays


def doc_id_dtype(doc_count: int) -> np.dtype[np.unsignedinteger]:
    """Return the dtype of the document numbers of a segment: uint16 if they fit, else uint32."""
    return np.dtype(np.uint16 if doc_count <= 1 << 16 else np.uint32)


def are_in_range(ids: np.ndarray, first: int, end: int) -> np.ndarray:
    """Return bool[n], which accented ids are one of ``range(first, end)``.

    :param ids: uint16 or uint32[n].
    :param first: greater than 0.
    """
    if end == first + 1:
        return np.asarray(ids == first)
    most = (1 << 8 * ids.itemsize) - 1
    if first > most:
        return np.zeros(len(ids), dtype=bool)
    # One comparison tests both bounds: ids below ``first`` wrap around to large numbers.
    return np.asarray(ids - ids.dtype.type(first) < min(end, most + 1) - first)


class Grid:
    """The grid of an open segment.

    Opening reads the lengths of the texts whole, and lays the documents out as they were when the
    grid was written.

    :ivar block_doc: uint16 or uint32[slots / 16], the document of each block of 16 slots; 0 for the
        first block, which is a gap.
    :ivar doc_slot: int64[docs + 1], see :class:`Placement`.
    :ivar body_slot: int64[docs].
    :ivar details_slot: int64[docs]; None if no document has details.
    :ivar title_lengths: uint32[docs].
    :ivar body_lengths: uint32[docs].
    :ivar details: the lengths of the details; None if no document has any.

    :param arrays: the arrays of :func:`grid_arrays`.
    :raises KeyError: an array is missing.
    :raises ValueError: their shapes do not fit each other, or the texts do not fill the grid.
    :raises IndexDamagedError: one has another dtype.
    """

    def __init__(self, arrays: StoredArrays) -> None:
        self._grid = arrays["grid"].of(np.uint16)
        self._escaped_slots = arrays["escaped_slots"].of(np.uint32)
        self._escaped_ids = arrays["escaped_ids"].of(np.uint32)
        self.block_doc = arrays["block_doc"].of(np.uint16, np.uint32)
        self.title_lengths, self.body_lengths = (
            arrays[name].of(*COUNTS).whole().astype(np.uint32)
            for name in ("title_lengths", "body_lengths")
        )
        check_lengths(len(self._escaped_ids), self._escaped_slots)
        check_lengths(len(self._grid) >> BLOCK_BITS, self.block_doc)
        check_lengths(len(self.title_lengths), self.body_lengths)
        self.details = _stored_details(arrays)
        if self.details is not None:
            check_lengths(len(self.title_lengths), self.details.syllables, self.details.lines)
        placement = lay_out_documents(
            self.title_lengths.astype(np.int64), self.body_lengths.astype(np.int64), self.details
        )
        check(placement.slot_count == len(self._grid), "texts of other lengths than the grid")
        self.doc_slot, self.body_slot = placement.doc_slot, placement.body_slot
        self.details_slot = None if self.details is None else placement.details_slot

    @property
    def slot_count(self) -> int:
        """The number of slots of the grid."""
        return len(self._grid)

    def lengths(self) -> np.ndarray:
        """Return the syllables of all texts of each document: int64[docs]."""
        lengths: np.ndarray = self.title_lengths.astype(np.int64) + self.body_lengths
        return lengths if self.details is None else lengths + self.details.syllables

    def weighted_lengths(self) -> np.ndarray:
        """Return the lengths by which documents are ranked; see :func:`weighted_lengths`."""
        return weighted_lengths(
            self.title_lengths.astype(np.int64), self.body_lengths, self.details
        )

    def are_in_details(self, slots: np.ndarray) -> np.ndarray:
        """Return which slots are in details: bool[n].

        :param slots: integers[n], all on the grid.
        """
        if self.details_slot is None:
            return np.zeros(len(slots), dtype=bool)
        docs = self.docs_at(slots)
        return np.asarray(slots >= self.details_slot.take(docs))

    def are_gaps(self, slots: np.ndarray) -> np.ndarray:
        """Return which slots are gaps: bool[n].

        :param slots: integers[n], all on the grid.
        """
        return np.asarray(self._grid.take(slots) == 0)

    def has_id(self, slots: np.ndarray, first: int, end: int) -> np.ndarray:
        """Return at which slots the accented id is one of ``range(first, end)``: bool[n].

        :param slots: int64[n]; slots before or past the grid count as gaps.
        :param first: greater than 0.
        """
        low = self._grid.take(slots, mode="clip")
        return are_in_range(low if end <= ESCAPE else self._unescaped(low, slots), first, end)

    def contents(self, slots: np.ndarray) -> np.ndarray:
        """Return the accented ids at some slots, 0 in gaps: uint16 or uint32[n].

        :param slots: int64[n]; slots before or after the grid count as gaps.
        """
        low = self._grid.take(slots, mode="clip")
        return self._unescaped(low, slots) if (low == ESCAPE).any() else low

    def matching(self, slots: list[int], around: list[tuple[int, int, int]]) -> list[int]:
        """Return the slots that have certain accented ids around them; for a few slots.

        For many slots, :meth:`has_id` is faster.

        :param slots: slots of the grid.
        :param around: conditions (distance, first, end), all of which must hold: the accented id
            at ``slot + distance`` is one of ``range(first, end)``, ``first`` greater than 0.
        """
        kept = []
        size, item = len(self._grid), self._grid.item
        for slot in slots:
            for distance, first, end in around:
                # ``id`` is inlined: a search of a long phrase does little else.
                near = slot + distance
                low = item(near) if 0 <= near < size else 0
                if not first <= (low if low < ESCAPE else self.id(near)) < end:
                    break
            else:
                kept.append(slot)
        return kept

    def doc(self, slot: int) -> int:
        """Return the document that a slot belongs to."""
        number: int = self.block_doc.item(slot >> BLOCK_BITS)
        return number

    def docs_at(self, slots: np.ndarray) -> np.ndarray:
        """Return the documents that some slots, integers[n], belong to: unsigned[n]."""
        return self.block_doc.take(slots >> BLOCK_BITS)

    def slot_range(self, doc: int) -> tuple[int, int]:
        """Return the first slot of a document, and the slot after its last."""
        return self.doc_slot.item(doc), self.doc_slot.item(doc + 1)

    def id(self, slot: int) -> int:
        """Return the accented id at a slot; slots before or past the grid count as gaps."""
        if not 0 <= slot < len(self._grid):
            return 0
        low: int = self._grid.item(slot)
        if low < ESCAPE:
            return low
        index = self._escaped_slots.find(slot, 0, len(self._escaped_slots))
        return int(self._escaped_ids.item(index))

    def low_ids(self, start: int, end: int) -> np.ndarray:
        """Return the content of the slots ``start`` to ``end - 1``: uint16[end - start].

        It is the accented id, or ``ESCAPE`` for ids that are not less.
        """
        return self._grid.slice(start, end)

    def ids(self, start: int, end: int) -> np.ndarray:
        """Return the accented ids of the slots ``start`` to ``end - 1``: unsigned[end - start]."""
        low = self._grid.slice(start, end)
        if low.max(initial=0) < ESCAPE:
            return low
        return self._unescaped(low, np.arange(start, end))

    def contents_of(
        self, docs: np.ndarray, titles_only: np.ndarray
    ) -> tuple[np.ndarray, np.ndarray]:
        """Return the accented ids of some documents, end to end, 0 in gaps.

        :param docs: int64[docs], in any order.
        :param titles_only: bool[docs], of which of them the blocks of the title are enough.
        :return: uint16 or uint32[n], the ids; int64[docs], the slots of each document.
        """
        first = self.doc_slot.take(docs)
        blocks = (self.doc_slot.take(docs + 1) - first) >> BLOCK_BITS
        if titles_only.any():
            title_blocks = (self.title_lengths.take(docs) + (BLOCK - 1)) >> BLOCK_BITS
            blocks = np.where(titles_only, title_blocks, blocks)
        sizes = blocks << BLOCK_BITS
        low = self._grid.take_blocks(run_indices(first >> BLOCK_BITS, blocks), BLOCK)
        if len(self._escaped_slots) and (low == ESCAPE).any():
            return self._unescaped(low, run_indices(first, sizes)), sizes
        return low, sizes

    def ids_at(self, slots: np.ndarray) -> np.ndarray:
        """Return the accented ids at some slots: uint32[n].

        :param slots: integers[n], all on the grid.
        """
        return self._unescaped(self._grid.take(slots), slots)

    def _unescaped(self, low: np.ndarray, slots: np.ndarray) -> np.ndarray:
        """Return the accented ids at some slots, given their content: uint32[n]."""
        ids = low.astype(np.uint32)
        escaped = np.flatnonzero(low == ESCAPE)
        if escaped.size:
            indices = np.searchsorted(self._escaped_slots.whole(), slots[escaped])
            ids[escaped] = self._escaped_ids.take(indices)
        return ids

    def check_values(self, accented_count: int) -> np.ndarray:
        """Check that texts hold known ids, gaps hold 0, and blocks belong to their documents.

        :param accented_count: the greatest accented id.
        :return: all accented ids, unsigned[slots].
        :raises ValueError: they do not.
        """
        slots = self._escaped_slots.whole()
        check_ascending(slots, self.slot_count)
        low = self._grid.whole()
        check(np.array_equal(np.flatnonzero(low == ESCAPE), slots), "escaped ids out of place")
        check((self._escaped_ids.whole() >= ESCAPE).all(), "an escaped id that needs no escape")
        ids = self.ids(0, self.slot_count)
        check(ids.max(initial=0) <= accented_count, "an id without a form")
        in_text = np.zeros(self.slot_count, dtype=bool)
        for starts, lengths in (
            (self.doc_slot[:-1], self.title_lengths),
            (self.body_slot, self.body_lengths),
        ):
            in_text[run_indices(starts, lengths.astype(np.int64))] = True
        if self.details is not None and self.details_slot is not None:
            self._check_details(ids, self.details, self.details_slot, in_text)
        check(np.array_equal(in_text, ids > 0), "a gap in a text, or an id in a gap")
        blocks = self.block_doc.whole()
        counts = np.diff(self.doc_slot) >> BLOCK_BITS
        docs = np.repeat(np.arange(len(counts)), counts)
        check(
            len(blocks) and not blocks[0] and np.array_equal(blocks[1:], docs),
            "a block of another document",
        )
        return ids

    @staticmethod
    def _check_details(
        ids: np.ndarray, details: DetailsLengths, first_slots: np.ndarray, in_text: np.ndarray
    ) -> None:
        """Check that details have their lines, each with a gap after it.

        :param ids: unsigned[slots], the accented id of each slot.
        :param first_slots: int64[docs], the first slot of each details.
        :param in_text: bool[slots], receives True for the syllables of details.
        """
        slots = run_indices(first_slots, details.slots)
        is_gap = ids[slots] == 0
        in_text[slots[~is_gap]] = True
        gaps = offsets_of(is_gap)
        ends = offsets_of(details.slots)
        check(np.array_equal(np.diff(gaps[ends]), details.lines), "another number of lines")
        check((ids[slots[is_gap] - 1] > 0).all(), "a line without a syllable")
        held = ends[1:][details.slots > 0]
        check(is_gap[held - 1].all(), "a line without an end")


def _stored_details(arrays: StoredArrays) -> DetailsLengths | None:
    """Return the lengths of the details of a segment; None if it has none.

    :raises KeyError: an array is missing.
    :raises IndexDamagedError: one has another dtype.
    """
    if "details_lengths" not in arrays:
        return None
    syllables, lines = (
        arrays[name].of(*COUNTS).whole().astype(np.int64)
        for name in ("details_lengths", "details_lines")
    )
    check_lengths(len(syllables), lines)
    return DetailsLengths(syllables, lines)
