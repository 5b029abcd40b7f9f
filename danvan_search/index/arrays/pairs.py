"""Pairs of numbers, sorted and counted."""

from dataclasses import dataclass

import numpy as np

from danvan_search.index.arrays.runs import run_lengths, run_starts


@dataclass(frozen=True, slots=True)
class Pairs:
    """The m distinct pairs among n pairs of numbers, sorted, and who has them.

    :ivar order: int64[n], indices of the pairs sorted; equal ones in the order they came in.
    :ivar starts: int64[m], where the run of each pair begins in that order.
    :ivar lengths: int64[m], how long it is.
    :ivar first: int64[m], the first number of each.
    :ivar second: int64[m], the second.
    """

    order: np.ndarray
    starts: np.ndarray
    lengths: np.ndarray
    first: np.ndarray
    second: np.ndarray


def sorted_pairs(first: np.ndarray, second: np.ndarray, *, key_bits: int = 64) -> Pairs:
    """Sort pairs of numbers.

    :param first: uint32[n].
    :param second: uint32[n].
    :param key_bits: how long the numbers that are sorted may be.
    """
    index_bits = len(first).bit_length()
    second_bits = int(second.max(initial=0)).bit_length()
    first_bits = int(first.max(initial=0)).bit_length()
    if first_bits + second_bits + index_bits <= key_bits:
        # Pair and index in one number: sorting values is many times faster than sorting an
        # order of them.
        keys = first.astype(np.uint64)
        keys <<= np.uint64(second_bits)
        keys |= second
        keys <<= np.uint64(index_bits)
        keys |= np.arange(len(keys), dtype=np.uint64)
        keys.sort()
        order = (keys & np.uint64((1 << index_bits) - 1)).astype(np.int64)
        keys >>= np.uint64(index_bits)
    else:
        order = np.lexsort((second, first))
        keys = (first[order].astype(np.uint64) << np.uint64(second_bits)) | second[order]
    starts = run_starts(keys)
    distinct = keys[starts]
    return Pairs(
        order,
        starts,
        run_lengths(starts, len(keys)),
        (distinct >> np.uint64(second_bits)).astype(np.int64),
        (distinct & np.uint64((1 << second_bits) - 1)).astype(np.int64),
    )
