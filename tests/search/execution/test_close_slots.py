"""Slots that are near slots of another set, against a comparison of all pairs."""

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from danvan_search.search.execution.close_slots import close_slots
from tests.search.execution.test_execution import Document, index_of

SEGMENT = index_of([Document("", "a")]).searcher.views[0].segment
SLOTS = st.lists(st.integers(16, 120), unique=True)


@given(SLOTS, SLOTS, st.integers(0, 12))
def test_close_slots_are_those_of_all_pairs(left, right, distance):
    """None that is near is left out, and those that are kept are at most one slot further."""
    arrays = [np.array(slots, dtype=np.uint32) for slots in (left, right)]
    found = close_slots(SEGMENT, *arrays, distance)
    for slots, kept, others in zip((left, right), found, (right, left), strict=True):
        assert kept.dtype == np.int64
        kept = kept.tolist()
        assert kept == sorted(kept)
        near = {slot for slot in slots if any(abs(slot - one) <= distance for one in others)}
        nearly = {slot for slot in slots if any(abs(slot - one) <= distance + 1 for one in others)}
        assert near <= set(kept) <= nearly
