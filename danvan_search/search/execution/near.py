"""Where phrases occur near others: in one segment, or in the texts of a page."""

from collections.abc import Callable

import numpy as np

from danvan_search.search.execution.occurrences import NOWHERE, Occurrences

AreInOneText = Callable[[np.ndarray, np.ndarray], np.ndarray]
"""Takes int64[n] slots twice: returns bool[n], whether a slot and its other are in one text."""


def near_occurrences(
    left: Occurrences, right: Occurrences, distance: int, are_in_one_text: AreInOneText
) -> Occurrences:
    """Return the occurrences of ``left`` that have one of ``right`` near, in the same text.

    Each line of details is a text of its own.

    :param distance: how many syllables may stand between the two, in any order.
    :return: occurrences of ``left``; ``between`` is the least distance.
    """
    least = np.full(len(left.starts), NOWHERE)
    if len(right.starts) and len(left.starts):
        indices = right.starts.searchsorted(left.ends, "right")
        after = np.append(right.starts, NOWHERE).take(indices)
        _lower(are_in_one_text, least, left.starts, after, after - left.ends - 1, distance)
        before = _ends_before(right, left.starts, indices)
        _lower(are_in_one_text, least, left.starts, before, left.starts - before - 1, distance)
    kept = least <= distance
    return Occurrences(left.starts[kept], left.ends[kept], least[kept])


def _ends_before(found: Occurrences, starts: np.ndarray, indices: np.ndarray) -> np.ndarray:
    """Return int64[n], the greatest end of an occurrence before each start.

    It is minus ``NOWHERE`` where there is none.

    :param indices: int64[n], how many occurrences start before or at each start, or a few more.
    """
    if found.between is not None:
        # Occurrences with slop may end in another order than they start.
        ends = np.insert(np.sort(found.ends), 0, -NOWHERE)
        return ends.take(ends.searchsorted(starts, "left") - 1)
    ends = np.insert(found.ends, 0, -NOWHERE)
    before = ends.take(indices)
    late = np.flatnonzero(before >= starts)
    while len(late):
        indices[late] -= 1
        before[late] = ends.take(indices[late])
        late = late[before[late] >= starts[late]]
    return before


def _lower(
    are_in_one_text: AreInOneText,
    least: np.ndarray,
    starts: np.ndarray,
    others: np.ndarray,
    distances: np.ndarray,
    most: int,
) -> None:
    """Lower the least distances of occurrences to others of the same text, up to a distance.

    :param others: int64[n], a slot of the nearest other occurrence on one side of each start.
    """
    near = np.flatnonzero(distances <= most)
    near = near[are_in_one_text(starts[near], others[near])]
    least[near] = np.minimum(least[near], distances[near])
