"""A bounded cache from runs of character codes to ids, looked up with arrays.

A run is a substring of a text whose characters are encoded as one byte each. A run of at most 16
characters, each with an unshared code, is packed into one or two 64-bit keys that identify it
exactly. Longer runs, and runs with shared codes, are never stored.
"""

from typing import Final

import numpy as np
import numpy.typing as npt

from danvan_search.text.keytable import ABSENT, Ids, Keys, KeyTable

Codes = npt.NDArray[np.uint8]
Places = npt.NDArray[np.int64]

_KEY_CODES: Final = 8  # codes in a 64-bit key

LONGEST_RUN: Final = 2 * _KEY_CODES
"""The longest run, in characters, that has a key; a text is padded with this many codes."""

# Element n is the bit mask of the first n codes (little-endian) of a key.
_FIRST_CODES: Final[Keys] = np.array([(1 << 8 * n) - 1 for n in range(_KEY_CODES + 1)], np.uint64)


class RunTable:
    """A bounded cache from runs of codes to ids; not thread-safe.

    An id that was added may be absent later, because a full table is cleared.

    :param shared: bool, shape (256,): whether several characters share the code. No character
        of a run has code 0.
    :param short_bits: the ``bits`` of the :class:`~danvan_search.text.keytable.KeyTable` of runs
        of 1 to 8 characters.
    :param long_bits: the ``bits`` of the table of runs of 9 to 16 characters.
    """

    def __init__(self, shared: npt.NDArray[np.bool_], short_bits: int, long_bits: int) -> None:
        self._shared = shared
        self._short = KeyTable(1, short_bits)
        self._long = KeyTable(2, long_bits)

    def find(self, codes: Codes, starts: Places, ends: Places) -> Ids:
        """Return the ids of runs.

        :param codes: uint8, contiguous, with at least 16 codes after the last run.
        :param starts: int64, shape (n,): the index in ``codes`` at which each run starts.
        :param ends: int64, shape (n,): the index after the last code of each run.
        :return: int32, shape (n,); ABSENT for a run that is not in the table.
        """
        heads, long, tails = _keys(codes, starts, ends)
        ids = self._short.find([heads])
        long_ids = self._long.find([heads[long], tails])
        long_ids[ends[long] - starts[long] > LONGEST_RUN] = ABSENT
        ids[long] = long_ids
        return ids

    def add(self, codes: Codes, starts: Places, ends: Places, ids: Ids) -> None:
        """Store the ids of runs that are absent and have a key; the runs are distinct.

        The parameters are those of :meth:`find`, and ``ids``: int32, shape (n,).
        """
        columns = np.arange(LONGEST_RUN)
        inside = columns < (ends - starts)[:, None]
        rows = codes[np.minimum(starts[:, None] + columns, len(codes) - 1)]
        has_key = (ends - starts <= LONGEST_RUN) & ~(self._shared[rows] & inside).any(axis=1)
        if not has_key.any():
            return
        starts, ends, ids = starts[has_key], ends[has_key], ids[has_key]
        heads, long, tails = _keys(codes, starts, ends)
        short = ends - starts <= _KEY_CODES
        self._short.add([heads[short]], ids[short])
        self._long.add([heads[long], tails], ids[long])


def _keys(codes: Codes, starts: Places, ends: Places) -> tuple[Keys, Places, Keys]:
    """Pack n runs into keys.

    :return: the key of the first 8 codes of each run, uint64, shape (n,); the indices of the m
        runs of more than 8 codes, int64, shape (m,); the key of codes 9 to 16 of these runs,
        uint64, shape (m,).
    """
    # windows[i] is the number made of the eight codes from index i on.
    windows: Keys = np.ndarray(
        (len(codes) - _KEY_CODES + 1,), np.dtype("<u8"), buffer=codes, strides=(1,)
    )
    lengths = ends - starts
    heads = windows[starts] & _FIRST_CODES.take(lengths, mode="clip")
    long = (lengths > _KEY_CODES).nonzero()[0]
    tails = windows[starts[long] + _KEY_CODES] & _FIRST_CODES.take(
        lengths[long] - _KEY_CODES, mode="clip"
    )
    return heads, long, tails
