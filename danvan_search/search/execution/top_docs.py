"""Top documents: the tiers, the candidates of a search, and the page ranked from them.

A page is sorted by tier, then by score, then by segment and document number::

    EXACT_NAME    its title is the phrase with the typed accents
    EXACT_TITLE   its title contains the phrase with the typed accents
    EXACT         contains the phrase with the typed accents
    FOLDED_NAME   its title is the phrase with other accents, or none were typed
    FOLDED_TITLE  its title contains the phrase with other accents
    FOLDED        contains the phrase with other accents
    REST_EXACT    does not contain the phrase, but its parts with the typed accents
    REST          any other match

A document belongs to the best tier whose condition it meets. The tiers of titles are those of bare
queries: what is asked for by its name comes first. Details name a document as its title does if the
query has a number such as ``74/2025``: they hold the number of an act itself, not those it cites.
"""

from typing import Any, Final, NamedTuple

import numpy as np

EXACT_NAME: Final = 7
EXACT_TITLE: Final = 6
EXACT: Final = 5
FOLDED_NAME: Final = 4
FOLDED_TITLE: Final = 3
FOLDED: Final = 2
REST_EXACT: Final = 1
REST: Final = 0
EXACT_TIERS: Final = EXACT, EXACT_TITLE, EXACT_NAME
FOLDED_TIERS: Final = FOLDED, FOLDED_TITLE, FOLDED_NAME
TIER_BITS: Final = 3
"""The bits of a tier."""


class Candidates(NamedTuple):
    """Documents of one tier of one segment that may be on the page.

    :ivar segment: the index of the segment.
    :ivar tier: see the module.
    :ivar docs: int64[n], ascending.
    :ivar scores: float64[n].
    """

    segment: int
    tier: int
    docs: np.ndarray
    scores: np.ndarray


class TopDocs(NamedTuple):
    """One page of documents in columns of the same length, best first.

    :ivar total: how many documents match, on all pages.
    :ivar segments: the segment index of each document.
    :ivar docs: its number in the segment.
    :ivar scores: its score.
    :ivar tiers: its tier.
    :ivar slots: where the folded forms of the query, one phrase, start in each document,
        ascending; None unless the search enumerated them.
    """

    total: int
    segments: list[int]
    docs: list[int]
    scores: list[float]
    tiers: list[int]
    slots: list[list[int]] | None = None

    def joined(self, other: "TopDocs") -> "TopDocs":
        """Return these documents, and then those of another page that are not among them.

        The total is that of this page.
        """
        known = set(zip(self.segments, self.docs, strict=True))
        places = zip(other.segments, other.docs, strict=True)
        rest = [at for at, place in enumerate(places) if place not in known]
        return TopDocs(
            self.total,
            self.segments + [other.segments[at] for at in rest],
            self.docs + [other.docs[at] for at in rest],
            self.scores + [other.scores[at] for at in rest],
            self.tiers + [other.tiers[at] for at in rest],
        )

    def piece(self, start: int, end: int) -> "TopDocs":
        """Return the documents ``start`` to ``end - 1`` of the page; the total stays."""
        return TopDocs(
            self.total,
            self.segments[start:end],
            self.docs[start:end],
            self.scores[start:end],
            self.tiers[start:end],
            None if self.slots is None else self.slots[start:end],
        )


def member_mask(docs: np.ndarray, members: np.ndarray) -> np.ndarray:
    """Return bool[n], which documents are in a subset, such as the exact matches among all.

    :param docs: int64[n], ascending.
    :param members: int64[m], ascending, all of them in ``docs``.
    """
    mask = np.zeros(len(docs), dtype=bool)
    mask[docs.searchsorted(members)] = True
    return mask


def top_indices(scores: np.ndarray, count: int) -> np.ndarray:
    """Return int64[at least count], ascending: the indices of the highest scores and their ties."""
    if len(scores) <= count:
        return np.arange(len(scores))
    chosen: np.ndarray = (scores >= top_floor(scores, count)).nonzero()[0]
    return chosen


def top_floor(scores: np.ndarray, count: int) -> Any:  # noqa: ANN401 - a number of their dtype
    """Return the lowest of the ``count`` highest scores.

    :param count: at least 1 and at most the number of scores.
    """
    parted = scores.copy()
    parted.partition(len(scores) - count)
    return parted[len(scores) - count]


def rank(candidates: list[Candidates], total: int, limit: int, offset: int) -> TopDocs:
    """Return the page of the results from ``offset`` to ``offset + limit``.

    :param candidates: by rising segment index.
    :param total: how many documents match.
    """
    if len(candidates) == 1:
        only = candidates[0]
        # Candidates come by rising document number; a stable sort keeps that order among ties.
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
