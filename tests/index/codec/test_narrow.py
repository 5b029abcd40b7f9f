"""The narrowest dtype that holds some numbers."""

import numpy as np
import pytest

from danvan_search.index.codec.narrow import COUNTS, narrowed


@pytest.mark.parametrize(
    ("greatest", "dtype"),
    [(0, "u1"), (255, "u1"), (256, "u2"), (65_535, "u2"), (65_536, "u4"), ((1 << 32) - 1, "u4")],
)
def test_the_dtype_is_the_first_that_holds_the_greatest(greatest, dtype):
    """Values stay what they are at both sides of each limit."""
    found = narrowed(np.array([[1, greatest], [0, 1]], dtype=np.int64))
    assert found.dtype == dtype
    assert found.tolist() == [[1, greatest], [0, 1]]


def test_no_numbers_take_the_first():
    assert narrowed(np.zeros((0, 4), dtype=np.int64)).dtype == COUNTS[0]
