"""The general strategy: it runs any tree with any ranker, and is the oracle of the faster ones."""

import numpy as np

from danvan_search.search.execution.page_search import PageSearch
from danvan_search.search.execution.top_docs import TopDocs, top_indices

_TIER_BITS = 2


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
    # The sort is stable: ties keep the order of the index.
    order = np.lexsort([-scores, -keys])[search.offset : search.need]
    columns = (segments, numbers, scores, tiers)
    return TopDocs(total, *[column[order].tolist() for column in columns])
