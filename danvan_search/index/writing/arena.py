"""An arena: memory for many arrays that are freed in the order in which they were added.

NumPy allocates arrays of a megabyte or less on the heap, whose memory returns to the system only
when everything above it is free. The blocks of an arena are mapped, so they return at once.
"""

from typing import Final

import numpy as np

BLOCK_BYTES: Final = 64 << 20
_ALIGNMENT: Final = 64


class Arena:
    """Stores copies of arrays in large blocks; a block is freed with the last of its arrays."""

    def __init__(self) -> None:
        self._block = np.empty(0, dtype=np.uint8)
        self._used = 0

    def keep(self, array: np.ndarray) -> np.ndarray:
        """Return a copy of a one-dimensional array in the arena."""
        if self._used + array.nbytes > len(self._block):
            # The system provides only the pages that are written.
            self._block = np.empty(max(BLOCK_BYTES, array.nbytes), dtype=np.uint8)
            self._used = 0
        end = self._used + array.nbytes
        kept: np.ndarray = self._block[self._used : end].view(array.dtype)
        kept[:] = array
        self._used = end + -end % _ALIGNMENT
        return kept
