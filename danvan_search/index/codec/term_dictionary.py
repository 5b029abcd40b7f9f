"""The vocabulary of a segment: ids of folded and accented forms, and how forms find them.

Folded ids run from 1 by falling frequency; 0 is the gap between texts. The accented ids of one
folded form are neighbours, the most frequent first, in the order of the folded ids. So "has
this folded form" is a range check on accented ids, and frequent forms have small ids.
"""

from bisect import bisect_left
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final

import numpy as np

from danvan_search.index.codec.checked_array import (
    Arrays,
    CheckedArray,
    StoredArrays,
    check,
    check_lengths,
    check_offsets,
)
from danvan_search.index.codec.ragged import offsets_of

_MEMO_SIZE: Final = 1 << 16


@dataclass(frozen=True, slots=True)
class TermNumbering:
    """How the vocabulary of the input is numbered in a segment with F folded, A accented forms.

    :ivar new_id: uint32[input vocabulary], the accented id of each form; 0 where it is unused.
    :ivar folded_of: uint32[A + 1], the folded id of each accented id; 0 for 0.
    :ivar variant_start: uint32[F + 2]; folded id f has the accented ids variant_start[f] to
        variant_start[f + 1].
    :ivar old_id: int64[A], the place in the input vocabulary of accented ids 1 to A.
    """

    new_id: np.ndarray
    folded_of: np.ndarray
    variant_start: np.ndarray
    old_id: np.ndarray


def number(folded_forms: Iterable[str], counts: np.ndarray) -> TermNumbering:
    """Give numbers to the forms that occur.

    :param folded_forms: the folded form of each accented form of the input.
    :param counts: int64[input vocabulary], how often each accented form occurs.
    """
    group_ids: dict[str, int] = {}
    group_of = np.array(
        [group_ids.setdefault(form, len(group_ids)) for form in folded_forms], dtype=np.int64
    )
    group_counts = np.bincount(group_of, weights=counts, minlength=len(group_ids))
    used = np.flatnonzero(counts)
    used_groups = group_of[used]
    # Falling frequency of the folded form, then of the accented one; ties as they came.
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
    """Return the arrays that :class:`TermDictionary` reads.

    :param accented_forms: the input vocabulary.
    :param folded_forms: the folded form of each of it.
    """
    old_id = numbering.old_id.tolist()
    first_of_folded = numbering.variant_start[1:-1].astype(np.int64) - 1
    accented = [accented_forms[i].encode("utf-8", "surrogatepass") for i in old_id]
    folded = [
        folded_forms[old_id[i]].encode("utf-8", "surrogatepass") for i in first_of_folded.tolist()
    ]
    in_order = sorted(range(len(folded)), key=folded.__getitem__)
    return {
        "variant_start": numbering.variant_start,
        "accented_bytes": np.frombuffer(b"".join(accented), dtype=np.uint8),
        "accented_offsets": _string_offsets(accented),
        "folded_bytes": np.frombuffer(b"".join(folded), dtype=np.uint8),
        "folded_offsets": _string_offsets(folded),
        "folded_order": np.array(in_order, dtype=np.uint32),
    }


def _string_offsets(strings: list[bytes]) -> np.ndarray:
    return offsets_of(np.array([len(s) for s in strings], dtype=np.int64)).astype(np.uint32)


class TermDictionary:
    """The forms of one segment, read whole when it is opened."""

    def __init__(self, arrays: StoredArrays) -> None:
        self._variant_start = arrays["variant_start"].of(np.uint32).whole().data
        self._accented = _Strings(arrays["accented_bytes"], arrays["accented_offsets"])
        self._folded = _Strings(arrays["folded_bytes"], arrays["folded_offsets"])
        self._order = arrays["folded_order"].of(np.uint32).whole().data
        check_lengths(len(self._folded), self._order)
        check_lengths(len(self._folded) + 2, self._variant_start)
        check_offsets(np.asarray(self._variant_start), len(self._accented) + 1)
        # Queries repeat their syllables, and a look-up by bisection takes some 6 µs.
        self._folded_memo: dict[str, int] = {}
        self._accented_memo: dict[tuple[int, str], int] = {}

    @property
    def folded_count(self) -> int:
        """How many folded forms there are."""
        return len(self._folded)

    @property
    def accented_count(self) -> int:
        """How many accented forms there are."""
        return len(self._accented)

    def folded_id(self, form: str) -> int:
        """Return the id of a folded form, 0 when no document has it."""
        found = self._folded_memo.get(form)
        if found is None:
            raw = form.encode("utf-8", "surrogatepass")
            place = bisect_left(self._order, raw, key=self._folded.__getitem__)
            found = 0
            if place < len(self._order) and self._folded[self._order[place]] == raw:
                found = self._order[place] + 1
            if len(self._folded_memo) >= _MEMO_SIZE:
                self._folded_memo.clear()
            self._folded_memo[form] = found
        return found

    def accented_id(self, folded_id: int, form: str) -> int:
        """Return the id of an accented form among those of a folded one, 0 if it is not there."""
        key = folded_id, form
        found = self._accented_memo.get(key)
        if found is None:
            raw = form.encode("utf-8", "surrogatepass")
            found = next((i for i in self.variants(folded_id) if self._accented[i - 1] == raw), 0)
            if len(self._accented_memo) >= _MEMO_SIZE:
                self._accented_memo.clear()
            self._accented_memo[key] = found
        return found

    def variants(self, folded_id: int) -> range:
        """Return the accented ids of a folded id."""
        return range(self._variant_start[folded_id], self._variant_start[folded_id + 1])

    def folded_form(self, folded_id: int) -> str:
        """Return the folded form with this id, of 1 to ``folded_count``."""
        return self._folded[folded_id - 1].decode("utf-8", "surrogatepass")

    def accented_form(self, accented_id: int) -> str:
        """Return the accented form with this id, of 1 to ``accented_count``."""
        return self._accented[accented_id - 1].decode("utf-8", "surrogatepass")

    def check_values(self) -> None:
        """Check that every form can be decoded and found.

        :raises ValueError: one cannot.
        """
        variants = np.asarray(self._variant_start)
        check((variants[1:] > variants[:-1]).all(), "a folded form without a variant")
        folded = [self.folded_form(folded_id) for folded_id in range(1, self.folded_count + 1)]
        for accented_id in range(1, self.accented_count + 1):
            self.accented_form(accented_id)
        check(sorted(self._order) == [*range(len(folded))], "the order of the forms is none")
        ordered = [self._folded[number] for number in self._order]
        check(all(map(bytes.__lt__, ordered, ordered[1:])), "forms out of order")


class _Strings:
    """Byte strings laid end to end."""

    def __init__(self, raw: CheckedArray, offsets: CheckedArray) -> None:
        self._raw = raw.of(np.uint8).whole().data
        self._offsets = offsets.of(np.uint32).whole().data
        check_offsets(np.asarray(self._offsets), len(self._raw))

    def __len__(self) -> int:
        return len(self._offsets) - 1

    def __getitem__(self, index: int) -> bytes:
        return bytes(self._raw[self._offsets[index] : self._offsets[index + 1]])
