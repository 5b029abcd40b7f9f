"""An immutable map from pairs of integers to integers, which looks up whole arrays of pairs.

The method is row displacement (Tarjan and Yao, "Storing a sparse table", 1979). The values of one
first number form a sparse row, indexed by the second number. All rows share one array of cells;
each row is shifted so that no two rows use the same cell. A lookup takes two gathers.
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
    """A map from (first, second) to a value above 0; 0 means that a pair is not in the map.

    :ivar shifts: (number of rows,) int64, the index of the cell at which each row starts.
    :ivar cells: (number of cells,) int64, in the high 32 bits the first number of the row that
        uses the cell, in the low 32 bits the value; -1 if the cell is empty. No first number in
        the map is 0.
    """

    shifts: NDArray[np.int64]
    cells: NDArray[np.int64]

    def __call__(self, first: NDArray[np.int64], second: NDArray[np.int64]) -> NDArray[np.int64]:
        """Return the values of N pairs: (N,) int64, 0 for a pair that is not in the map.

        :param first: (N,) int64, the first numbers.
        :param second: (N,) int64, the second numbers.
        """
        # take() is faster than [], and with mode="clip" it also skips the range check.
        indices = self.shifts.take(first, mode="clip")
        indices += second
        cells = self.cells.take(indices, mode="clip")
        is_found = np.right_shift(cells, _OWNER_SHIFT, out=indices) == first
        cells &= _VALUE_MASK
        cells *= is_found
        return cells

    def getter(self) -> Callable[[int, int], int]:
        """Return a function that looks up one pair without NumPy."""
        shifts, cells = self.shifts.data, self.cells.data

        def get(first: int, second: int) -> int:
            cell: int = cells[shifts[first] + second]
            return cell & _VALUE_MASK if cell >> _OWNER_SHIFT == first else 0

        return get


def build(pairs: Mapping[tuple[int, int], int], firsts: int, seconds: int) -> PairMap:
    """Build a map.

    :param pairs: maps (first, second) to a value; all three are above 0 and below 2**31.
    :param firsts: the exclusive upper bound of the first numbers of all future lookups.
    :param seconds: the exclusive upper bound of the second numbers of all future lookups.
    :raises UnsupportedModelError: if a row does not fit into the table.
    """
    rows: defaultdict[int, list[tuple[int, int]]] = defaultdict(list)
    for (first, second), value in pairs.items():
        rows[first].append((second, value))
    span = max(3 * len(pairs), 1)
    shifts = [0] * firsts
    cells = [_EMPTY] * (span + seconds)
    for first, row in sorted(rows.items(), key=lambda item: (-len(item[1]), item[0])):
        # Multiplicative hashing scatters the initial shifts, so that few shifts are tried.
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
