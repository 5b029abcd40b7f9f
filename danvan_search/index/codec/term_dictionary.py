"""The term dictionary of a segment: its folded and accented forms, and their ids.

Folded ids count from 1 by descending frequency; 0 is the gap between texts. The accented forms of
one folded form, its *variants*, have neighbouring accented ids, the most frequent first, and the
variants of one folded id come before those of the next. So a range check on accented ids tests for
a folded form, and frequent forms have small ids. The arrays of F folded and A accented forms are::

    variant_start      uint32[F + 2], the first accented id of each folded id, and A + 1
    accented_bytes     uint8, the accented forms in UTF-8, by id
    accented_offsets   uint32[A + 1], the offsets of the accented forms in accented_bytes
    folded_bytes       uint8, the folded forms in UTF-8, by id
    folded_offsets     uint32[F + 1], the offsets of the folded forms in folded_bytes
    folded_order       uint32[F], folded ids less 1, in the order of the bytes of their forms
    accented_order     uint32[A], accented ids less 1, in the order of the bytes of their forms
"""

from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Final

import numpy as np

from danvan_search.index.codec.array_checks import check, check_lengths, check_offsets
from danvan_search.index.codec.checked_array import Arrays, CheckedArray, StoredArrays
from danvan_search.index.codec.ragged import offsets_of, run_indices

_MEMO_SIZE: Final = 1 << 16


@dataclass(frozen=True, slots=True)
class TermNumbering:
    """The ids that a segment with F folded and A accented forms gives to the n input forms.

    :ivar new_id: uint32[n], the accented id of each input form; 0 if the form does not occur.
    :ivar folded_of: uint32[A + 1], the folded id of each accented id; 0 for 0.
    :ivar variant_start: uint32[F + 2]; folded id f has the accented ids ``variant_start[f]`` to
        ``variant_start[f + 1] - 1``.
    :ivar old_id: int64[A], the input form of each of the accented ids 1 to A.
    """

    new_id: np.ndarray
    folded_of: np.ndarray
    variant_start: np.ndarray
    old_id: np.ndarray


def number(folded_forms: Iterable[str], counts: np.ndarray) -> TermNumbering:
    """Assign ids to the input forms that occur.

    :param folded_forms: the folded form of each of the n accented input forms.
    :param counts: int64[n], the occurrences of each accented form.
    """
    group_ids: dict[str, int] = {}
    group_of = np.array(
        [group_ids.setdefault(form, len(group_ids)) for form in folded_forms], dtype=np.int64
    )
    group_counts = np.bincount(group_of, weights=counts, minlength=len(group_ids))
    used = np.flatnonzero(counts)
    used_groups = group_of[used]
    # By descending frequency of the folded form, then of the accented form.
    order = np.lexsort((-counts[used], used_groups, -group_counts[used_groups]))
    old_id = used[order]
    groups = group_of[old_id]
    is_first = np.ones(len(groups), dtype=bool)
    is_first[1:] = groups[1:] != groups[:-1]
    folded_of = np.zeros(len(groups) + 1, dtype=np.uint32)
    folded_of[1:] = np.cumsum(is_first)
    new_id = np.zeros(len(counts), dtype=np.uint32)
    new_id[old_id] = np.arange(1, len(old_id) + 1)
    firsts = np.flatnonzero(is_first) + 1
    variant_start = np.array([0, *firsts, len(groups) + 1], dtype=np.uint32)
    return TermNumbering(new_id, folded_of, variant_start, old_id)


def term_dictionary_arrays(
    numbering: TermNumbering, accented_forms: list[str], folded_forms: list[str]
) -> Arrays:
    """Return the arrays that :class:`TermDictionary` reads; see the module.

    :param accented_forms: the accented input forms.
    :param folded_forms: the folded form of each.
    """
    old_id = numbering.old_id.tolist()
    first_of_folded = numbering.variant_start[1:-1].astype(np.int64) - 1
    accented = [accented_forms[i].encode("utf-8", "surrogatepass") for i in old_id]
    folded = [
        folded_forms[old_id[i]].encode("utf-8", "surrogatepass") for i in first_of_folded.tolist()
    ]
    return {
        "variant_start": numbering.variant_start,
        "accented_bytes": np.frombuffer(b"".join(accented), dtype=np.uint8),
        "accented_offsets": _string_offsets(accented),
        "folded_bytes": np.frombuffer(b"".join(folded), dtype=np.uint8),
        "folded_offsets": _string_offsets(folded),
        "folded_order": _byte_order(folded),
        "accented_order": _byte_order(accented),
    }


def _byte_order(strings: list[bytes]) -> np.ndarray:
    in_order = sorted(range(len(strings)), key=strings.__getitem__)
    return np.array(in_order, dtype=np.uint32)


def _string_offsets(strings: list[bytes]) -> np.ndarray:
    return offsets_of(np.array([len(s) for s in strings], dtype=np.int64)).astype(np.uint32)


class TermDictionary:
    """The term dictionary of an open segment, which is read whole when the segment is opened.

    :param arrays: the arrays of :func:`term_dictionary_arrays`.
    :raises KeyError: an array is missing.
    :raises ValueError: their shapes do not fit each other, or offsets are none.
    :raises IndexDamagedError: an array has another dtype, or differs from its checksums.
    """

    def __init__(self, arrays: StoredArrays) -> None:
        self._variant_start = arrays["variant_start"].of(np.uint32).whole().data
        self._accented = _ByteStrings(arrays["accented_bytes"], arrays["accented_offsets"])
        self._folded = _ByteStrings(arrays["folded_bytes"], arrays["folded_offsets"])
        self._order = arrays["folded_order"].of(np.uint32).whole().data
        # Only some queries need it, so it is read when the first one does.
        self._accented_order = arrays["accented_order"].of(np.uint32)
        check_lengths(len(self._folded), self._order)
        check_lengths(len(self._accented), self._accented_order)
        check_lengths(len(self._folded) + 2, self._variant_start)
        check_offsets(np.asarray(self._variant_start), len(self._accented) + 1)
        # Memos: queries repeat their syllables, and a binary search takes about 6 µs.
        self._folded_memo: dict[str, int] = {}
        self._accented_memo: dict[tuple[int, str], int] = {}

    @property
    def folded_count(self) -> int:
        """The number of folded forms, and the greatest folded id."""
        return len(self._folded)

    @property
    def accented_count(self) -> int:
        """The number of accented forms, and the greatest accented id."""
        return len(self._accented)

    def folded_id(self, form: str) -> int:
        """Return the id of a folded form; 0 if the segment lacks it."""
        found = self._folded_memo.get(form)
        if found is None:
            raw = form.encode("utf-8", "surrogatepass")
            index = bisect_left(self._order, raw, key=self._folded.__getitem__)
            found = 0
            if index < len(self._order) and self._folded[self._order[index]] == raw:
                found = self._order[index] + 1
            if len(self._folded_memo) >= _MEMO_SIZE:
                self._folded_memo.clear()
            self._folded_memo[form] = found
        return found

    def accented_id(self, folded_id: int, form: str) -> int:
        """Return the id of an accented form; 0 if it is no variant of ``folded_id``."""
        key = folded_id, form
        found = self._accented_memo.get(key)
        if found is None:
            raw = form.encode("utf-8", "surrogatepass")
            found = next((i for i in self.variants(folded_id) if self._accented[i - 1] == raw), 0)
            if len(self._accented_memo) >= _MEMO_SIZE:
                self._accented_memo.clear()
            self._accented_memo[key] = found
        return found

    def folded_ids_with_prefix(self, prefix: str) -> np.ndarray:
        """Return int64[n], ascending, the ids of the folded forms that begin with a prefix."""
        low, high = _prefix_range(self._folded, self._order, prefix, 0, len(self._order))
        return np.sort(np.asarray(self._order[low:high]).astype(np.int64) + 1)

    def find_accented(self, form: str) -> int:
        """Return the id of an accented form; 0 if the segment lacks it."""
        raw = form.encode("utf-8", "surrogatepass")
        order = self._accented_order.whole().data
        index = bisect_left(order, raw, key=self._accented.__getitem__)
        if index < len(order) and self._accented[order[index]] == raw:
            return int(order[index]) + 1
        return 0

    def folded_in_order(self) -> np.ndarray:
        """Return the folded ids in the order of the bytes of their forms: int64[F]."""
        return np.asarray(self._order).astype(np.int64) + 1

    def accented_in_order(self) -> np.ndarray:
        """Return the accented ids in the order of the bytes of their forms: int64[A]."""
        return self._accented_order.whole().astype(np.int64) + 1

    def variant_starts(self) -> np.ndarray:
        """Return ``variant_start`` of the module: uint32[F + 2]."""
        return np.asarray(self._variant_start)

    def accented_ids_like(self, letters: Sequence[str]) -> np.ndarray:
        """Return int64[n], ascending, the ids of the accented forms that begin with some letters.

        Letters are compared with their marks: those of ``hoa`` do not begin ``hòa``.

        :param letters: for each place, the letters that a form may have there.
        """
        forms, order = self._accented, self._accented_order.whole().data
        ranges = [("", 0, len(order))]
        for choices in letters:
            ranges = [
                (prefix + letter, *_prefix_range(forms, order, prefix + letter, low, high))
                for prefix, low, high in ranges
                for letter in choices
            ]
            ranges = [one for one in ranges if one[1] < one[2]]
        found = [np.asarray(order[low:high]) for _, low, high in ranges]
        ids = np.concatenate([np.zeros(0, dtype=np.uint32), *found]).astype(np.int64)
        return np.sort(ids + 1)

    @cached_property
    def foreign_forms(self) -> list[tuple[int, str]]:
        """The folded ids and forms that are not all ASCII, by rising id; few in Vietnamese text."""
        forms = [(number, self._folded[number - 1]) for number in range(1, self.folded_count + 1)]
        return [(number, self.folded_form(number)) for number, raw in forms if not raw.isascii()]

    def folded_of(self, accented_id: int) -> int:
        """Return the folded id of an accented id."""
        return bisect_right(self._variant_start, accented_id) - 1

    def variants(self, folded_id: int) -> range:
        """Return the accented ids of the variants of a folded id."""
        return range(self._variant_start[folded_id], self._variant_start[folded_id + 1])

    def variant_mask(self, folded_ids: np.ndarray) -> np.ndarray:
        """Return bool[accented ids + 1], which accented ids are variants of some folded ids.

        :param folded_ids: int64[n], distinct.
        """
        starts = np.asarray(self._variant_start)
        firsts = starts[folded_ids].astype(np.int64)
        mask = np.zeros(self.accented_count + 1, dtype=bool)
        mask[run_indices(firsts, starts[folded_ids + 1] - firsts)] = True
        return mask

    def folded_ids_of(self, accented_ids: np.ndarray) -> np.ndarray:
        """Return int64[n], the folded ids of some accented ids, int64[n]."""
        found: np.ndarray = np.asarray(self._variant_start).searchsorted(accented_ids, "right") - 1
        return found

    def are_only_variants(self, folded_ids: np.ndarray) -> np.ndarray:
        """Return bool[n], which folded ids, int64[n], have one variant."""
        starts = np.asarray(self._variant_start)
        return np.asarray(starts[folded_ids + 1] - starts[folded_ids] == 1)

    def folded_form(self, folded_id: int) -> str:
        """Return the folded form of an id, 1 to ``folded_count``."""
        return self._folded[folded_id - 1].decode("utf-8", "surrogatepass")

    def accented_form(self, accented_id: int) -> str:
        """Return the accented form of an id, 1 to ``accented_count``."""
        return self._accented[accented_id - 1].decode("utf-8", "surrogatepass")

    def check_values(self) -> None:
        """Check that every form can be decoded, and every folded form be found.

        :raises ValueError: one cannot, or a folded form has no variant.
        """
        variants = np.asarray(self._variant_start)
        check((variants[1:] > variants[:-1]).all(), "a folded form without a variant")
        for folded_id in range(1, self.folded_count + 1):
            self.folded_form(folded_id)
        for accented_id in range(1, self.accented_count + 1):
            self.accented_form(accented_id)
        _check_order(self._folded, self._order)
        _check_order(self._accented, self._accented_order.whole().data)


def _prefix_range(
    forms: "_ByteStrings", order: Sequence[int], prefix: str, low: int, high: int
) -> tuple[int, int]:
    """Return the range of an order that the forms that begin with a prefix take.

    :param order: the indices of the forms, in the order of their bytes.
    :param low: where they begin at the earliest.
    :param high: where they end at the latest.
    """
    raw = prefix.encode("utf-8", "surrogatepass")
    length = len(raw)

    def beginning(index: int) -> bytes:
        return forms[index][:length]

    low = bisect_left(order, raw, low, high, key=beginning)
    return low, bisect_right(order, raw, low, high, key=beginning)


def _check_order(forms: "_ByteStrings", order: Sequence[int]) -> None:
    """Check that forms are distinct, and that an order has each of them once, by its bytes."""
    check(sorted(order) == [*range(len(forms))], "the order of the forms lacks a form")
    ordered = [forms[number] for number in order]
    check(all(map(bytes.__lt__, ordered, ordered[1:])), "forms out of order")


class _ByteStrings:
    """A ragged array of byte strings: uint8 bytes, and uint32[n + 1] offsets."""

    def __init__(self, raw: CheckedArray, offsets: CheckedArray) -> None:
        self._raw = raw.of(np.uint8).whole().data
        self._offsets = offsets.of(np.uint32).whole().data
        check_offsets(np.asarray(self._offsets), len(self._raw))

    def __len__(self) -> int:
        return len(self._offsets) - 1

    def __getitem__(self, index: int) -> bytes:
        return bytes(self._raw[self._offsets[index] : self._offsets[index + 1]])
