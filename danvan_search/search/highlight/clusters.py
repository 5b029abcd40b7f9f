"""The best cluster of marks in each text of a page: what a snippet is cut around.

The best cluster covers most of the query: each form counts once, half as much again if its accents
are as typed, and a little for each repetition. It fits the piece, and the earliest of equal ones
wins. So what a cluster is worth depends on how often it holds each form, and the clusters that end
with each mark of all texts are weighed as rows of one array.
"""

from collections.abc import Callable, Sequence
from itertools import chain
from typing import Final

import numpy as np

from danvan_search.index.codec.ragged import offsets_of
from danvan_search.search.highlight.marks import Form, Kind, Span, TextMarks

_EXACT_WEIGHT: Final = 0.5
_REPEAT_WEIGHT: Final = 0.05
_EQUAL: Final = 1e-9  # clusters whose worths differ by less are equal
_FAR: Final = 1 << 40  # longer than any text
_CELLS: Final = 1 << 20  # the counts that are held at a time, which bounds the temporary arrays


def best_clusters(
    texts: Sequence[TextMarks], weigh: Callable[[Form], float], max_chars: int
) -> list[Span]:
    """Return the best cluster of each text; (0, 0) for a text without marks.

    :param texts: the marks of each text.
    :param weigh: returns the weight of a form.
    :param max_chars: the longest cluster, in characters, unless a single mark is longer.
    """
    clusters = [(0, 0)] * len(texts)
    mixed: list[int] = []
    for number, (starts, ends, kinds) in enumerate(texts):
        if len(starts) == 1:
            clusters[number] = starts[0], ends[0]
        elif starts and _are_one(kinds):
            # The usual case, one phrase: the cluster of the most marks is best.
            clusters[number] = _densest_cluster(starts, ends, max_chars)
        elif starts:
            mixed.append(number)
    if mixed:
        heaviest = _heaviest_clusters([texts[number] for number in mixed], weigh, max_chars)
        for number, cluster in zip(mixed, heaviest, strict=True):
            clusters[number] = cluster
    return clusters


def _are_one(kinds: list[Kind]) -> bool:
    """Return whether all kinds are equal; most are the same object."""
    distinct = dict(zip(map(id, kinds), kinds, strict=True)).values()
    return len(distinct) == 1 or all(map(kinds[0].__eq__, distinct))


def _densest_cluster(starts: list[int], ends: list[int], max_chars: int) -> Span:
    """Return the earliest cluster with the most marks that fits the piece."""
    first = most = 0
    cluster = starts[0], ends[0]
    for last, end in enumerate(ends):
        while first < last and end - starts[first] > max_chars:
            first += 1
        if last - first >= most:
            most = last - first + 1
            cluster = starts[first], end
    return cluster


def _heaviest_clusters(
    texts: list[TextMarks], weigh: Callable[[Form], float], max_chars: int
) -> list[Span]:
    """Return the best cluster of each text, none of which lacks marks."""
    all_starts, all_ends, all_kinds = map(list, map(chain.from_iterable, zip(*texts, strict=True)))
    offsets = offsets_of(np.array([len(one.starts) for one in texts], dtype=np.int64))
    text_firsts = offsets[:-1]
    starts, ends = np.array((all_starts, all_ends), dtype=np.int64)
    far = np.repeat(np.arange(len(texts)) * _FAR, offsets[1:] - text_firsts)
    # The first mark of the cluster that ends with each mark; a later cluster starts no earlier.
    fitting = (starts + far).searchsorted(ends + far - max_chars)
    firsts = np.maximum.accumulate(np.minimum(fitting, np.arange(len(starts))))
    worth = _worths(all_kinds, firsts, weigh)
    best = np.repeat(np.maximum.reduceat(worth, text_firsts), offsets[1:] - text_firsts)
    equal = (worth >= best - _EQUAL).nonzero()[0]
    lasts = equal[equal.searchsorted(text_firsts)]
    return list(zip(starts[firsts[lasts]].tolist(), ends[lasts].tolist(), strict=True))


def _worths(kinds: list[Kind], firsts: np.ndarray, weigh: Callable[[Form], float]) -> np.ndarray:
    """Return what clusters of neighbouring marks are worth: float64[n].

    :param kinds: of n marks.
    :param firsts: int64[n], for each mark the first one of the cluster that ends with it.
    """
    # Told apart as objects, of which there are few: that is faster than by what they contain.
    keys = list(map(id, kinds))
    distinct = dict(zip(keys, kinds, strict=True))
    numbers = {key: number for number, key in enumerate(distinct)}
    kind_of = np.fromiter(map(numbers.__getitem__, keys), np.int64, len(keys))
    holders: dict[Form, list[int]] = {}
    for number, (forms, _) in enumerate(distinct.values()):
        for form in forms:
            holders.setdefault(form, []).append(number)
    are_exact = np.array([[is_exact] for _, is_exact in distinct.values()])
    weights = np.array([weigh(form) for form in holders])
    held_by = list(holders.values())
    worth = np.zeros(len(kinds))
    step = max(1, _CELLS // (2 * len(kinds)))
    for at in range(0, len(held_by), step):
        own = weights[at : at + step]
        of_kinds = _counts(len(distinct), held_by[at : at + step])
        if are_exact.any():
            # Each form once more, as it was typed.
            of_kinds = np.concatenate((of_kinds, of_kinds * are_exact), axis=1)
            own = np.concatenate((own, _EXACT_WEIGHT * own))
        before = np.zeros((len(kinds) + 1, len(own)))
        of_kinds.take(kind_of, axis=0).cumsum(axis=0, out=before[1:])
        counts = before[1:] - before.take(firsts, axis=0)
        worth += counts @ (_REPEAT_WEIGHT * own)
        worth += np.minimum(counts, 1, out=counts) @ ((1 - _REPEAT_WEIGHT) * own)
    return worth


def _counts(kind_count: int, holders: list[list[int]]) -> np.ndarray:
    """Return how often each kind holds each form: float64[kinds, forms].

    :param holders: for each form, the number of each kind that holds it, as often as it does.
    """
    width = len(holders)
    cells = [number * width + at for at, own in enumerate(holders) for number in own]
    return np.bincount(cells, minlength=kind_count * width).astype(float).reshape(-1, width)
