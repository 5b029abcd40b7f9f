"""Rows of numbers in four bits are the rows that were written."""

import numpy as np
import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from danvan_search.index.codec.four_bits import FourBitRows, FourBitRowsBuilder
from tests.index.segments import in_memory

ROWS = st.lists(st.lists(st.integers(0, 255) | st.integers(0, 17), max_size=9), max_size=6)


def arrays_of(rows):
    builder = FourBitRowsBuilder("x", np.dtype(np.uint16))
    for row in rows:
        builder.add(np.array(row, dtype=np.uint8))
    return builder.arrays()


def read(arrays, rows):
    lengths = np.array([len(row) for row in rows], dtype=np.int64)
    return FourBitRows(in_memory(arrays), "x", lengths)


@given(ROWS)
@example([[0, 14, 15, 16, 255], [], [1], [15]])
def test_rows_are_read_back(rows):
    """Rows of even and odd lengths, and numbers at both sides of 15."""
    arrays = arrays_of(rows)
    found = read(arrays, rows)
    assert [found.get(index).tolist() for index in range(len(found))] == rows
    found.check_values()
    assert len(arrays["x"]) == sum(-(-len(row) // 2) for row in rows)


ROW = [3, 15, 99, 14, 20]


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("x", [0xEF, 0xFF, 0x0F]),
        ("x", [0xE3, 0xFE, 0x0F]),
        ("x_high_place", [1, 2, 2]),
        ("x_high_place", [2, 1, 4]),
        ("x_high_place", [0, 2, 4]),
        ("x_high_value", [15, 14, 20]),
        ("x", [0xE3, 0xFF, 0x1F]),
    ],
)
def test_impossible_values_are_found(name, value):
    """Numbers from 15 on that are in the row and not in the list, and the other way around."""
    arrays = arrays_of([ROW])
    read(arrays, [ROW]).check_values()
    arrays[name] = np.array(value, dtype=arrays[name].dtype)
    with pytest.raises(ValueError, match=r"high number|longer"):
        read(arrays, [ROW]).check_values()


@pytest.mark.parametrize("name", ["x", "x_high_start", "x_high_place", "x_high_value"])
def test_other_lengths_are_refused(name):
    """Opening compares the lengths."""
    arrays = arrays_of([ROW])
    arrays[name] = arrays[name][:-1]
    with pytest.raises(ValueError, match=r"length|offsets"):
        read(arrays, [ROW])
