"""The syllable grid: filtering slots by the accented ids around them, a few slots and many."""

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
def test_slots_are_filtered_by_the_ids_around_them(bodies, candidates, around):
    """``matching`` and ``has_id`` agree with the ids, also where ``around`` leaves the grid."""
    grid, ids = grid_of(bodies)
    id_of = dict(enumerate(ids.tolist()))
    slots = sorted(slot for slot in candidates if slot < len(ids))
    conditions = [(distance, first, end) for distance, (first, end) in around]
    expected = [
        slot
        for slot in slots
        if all(first <= id_of.get(slot + away, 0) < end for away, first, end in conditions)
    ]
    assert grid.matching(slots, conditions) == expected
    many = np.array(slots, dtype=np.int64)
    for distance, first, end in conditions:
        many = many[grid.has_id(many + distance, first, end)]
    assert many.tolist() == expected


@given(
    st.lists(st.lists(IDS, max_size=40), min_size=1, max_size=4),
    st.lists(st.tuples(st.integers(0, 3), st.booleans()), min_size=1, max_size=6),
)
def test_contents_of_documents_are_their_slots(bodies, chosen):
    """Whole documents, or the blocks of their titles, in any order and repeated."""
    grid, ids = grid_of(bodies)
    docs = np.array([number % len(bodies) for number, _ in chosen])
    titles_only = np.array([flag for _, flag in chosen])
    found, sizes = grid.contents_of(docs, titles_only)
    expected = []
    for doc, only in zip(docs.tolist(), titles_only.tolist(), strict=True):
        start, end = grid.slot_range(doc)
        expected.append(ids[start : start if only else end])
    assert sizes.tolist() == list(map(len, expected))
    assert found.tolist() == np.concatenate(expected).tolist()
