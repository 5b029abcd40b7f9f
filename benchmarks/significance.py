"""Whether a mean of paired differences is more than chance."""

from collections.abc import Sequence
from itertools import product
from typing import Final

import numpy as np

from benchmarks.sampling import SEED

ROUNDS: Final = 10_000
_MAX_EXACT: Final = 12
"""Of up to so many differences all signs are tried."""
_BATCH: Final = 500
_ROUNDING: Final = 1e-12


def sign_flip_p(differences: Sequence[float]) -> float:
    """Return the two-sided p value of a paired sign-flip test.

    It is the share of all signs of the differences by which their mean is at least as far from 0;
    of many differences, of signs drawn at random, the same on every run.

    :param differences: one for each query; those that are 0 change nothing.
    """
    values = np.array([one for one in differences if one], dtype=np.float64)
    least = abs(values.sum()) - _ROUNDING
    if len(values) <= _MAX_EXACT:
        signs = np.array(list(product((-1, 1), repeat=len(values))), dtype=np.float64)
        return float((np.abs(signs @ values) >= least).mean())
    rng = np.random.default_rng(SEED)
    reached = 0
    for _ in range(0, ROUNDS, _BATCH):
        signs = rng.choice((-1.0, 1.0), (_BATCH, len(values)))
        reached += int((np.abs(signs @ values) >= least).sum())
    # The signs as they are count as well, so that no p is 0.
    return (reached + 1) / (ROUNDS + 1)
