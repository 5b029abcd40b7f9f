"""The offsets of syllables in their texts: one byte per slot, and one sum per row of 32 slots.

The code of a syllable is one byte. Its high four bits are the *distance*, the number of characters
between the end of the previous syllable (or the start of the text) and this syllable; its low four
bits are the length of the syllable. If one of the two exceeds 15, or both are 15, the code is 255,
and arrays sorted by slot hold the slot, the distance and the length. The code of a gap is 0.

Each row of 32 slots has the sum of all distances and lengths before it. So the offset of a syllable
is a sum over its own row, however long the text is.
"""

from dataclasses import dataclass
from typing import Final

import numpy as np

from danvan_search.index.codec.checked_array import Arrays, StoredArrays, check, check_lengths
from danvan_search.index.codec.ragged import offsets_of

ESCAPE: Final = 255
"""The code of a syllable whose distance and length are stored apart."""
MAX_NIBBLE: Final = 15

ROW_BITS: Final = 5
ROW: Final = 1 << ROW_BITS
"""The slots of a row. A row takes 4 bytes for its sum; the shorter it is, the faster it adds up."""

_WIDTHS: Final = bytes([(code >> 4) + (code & MAX_NIBBLE) for code in range(256)])
_WIDTH_OF: Final = np.frombuffer(_WIDTHS, dtype=np.uint8).astype(np.uint16)
# Row c has a 1 in each column before column c.
_BEFORE: Final = np.tri(ROW, k=-1, dtype=np.uint16)
# Rows are summed this many slots at a time, which bounds the temporary arrays.
_SUM_SLOTS: Final = 1 << 20

FEW: Final = 4
"""The offsets of up to this many syllables are added up in Python: NumPy calls would be slower."""


@dataclass(frozen=True, slots=True)
class EncodedOffsets:
    """The encoded offsets of n syllables.

    :ivar codes: uint8[n].
    :ivar escaped: int64[3, m], for the m syllables with code 255: index among the n syllables,
        ascending; distance; length.
    """

    codes: np.ndarray
    escaped: np.ndarray


def encode_offsets(starts: np.ndarray, lengths: np.ndarray, counts: np.ndarray) -> EncodedOffsets:
    """Encode the offsets of the n syllables of some texts.

    :param starts: integers[n], the start offset of each syllable in its own text.
    :param lengths: integers[n], characters of each syllable.
    :param counts: int64[texts], syllables of each text.
    """
    distances = starts.copy()
    distances[1:] -= starts[:-1]
    distances[1:] -= lengths[:-1]
    firsts = (np.cumsum(counts) - counts)[counts > 0]
    distances[firsts] = starts[firsts]
    unfit = np.maximum(distances, lengths) > MAX_NIBBLE
    codes = ((distances << 4) | lengths).astype(np.uint8)
    # A distance and a length of 15 encode to 255, and so are escaped as well.
    codes[unfit] = ESCAPE
    escaped = np.flatnonzero(codes == ESCAPE)
    return EncodedOffsets(codes, np.stack([escaped, distances[escaped], lengths[escaped]]))


def offset_arrays(codes: np.ndarray, escaped: np.ndarray) -> Arrays:
    """Return the arrays that :class:`Offsets` reads.

    :param codes: uint8[rows, 32], the code of each slot, 0 past the end of the grid.
    :param escaped: int64[3, m], for the m syllables with code 255: slot, ascending; distance;
        length.
    :return: the arrays ``char_codes``, uint8[rows, 32]; ``char_sums``, uint32 or uint64[rows], the
        characters before each row; ``char_escaped_slots``, ``char_escaped_gaps`` (the distances)
        and ``char_escaped_lengths``, uint32[m] each.
    """
    slots, distances, lengths = escaped
    sums = np.zeros(len(codes) + 1, dtype=np.int64)
    step = _SUM_SLOTS >> ROW_BITS
    for start in range(0, len(codes), step):
        some = codes[start : start + step]
        widths = (some >> 4) + (some & MAX_NIBBLE)
        widths.sum(axis=1, out=sums[start + 1 : start + 1 + len(some)])
    np.add.at(sums, (slots >> ROW_BITS) + 1, distances + lengths - _WIDTHS[ESCAPE])
    np.cumsum(sums, out=sums)
    return {
        "char_codes": codes,
        "char_sums": sums[:-1].astype(np.uint32 if sums[-1] < 1 << 32 else np.uint64),
        "char_escaped_slots": slots.astype(np.uint32),
        "char_escaped_gaps": distances.astype(np.uint32),
        "char_escaped_lengths": lengths.astype(np.uint32),
    }


def row_count(slot_count: int) -> int:
    """Return the number of rows of a grid with ``slot_count`` slots."""
    return -(-slot_count // ROW)


class Offsets:
    """The offsets of the syllables of an open segment.

    Offsets of the *segment* count characters as if all its texts followed each other, each without
    the characters after its last syllable.

    :param arrays: the arrays of :func:`offset_arrays`.
    :param slot_count: the number of slots of the grid.
    :raises KeyError: an array is missing.
    :raises ValueError: their shapes do not fit each other or the grid.
    :raises IndexDamagedError: one has another dtype.
    """

    def __init__(self, arrays: StoredArrays, slot_count: int) -> None:
        self._codes = arrays["char_codes"].of(np.uint8, axes=2)
        self._sums = arrays["char_sums"].of(np.uint32, np.uint64)
        self._escaped_slots = arrays["char_escaped_slots"].of(np.uint32)
        self._escaped_distances = arrays["char_escaped_gaps"].of(np.uint32)
        self._escaped_lengths = arrays["char_escaped_lengths"].of(np.uint32)
        check_lengths(row_count(slot_count), self._codes, self._sums)
        if self._codes.shape[1] != ROW:
            raise ValueError("rows of another length")
        check_lengths(len(self._escaped_slots), self._escaped_distances, self._escaped_lengths)

    def borders(self, firsts: list[int], stops: list[int]) -> tuple[list[int], list[int]]:
        """Return the start offsets of some syllables and the end offsets of others.

        Both are offsets of the segment. To get offsets of a text, subtract the end offset that a
        stop at the first slot of the text has.

        :param firsts: the slots of the syllables whose start offset to return.
        :param stops: the slots after the syllables whose end offset to return; gaps or not.
        """
        if len(firsts) <= FEW:
            starts = [chars + distance for chars, distance in map(self._chars_before, firsts)]
            return starts, [chars for chars, _ in map(self._chars_before, stops)]
        count = len(firsts)
        slots = np.array(firsts + stops, dtype=np.int64)
        rows, columns = slots >> ROW_BITS, slots & ROW - 1
        codes = self._codes.take(rows)
        first_codes = codes[np.arange(count), columns[:count]]
        distances = first_codes >> 4
        widths = _WIDTH_OF.take(codes)
        if ESCAPE in codes.tobytes():
            row, column = (codes == ESCAPE).nonzero()
            widths = widths.astype(np.uint32)
            widths[row, column] = np.add(*self._escaped((rows[row] << ROW_BITS) + column))
            escaped = (first_codes == ESCAPE).nonzero()[0]
            distances = distances.astype(np.uint32)
            distances[escaped] = self._escaped(slots[escaped])[0]
        chars = self._sums.take(rows)
        chars += np.vecdot(widths, _BEFORE.take(columns, axis=0))
        starts = chars[:count] + distances
        return starts.tolist(), chars[count:].tolist()

    def _chars_before(self, slot: int) -> tuple[int, int]:
        """Return the end offset of the slots before a slot, and the distance of the slot."""
        row, column = slot >> ROW_BITS, slot & ROW - 1
        codes = self._codes.raw(row, row + 1).tobytes()[: column + 1]
        chars = self._sums.item(row) + sum(codes[:-1].translate(_WIDTHS))
        distance = codes[-1] >> 4
        if ESCAPE in codes:
            columns = [index for index, code in enumerate(codes) if code == ESCAPE]
            wide = self._escaped(np.array(columns) + (row << ROW_BITS))
            for index, far, length in zip(columns, *map(np.ndarray.tolist, wide), strict=True):
                if index == column:
                    distance = far
                else:
                    chars += far + length - _WIDTHS[ESCAPE]
        return chars, distance

    def parts(self, slots: np.ndarray, part_offsets: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        """Return start offsets and lengths of the syllables of many texts: int64[n] each.

        :param slots: int64[n], ascending, the slots of all syllables of the texts.
        :param part_offsets: int64[texts + 1]; text t has ``slots[part_offsets[t] :
            part_offsets[t + 1]]``.
        """
        if not len(slots):
            return slots, slots
        first, last = (slots[[0, -1]] >> ROW_BITS).tolist()
        # Also reads the rows between the texts, which are few: the texts of a batch are neighbours.
        codes = self._codes.slice(first, last + 1).reshape(-1).take(slots - (first << ROW_BITS))
        distances = (codes >> 4).astype(np.int64)
        lengths = (codes & MAX_NIBBLE).astype(np.int64)
        escaped = np.flatnonzero(codes == ESCAPE)
        if escaped.size:
            distances[escaped], lengths[escaped] = self._escaped(slots[escaped])
        ends = np.zeros(len(slots) + 1, dtype=np.int64)
        np.cumsum(distances + lengths, out=ends[1:])
        origins = np.repeat(ends[part_offsets[:-1]], np.diff(part_offsets))
        return ends[1:] - lengths - origins, lengths

    def _escaped(self, slots: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        """Return distances and lengths of syllables with code 255: uint32[n] each."""
        indices = np.searchsorted(self._escaped_slots.whole(), slots)
        return self._escaped_distances.take(indices), self._escaped_lengths.take(indices)

    def check_values(self) -> np.ndarray:
        """Check the sums and the escaped syllables.

        :return: int64[rows · 32 + 1], for each slot the end offset of the slots before it, an
            offset of the segment; and for the end of the last row.
        :raises ValueError: they do not fit the codes.
        """
        slots = self._escaped_slots.whole()
        codes = self._codes.whole().reshape(-1)
        check(np.array_equal(np.flatnonzero(codes == ESCAPE), slots), "escaped slots out of place")
        widths = _WIDTH_OF.take(codes).astype(np.int64)
        distances, lengths = self._escaped_distances.whole(), self._escaped_lengths.whole()
        widths[slots] = distances.astype(np.int64) + lengths
        before = offsets_of(widths)
        check(np.array_equal(before[:-1:ROW], self._sums.whole()), "sums of other offsets")
        return before
