"""What a search over segments returns, and how its best documents are chosen."""

from typing import Final, NamedTuple

import numpy as np

EXACT: Final = 3
"""Tier of a document that holds the phrase with the accents asked for."""
FOLDED: Final = 2
"""Tier of a document that holds the phrase, with other accents, or when none were asked for."""
REST_EXACT: Final = 1
"""Tier of a document that does not hold the phrase, but its parts with the accents asked for."""
REST: Final = 0
"""Tier of any other document."""


class Candidates(NamedTuple):
    """Documents of one tier of one segment that may be among the results.

    :ivar segment: the place of the segment in the list.
    :ivar tier: ``EXACT``, ``FOLDED``, ``REST_EXACT`` or ``REST``.
    :ivar docs: int64[n], ascending.
    :ivar scores: float64[n].
    """

    segment: int
    tier: int
    docs: np.ndarray
    scores: np.ndarray


class TopDocs(NamedTuple):
    """One page of results: by tier, then by score, then in the order of segments and documents.

    :ivar total: how many documents match in all.
    :ivar segments: the place of each document's segment in the list.
    :ivar docs: its number in the segment.
    :ivar scores: its score.
    :ivar tiers: ``EXACT``, ``FOLDED``, ``REST_EXACT`` or ``REST``.
    :ivar slots: where a phrase starts in each document, ascending, its accents aside; None if
        that was not looked at one by one.
    """

    total: int
    segments: list[int]
    docs: list[int]
    scores: list[float]
    tiers: list[int]
    slots: list[list[int]] | None = None


def best(scores: np.ndarray, count: int) -> np.ndarray:
    """Return int64[at least count], ascending: the places of the highest scores, and their ties."""
    if len(scores) <= count:
        return np.arange(len(scores))
    parted = scores.copy()
    parted.partition(len(scores) - count)
    chosen: np.ndarray = (scores >= parted[len(scores) - count]).nonzero()[0]
    return chosen


def rank(candidates: list[Candidates], total: int, limit: int, offset: int) -> TopDocs:
    """Return the page of results number ``offset`` to ``offset + limit``."""
    if len(candidates) == 1:
        only = candidates[0]
        # Candidates come by rising document; a stable sort keeps that order among ties.
        order = (-only.scores).argsort(kind="stable")[offset : offset + limit]
        docs, scores = only.docs[order].tolist(), only.scores[order].tolist()
        return TopDocs(total, [only.segment] * len(docs), docs, scores, [only.tier] * len(docs))
    if not candidates:
        return TopDocs(total, [], [], [], [])
    all_scores = np.concatenate([part.scores for part in candidates])
    all_docs = np.concatenate([part.docs for part in candidates])
    sizes = [len(part.docs) for part in candidates]
    all_segments = np.repeat([part.segment for part in candidates], sizes)
    all_tiers = np.repeat([part.tier for part in candidates], sizes)
    order = np.lexsort((-all_scores, -all_tiers))[offset : offset + limit]
    columns = (all_segments, all_docs, all_scores, all_tiers)
    return TopDocs(total, *[column[order].tolist() for column in columns])
