"""Memory for many arrays that are dropped in the order in which they came.

Arrays of a megabyte or less come from the heap, and the system gets nothing of that back while
anything above them is in use. Blocks of this size are mapped, and go back at once.
"""

from typing import Final

import numpy as np

BLOCK_BYTES: Final = 64 << 20
_ALIGNMENT: Final = 64


class Arena:
    """Keeps copies of arrays in large blocks; a block goes when the last of its arrays does."""

    def __init__(self) -> None:
        self._block = np.empty(0, dtype=np.uint8)
        self._used = 0

    def keep(self, array: np.ndarray) -> np.ndarray:
        """Return a copy of an array of one axis."""
        if self._used + array.nbytes > len(self._block):
            # Memory that is not touched is not taken.
            self._block = np.empty(max(BLOCK_BYTES, array.nbytes), dtype=np.uint8)
            self._used = 0
        end = self._used + array.nbytes
        kept: np.ndarray = self._block[self._used : end].view(array.dtype)
        kept[:] = array
        self._used = end + -end % _ALIGNMENT
        return kept
