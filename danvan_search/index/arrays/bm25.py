"""BM25, as Robertson and Zaragoza give it, without the constant factor (k1 + 1).

For a term that occurs tf times in a text of some length, df of N documents having it::

    score = idf(df, N) · tf / (tf + K)
    K     = k1 · (1 - b + b · length / average length)
    idf   = ln(1 + (N - df + ½) / (df + ½))

This is the form of Lucene since version 8. The factor would only weigh terms of different k1
against each other; without it the ranking of bare queries measured the same or better.
"""

import math
from typing import Final

import numpy as np

K1: Final = 1.2
B: Final = 0.75
PAIR_K1: Final = 0.6
"""k1 of a pair of neighbouring syllables in a bare query: half of ``K1``, and so is its K."""
TITLE_WEIGHT: Final = 0.3
"""What the same formula over titles alone adds to the one over the whole documents."""


def idf(df: int, doc_count: int) -> float:
    """Return the weight of a term that ``df`` of ``doc_count`` documents have; above 0."""
    return math.log1p((doc_count - df + 0.5) / (df + 0.5))


def length_norms(lengths: np.ndarray, average: float) -> np.ndarray:
    """Return float64[docs], the K of each document, for ``K1``.

    :param lengths: integers[docs], in syllables.
    :param average: over all documents of the index; 0 when all are empty.
    """
    return K1 * (1 - B) + (K1 * B / max(average, 1e-9)) * lengths.astype(np.float64)
