"""A fixed map from pairs of numbers to numbers, looked up for whole arrays in two gathers.

The method is row displacement (Tarjan and Yao, "Storing a sparse table", 1979): the second
numbers of each first number are a sparse row, and all rows are laid over one another in one
array, each shifted so that no two of them use the same cell.
"""

from collections import defaultdict
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from danvan_search.text.segmenter.source import UnsupportedModelError

_GOLDEN: Final = 2654435769
_OWNER_SHIFT: Final = 32
_VALUE_MASK: Final = (1 << _OWNER_SHIFT) - 1
_EMPTY: Final = -1


@dataclass(frozen=True, slots=True)
class PairMap:
    """A map from (first, second) to a value above 0; 0 stands for "not in the map".

    :ivar shifts: (first numbers,) int64, where the row of a first number starts.
    :ivar cells: (cells,) int64, the first number that owns a cell in the high 32 bits and
        the value in the low ones; an empty cell is -1. No first number is 0.
    """

    shifts: NDArray[np.int64]
    cells: NDArray[np.int64]

    def __call__(self, first: NDArray[np.int64], second: NDArray[np.int64]) -> NDArray[np.int64]:
        """Return the values of N pairs: (N,) int64 of values, 0 for pairs not in the map."""
        # take() is faster than [], and faster still if no index can be out of range.
        at = self.shifts.take(first, mode="clip")
        at += second
        cells = self.cells.take(at, mode="clip")
        is_there = np.right_shift(cells, _OWNER_SHIFT, out=at) == first
        cells &= _VALUE_MASK
        cells *= is_there
        return cells

    def getter(self) -> Callable[[int, int], int]:
        """Return the map as a function of one pair, which does not call NumPy."""
        shifts, cells = self.shifts.data, self.cells.data

        def get(first: int, second: int) -> int:
            cell: int = cells[shifts[first] + second]
            return cell & _VALUE_MASK if cell >> _OWNER_SHIFT == first else 0

        return get


def build(pairs: Mapping[tuple[int, int], int], firsts: int, seconds: int) -> PairMap:
    """Lay out a map.

    :param pairs: (first, second) to value; all of them above 0 and below 2**31.
    :param firsts: one above the greatest first number that will ever be asked for.
    :param seconds: one above the greatest second number that will ever be asked for.
    :raises UnsupportedModelError: if no place is found for a row.
    """
    rows: defaultdict[int, list[tuple[int, int]]] = defaultdict(list)
    for (first, second), value in pairs.items():
        rows[first].append((second, value))
    span = max(3 * len(pairs), 1)
    shifts = [0] * firsts
    cells = [_EMPTY] * (span + seconds)
    for first, row in sorted(rows.items(), key=lambda item: (-len(item[1]), item[0])):
        # A scattered first try keeps the rows apart, so that few tries are needed.
        shift = first * _GOLDEN % span
        for _ in range(span):
            if all(cells[shift + second] == _EMPTY for second, _ in row):
                break
            shift = (shift + 1) % span
        else:
            raise UnsupportedModelError("the pairs of words do not fit into a table")
        shifts[first] = shift
        for second, value in row:
            cells[shift + second] = first << _OWNER_SHIFT | value
    return PairMap(np.array(shifts, np.int64), np.array(cells, np.int64))
