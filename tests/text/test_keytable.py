"""Tests of the hash table of keys: it returns the id of a key, or ABSENT."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from danvan_search.text.keytable import ABSENT, KeyTable

KEYS = st.one_of(st.integers(1, 40), st.integers(1, 2**64 - 1), st.just(1 << 63))


@pytest.mark.parametrize("width", [1, 2])
@given(batches=st.lists(st.lists(st.tuples(KEYS, KEYS), unique=True, max_size=30), max_size=6))
def test_what_is_found_was_added(width, batches):
    """The table returns the id that was added for a key, or ABSENT; never another id."""
    table = KeyTable(width, bits=5)
    added: dict[tuple[int, ...], int] = {}
    next_id = 0
    for pairs in batches:
        keys = list(dict.fromkeys(pair[:width] for pair in pairs))
        columns = list(np.array(keys, np.uint64).reshape(-1, width).T)
        found = table.find(columns)
        for key, one in zip(keys, found.tolist(), strict=True):
            assert one in (ABSENT, added.get(key, ABSENT))
        absent = found == ABSENT
        ids = np.arange(next_id, next_id + absent.sum(), dtype=np.int32)
        next_id += len(ids)
        table.add([column[absent] for column in columns], ids)
        absent_keys = [key for key, one in zip(keys, found.tolist(), strict=True) if one == ABSENT]
        added |= dict(zip(absent_keys, ids.tolist(), strict=True))


def test_a_table_with_room_forgets_nothing():
    """A table that is far from full finds every key that was added."""
    table = KeyTable(1, bits=16)
    keys = np.random.default_rng(1).integers(1, 2**63, 20_000, dtype=np.uint64)
    keys = np.unique(keys)
    ids = np.arange(len(keys), dtype=np.int32)
    for part in np.array_split(np.arange(len(keys)), 7):
        table.add([keys[part]], ids[part])
    assert ids.tolist() == table.find([keys]).tolist()


def test_keys_of_one_slot_are_told_apart():
    """Keys with the same hash get their own ids, or are not stored."""
    table = KeyTable(1, bits=10)
    inverse = pow(0x9E3779B97F4A7C15, -1, 2**64)
    keys = np.array([one * inverse % 2**64 for one in range(1, 41)], np.uint64)
    ids = np.arange(len(keys), dtype=np.int32)
    table.add([keys], ids)
    found = table.find([keys])
    kept = found != ABSENT
    assert kept.sum() > 1
    assert ids[kept].tolist() == found[kept].tolist()
