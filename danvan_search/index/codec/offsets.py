"""Where each syllable stands in its text: one byte per slot, and a sum for every 32.

The high four bits count the characters between the end of the syllable before (or the start
of the text) and this one, the low four its length; together they are 255 where one of them
does not fit, and both stand in a list of their own, sorted by slot. Gaps hold 0.

With the number of all characters before each row of 32 slots, the place of a syllable is a sum over
its own row, however long the text is.
"""

from dataclasses import dataclass
from typing import Final

import numpy as np

from danvan_search.index.codec.checked_array import Arrays, StoredArrays, check, check_lengths
from danvan_search.index.codec.ragged import offsets_of

ESCAPE: Final = 255
MAX_NIBBLE: Final = 15

ROW_BITS: Final = 5
ROW: Final = 1 << ROW_BITS
"""So many slots have one sum: 4 bytes more for each, and less to add up for a place."""

_WIDTHS: Final = bytes([(code >> 4) + (code & MAX_NIBBLE) for code in range(256)])
_WIDTH_OF: Final = np.frombuffer(_WIDTHS, dtype=np.uint8).astype(np.uint16)
_BEFORE: Final = np.tri(ROW, k=-1, dtype=np.uint16)
_SUM_SLOTS: Final = 1 << 20

FEW: Final = 4
"""So many places are added up one by one, which takes less than calls of NumPy do."""


@dataclass(frozen=True, slots=True)
class EncodedOffsets:
    """Where n syllables stand, as a segment stores it.

    :ivar codes: uint8[n].
    :ivar escaped: int64[3, m], of the syllables whose code is 255 the index among the n, the gap
        before it, and the length.
    """

    codes: np.ndarray
    escaped: np.ndarray


def encode_offsets(starts: np.ndarray, lengths: np.ndarray, counts: np.ndarray) -> EncodedOffsets:
    """Encode the places of the n syllables of some texts.

    :param starts: int32[n], where each starts, in characters of its own text.
    :param lengths: int32[n], how many characters each has.
    :param counts: int64[texts], how many syllables each text has.
    """
    gaps = starts.copy()
    gaps[1:] -= starts[:-1]
    gaps[1:] -= lengths[:-1]
    firsts = (np.cumsum(counts) - counts)[counts > 0]
    gaps[firsts] = starts[firsts]
    unfit = np.maximum(gaps, lengths) > MAX_NIBBLE
    codes = ((gaps << 4) | lengths).astype(np.uint8)
    # A gap and a length of 15 give 255, and so stand in the list as well.
    codes[unfit] = ESCAPE
    escaped = np.flatnonzero(codes == ESCAPE)
    return EncodedOffsets(codes, np.stack([escaped, gaps[escaped], lengths[escaped]]))


def offset_arrays(codes: np.ndarray, escaped: np.ndarray) -> Arrays:
    """Return the arrays that :class:`Offsets` reads.

    :param codes: uint8[rows, 32], the code of each slot.
    :param escaped: int64[3, m], of the syllables whose code is 255 the slot, the gap before it,
        and the length; by rising slot.
    """
    slots, gaps, lengths = escaped
    sums = np.zeros(len(codes) + 1, dtype=np.int64)
    step = _SUM_SLOTS >> ROW_BITS
    for start in range(0, len(codes), step):
        some = codes[start : start + step]
        widths = (some >> 4) + (some & MAX_NIBBLE)
        widths.sum(axis=1, out=sums[start + 1 : start + 1 + len(some)])
    np.add.at(sums, (slots >> ROW_BITS) + 1, gaps + lengths - _WIDTHS[ESCAPE])
    np.cumsum(sums, out=sums)
    return {
        "char_codes": codes,
        "char_sums": sums[:-1].astype(np.uint32 if sums[-1] < 1 << 32 else np.uint64),
        "char_escaped_slots": slots.astype(np.uint32),
        "char_escaped_gaps": gaps.astype(np.uint32),
        "char_escaped_lengths": lengths.astype(np.uint32),
    }


def row_count(slot_count: int) -> int:
    """Return how many rows so many slots take."""
    return -(-slot_count // ROW)


class Offsets:
    """The places of an open segment's syllables.

    :param slot_count: how long its grid is.
    """

    def __init__(self, arrays: StoredArrays, slot_count: int) -> None:
        self._codes = arrays["char_codes"].of(np.uint8, axes=2)
        self._sums = arrays["char_sums"].of(np.uint32, np.uint64)
        self._escaped_slots = arrays["char_escaped_slots"].of(np.uint32)
        self._escaped_gaps = arrays["char_escaped_gaps"].of(np.uint32)
        self._escaped_lengths = arrays["char_escaped_lengths"].of(np.uint32)
        check_lengths(row_count(slot_count), self._codes, self._sums)
        if self._codes.shape[1] != ROW:
            raise ValueError("rows of another length")
        check_lengths(len(self._escaped_slots), self._escaped_gaps, self._escaped_lengths)

    def borders(self, firsts: list[int], stops: list[int]) -> tuple[list[int], list[int]]:
        """Return where some syllables start, and where others end.

        Both are counted in characters from the first slot of the segment on, as if its texts
        followed each other: what ends before the first slot of a text is to be taken off.

        :param firsts: the slots of syllables.
        :param stops: the slots after others, gaps or not.
        """
        if len(firsts) <= FEW:
            starts = [chars + gap for chars, gap in map(self._before, firsts)]
            return starts, [chars for chars, _ in map(self._before, stops)]
        count = len(firsts)
        slots = np.array(firsts + stops, dtype=np.int64)
        rows, columns = slots >> ROW_BITS, slots & ROW - 1
        codes = self._codes.take(rows)
        own = codes[np.arange(count), columns[:count]]
        gaps = own >> 4
        widths = _WIDTH_OF.take(codes)
        if ESCAPE in codes.tobytes():
            row, column = (codes == ESCAPE).nonzero()
            widths = widths.astype(np.uint32)
            widths[row, column] = np.add(*self._escaped((rows[row] << ROW_BITS) + column))
            escaped = (own == ESCAPE).nonzero()[0]
            gaps = gaps.astype(np.uint32)
            gaps[escaped] = self._escaped(slots[escaped])[0]
        chars = self._sums.take(rows)
        chars += np.vecdot(widths, _BEFORE.take(columns, axis=0))
        starts = chars[:count] + gaps
        return starts.tolist(), chars[count:].tolist()

    def _before(self, slot: int) -> tuple[int, int]:
        """Return how many characters stand before the gap of a slot, and the gap."""
        row, column = slot >> ROW_BITS, slot & ROW - 1
        codes = self._codes.raw(row, row + 1).tobytes()[: column + 1]
        chars = self._sums.item(row) + sum(codes[:-1].translate(_WIDTHS))
        gap = codes[-1] >> 4
        if ESCAPE in codes:
            columns = [place for place, code in enumerate(codes) if code == ESCAPE]
            wide = self._escaped(np.array(columns) + (row << ROW_BITS))
            for place, wide_gap, length in zip(columns, *map(np.ndarray.tolist, wide), strict=True):
                if place == column:
                    gap = wide_gap
                else:
                    chars += wide_gap + length - _WIDTHS[ESCAPE]
        return chars, gap

    def parts(self, slots: np.ndarray, offsets: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        """Return starts and lengths of the syllables of many parts, int64[n] each.

        :param slots: int64[n], ascending, the slots of all syllables of the parts.
        :param offsets: int64[parts + 1]; part p has slots offsets[p] to offsets[p + 1].
        """
        if not len(slots):
            return slots, slots
        first, last = (slots[[0, -1]] >> ROW_BITS).tolist()
        # All of what is between is read: the documents of a batch are neighbours.
        codes = self._codes.slice(first, last + 1).reshape(-1).take(slots - (first << ROW_BITS))
        gaps = (codes >> 4).astype(np.int64)
        lengths = (codes & MAX_NIBBLE).astype(np.int64)
        escaped = np.flatnonzero(codes == ESCAPE)
        if escaped.size:
            gaps[escaped], lengths[escaped] = self._escaped(slots[escaped])
        ends = np.zeros(len(slots) + 1, dtype=np.int64)
        np.cumsum(gaps + lengths, out=ends[1:])
        origins = np.repeat(ends[offsets[:-1]], np.diff(offsets))
        return ends[1:] - lengths - origins, lengths

    def _escaped(self, slots: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        """Return gaps and lengths of syllables whose codes are 255: uint32[n] each."""
        places = np.searchsorted(self._escaped_slots.whole(), slots)
        return self._escaped_gaps.take(places), self._escaped_lengths.take(places)

    def check_values(self) -> np.ndarray:
        """Check the sums and the escapes; return the characters before each slot, int64[slots + 1].

        :raises ValueError: they do not fit the codes.
        """
        slots = self._escaped_slots.whole()
        codes = self._codes.whole().reshape(-1)
        check(np.array_equal(np.flatnonzero(codes == ESCAPE), slots), "escapes out of place")
        widths = _WIDTH_OF.take(codes).astype(np.int64)
        gaps, lengths = self._escaped_gaps.whole(), self._escaped_lengths.whole()
        widths[slots] = gaps.astype(np.int64) + lengths
        before = offsets_of(widths)
        check(np.array_equal(before[:-1:ROW], self._sums.whole()), "sums of other offsets")
        return before
