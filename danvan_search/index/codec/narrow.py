"""Narrow dtypes: an array is stored in as few bytes per number as its greatest number needs."""

from typing import Final

import numpy as np

COUNTS: Final = (np.uint8, np.uint16, np.uint32)
"""The dtypes that :func:`narrowed` chooses from."""


def narrowed(counts: np.ndarray) -> np.ndarray:
    """Return numbers in the narrowest dtype of ``COUNTS`` that holds them all.

    :param counts: integers, from 0 to 2^32 - 1.
    """
    greatest = int(counts.max(initial=0))
    dtype = next(dtype for dtype in COUNTS if greatest <= np.iinfo(dtype).max)
    return counts.astype(dtype, copy=False)
