"""BM25: lengths are rounded as Lucene does."""

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from danvan_search.index.codec.bm25 import K1, ROUNDED_LENGTHS, B, length_norms
from tests.search.execution.oracle import rounded


def test_the_lengths_are_those_of_lucene():
    """There are 256, exact up to 40, and the greatest is that of Lucene's ``SmallFloat``."""
    assert len(ROUNDED_LENGTHS) == 256
    assert ROUNDED_LENGTHS[:43].tolist() == [*range(41), 42, 44]
    assert ROUNDED_LENGTHS[-1] == 2_013_265_944
    assert [*map(rounded, ROUNDED_LENGTHS.tolist())] == ROUNDED_LENGTHS.tolist()


@given(st.lists(st.integers(0, 5000) | st.integers(0, 2_013_265_944)), st.floats(0, 1e6))
def test_norms_are_those_of_rounded_lengths(lengths, average):
    """K of each document is that of the formula, with its length rounded down."""
    for dtype in (np.uint32, np.int64):
        norms = length_norms(np.array(lengths, dtype), average)
        expected = [K1 * (1 - B + B * rounded(one) / max(average, 1e-9)) for one in lengths]
        np.testing.assert_allclose(norms, expected, rtol=1e-12)


@given(st.integers(0, 2_013_265_944))
def test_rounding_is_down_and_small(length):
    """A rounded length is at most an eighth shorter, and rounding keeps the order."""
    assert length - length / 8 <= rounded(length) <= length
    assert rounded(length) <= rounded(length + 1)
