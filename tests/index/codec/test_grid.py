"""What stands around some slots of a grid, one by one and many at once."""

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from danvan_search.index.codec.grid import ESCAPE
from tests.search.execution.oracle import grid_of

IDS = st.sampled_from([1, 2, 3, ESCAPE - 1, ESCAPE, ESCAPE + 1, ESCAPE + 70_000])
AROUND = st.tuples(
    st.integers(-40, 40),
    st.sampled_from([(1, 2), (1, 4), (2, ESCAPE), (3, ESCAPE + 2), (ESCAPE, ESCAPE + 1)]),
)


@given(
    st.lists(st.lists(IDS, max_size=30), min_size=1, max_size=3),
    st.sets(st.integers(0, 63)),
    st.lists(AROUND, max_size=3),
)
def test_slots_are_kept_for_what_is_around_them(bodies, at, around):
    """Also at both ends of the grid, where a look around leaves it."""
    grid, ids = grid_of(bodies)
    own = dict(enumerate(ids.tolist()))
    asked = sorted(slot for slot in at if slot < len(ids))
    wanted = [(distance, first, end) for distance, (first, end) in around]
    expected = [
        slot
        for slot in asked
        if all(first <= own.get(slot + away, 0) < end for away, first, end in wanted)
    ]
    assert grid.matching(asked, wanted) == expected
    many = np.array(asked, dtype=np.int64)
    for away, first, end in wanted:
        many = many[grid.has_id(many + away, first, end)]
    assert many.tolist() == expected
