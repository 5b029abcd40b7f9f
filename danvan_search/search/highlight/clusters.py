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
        elif starts and kinds.count(kinds[0]) == len(kinds):
            # The usual case, one phrase: the cluster of the most marks is best.
            clusters[number] = _densest_cluster(starts, ends, max_chars)
        elif starts:
            mixed.append(number)
    if mixed:
        heaviest = _heaviest_clusters([texts[number] for number in mixed], weigh, max_chars)
        for number, cluster in zip(mixed, heaviest, strict=True):
            clusters[number] = cluster
    return clusters


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
    distinct = {id(kind): kind for kind in kinds}
    numbers = {key: number for number, key in enumerate(distinct)}
    kind_of = np.array([numbers[id(kind)] for kind in kinds])
    columns: dict[tuple[Form, bool], int] = {}
    held = [
        (number, columns.setdefault((form, accents), len(columns)))
        for number, (forms, is_exact) in enumerate(distinct.values())
        for accents in ((False, True) if is_exact else (False,))
        for form in forms
    ]
    form_counts = np.zeros((len(numbers), len(columns)))
    np.add.at(form_counts, tuple(zip(*held, strict=True)), 1)
    weights = np.array(
        [weigh(form) * (_EXACT_WEIGHT if accents else 1.0) for form, accents in columns]
    )
    worth = np.zeros(len(kinds))
    step = max(1, _CELLS // len(kinds))
    before = np.zeros((len(kinds) + 1, min(step, len(columns))))
    for at in range(0, len(columns), step):
        own = weights[at : at + step]
        sums = before[:, : len(own)]
        np.cumsum(form_counts[:, at : at + step].take(kind_of, axis=0), axis=0, out=sums[1:])
        counts = sums[1:] - sums.take(firsts, axis=0)
        worth += counts @ (_REPEAT_WEIGHT * own)
        worth += np.minimum(counts, 1) @ ((1 - _REPEAT_WEIGHT) * own)
    return worth
