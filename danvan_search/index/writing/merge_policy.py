"""Which segments to merge at a commit.

Each search visits every segment, so there should be few; each merge rewrites what it merges, so
large ones should rarely be touched. Only neighbours are merged, because the order of the
segments is the order of articles with equal scores.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

MAX_SEGMENTS: Final = 8
MAX_LOAD: Final = 64_000_000
"""No merge makes a larger segment than this."""

_ARTICLE: Final = 64
_TEXT_BYTES: Final = 8

_PLACES_AT_THE_END: Final = 4
_MOSTLY_DELETED: Final = 0.5


@dataclass(frozen=True, slots=True)
class Size:
    """How much a segment holds.

    :ivar load: that of the documents that are alive, about.
    :ivar deleted_share: which part of its documents is deleted, 0 to 1.
    """

    load: int
    deleted_share: float


def load(syllables: int, articles: int, text_bytes: int = 0) -> int:
    """Return what it takes to build a segment, in syllables of ordinary articles.

    Building takes memory by the syllable. An article with its id, title and the like takes as
    much as 64 syllables do, beside those it has; and so do 8 bytes of text as one syllable, if the
    text is not merged but added, and has few syllables.
    """
    return max(syllables, text_bytes // _TEXT_BYTES) + _ARTICLE * articles


def plan_optimize(sizes: Sequence[Size]) -> list[range]:
    """Return the groups of neighbouring segments to write anew, each as one.

    The groups are as few as the largest segment allows; one whole segment stays as it is.

    :param sizes: the segments in their order.
    """
    groups: list[range] = []
    start = total = 0
    for place, size in enumerate(sizes):
        if place > start and total + size.load > MAX_LOAD:
            groups.append(range(start, place))
            start, total = place, 0
        total += size.load
    if sizes:
        groups.append(range(start, len(sizes)))
    return [group for group in groups if len(group) > 1 or sizes[group.start].deleted_share]


def plan_merge(sizes: Sequence[Size]) -> range | None:
    """Return which neighbouring segments to write anew as one, or None.

    A segment most of which is deleted is written anew alone. Otherwise there is something to do
    when there are more than eight segments. Those at the end, so many as would make one segment
    of the largest size, are where commits come in. From one of them on to the last all are
    merged: from the one that is the smallest beside what comes after it.

    Of nine segments one is at most (all / last)^(1/8) times what comes after it, since the nine
    ratios (own + after) / after multiply to all / last; and what came after moves towards the
    front, which it can do eight times. So a syllable is written about 8 (all / last)^(1/8) times
    at the worst, however small the commits are: some 25 times in ten thousand equal ones.

    Where the segments before leave the end fewer places than four, it has four all the same. Of
    those before, the two smallest neighbours are merged if the largest size allows.

    :param sizes: the segments in their order; a commit adds its own at the end.
    """
    for place, size in enumerate(sizes):
        if size.deleted_share > _MOSTLY_DELETED:
            return range(place, place + 1)
    if len(sizes) <= MAX_SEGMENTS:
        return None
    loads = [max(size.load, 1) for size in sizes]
    ratios: list[tuple[float, int]] = []
    end, after = len(sizes) - 1, loads[-1]
    while end > 0 and loads[end - 1] + after <= MAX_LOAD:
        end -= 1
        ratios.append((loads[end] / after, end))
        after += loads[end]
    if len(sizes) - end > max(_PLACES_AT_THE_END, MAX_SEGMENTS - end):
        return range(min(ratios)[1], len(sizes))
    pairs = [(loads[place] + loads[place + 1], place) for place in range(end - 1)]
    least, place = min(pairs, default=(MAX_LOAD + 1, 0))
    return range(place, place + 2) if least <= MAX_LOAD else None
