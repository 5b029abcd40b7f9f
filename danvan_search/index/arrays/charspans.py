"""Where each syllable stands in its text: one byte per slot.

The high four bits count the characters between the end of the syllable before (or the start
of the text) and this one, the low four its length; together they are 255 where one of them
does not fit, and both stand in a list of their own, sorted by slot. Gaps hold 0.
"""

from itertools import accumulate
from typing import Final

import numpy as np

from danvan_search.index.arrays.blocks import Stored
from danvan_search.index.arrays.columns import PartColumns
from danvan_search.index.arrays.vocabulary import Arrays

ESCAPE: Final = 255
MAX_NIBBLE: Final = 15

_FEW: Final = 64


def encode_part(part: PartColumns) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Return gaps, lengths and codes of the syllables of a part: int32[n], int32[n], uint8[n]."""
    starts = part.starts.astype(np.int32, copy=False)
    lengths = part.lengths.astype(np.int32, copy=False)
    gaps = starts.copy()
    gaps[1:] -= starts[:-1] + lengths[:-1]
    firsts = part.offsets[:-1][np.diff(part.offsets) > 0]
    gaps[firsts] = starts[firsts]
    unfit = np.maximum(gaps, lengths) > MAX_NIBBLE
    codes = ((gaps << 4) | lengths).astype(np.uint8)
    # A gap and a length of 15 give 255, and so stand in the list as well.
    codes[unfit] = ESCAPE
    return gaps, lengths, codes


def charspan_arrays(slot_count: int, parts: list[tuple[PartColumns, np.ndarray]]) -> Arrays:
    """Return the arrays that :class:`CharSpans` reads.

    :param parts: titles and bodies, each with int64[n], the slots of its syllables.
    """
    codes = np.zeros(slot_count, dtype=np.uint8)
    escaped: list[np.ndarray] = []
    for part, slots in parts:
        gaps, lengths, part_codes = encode_part(part)
        codes[slots] = part_codes
        unfit = np.flatnonzero(part_codes == ESCAPE)
        escaped.append(np.stack([slots[unfit], gaps[unfit], lengths[unfit]]))
    wide = np.concatenate(escaped, axis=1)
    wide = wide[:, np.argsort(wide[0])]
    return {
        "char_codes": codes,
        "char_escaped_slots": wide[0].astype(np.uint32),
        "char_escaped_gaps": wide[1].astype(np.uint32),
        "char_escaped_lengths": wide[2].astype(np.uint32),
    }


class CharSpans:
    """The places of an open segment's syllables."""

    def __init__(self, arrays: Stored) -> None:
        self._codes = arrays["char_codes"]
        self._escaped_slots = arrays["char_escaped_slots"]
        self._escaped_gaps = arrays["char_escaped_gaps"]
        self._escaped_lengths = arrays["char_escaped_lengths"]

    def span_list(self, start: int, end: int) -> tuple[list[int], list[int]]:
        """Return starts and ends of a run of slots, as :meth:`spans`, in lists."""
        if end - start > _FEW:
            starts, ends = self.spans(start, end)
            return starts.tolist(), ends.tolist()
        codes = self._codes.slice(start, end).tolist()
        if ESCAPE in codes:
            starts, ends = self.spans(start, end)
            return starts.tolist(), ends.tolist()
        # For so few, plain arithmetic is quicker than arrays are.
        list_ends = list(accumulate((code >> 4) + (code & MAX_NIBBLE) for code in codes))
        return [
            last - (code & MAX_NIBBLE) for code, last in zip(codes, list_ends, strict=True)
        ], list_ends

    def spans(self, start: int, end: int) -> tuple[np.ndarray, np.ndarray]:
        """Return starts and ends, int64[end - start], in characters of the text.

        :param start: the first slot of a title or a body.
        :param end: a slot within the same part, or just after its last.
        """
        codes = self._codes.slice(start, end)
        if codes.max(initial=0) < ESCAPE:
            # Two nibbles add up to at most 30, so bytes do.
            lengths = codes & MAX_NIBBLE
            ends = ((codes >> 4) + lengths).cumsum(dtype=np.int64)
            return ends - lengths, ends
        gaps, wide_lengths = self._decoded(codes, start)
        ends = np.cumsum(gaps + wide_lengths)
        return ends - wide_lengths, ends

    def parts(self, slots: np.ndarray, offsets: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        """Return starts and lengths of the syllables of many parts, int64[n] each.

        :param slots: int64[n], the slots of all syllables of the parts.
        :param offsets: int64[parts + 1]; part p has slots offsets[p] to offsets[p + 1].
        """
        gaps, lengths = self._decoded(self._codes.take(slots), slots)
        ends = np.zeros(len(slots) + 1, dtype=np.int64)
        np.cumsum(gaps + lengths, out=ends[1:])
        origins = np.repeat(ends[offsets[:-1]], np.diff(offsets))
        return ends[1:] - lengths - origins, lengths

    def _decoded(self, codes: np.ndarray, slots: np.ndarray | int) -> tuple[np.ndarray, np.ndarray]:
        """Return gaps and lengths, int64[n]; ``slots`` are those of the codes, or the first."""
        gaps = (codes >> 4).astype(np.int64)
        lengths = (codes & MAX_NIBBLE).astype(np.int64)
        escaped = np.flatnonzero(codes == ESCAPE)
        if escaped.size:
            at = escaped + slots if isinstance(slots, int) else slots[escaped]
            places = np.searchsorted(self._escaped_slots.whole(), at)
            gaps[escaped] = self._escaped_gaps.take(places)
            lengths[escaped] = self._escaped_lengths.take(places)
        return gaps, lengths
