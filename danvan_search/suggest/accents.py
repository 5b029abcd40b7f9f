"""The likeliest accents of syllables that were typed without them.

The accents of neighbouring syllables depend on each other. The model is a chain: the accents of a
syllable given those of the one, two or three before it, each estimate smoothed by the shorter one.
A beam keeps the likeliest readings.
"""

from collections.abc import Sequence
from typing import Final, NamedTuple

import numpy as np

from danvan_search.suggest.form_counts import FormCounts

BEAM: Final = 96
"""The readings that are kept after each syllable."""
ORDER: Final = 4
"""The longest run whose occurrences count as a whole."""
PRIORS: Final = (0.0, 0.0, 3.0, 2.0, 2.0)
"""By the length of a run: the occurrences that the estimate of its parts counts for."""


class Reading(NamedTuple):
    """Syllables with their accents.

    :ivar forms: the accented forms.
    :ivar log_likelihood: the natural logarithm of its likelihood, given the folded forms.
    """

    forms: tuple[str, ...]
    log_likelihood: float


def read_accents(
    counts: FormCounts, folded: Sequence[str], typed: Sequence[str | None], keep: int = 3
) -> list[Reading]:
    """Return the likeliest readings of syllables, the best first.

    :param folded: n folded forms.
    :param typed: for each the accented form to keep, or None to restore it.
    :param keep: how many readings.
    """
    readings = [Reading((), 0.0)]
    start = 0
    while start < len(folded):
        end = start
        while end < len(folded) and _is_known(counts, folded[end], typed[end]):
            end += 1
        if end == start:
            end += 1
            part = [Reading((typed[start] or folded[start],), 0.0)]
        else:
            part = _read_run(counts, tuple(folded[start:end]), typed[start:end], keep)
        joined = [
            Reading(one.forms + other.forms, one.log_likelihood + other.log_likelihood)
            for one in readings
            for other in part
        ]
        readings = sorted(joined, key=lambda one: -one.log_likelihood)[:keep]
        start = end
    return readings


def _is_known(counts: FormCounts, folded: str, typed: str | None) -> bool:
    forms = counts.variants(folded).forms
    return bool(forms) and (typed is None or typed in forms)


def _read_run(
    counts: FormCounts, folded: tuple[str, ...], typed: Sequence[str | None], keep: int
) -> list[Reading]:
    """Return the likeliest readings of syllables that the index has."""
    syllables = [counts.variants(one) for one in folded]
    joints = _Joints(counts, folded)
    paths = np.zeros((1, 0), dtype=np.int64)
    score = np.zeros(1)
    for at, (syllable, one) in enumerate(zip(syllables, typed, strict=True)):
        start = joints.context(at)
        known = tuple(paths[:, start:].T)
        steps = joints.of(start, at + 1)[known] / joints.of(start, at)[known][..., None]
        total = score[:, None] + np.log(steps)
        if one is not None:
            total[:, np.arange(len(syllable.forms)) != syllable.forms.index(one)] = -np.inf
        flat = total.reshape(-1)
        top = np.argsort(-flat, kind="stable")[:BEAM]
        top = top[np.isfinite(flat[top])]
        size = len(syllable.forms)
        paths = np.concatenate([paths[top // size], (top % size)[:, None]], axis=1)
        score = flat[top]
    return [
        Reading(
            tuple(one.forms[number] for one, number in zip(syllables, path, strict=True)), value
        )
        for path, value in zip(paths[:keep].tolist(), score[:keep].tolist(), strict=True)
    ]


class _Joints:
    """The probabilities of the accents of runs of some syllables, given their folded forms.

    :param counts: the counts.
    :param folded: the folded forms, all known.
    """

    def __init__(self, counts: FormCounts, folded: tuple[str, ...]) -> None:
        self._counts = counts
        self._folded = folded
        self._known: dict[tuple[int, int], np.ndarray] = {}

    def context(self, at: int) -> int:
        """Return the start of the longest run that ends at a syllable and occurs in the index."""
        start = max(0, at + 1 - ORDER)
        while start < at - 1 and not len(self._counts.accents(self._folded[start : at + 1]).codes):
            start += 1
        return start

    def of(self, start: int, end: int) -> np.ndarray:
        """Return the probabilities of the accents of a run; one axis for each of its syllables.

        The occurrences of the whole run are smoothed by what its two shorter runs say, in which
        the syllables between are counted once.
        """
        known = self._known.get((start, end))
        if known is None:
            known = self._known[start, end] = self._compute(start, end)
        return known

    def _compute(self, start: int, end: int) -> np.ndarray:
        if end == start:
            return np.ones(())
        if end == start + 1:
            return self._counts.variants(self._folded[start]).shares
        left, right = self.of(start, end - 1), self.of(start + 1, end)
        guess = (left / self.of(start + 1, end - 1))[..., None] * right
        guess /= guess.sum()
        seen = self._counts.accents(self._folded[start:end]).dense(guess.shape)
        prior = PRIORS[end - start]
        return np.asarray((seen + prior * guess) / (seen.sum() + prior))
