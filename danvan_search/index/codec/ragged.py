"""Runs: neighbouring places of an array that belong together."""

import numpy as np


def offsets_of(lengths: np.ndarray) -> np.ndarray:
    """Return int64[n + 1]: where each of n runs starts when they follow each other, and the end."""
    offsets = np.zeros(len(lengths) + 1, dtype=np.int64)
    np.cumsum(lengths, out=offsets[1:])
    return offsets


def run_starts(values: np.ndarray) -> np.ndarray:
    """Return int64[runs], where each run of equal values starts."""
    if not len(values):
        return np.zeros(0, dtype=np.int64)
    is_start = np.empty(len(values), dtype=bool)
    is_start[0] = True
    np.not_equal(values[1:], values[:-1], out=is_start[1:])
    return is_start.nonzero()[0]


def run_lengths(starts: np.ndarray, total: int) -> np.ndarray:
    """Return int64[runs], the length of each run that begins at ``starts``."""
    lengths = np.empty(len(starts), dtype=np.int64)
    if len(starts):
        np.subtract(starts[1:], starts[:-1], out=lengths[:-1])
        lengths[-1] = total - starts[-1]
    return lengths


def run_places(starts: np.ndarray, lengths: np.ndarray) -> np.ndarray:
    """Return int64[n], the n places that some runs cover, run after run.

    :param starts: int64[runs].
    :param lengths: int64[runs].
    """
    ends = np.cumsum(lengths)
    places = np.repeat(starts - (ends - lengths), lengths)
    places += np.arange(len(places))
    return places
