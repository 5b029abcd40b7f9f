"""Which segments to merge at a commit.

Each search visits every segment, so there should be few; each merge rewrites what it merges, so
large ones should rarely be touched. Only neighbours are merged, because the order of the
segments is the order of articles with equal scores.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

MAX_SEGMENTS: Final = 8
MAX_SYLLABLES: Final = 16_000_000
"""No merge makes a larger segment than this: building one takes memory by the syllable."""

_GROWTH: Final = 2
_MOSTLY_DELETED: Final = 0.5


@dataclass(frozen=True, slots=True)
class Size:
    """How much a segment holds.

    :ivar syllables: of the documents that are alive, about.
    :ivar deleted_share: which part of its documents is deleted, 0 to 1.
    """

    syllables: int
    deleted_share: float


def plan_optimize(sizes: Sequence[Size]) -> list[range]:
    """Return the groups of neighbouring segments to write anew, each as one.

    The groups are as few as the largest segment allows; one whole segment stays as it is.

    :param sizes: the segments in their order.
    """
    groups: list[range] = []
    start = total = 0
    for place, size in enumerate(sizes):
        if place > start and total + size.syllables > MAX_SYLLABLES:
            groups.append(range(start, place))
            start, total = place, 0
        total += size.syllables
    if sizes:
        groups.append(range(start, len(sizes)))
    return [group for group in groups if len(group) > 1 or sizes[group.start].deleted_share]


def plan_merge(sizes: Sequence[Size]) -> range | None:
    """Return which neighbouring segments to write anew as one, or None.

    A segment most of which is deleted is written anew alone. When there are more than eight
    segments, those at the end are merged while the one before is not more than twice what it
    would be merged with: small commits merge with small segments, and each syllable is written
    about as often as the index doubles. Where that finds nothing, the two smallest neighbours
    are merged.

    :param sizes: the segments in their order; a commit adds its own at the end.
    """
    for place, size in enumerate(sizes):
        if size.deleted_share > _MOSTLY_DELETED:
            return range(place, place + 1)
    if len(sizes) <= MAX_SEGMENTS:
        return None
    start = len(sizes) - 1
    total = sizes[-1].syllables
    while start > 0:
        before = sizes[start - 1].syllables
        if before > _GROWTH * total or before + total > MAX_SYLLABLES:
            break
        total += before
        start -= 1
    if len(sizes) - start > 1:
        return range(start, len(sizes))
    pairs = [
        (sizes[place].syllables + sizes[place + 1].syllables, place)
        for place in range(len(sizes) - 1)
    ]
    least, place = min(pairs)
    return range(place, place + 2) if least <= MAX_SYLLABLES else None
