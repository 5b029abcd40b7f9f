"""The general strategy: it runs any tree with any ranker, and is the oracle of the faster ones."""

from typing import Final

import numpy as np
from numpy.typing import NDArray

from danvan_search.search.execution.page_search import PageSearch
from danvan_search.search.execution.top_docs import TopDocs, top_floor, top_indices

_TIER_BITS: Final = 2
"""The bits of a tier in a sort key, below those of the date."""


def general_top_docs(search: PageSearch) -> TopDocs:
    """Return the page, by scoring every document that may be on it.

    Documents are sorted by date, if they are, then by tier, then by score. So only those are scored
    that date and tier do not leave behind.
    """
    execution = search.execution
    docs = search.matching_docs()
    total = sum(map(len, docs))
    found = [index for index, own in enumerate(docs) if len(own)]
    if not found or not search.need:
        return TopDocs(total, [], [], [], [])
    tiers = np.concatenate([search.tiers.of(execution, at, docs[at]) for at in found])
    keys = tiers
    if search.newest_first:
        dates = [execution.doc_values[at].dates.take(docs[at]) for at in found]
        keys = (np.concatenate(dates).astype(np.int64) << _TIER_BITS) + tiers
    numbers = np.concatenate([docs[at] for at in found])
    segments = np.repeat(found, [len(docs[at]) for at in found])
    # The best by date and tier, with all their ties: the score decides among these.
    chosen = top_indices(keys, search.need)
    numbers, segments, tiers, keys = (column[chosen] for column in (numbers, segments, tiers, keys))
    scores = np.concatenate(
        [
            search.ranker.scores(execution, search.scored, at, numbers[segments == at])
            for at in found
        ]
    )
    best = _best(keys, scores, search.need)[search.offset :]
    columns = (segments, numbers, scores, tiers)
    return TopDocs(total, *[column[best].tolist() for column in columns])


def _best(keys: NDArray[np.int64], scores: NDArray[np.float64], need: int) -> NDArray[np.int64]:
    """Return the indices of the best by key, then by score, best first; at most ``need``.

    :param keys: fewer than ``need`` of them are above the lowest.
    """
    chosen = np.arange(len(keys))
    if len(keys) > need:
        is_tie = keys == keys.min()
        floor = top_floor(scores[is_tie], need - int(np.count_nonzero(~is_tie)))
        chosen = np.flatnonzero(~is_tie | (scores >= floor))
    # The sort is stable: ties keep the order of the index.
    return chosen[np.lexsort([-scores[chosen], -keys[chosen]])[:need]]
