"""The checks that readers of arrays share: of offsets, order and lengths."""

from collections.abc import Sized

import numpy as np


def check_offsets(offsets: np.ndarray, end: int) -> None:
    """Check the offsets of a ragged array; see ``ragged``.

    :param offsets: integers[rows + 1].
    :param end: the length of its flat array.
    :raises ValueError: they do not start at 0, descend, or do not end at ``end``.
    """
    if not len(offsets) or offsets[0] or offsets[-1] != end or (offsets[1:] < offsets[:-1]).any():
        raise ValueError("offsets out of order or out of range")


def check_ascending(values: np.ndarray, stop: int) -> None:
    """Check that integers ascend strictly, and lie in ``range(stop)``.

    :raises ValueError: they do not.
    """
    if len(values) and not (
        values[0] >= 0 and values[-1] < stop and (values[1:] > values[:-1]).all()
    ):
        raise ValueError("numbers out of order or out of range")


def check(holds: object, what: str) -> None:
    """Check a condition on values that were read.

    :param what: the error message: what is wrong if the condition does not hold.
    :raises ValueError: it does not hold.
    """
    if not holds:
        raise ValueError(what)


def check_lengths(length: int, *arrays: Sized) -> None:
    """Check that all arrays have ``length`` rows.

    :raises ValueError: one has another length.
    """
    if any(len(array) != length for array in arrays):
        raise ValueError("arrays that belong together have different lengths")
