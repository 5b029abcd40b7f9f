"""Chooses the segments that a commit merges.

Each search visits every segment, so there should be few. Each merge rewrites its segments, so
large ones should rarely be merged. Only neighbours are merged, because the order of the segments
decides the order of articles with equal scores.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

MAX_SEGMENTS: Final = 8
MAX_LOAD: Final = 64_000_000
"""No merge makes a larger segment than this."""

_ARTICLE_LOAD: Final = 64
_BYTES_PER_LOAD: Final = 8

_MIN_TAIL_SEGMENTS: Final = 4
_MAX_DELETED_SHARE: Final = 0.5


@dataclass(frozen=True, slots=True)
class Size:
    """The size of a segment.

    :ivar load: the estimated load of its live documents; see :func:`load`.
    :ivar deleted_share: the fraction of its documents that are deleted, 0 to 1.
    """

    load: int
    deleted_share: float


def load(syllables: int, articles: int, text_bytes: int = 0) -> int:
    """Return the load of a segment: the memory that building it needs, in syllables.

    An article needs as much memory for its id, title and other values as 64 syllables. Texts with
    few syllables, which are buffered when articles are added, count as a syllable per 8 bytes.

    :param syllables: the number of its syllables.
    :param articles: the number of its articles.
    :param text_bytes: the size of the buffered texts; 0 for a merge, which buffers none.
    """
    return max(syllables, text_bytes // _BYTES_PER_LOAD) + _ARTICLE_LOAD * articles


def plan_optimize(sizes: Sequence[Size]) -> list[range]:
    """Return groups of neighbouring segments, each to be rewritten as one segment.

    There are as few groups as ``MAX_LOAD`` allows. A segment that is alone in its group is only
    rewritten if it has deleted documents.

    :param sizes: the segments in order.
    """
    groups: list[range] = []
    start = total = 0
    for at, size in enumerate(sizes):
        if at > start and total + size.load > MAX_LOAD:
            groups.append(range(start, at))
            start, total = at, 0
        total += size.load
    if sizes:
        groups.append(range(start, len(sizes)))
    return [group for group in groups if len(group) > 1 or sizes[group.start].deleted_share]


def plan_merge(sizes: Sequence[Size]) -> range | None:
    """Return neighbouring segments to rewrite as one, or None if no merge is due.

    A segment with more than half of its documents deleted is rewritten by itself. Otherwise a
    merge is due when there are more than eight segments. The *tail* is the longest run of last
    segments that fit one segment of ``MAX_LOAD``; commits append to it. A suffix of the tail is
    merged: the one whose first segment is smallest relative to the sum of those after it.

    Cost: let ``total`` be the load of nine segments and ``last`` that of the last one. The ratios
    (own + after) / after of the first eight multiply to total / last, so the smallest own / after
    is at most (total / last)^(1/8). Each merge moves the syllables after the first segment towards
    the front, which can happen eight times. So a syllable is written about 8 (total / last)^(1/8)
    times at worst, however small the commits are: about 25 times in ten thousand equal commits.

    The tail may have four segments even if those before it leave fewer of the eight. If it is not
    too long, the smallest pair of neighbours before it is merged, if ``MAX_LOAD`` allows.

    :param sizes: the segments in order; a commit appends its own.
    """
    for at, size in enumerate(sizes):
        if size.deleted_share > _MAX_DELETED_SHARE:
            return range(at, at + 1)
    if len(sizes) <= MAX_SEGMENTS:
        return None
    loads = [max(size.load, 1) for size in sizes]
    ratios: list[tuple[float, int]] = []
    tail, after = len(sizes) - 1, loads[-1]
    while tail > 0 and loads[tail - 1] + after <= MAX_LOAD:
        tail -= 1
        ratios.append((loads[tail] / after, tail))
        after += loads[tail]
    if len(sizes) - tail > max(_MIN_TAIL_SEGMENTS, MAX_SEGMENTS - tail):
        return range(min(ratios)[1], len(sizes))
    pairs = [(loads[at] + loads[at + 1], at) for at in range(tail - 1)]
    smallest, first = min(pairs, default=(MAX_LOAD + 1, 0))
    return range(first, first + 2) if smallest <= MAX_LOAD else None
