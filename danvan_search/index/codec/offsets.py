"""The offsets of syllables in their texts: two bytes per slot, and one sum per row of 64 slots.

Each row has the number of characters before it, summed over the distances and lengths of all
earlier slots. The *distance* of a syllable is the number of characters between the end of the
previous one (or the start of the text) and it.

The code of a syllable is 16 bits. The high ten are its *start*, the number of characters from those
before its row to its first one; the low six are its length. If one of the two does not fit, or both
have all bits set, the code is 65,535, and arrays sorted by slot hold the slot, the start and the
length. A gap has the length 0, and starts where the text before it ends. So the offset of a
syllable is a sum of two numbers, and the origin of a text is the end of the gap before it.

Until the slots of a syllable are known, one byte takes its distance and its length.
"""

from dataclasses import dataclass
from typing import Final

import numpy as np

from danvan_search.index.codec.array_checks import check, check_lengths
from danvan_search.index.codec.checked_array import Arrays, StoredArrays

LENGTH_BITS: Final = 6
MAX_LENGTH: Final = (1 << LENGTH_BITS) - 1
MAX_START: Final = (1 << 16 - LENGTH_BITS) - 1
ESCAPE: Final = 0xFFFF
"""The code of a syllable whose start and length are stored apart."""

ROW_BITS: Final = 6
ROW: Final = 1 << ROW_BITS
"""The slots of a row. A row takes 4 bytes for its sum; in a longer one, more starts do not fit."""

WIDE: Final = 255
"""The code, in one byte, of a syllable whose distance and length are kept apart."""
MAX_NIBBLE: Final = 15

# So many slots are encoded at a time, which bounds the temporary arrays: a multiple of ROW.
_STEP: Final = 1 << 18

FEW: Final = 7
"""The offsets of up to this many syllables are read in Python: NumPy calls would be slower."""


@dataclass(frozen=True, slots=True)
class EncodedOffsets:
    """The offsets of n syllables, before their slots are known.

    :ivar codes: uint8[n], distance · 16 + length; 255 if one of the two exceeds 15, or both are 15.
    :ivar wide: int64[3, m], for the m syllables with code 255: index among the n syllables,
        ascending; distance; length.
    """

    codes: np.ndarray
    wide: np.ndarray


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
    # A distance and a length of 15 encode to 255, and so are kept apart as well.
    codes[unfit] = WIDE
    wide = np.flatnonzero(codes == WIDE)
    return EncodedOffsets(codes, np.stack([wide, distances[wide], lengths[wide]]))


def offset_arrays(codes: np.ndarray, wide: np.ndarray) -> Arrays:
    """Return the arrays that :class:`Offsets` reads.

    :param codes: uint8[slots], the code of each slot, as in :class:`EncodedOffsets`; 0 in gaps.
    :param wide: int64[3, m], for the m syllables with code 255: slot, ascending; distance; length.
    :return: the arrays ``char_codes``, uint16[slots]; ``char_sums``, uint32 or uint64[rows], the
        characters before each row; ``char_escaped_slots`` and ``char_escaped_lengths``, uint32[k],
        and ``char_escaped_starts``, uint32 or uint64[k].
    """
    wide_slots, wide_distances, wide_lengths = wide
    packed = np.empty(len(codes), dtype=np.uint16)
    sums = np.empty(row_count(len(codes)), dtype=np.int64)
    all_escaped = [np.zeros((3, 0), dtype=np.int64)]
    total = 0
    for first in range(0, len(codes), _STEP):
        some = codes[first : first + _STEP]
        distances = (some >> 4).astype(np.int64)
        lengths = (some & MAX_NIBBLE).astype(np.int64)
        of_step = slice(*wide_slots.searchsorted((first, first + len(some))))
        distances[wide_slots[of_step] - first] = wide_distances[of_step]
        lengths[wide_slots[of_step] - first] = wide_lengths[of_step]
        ends = np.cumsum(distances + lengths) + total
        starts = ends - lengths
        of_rows = (starts - distances)[::ROW]
        row = first >> ROW_BITS
        sums[row : row + len(of_rows)] = of_rows
        starts -= np.repeat(of_rows, ROW)[: len(some)]
        unfit = (starts > MAX_START) | (lengths > MAX_LENGTH)
        own = starts << LENGTH_BITS | lengths
        own[unfit] = ESCAPE
        packed[first : first + len(some)] = own
        escaped = np.flatnonzero(own == ESCAPE)
        all_escaped.append(np.stack([escaped + first, starts[escaped], lengths[escaped]]))
        total = int(ends[-1])
    slots, starts, lengths = np.concatenate(all_escaped, axis=1)
    dtype = np.uint32 if total < 1 << 32 else np.uint64
    return {
        "char_codes": packed,
        "char_sums": sums.astype(dtype),
        "char_escaped_slots": slots.astype(np.uint32),
        "char_escaped_starts": starts.astype(dtype),
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
        self._codes = arrays["char_codes"].of(np.uint16)
        self._sums = arrays["char_sums"].of(np.uint32, np.uint64)
        self._escaped_slots = arrays["char_escaped_slots"].of(np.uint32)
        self._escaped_starts = arrays["char_escaped_starts"].of(np.uint32, np.uint64)
        self._escaped_lengths = arrays["char_escaped_lengths"].of(np.uint32)
        check_lengths(slot_count, self._codes)
        check_lengths(row_count(slot_count), self._sums)
        check_lengths(len(self._escaped_slots), self._escaped_starts, self._escaped_lengths)

    def borders(self, firsts: list[int], stops: list[int]) -> tuple[list[int], list[int]]:
        """Return the start offsets of some syllables and the end offsets of others.

        Both are offsets of the segment. To get offsets of a text, subtract the end offset that a
        stop at the first slot of the text has.

        :param firsts: the slots of the syllables whose start offset to return.
        :param stops: the slots after those whose end offset to return; gaps or not, from 1.
        """
        count = len(firsts)
        if count <= FEW:
            starts = [self._span(slot)[0] for slot in firsts]
            return starts, [sum(self._span(stop - 1)) for stop in stops]
        slots = np.array(firsts + stops, dtype=np.int64)
        slots[count:] -= 1
        chars, lengths = self._spans(slots)
        chars[count:] += lengths[count:]
        offsets: list[int] = chars.tolist()
        return offsets[:count], offsets[count:]

    def parts(self, slots: np.ndarray, counts: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        """Return start offsets and lengths of the syllables of many texts: int64[n] each.

        :param slots: int64[n], ascending, the slots of all syllables of the texts.
        :param counts: int64[texts], syllables of each text.
        """
        starts, lengths = (some.astype(np.int64) for some in self._spans(slots))
        held = counts[counts > 0]
        first_slots = slots[np.cumsum(held) - held]
        origins = np.add(*self._spans(first_slots - 1)).astype(np.int64)
        return starts - np.repeat(origins, held), lengths

    def _span(self, slot: int) -> tuple[int, int]:
        """Return the start offset and the length of the syllable, or of the gap, at a slot."""
        code: int = self._codes.item(slot)
        if code == ESCAPE:
            index = self._escaped_slots.find(slot, 0, len(self._escaped_slots))
            start, length = self._escaped_starts.item(index), self._escaped_lengths.item(index)
        else:
            start, length = code >> LENGTH_BITS, code & MAX_LENGTH
        return self._sums.item(slot >> ROW_BITS) + start, length

    def _spans(self, slots: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        """Return start offsets and lengths as :meth:`_span` does: unsigned[n] each.

        :param slots: int64[n].
        """
        codes = self._codes.take(slots)
        chars = self._sums.take(slots >> ROW_BITS)
        starts, lengths = codes >> LENGTH_BITS, codes & MAX_LENGTH
        escaped = (codes == ESCAPE).nonzero()[0]
        if len(escaped):
            # In the dtype of the array, which NumPy would copy otherwise.
            wanted = slots[escaped].astype(np.uint32)
            indices = self._escaped_slots.whole().searchsorted(wanted)
            starts, lengths = starts.astype(chars.dtype), lengths.astype(np.uint32)
            starts[escaped] = self._escaped_starts.take(indices)
            lengths[escaped] = self._escaped_lengths.take(indices)
        chars += starts
        return chars, lengths

    def check_values(self, ids: np.ndarray) -> np.ndarray:
        """Check that syllables follow each other, that sums fit them, and what is escaped.

        :param ids: unsigned[slots], the accented id of each slot.
        :return: int64[slots + 1], for each slot the end offset of the slots before it, an offset of
            the segment; and for the end of the grid.
        :raises ValueError: they do not.
        """
        slots, codes = self._escaped_slots.whole(), self._codes.whole()
        check(np.array_equal(np.flatnonzero(codes == ESCAPE), slots), "escaped slots out of place")
        starts = (codes >> LENGTH_BITS).astype(np.int64)
        lengths = (codes & MAX_LENGTH).astype(np.int64)
        starts[slots], lengths[slots] = self._escaped_starts.whole(), self._escaped_lengths.whole()
        packed = starts[slots] << LENGTH_BITS | lengths[slots]
        fits = (starts[slots] <= MAX_START) & (lengths[slots] <= MAX_LENGTH)
        check(not (fits & (packed < ESCAPE)).any(), "an escaped offset that needs no escape")
        sums = self._sums.whole().astype(np.int64)
        starts += np.repeat(sums, ROW)[: len(starts)]
        before = np.zeros(len(starts) + 1, dtype=np.int64)
        np.add(starts, lengths, out=before[1:])
        ascend = (before[:-1] <= starts) & (starts <= before[1:])
        check(ascend.all(), "offsets out of order")
        check(np.array_equal(before[:-1:ROW], sums), "sums of other offsets")
        gaps = ids == 0
        check(np.array_equal(lengths == 0, gaps), "a gap with a length, or a syllable without")
        check((starts == before[:-1])[gaps].all(), "characters before a gap")
        return before
