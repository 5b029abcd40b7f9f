"""Runs of characters to ids: what was met before is found again by its codes, in arrays.

A run of at most sixteen characters, each with a code that no other character has, is one or two
64-bit numbers; no two such runs have the same ones. Others are absent, whatever is added.
"""

from typing import Final

import numpy as np
import numpy.typing as npt

from danvan_search.text.keytable import ABSENT, Ids, Keys, KeyTable

Codes = npt.NDArray[np.uint8]
Places = npt.NDArray[np.int64]

_WORD: Final = 8  # codes in a 64-bit key

LONGEST_RUN: Final = 2 * _WORD
"""Longer runs have no key, and so many codes must follow the last run of a text."""

# [n] keeps the n codes that stand first in memory.
_FIRST_CODES: Final[Keys] = np.array([(1 << 8 * n) - 1 for n in range(_WORD + 1)], np.uint64)


class RunTable:
    """A bounded table from runs of codes to ids. It forgets, and is not thread-safe.

    :param shared: bool, shape (256,): whether several characters have a code. No character of a
        run has the code 0.
    :param short_bits: the bits of the table of runs of 1 to 8 characters; see
        :class:`~danvan_search.text.keytable.KeyTable`.
    :param long_bits: the same for runs of 9 to 16.
    """

    def __init__(self, shared: npt.NDArray[np.bool_], short_bits: int, long_bits: int) -> None:
        self._shared = shared
        self._short = KeyTable(1, short_bits)
        self._long = KeyTable(2, long_bits)

    def find(self, codes: Codes, starts: Places, ends: Places) -> Ids:
        """Return the ids of runs, ABSENT where one is not known.

        :param codes: contiguous; at least 16 follow the last run.
        :param starts: int64, shape (n,): where each run starts in ``codes``.
        :param ends: int64, shape (n,): where each ends.
        :return: int32, shape (n,).
        """
        heads, long, tails = _keys(codes, starts, ends)
        ids = self._short.find([heads])
        long_ids = self._long.find([heads[long], tails])
        long_ids[ends[long] - starts[long] > LONGEST_RUN] = ABSENT
        ids[long] = long_ids
        return ids

    def add(self, codes: Codes, starts: Places, ends: Places, ids: Ids) -> None:
        """Remember the ids of runs that are absent; no run twice."""
        columns = np.arange(LONGEST_RUN)
        inside = columns < (ends - starts)[:, None]
        rows = codes[np.minimum(starts[:, None] + columns, len(codes) - 1)]
        own = (ends - starts <= LONGEST_RUN) & ~(self._shared[rows] & inside).any(axis=1)
        if not own.any():
            return
        starts, ends, ids = starts[own], ends[own], ids[own]
        heads, long, tails = _keys(codes, starts, ends)
        short = ends - starts <= _WORD
        self._short.add([heads[short]], ids[short])
        self._long.add([heads[long], tails], ids[long])


def _keys(codes: Codes, starts: Places, ends: Places) -> tuple[Keys, Places, Keys]:
    """Return the first 8 codes of each run, which runs have more, and the next 8 of these."""
    # windows[i]: the eight codes from character i on, as one number.
    windows: Keys = np.ndarray(
        (len(codes) - _WORD + 1,), np.dtype("<u8"), buffer=codes, strides=(1,)
    )
    lengths = ends - starts
    heads = windows[starts] & _FIRST_CODES.take(lengths, mode="clip")
    long = (lengths > _WORD).nonzero()[0]
    tails = windows[starts[long] + _WORD] & _FIRST_CODES.take(lengths[long] - _WORD, mode="clip")
    return heads, long, tails
