"""Grouped offsets are the offsets that were written, near and far, one by one and together."""

import numpy as np
import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from danvan_search.errors import IndexDamagedError
from danvan_search.index.codec.grouped_offsets import FAR, GroupedOffsets, grouped_offset_arrays
from danvan_search.index.codec.ragged import offsets_of
from tests.index.segments import in_memory

LENGTHS = st.lists(st.sampled_from([0, 1, 2, 255, 1023, 1024, FAR - 1, FAR, 1 << 25]), max_size=200)


def read(arrays):
    return GroupedOffsets(in_memory(arrays), "x")


@given(LENGTHS)
@example([1] * 63)
@example([1] * 64)
@example([FAR - 1, 0, 1, 1])
def test_all_offsets_are_read_back(lengths):
    """One, two neighbours, or any of them in any order."""
    offsets = offsets_of(np.array(lengths, dtype=np.int64))
    arrays = grouped_offset_arrays("x", offsets)
    found = read(arrays)
    assert len(found) == len(offsets)
    assert [found.item(index) for index in range(len(offsets))] == offsets.tolist()
    pairs = list(zip(offsets[:-1].tolist(), offsets[1:].tolist(), strict=True))
    assert [found.pair(index) for index in range(len(lengths))] == pairs
    backwards = np.arange(len(offsets))[::-1]
    assert found.take(backwards).tolist() == offsets[::-1].tolist()
    found.check_values(int(offsets[-1]))
    for index in (-1, len(offsets)):
        with pytest.raises(IndexDamagedError):
            found.item(index)


def change(name, value):
    """Return an altered copy of some offsets, of which the second and the fourth are far."""
    offsets = np.array([0, FAR, FAR - 1 + FAR, FAR * 2])
    arrays = grouped_offset_arrays("x", np.sort(offsets))
    arrays[name] = np.array(value, dtype=arrays[name].dtype)
    return arrays


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("x_bases", [1]),
        ("x_distances", [0, FAR, FAR, 5]),
        ("x_far", [1, 2, 2]),
        ("x_far", [0, 2, 3]),
        ("x_far_distances", [FAR, FAR * 2 - 1, FAR * 2 + 1]),
        ("x_far_distances", [FAR, FAR - 1, FAR * 2]),
        ("x_far_distances", [FAR * 2, FAR, FAR * 2]),
    ],
)
def test_impossible_values_are_found(name, value):
    """Offsets that descend or end elsewhere, and exceptions that are none."""
    read(change("x_bases", [0])).check_values(FAR * 2)
    with pytest.raises(ValueError, match=r"off|out of order"):
        read(change(name, value)).check_values(FAR * 2)


@pytest.mark.parametrize("name", ["x_bases", "x_far_distances"])
def test_other_lengths_are_refused(name):
    """Opening compares the lengths."""
    with pytest.raises(ValueError, match="different lengths"):
        read(change(name, [0, 0]))
