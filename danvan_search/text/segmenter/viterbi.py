"""Scores to labels: the best sequence of B ("a word begins") and I ("the word goes on").

With two labels the Viterbi recursion needs only the difference of their scores. For a token
with the difference of weights w, after a token with the difference x::

    x' = w + f(x),    f(x) = max(t_BI, x + t_II) - max(t_BB, x + t_IB)
                           = clip(t_BI - t_IB - x, t_II - t_IB, t_BI - t_BB)

where t_BI is the weight of going from B to I. Below ``low`` = t_BB - t_IB both labels follow
B, above ``high`` = t_BI - t_II both follow I, and in between I follows B and B follows I. So
nine of ten tokens are decided by their own weights, and only the rest go through the loop.

Rounding is not that of underthesea, which keeps both scores. Where a difference lies nearer
to a border than rounding can explain, :func:`decode_exactly` does as underthesea does.
"""

from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from danvan_search.text.segmenter.source import UnsupportedModelError

_FEW_RUNS: Final = 40
"""So few runs of undecided tokens are faster one by one."""

_EPSILON: Final = float(np.finfo(np.float64).eps)


@dataclass(frozen=True, slots=True)
class Transitions:
    """The transitions of two labels, as the recursion on differences needs them.

    :ivar both: (2, 2) float64, the weights from label to label.
    :ivar low: at or below this difference both labels follow B.
    :ivar high: above this difference both labels follow I.
    :ivar least: the least value of f.
    :ivar most: the greatest value of f.
    :ivar middle: f(x) is ``middle - x`` between ``low`` and ``high``.
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
    :raises UnsupportedModelError: if words are not what both labels would rather change for.
    """
    (bb, bi), (ib, ii) = weights.tolist()
    found = Transitions(weights, bb - ib, bi - ii, ii - ib, bi - bb, bi - ib)
    if not (found.low < found.high and found.least < 0 < found.most):
        raise UnsupportedModelError("the transitions of the model are of another kind")
    return found


@dataclass(frozen=True, slots=True)
class Decoded:
    """The labels of N padded tokens.

    :ivar begins: (N,) bool, whether the label is B; True for border tokens.
    :ivar doubt: (N,) float64, how far the difference is from the nearest border.
    :ivar steps: no difference is the outcome of more than this many additions in a row.
    """

    begins: NDArray[np.bool_]
    doubt: NDArray[np.float64]
    steps: int


def decode(
    weights: NDArray[np.float64], is_border: NDArray[np.bool_], along: Transitions
) -> Decoded:
    """Label N padded tokens.

    :param weights: (N,) float64, the weight of label I minus that of label B.
    :param is_border: (N,) bool, the tokens between the texts.
    """
    # A border counts as a certain B; what f would add to the first token is taken off it.
    weights = np.where(is_border, -np.inf, weights)
    weights[1:][is_border[:-1] > is_border[1:]] -= along.most
    scores, steps = _forward(weights, along)

    is_last = np.zeros(len(scores), np.bool_)
    is_last[:-1] = is_border[1:]
    begins = scores <= np.where(is_last, 0.0, along.low)
    _backward(begins, (scores > along.low) & (scores <= along.high) & ~is_last)

    doubt = np.minimum(np.abs(scores - along.low), np.abs(scores - along.high))
    doubt[is_last] = np.abs(scores[is_last])
    return Decoded(begins, doubt, steps)


def _forward(weights: NDArray[np.float64], along: Transitions) -> tuple[NDArray[np.float64], int]:
    """Return the differences of the recursion, and how many follow one another undecided."""
    low, high, middle = along.low, along.high, along.middle
    goes_on, begins = weights > high - along.least, weights < low - along.most
    # f of every token that is decided by its own weight, and of some tenth that is not.
    follow = np.where(goes_on, along.least, along.most)
    undecided = (~(goes_on | begins)).nonzero()[0]
    first = _run_starts(undecided)
    own = weights[undecided]
    values = np.empty(len(undecided))
    # All runs of undecided tokens at once, one token of each at a time.
    at = first[:-1]
    before = follow[undecided[at] - 1]
    is_first = np.zeros(len(undecided) + 1, np.bool_)
    is_first[first] = True
    while len(at) > _FEW_RUNS:
        score = own[at] + before
        value = np.where(score <= low, along.most, middle - score)
        value[score > high] = along.least
        values[at] = value
        at = at + 1
        going = ~is_first[at]
        at, before = at[going], value[going]
    if len(at):
        ends = first[np.searchsorted(first, at, "right")]
        for start, end, last in zip(at.tolist(), ends.tolist(), before.tolist(), strict=True):
            found = []
            for weight in own[start:end].tolist():
                score = weight + last
                last = (
                    along.most if score <= low else along.least if score > high else middle - score
                )
                found.append(last)
            values[start:end] = found
    follow[undecided] = values
    scores = weights
    scores[1:] += follow[:-1]
    return scores, int(np.diff(first).max(initial=0)) + 1


def _backward(begins: NDArray[np.bool_], changes: NDArray[np.bool_]) -> None:
    """Give each token that changes the label that the next token has not, the last first."""
    changing = changes.nonzero()[0]
    # In a run of such tokens the labels take turns, up to the one after the run.
    first = _run_starts(changing)
    after = (changing[first[1:] - 1] + 1).repeat(np.diff(first))
    begins[changing] = begins[after] ^ ((after - changing) % 2 == 1)


def _run_starts(places: NDArray[np.int64]) -> NDArray[np.int64]:
    """Return where the runs of neighbours start among rising places, and how many places."""
    is_first = np.ones(len(places) + 1, np.bool_)
    np.not_equal(places[1:], places[:-1] + 1, out=is_first[1:-1])
    if not len(places):
        return np.zeros(1, np.int64)
    return is_first.nonzero()[0]


def rounding(tokens: NDArray[np.int64], bound: float, steps: int) -> NDArray[np.float64]:
    """Return how far rounding may move a difference of scores, theirs and ours together.

    :param tokens: (D,) int64, how many tokens each text has, n.
    :param bound: no score of a label for one token, transition included, exceeds this.
    :param steps: how many additions may have moved it since the last decided token.
    :return: (D,) float64.

    Both scores of underthesea stay below n * bound and each step rounds each of them twice,
    by half a unit in the last place at most; the some 40 weights of a token, and ours, round
    as often but are smaller. Twice the sum is on the safe side.
    """
    return (2 * tokens + 128) * np.float64(2 * _EPSILON * steps * bound)


def decode_exactly(scores: NDArray[np.float64], along: Transitions) -> NDArray[np.bool_]:
    """Label the n tokens of one text with the roundings of underthesea.

    :param scores: (n, 2) float64, the exact scores of labels B and I.
    :return: (n,) bool, whether the label is B.
    """
    (bb, bi), (ib, ii) = along.both.tolist()
    begin, inside = scores[0].tolist()
    after_inside: list[tuple[bool, bool]] = []  # whether B, and I, had better follow I
    for add_begin, add_inside in scores[1:].tolist():
        begin_begin, inside_begin = begin + bb, inside + ib
        begin_inside, inside_inside = begin + bi, inside + ii
        after_inside.append((inside_begin > begin_begin, inside_inside > begin_inside))
        begin = max(begin_begin, inside_begin) + add_begin
        inside = max(begin_inside, inside_inside) + add_inside
    is_inside = inside > begin
    labels = [is_inside]
    for choice in reversed(after_inside):
        is_inside = choice[is_inside]
        labels.append(is_inside)
    return ~np.array(labels[::-1], np.bool_)
