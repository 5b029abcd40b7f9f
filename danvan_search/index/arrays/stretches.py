"""Some stretches of a grid, looked at together: a call of NumPy takes longer than most texts do."""

from collections.abc import Sequence
from functools import cached_property
from typing import Final

import numpy as np

from danvan_search.index.arrays.runs import offsets_of
from danvan_search.index.arrays.slots import ESCAPE, Grid

_NO_IDS: Final = np.zeros(0, dtype=np.uint16)


class Stretches:
    """Runs of slots, laid end to end.

    :param runs: the first slot of each, and the one after its last.
    """

    def __init__(self, grid: Grid, runs: Sequence[tuple[int, int]]) -> None:
        self._grid = grid
        self._runs = runs
        starts, ends = np.array(runs, dtype=np.int64).reshape(-1, 2).T
        self._offsets = offsets_of(ends - starts)
        self._shifts = starts - self._offsets[:-1]

    def find(self, first: int, end: int) -> np.ndarray:
        """Return int64[n], the slots with an id of ``first`` to ``end - 1``, run after run.

        :param first: not 0, and less than ``end``.
        """
        if end <= ESCAPE:
            # One comparison for both ends: what is below wraps round to above.
            above_first = self._low - np.uint16(first)
            places = (above_first < end - first).nonzero()[0]
        else:
            places = ((self._ids >= first) & (self._ids < end)).nonzero()[0]
        runs = self._offsets.searchsorted(places, "right") - 1
        slots: np.ndarray = places + self._shifts.take(runs)
        return slots

    @cached_property
    def _low(self) -> np.ndarray:
        return np.concatenate([_NO_IDS, *[self._grid.low_ids(*run) for run in self._runs]])

    @cached_property
    def _ids(self) -> np.ndarray:
        return np.concatenate([_NO_IDS, *[self._grid.ids(*run) for run in self._runs]])
