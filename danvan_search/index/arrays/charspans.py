"""Where each syllable stands in its text: one byte per slot.

The high four bits count the characters between the end of the syllable before (or the start
of the text) and this one, the low four its length; together they are 255 where one of them
does not fit, and both stand in a list of their own, sorted by slot. Gaps hold 0.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np

from danvan_search.index.arrays.blocks import Stored, check_lengths
from danvan_search.index.arrays.vocabulary import Arrays

ESCAPE: Final = 255
MAX_NIBBLE: Final = 15

_ESCAPE_BYTE: Final = bytes([ESCAPE])


@dataclass(frozen=True, slots=True)
class EncodedSpans:
    """Where n syllables stand, as a segment stores it.

    :ivar codes: uint8[n].
    :ivar escaped: int64[3, m], of the syllables whose code is 255 the index among the n, the gap
        before it, and the length.
    """

    codes: np.ndarray
    escaped: np.ndarray


def encode_spans(starts: np.ndarray, lengths: np.ndarray, counts: np.ndarray) -> EncodedSpans:
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
    return EncodedSpans(codes, np.stack([escaped, gaps[escaped], lengths[escaped]]))


def escaped_arrays(escaped: np.ndarray) -> Arrays:
    """Return the arrays that :class:`CharSpans` reads beside the codes.

    :param escaped: int64[3, m], of the syllables whose code is 255 the slot, the gap before it,
        and the length; by rising slot.
    """
    return {
        "char_escaped_slots": escaped[0].astype(np.uint32),
        "char_escaped_gaps": escaped[1].astype(np.uint32),
        "char_escaped_lengths": escaped[2].astype(np.uint32),
    }


class CharSpans:
    """The places of an open segment's syllables."""

    def __init__(self, arrays: Stored) -> None:
        self._codes = arrays["char_codes"].of(np.uint8)
        self._escaped_slots = arrays["char_escaped_slots"].of(np.uint32)
        self._escaped_gaps = arrays["char_escaped_gaps"].of(np.uint32)
        self._escaped_lengths = arrays["char_escaped_lengths"].of(np.uint32)
        check_lengths(len(self._escaped_slots), self._escaped_gaps, self._escaped_lengths)

    def runs(self, runs: Sequence[tuple[int, int]]) -> tuple[np.ndarray, np.ndarray]:
        """Return ends and lengths of the syllables of runs of slots, end to end.

        Ends are counted in characters from the first run on, as if one followed the other: what
        the slot before a text has is to be taken off.

        :param runs: the first slot of each, and the one after its last; at least one run.
        :return: int64[n], integers[n]; a gap is 0 long.
        """
        codes = np.concatenate([self._codes.slice(start, end) for start, end in runs])
        if _ESCAPE_BYTE in codes.tobytes():
            slots = np.concatenate([np.arange(start, end) for start, end in runs])
            gaps, wide_lengths = self._decoded(codes, slots)
            return (gaps + wide_lengths).cumsum(), wide_lengths
        # Two nibbles add up to at most 30, so bytes do.
        lengths = codes & MAX_NIBBLE
        codes >>= 4
        codes += lengths
        return codes.cumsum(dtype=np.int64), lengths

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

    def _decoded(self, codes: np.ndarray, slots: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        """Return gaps and lengths, int64[n]; ``slots`` are those of the codes."""
        gaps = (codes >> 4).astype(np.int64)
        lengths = (codes & MAX_NIBBLE).astype(np.int64)
        escaped = np.flatnonzero(codes == ESCAPE)
        if escaped.size:
            places = np.searchsorted(self._escaped_slots.whole(), slots[escaped])
            gaps[escaped] = self._escaped_gaps.take(places)
            lengths[escaped] = self._escaped_lengths.take(places)
        return gaps, lengths
