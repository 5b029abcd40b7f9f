"""Checked arrays: a read checks its blocks, and returns what was written or is an error."""

import threading

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from danvan_search.errors import IndexDamagedError
from danvan_search.index.codec import checked_array
from danvan_search.index.codec.checked_array import (
    BLOCK_BYTES,
    CheckedArray,
    block_checksums,
    block_count,
)
from tests.index.segments import in_memory

BLOCKS = 10
SIZE = (BLOCKS - 1) * BLOCK_BYTES + 99
DTYPES = (np.uint8, np.uint16, np.uint32, np.int64)


def checked(array, *, flipped=()):
    """Return a checked array; the bytes at the indices ``flipped`` differ from the checksums."""
    raw = np.frombuffer(array.tobytes(), np.uint8).copy()
    checksums = np.array(block_checksums(raw.data), dtype=np.uint64)
    for index in flipped:
        raw[index] ^= 0x40
    return CheckedArray(raw.view(array.dtype).reshape(array.shape), checksums, "x", "the file")


def values(dtype=np.uint32):
    """Return ascending numbers that fill ``BLOCKS`` blocks, the last one partly."""
    numbers = np.random.default_rng(7).integers(0, 200, SIZE // np.dtype(dtype).itemsize)
    return np.sort(numbers).astype(dtype)


def block_of(index, dtype=np.uint32):
    return index * np.dtype(dtype).itemsize // BLOCK_BYTES


KINDS = ["slice", "raw", "item", "pair", "take", "clip", "blocks", "find", "whole"]


@st.composite
def reads(draw):
    """Draw a read: an array, the index of a flipped byte, the blocks of the read, and the call."""
    dtype = draw(st.sampled_from(DTYPES))
    array = values(dtype)
    flipped = draw(st.integers(0, array.nbytes - 1))
    kind = draw(st.sampled_from(KINDS))
    low = draw(st.integers(0, len(array) - 2))
    high = draw(st.integers(low, len(array)))
    if kind in ("take", "clip"):
        indices = np.array(draw(st.lists(st.integers(0, len(array) - 1), max_size=20)), np.int64)
        if kind == "clip":
            indices[::3] += 1 << 40
            indices[1::3] -= 1 << 40
        touched = {block_of(i, dtype) for i in indices.clip(0, len(array) - 1).tolist()}
        mode = "clip" if kind == "clip" else "raise"
        return array, flipped, touched, lambda a: a.take(indices, mode=mode)
    if kind == "blocks":
        rows = draw(st.lists(st.integers(0, len(array) // 16 - 1), max_size=20))
        touched = {block_of(row * 16, dtype) for row in rows}
        return array, flipped, touched, lambda a: a.take_blocks(np.array(rows, np.int64), 16)
    touched = (
        set(range(block_of(low, dtype), block_of(high - 1, dtype) + 1)) if high > low else set()
    )
    if kind == "slice":
        return array, flipped, touched, lambda a: a.slice(low, high)
    if kind == "raw":
        return array, flipped, touched, lambda a: a.raw(low, high)
    if kind == "find":
        return array, flipped, touched, lambda a: a.find(100, low, high)
    if kind == "item":
        return array, flipped, {block_of(low, dtype)}, lambda a: a.item(low)
    if kind == "pair":
        touched = {block_of(low, dtype), block_of(low + 1, dtype)}
        return array, flipped, touched, lambda a: a.pair(low)
    return array, flipped, set(range(BLOCKS)), lambda a: a.whole()


@given(reads())
def test_a_read_is_refused_if_it_touches_a_damaged_block_and_only_then(read):
    """Every method refuses to read a damaged block, and is not affected by others."""
    array, flipped, touched, call = read
    damaged = checked(array, flipped=[flipped])
    for _ in range(2):
        if flipped // BLOCK_BYTES in touched:
            with pytest.raises(IndexDamagedError, match=r"the file is damaged .array 'x' is not"):
                call(damaged)
        else:
            np.testing.assert_array_equal(call(damaged), call(in_memory({"x": array})["x"]))
    with pytest.raises(IndexDamagedError):
        damaged.verify()
    np.testing.assert_array_equal(call(checked(array)), call(in_memory({"x": array})["x"]))


def test_few_blocks_are_checked_at_the_first_touch():
    """A damaged array of few blocks is refused wherever it is read."""
    small = checked(np.arange(2 * BLOCK_BYTES, dtype=np.uint8), flipped=[2 * BLOCK_BYTES - 1])
    with pytest.raises(IndexDamagedError):
        small.item(0)


@given(
    st.sampled_from([1, 4, 32]),
    st.integers(0, BLOCKS * BLOCK_BYTES // 2 - 1),
    st.lists(st.integers(0, BLOCKS * BLOCK_BYTES // 128 - 1), max_size=20),
)
def test_rows_of_a_table_are_taken_and_sliced(width, flipped, indices):
    """Only the blocks of the rows are checked."""
    table = np.arange(BLOCKS * BLOCK_BYTES // 4, dtype=np.uint32).reshape(-1, width)
    for rows, read in (
        (indices, lambda array: array.take(np.array(indices, dtype=np.int64))),
        (range(min(indices), max(indices)), lambda array: array.slice(min(indices), max(indices)))
        if indices
        else ((), lambda array: array.slice(9, 9)),
    ):
        touched = {row * width * 4 // BLOCK_BYTES for row in rows}
        if flipped // BLOCK_BYTES in touched:
            with pytest.raises(IndexDamagedError, match="is not what was written"):
                read(checked(table, flipped=[flipped]))
        else:
            expected = table[[*rows]] if len(rows) else table[:0]
            np.testing.assert_array_equal(read(checked(table, flipped=[flipped])), expected)


def test_rows_that_may_lie_in_two_blocks_are_not_taken():
    """``take`` refuses rows that may cross a block boundary."""
    table = checked(np.zeros((BLOCK_BYTES, 3), dtype=np.uint32))
    with pytest.raises(IndexDamagedError, match="cross block boundaries"):
        table.take(np.array([0]))


def test_rows_of_a_table():
    """``row`` checks only the blocks of its row, which may be several."""
    table = np.arange(40_000, dtype=np.uint32).reshape(8, 5000)
    read = checked(table, flipped=[3 * 20_000])
    for row in range(8):
        first, last = row * 20_000 // BLOCK_BYTES, ((row + 1) * 20_000 - 1) // BLOCK_BYTES
        if first <= 60_000 // BLOCK_BYTES <= last:
            with pytest.raises(IndexDamagedError):
                read.row(row)
        else:
            np.testing.assert_array_equal(read.row(row), table[row])


@pytest.mark.parametrize(
    "call",
    [
        lambda a: a.slice(0, len(a) + 1),
        lambda a: a.slice(-1, 2),
        lambda a: a.slice(3, 2),
        lambda a: a.raw(0, len(a) + 1),
        lambda a: a.raw(-1, 2),
        lambda a: a.raw(3, 2),
        lambda a: a.item(len(a)),
        lambda a: a.item(-1),
        lambda a: a.pair(len(a) - 1),
        lambda a: a.pair(-1),
        lambda a: a.row(len(a)),
        lambda a: a.take(np.array([0, len(a)])),
        lambda a: a.take_blocks(np.array([0, len(a) // 16]), 16),
        lambda a: a.find(1, 0, len(a) + 1),
        lambda a: a.find(1, 2, 1),
        lambda a: a.find(1, -2, 1),
    ],
)
@pytest.mark.parametrize("make", [checked, CheckedArray])
def test_an_index_out_of_bounds_is_damage(call, make):
    """Indices come from other arrays of the file, so an index out of bounds is damage."""
    with pytest.raises(IndexDamagedError, match="out of bounds"):
        call(make(values()))


def test_a_good_block_is_checked_once(monkeypatch):
    """A good block is not checked again, except by ``verify``."""
    seen = []
    monkeypatch.setattr(
        checked_array,
        "checksum",
        lambda raw, real=checked_array.checksum: seen.append(len(raw)) or real(raw),
    )
    array = checked(values())
    seen.clear()
    per_block = BLOCK_BYTES // 4
    for _ in range(3):
        array.slice(per_block, per_block + 10)
        array.take(np.array([per_block * 3, per_block * 3 + 1, per_block]))
    assert len(seen) == 2
    array.slice(per_block * 4, per_block * 4 + 1)  # a quarter is good: the others are checked
    assert len(seen) == BLOCKS
    array.whole()
    array.item(0)
    assert sum(seen) == array.whole().nbytes
    assert len(seen) == BLOCKS
    array.verify()
    assert len(seen) == 2 * BLOCKS


def test_many_threads_never_get_unchecked_values():
    """Threads that read the same blocks at once each get an error for a damaged block."""
    array = values()
    for round_ in range(20):
        flipped = 5 * BLOCK_BYTES + round_
        damaged = checked(array, flipped=[flipped])
        start = threading.Barrier(8)
        wrong = []

        def read(number, damaged=damaged, start=start, wrong=wrong):
            rng = np.random.default_rng(number)
            start.wait()
            for _ in range(200):
                low = int(rng.integers(0, len(array) - 100))
                try:
                    found = damaged.slice(low, low + 100)
                except IndexDamagedError:
                    continue
                if not np.array_equal(found, array[low : low + 100]):
                    wrong.append(low)

        threads = [threading.Thread(target=read, args=(number,)) for number in range(8)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        assert not wrong
        with pytest.raises(IndexDamagedError):
            damaged.whole()


def test_blocks_are_counted():
    """``block_count`` is the number of checksums; an empty array has none."""
    for size in (0, 1, BLOCK_BYTES - 1, BLOCK_BYTES, BLOCK_BYTES + 1, SIZE):
        assert block_count(size) == len(block_checksums(memoryview(bytes(size))))
