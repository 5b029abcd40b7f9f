"""Searching runs of slots gives what a scan of each slot gives."""

from hypothesis import given
from hypothesis import strategies as st

from danvan_search.index.codec.grid import ESCAPE
from danvan_search.search.execution.phrase_matcher import SlotRuns
from tests.search.execution.oracle import grid_of

IDS = st.sampled_from([1, 2, 3, 9, ESCAPE - 1, ESCAPE, ESCAPE + 1, ESCAPE + 70_000])
BORDERS = st.sampled_from([1, 2, 4, ESCAPE - 1, ESCAPE, ESCAPE + 1, ESCAPE + 2, ESCAPE + 70_001])


@given(
    st.lists(st.lists(IDS, max_size=20), min_size=1, max_size=4),
    st.lists(st.tuples(st.integers(0, 200), st.integers(0, 40)), max_size=5),
    st.sets(BORDERS, min_size=2, max_size=2).map(sorted),
)
def test_runs_are_searched_like_a_scan(bodies, runs, ids_wanted):
    """Frequent ids and escaped ids, in runs of any order and length, and without runs."""
    first, end = ids_wanted
    grid, ids = grid_of(bodies)
    inside = [(min(at, len(ids)), min(at + length, len(ids))) for at, length in runs]
    expected = [
        slot for start, stop in inside for slot in range(start, stop) if first <= ids[slot] < end
    ]
    assert SlotRuns(grid, inside).find(first, end).tolist() == expected
