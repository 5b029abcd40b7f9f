"""Ragged arrays: rows of different lengths, stored end to end in one flat array.

The *offsets* of a ragged array with n rows are int64[n + 1]: where each row starts in the flat
array, and where the last one ends. They start at 0 and never descend, so row i is::

    flat[offsets[i] : offsets[i + 1]]

A *run* is a range of neighbouring indices of an array, given by its start and its length: that of a
row, or of equal values in a sorted array.
"""

import numpy as np


def offsets_of(lengths: np.ndarray) -> np.ndarray:
    """Return the offsets of a ragged array: int64[n + 1].

    :param lengths: integers[n], the length of each row.
    """
    offsets = np.zeros(len(lengths) + 1, dtype=np.int64)
    np.cumsum(lengths, out=offsets[1:])
    return offsets


def run_starts(values: np.ndarray) -> np.ndarray:
    """Return the start of each maximal run of equal values: int64[runs], ascending."""
    if not len(values):
        return np.zeros(0, dtype=np.int64)
    is_start = np.empty(len(values), dtype=bool)
    is_start[0] = True
    np.not_equal(values[1:], values[:-1], out=is_start[1:])
    return is_start.nonzero()[0]


def run_lengths(starts: np.ndarray, total: int) -> np.ndarray:
    """Return the length of each run, if each ends where the next one starts: int64[runs].

    :param starts: int64[runs], ascending.
    :param total: the end of the last run.
    """
    lengths = np.empty(len(starts), dtype=np.int64)
    if len(starts):
        np.subtract(starts[1:], starts[:-1], out=lengths[:-1])
        lengths[-1] = total - starts[-1]
    return lengths


def run_indices(starts: np.ndarray, lengths: np.ndarray) -> np.ndarray:
    """Return the indices in some runs, run after run: int64[sum of the lengths].

    :param starts: int64[runs], in any order.
    :param lengths: int64[runs].
    """
    ends = np.cumsum(lengths)
    indices = np.repeat(starts - (ends - lengths), lengths)
    indices += np.arange(len(indices))
    return indices
