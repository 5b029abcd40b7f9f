"""Viterbi decoding of scores to the labels B ("a word begins") and I ("the word goes on").

With two labels, the Viterbi recursion needs only the difference of their scores. Let x be the
difference at the previous token, and w the difference of the weights of a token. The difference
at the token is::

    x' = w + f(x),    f(x) = max(t_BI, x + t_II) - max(t_BB, x + t_IB)
                           = clip(t_BI - t_IB - x, t_II - t_IB, t_BI - t_BB)

where t_BI is the weight of the transition from B to I. If x is at most ``low`` = t_BB - t_IB,
the best predecessor of both labels is B; if x is above ``high`` = t_BI - t_II, it is I; in
between, it is B for I and I for B. Nine of ten tokens are decided by their own weights; only the
others go through a loop.

underthesea rounds differently, because it keeps both scores. If a difference is so close to a
decision boundary (``low``, ``high``, or 0 at the last token) that rounding may decide,
:func:`decode_exactly` repeats the computation of underthesea.
"""

from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from danvan_search.text.segmenter.source import UnsupportedModelError

_MAX_PYTHON_RUNS: Final = 40
"""A Python loop is faster than NumPy for up to this many runs of undecided tokens."""

_EPSILON: Final = float(np.finfo(np.float64).eps)


@dataclass(frozen=True, slots=True)
class Transitions:
    """The transition weights of two labels, prepared for the recursion on differences.

    :ivar both: (2, 2) float64, the weights from label to label.
    :ivar low: at or below this difference, the best predecessor of both labels is B.
    :ivar high: above this difference, the best predecessor of both labels is I.
    :ivar least: the minimum of f.
    :ivar most: the maximum of f.
    :ivar middle: between ``low`` and ``high``, f(x) is ``middle - x``.
    """

    both: NDArray[np.float64]
    low: float
    high: float
    least: float
    most: float
    middle: float


def transitions(weights: NDArray[np.float64]) -> Transitions:
    """Return the transitions with these weights.

    :param weights: (2, 2) float64, from label to label, B before I.
    :raises UnsupportedModelError: unless changing the label is preferred to keeping it.
    """
    (bb, bi), (ib, ii) = weights.tolist()
    prepared = Transitions(weights, bb - ib, bi - ii, ii - ib, bi - bb, bi - ib)
    if not (prepared.low < prepared.high and prepared.least < 0 < prepared.most):
        raise UnsupportedModelError("the transition weights do not favour a change of the label")
    return prepared


@dataclass(frozen=True, slots=True)
class Decoded:
    """The labels of N padded tokens.

    :ivar begins: (N,) bool, whether the label is B; True for border tokens.
    :ivar doubt: (N,) float64, the distance of the difference to the nearest decision boundary.
    :ivar steps: the maximum number of consecutive additions behind a difference.
    """

    begins: NDArray[np.bool_]
    doubt: NDArray[np.float64]
    steps: int


def decode(
    weights: NDArray[np.float64], is_border: NDArray[np.bool_], transitions: Transitions
) -> Decoded:
    """Label N padded tokens.

    :param weights: (N,) float64, the weight of label I minus that of label B.
    :param is_border: (N,) bool, whether the token is a border token.
    """
    low, high, most = transitions.low, transitions.high, transitions.most
    # A border token is a certain B. It would add f = most to the first token of a text, which has
    # no predecessor, so that amount is subtracted in advance.
    weights = np.where(is_border, -np.inf, weights)
    weights[1:][is_border[:-1] > is_border[1:]] -= most
    scores, steps = _forward(weights, transitions)

    is_last = np.zeros(len(scores), np.bool_)
    is_last[:-1] = is_border[1:]
    begins = scores <= np.where(is_last, 0.0, low)
    _backward(begins, (scores > low) & (scores <= high) & ~is_last)

    doubt = np.minimum(np.abs(scores - low), np.abs(scores - high))
    doubt[is_last] = np.abs(scores[is_last])
    return Decoded(begins, doubt, steps)


def _forward(
    weights: NDArray[np.float64], transitions: Transitions
) -> tuple[NDArray[np.float64], int]:
    """Return the differences of the recursion, and the maximum number of consecutive additions."""
    low, high, middle = transitions.low, transitions.high, transitions.middle
    least, most = transitions.least, transitions.most
    goes_on, begins = weights > high - least, weights < low - most
    # The value of f after each token. It is final where the weight of the token decides; the
    # undecided tokens, about one in ten, are computed below.
    follow = np.where(goes_on, least, most)
    undecided = (~(goes_on | begins)).nonzero()[0]
    run_starts = _run_starts(undecided)
    undecided_weights = weights[undecided]
    values = np.empty(len(undecided))
    # All runs of undecided tokens advance together, one token per step.
    current = run_starts[:-1]
    previous = follow[undecided[current] - 1]
    is_first = np.zeros(len(undecided) + 1, np.bool_)
    is_first[run_starts] = True
    while len(current) > _MAX_PYTHON_RUNS:
        score = undecided_weights[current] + previous
        value = np.where(score <= low, most, middle - score)
        value[score > high] = least
        values[current] = value
        current = current + 1
        continues = ~is_first[current]
        current, previous = current[continues], value[continues]
    if len(current):
        ends = run_starts[np.searchsorted(run_starts, current, "right")]
        runs = zip(current.tolist(), ends.tolist(), previous.tolist(), strict=True)
        for start, end, last in runs:
            run_values = []
            for weight in undecided_weights[start:end].tolist():
                score = weight + last
                last = most if score <= low else least if score > high else middle - score
                run_values.append(last)
            values[start:end] = run_values
    follow[undecided] = values
    scores = weights
    scores[1:] += follow[:-1]
    return scores, int(np.diff(run_starts).max(initial=0)) + 1


def _backward(begins: NDArray[np.bool_], alternates: NDArray[np.bool_]) -> None:
    """Set the label of each token marked in ``alternates`` to the opposite of the next label."""
    indices = alternates.nonzero()[0]
    # In a run of marked tokens the labels alternate, ending at the token after the run.
    run_starts = _run_starts(indices)
    after_run = (indices[run_starts[1:] - 1] + 1).repeat(np.diff(run_starts))
    begins[indices] = begins[after_run] ^ ((after_run - indices) % 2 == 1)


def _run_starts(indices: NDArray[np.int64]) -> NDArray[np.int64]:
    """Return where runs of consecutive integers start in a sorted array, then its length."""
    is_first = np.ones(len(indices) + 1, np.bool_)
    np.not_equal(indices[1:], indices[:-1] + 1, out=is_first[1:-1])
    if not len(indices):
        return np.zeros(1, np.int64)
    return is_first.nonzero()[0]


def rounding(tokens: NDArray[np.int64], bound: float, steps: int) -> NDArray[np.float64]:
    """Return an upper bound of the rounding error of a difference, underthesea's and ours combined.

    Both scores of underthesea stay below n * bound, and each step rounds each of them twice, by
    at most half a unit in the last place. The sums of some 40 weights of a token, and our own
    sums, have as many roundings of smaller numbers. The result is twice the total of these
    errors, to be safe.

    :param tokens: (D,) int64, the number n of tokens of each text.
    :param bound: an upper bound of the absolute score of a label of one token, including the
        transition weight.
    :param steps: the maximum number of consecutive additions behind a difference.
    :return: (D,) float64.
    """
    return (2 * tokens + 128) * np.float64(2 * _EPSILON * steps * bound)


def decode_exactly(scores: NDArray[np.float64], transitions: Transitions) -> NDArray[np.bool_]:
    """Label the n tokens of one text with the same rounding as underthesea.

    :param scores: (n, 2) float64, the exact scores of labels B and I.
    :return: (n,) bool, whether the label is B.
    """
    (bb, bi), (ib, ii) = transitions.both.tolist()
    begin, inside = scores[0].tolist()
    # Whether the best predecessor of B, and of I, is I.
    after_inside: list[tuple[bool, bool]] = []
    for add_begin, add_inside in scores[1:].tolist():
        begin_begin, inside_begin = begin + bb, inside + ib
        begin_inside, inside_inside = begin + bi, inside + ii
        after_inside.append((inside_begin > begin_begin, inside_inside > begin_inside))
        begin = max(begin_begin, inside_begin) + add_begin
        inside = max(begin_inside, inside_inside) + add_inside
    is_inside = inside > begin
    labels = [is_inside]
    for predecessors in reversed(after_inside):
        is_inside = predecessors[is_inside]
        labels.append(is_inside)
    return ~np.array(labels[::-1], np.bool_)
