"""Slips: what else may have been meant by the letters of a folded syllable, and how likely it is.

A slip is one letter too many, too few or another one, or two letters swapped; or a spelling that
sounds the same in some region. The figures are natural logarithms of probabilities.
"""

from collections import defaultdict
from collections.abc import Iterable
from typing import Final

NEAR: Final = -6.5
"""A neighbouring key in place of the right one, or beside it; two keys swapped."""
DOUBLED: Final = -5.5
MISSING: Final = -7.0
EXTRA: Final = -8.0
OTHER: Final = -9.0
REGIONAL: Final = -6.0
"""A spelling that sounds the same in some region."""
_SHORT: Final = -1.5
"""A slip in a syllable of one or two letters is less likely: another syllable was meant as is."""
_MAX_LETTERS: Final = 12

_ROWS: Final = ("qwertyuiop", "asdfghjkl", "zxcvbnm")
_STARTS: Final = (
    ("s", "x"), ("ch", "tr"), ("d", "gi"), ("d", "r"), ("gi", "r"), ("l", "n"), ("i", "y"),
    ("v", "d"), ("v", "gi"), ("ng", "ngh"), ("g", "gh"), ("c", "k"), ("k", "q"),
)  # fmt: skip
_ENDS: Final = (("n", "ng"), ("t", "c"), ("i", "y"))


def _neighbours() -> frozenset[tuple[str, str]]:
    """Return the pairs of neighbouring keys; each row stands half a key to the right."""
    keys = {
        key: (row, 2 * column + row)
        for row, letters in enumerate(_ROWS)
        for column, key in enumerate(letters)
    }
    return frozenset(
        (one, other)
        for one, (row, x) in keys.items()
        for other, (other_row, other_x) in keys.items()
        if one != other and abs(row - other_row) <= 1 and abs(x - other_x) <= 2
    )


_NEIGHBOURS: Final = _neighbours()


def edit(typed: str, meant: str) -> float | None:
    """Return the logarithm of the probability that one form was typed for another.

    :return: 0 for equal forms; None if more than one slip lies between them.
    """
    if typed == meant:
        return 0.0
    at = 0
    while at < min(len(typed), len(meant)) and typed[at] == meant[at]:
        at += 1
    if len(typed) == len(meant):
        if typed[at + 1 :] == meant[at + 1 :]:
            return NEAR if (typed[at], meant[at]) in _NEIGHBOURS else OTHER
        swapped = typed[at : at + 2] == meant[at : at + 2][::-1]
        return NEAR if swapped and typed[at + 2 :] == meant[at + 2 :] else None
    if len(typed) == len(meant) + 1 and typed[at + 1 :] == meant[at:]:
        beside = typed[max(0, at - 1) : at] + typed[at + 1 : at + 2]
        if typed[at] in beside:
            return DOUBLED
        return NEAR if any((typed[at], key) in _NEIGHBOURS for key in beside) else EXTRA
    return MISSING if len(meant) == len(typed) + 1 and typed[at:] == meant[at + 1 :] else None


def regional(folded: str) -> set[str]:
    """Return the folded spellings that sound the same in some region."""
    found = set()
    for pairs, is_start in ((_STARTS, True), (_ENDS, False)):
        for one, other in (*pairs, *(pair[::-1] for pair in pairs)):
            if is_start and folded.startswith(one):
                found.add(other + folded[len(one) :])
            elif not is_start and folded.endswith(one):
                found.add(folded[: len(folded) - len(one)] + other)
    found.discard(folded)
    return found


class SlipTable:
    """Looks up the forms that one slip turns into another.

    :param forms: the folded forms that may have been meant.
    """

    def __init__(self, forms: Iterable[str]) -> None:
        self.forms = frozenset(forms)
        self._by_shorter: dict[str, list[str]] = defaultdict(list)
        for form in self.forms:
            if len(form) <= _MAX_LETTERS:
                for shorter in _without_one(form):
                    self._by_shorter[shorter].append(form)

    def meant(self, typed: str) -> dict[str, float]:
        """Return what may have been meant by a folded form, with logarithms of probabilities."""
        shorter = _without_one(typed) if len(typed) <= _MAX_LETTERS + 1 else set()
        candidates = {form for form in shorter if form in self.forms}
        for key in (typed, *shorter):
            candidates.update(self._by_shorter.get(key, ()))
        found = {}
        for form in candidates:
            cost = edit(typed, form)
            if cost is not None:
                found[form] = cost
        for form in regional(typed) & self.forms:
            found[form] = max(found.get(form, REGIONAL), REGIONAL)
        if len(typed) <= 2:
            found = {form: cost + _SHORT for form, cost in found.items()}
        found[typed] = 0.0
        return found


def _without_one(form: str) -> set[str]:
    return {form[:at] + form[at + 1 :] for at in range(len(form))}
