"""How likely a row of folded syllables is: a chain of pairs over the counts of an index."""

import math
from collections.abc import Sequence
from typing import Final

import numpy as np

from danvan_search.index.codec.bm25 import Numbers
from danvan_search.suggest.form_counts import FormCounts

LINK_PRIOR: Final = 400.0
"""The occurrences that the frequency of the second syllable counts for, beside those of a pair."""
_FLOOR: Final = 1e-8
"""The probability of a form that the index lacks."""


class WordModel:
    """The likelihood of rows of folded syllables; all figures are natural logarithms.

    :param counts: the counts of the index.
    """

    def __init__(self, counts: FormCounts) -> None:
        self._counts = counts

    def single(self, folded: str) -> float:
        """Return the likelihood of a syllable by itself."""
        return math.log(self._share(folded) + _FLOOR)

    def link(self, first: str, second: str) -> float:
        """Return the likelihood of a syllable after another."""
        pair = self._counts.pair(first, second)
        of_first = max(pair, self._counts.form(first).occurrences)
        return math.log(_share_after(pair, of_first, self._share(second)))

    def links(self, firsts: Sequence[str], seconds: Sequence[str]) -> np.ndarray:
        """Return the likelihoods of syllables after each of some others: float64[n, m]."""
        pairs = self._counts.pair_table(firsts, seconds)
        shares = np.array([self._share(one) for one in seconds])
        occurrences = np.array([self._counts.form(one).occurrences for one in firsts])
        # Of sampled counts a pair may seem more frequent than its first syllable.
        of_first = np.maximum(pairs, occurrences[:, None])
        return np.asarray(np.log(_share_after(pairs, of_first, shares)))

    def row(self, folded: Sequence[str]) -> float:
        """Return the likelihood of a row of at least one syllable."""
        links = map(self.link, folded, folded[1:])
        return self.single(folded[0]) + sum(links)

    def _share(self, folded: str) -> float:
        return self._counts.form(folded).occurrences / self._counts.syllables


def _share_after(pairs: Numbers, of_first: Numbers, shares: Numbers) -> Numbers:
    """Return the smoothed share of syllables among those after others.

    :param pairs: how often they stand there, a number or float64[n, m].
    :param of_first: how often the others occur.
    :param shares: their shares among all syllables.
    """
    return (pairs + LINK_PRIOR * (shares + _FLOOR)) / (of_first + LINK_PRIOR)
