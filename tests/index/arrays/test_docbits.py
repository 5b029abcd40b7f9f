"""Sets of documents in bits, compared with sets of Python."""

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from danvan_search.index.arrays import docbits

masks = st.lists(st.booleans(), max_size=200)


@given(masks)
def test_what_is_packed_comes_out_again(mask):
    bits = docbits.pack(np.array(mask, dtype=np.bool_))
    assert len(bits) == -(-len(mask) // 64)
    assert docbits.unpack(bits, len(mask)).tolist() == mask
    places = np.flatnonzero(mask)
    assert (docbits.pack_places(places, len(mask)) == bits).all()
    assert (docbits.pack(np.array(mask, dtype=np.uint8) * 255) == bits).all()


@given(masks)
def test_both_ways_to_count_agree(mask):
    bits = docbits.pack(np.array(mask, dtype=np.bool_))
    assert docbits.count(bits) == docbits.count_table(bits) == sum(mask)
