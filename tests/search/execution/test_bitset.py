"""Bit sets of documents against plain lists."""

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from danvan_search.search.execution import bitset

masks = st.lists(st.booleans(), max_size=200)


@given(masks)
def test_unpack_reverses_pack(mask):
    bits = bitset.pack(np.array(mask, dtype=np.bool_))
    assert len(bits) == -(-len(mask) // 64)
    assert bitset.unpack(bits, len(mask)).tolist() == mask
    docs = np.flatnonzero(mask)
    assert (bitset.pack_docs(docs, len(mask)) == bits).all()
    assert (bitset.pack(np.array(mask, dtype=np.uint8) * 255) == bits).all()


@given(masks)
def test_count_is_the_number_of_documents(mask):
    bits = bitset.pack(np.array(mask, dtype=np.bool_))
    assert bitset.count(bits) == sum(mask)


@given(masks)
def test_contains_is_the_mask_of_each_document(mask):
    bits = bitset.pack(np.array(mask, dtype=np.bool_))
    docs = np.arange(len(mask))[::-1]
    assert bitset.contains(bits, docs).tolist() == mask[::-1]
