"""Sets of documents in bits, compared with sets of Python."""

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from danvan_search.search.execution import bitset

masks = st.lists(st.booleans(), max_size=200)


@given(masks)
def test_what_is_packed_comes_out_again(mask):
    bits = bitset.pack(np.array(mask, dtype=np.bool_))
    assert len(bits) == -(-len(mask) // 64)
    assert bitset.unpack(bits, len(mask)).tolist() == mask
    places = np.flatnonzero(mask)
    assert (bitset.pack_places(places, len(mask)) == bits).all()
    assert (bitset.pack(np.array(mask, dtype=np.uint8) * 255) == bits).all()


@given(masks)
def test_both_ways_to_count_agree(mask):
    bits = bitset.pack(np.array(mask, dtype=np.bool_))
    assert bitset.count(bits) == bitset.count_table(bits) == sum(mask)
