"""The general strategy: it runs any tree with any ranker, and is the oracle of the faster ones."""

from typing import TypeVar

import numpy as np
from numpy.typing import NDArray

from danvan_search.index.codec.ragged import offsets_of
from danvan_search.query.nodes import Run, is_plain
from danvan_search.search.execution.bag_top_docs import MAX_EXHAUSTIVE_DOCS
from danvan_search.search.execution.order import Order
from danvan_search.search.execution.page_search import PageSearch
from danvan_search.search.execution.ranker import BM25, best_for_run
from danvan_search.search.execution.top_docs import TIER_BITS, TopDocs, top_floor

Number = TypeVar("Number", np.int64, np.float64)


def general_top_docs(search: PageSearch) -> TopDocs:
    """Return the page, by scoring every document that may be on it.

    Documents are sorted by the order of the search, if it has one, then by tier, then by score. So
    only those are scored that order and tier do not leave behind.
    """
    execution, need = search.execution, search.need
    matching = search.matching_docs()
    total = sum(map(len, matching))
    segments = [index for index, docs in enumerate(matching) if len(docs)]
    if not segments or not need:
        return TopDocs(total, [], [], [], [])
    execution.limits.check_time()
    docs = [matching[at] for at in segments]
    if search.order is not None:
        docs = _first(search.order, need, segments, docs)
    keys = [_keys(search, at, own) for at, own in zip(segments, docs, strict=True)]
    # The best by order and tier, with all their ties: the score decides among these.
    floor = _lowest_key(keys, need)
    if any((own < floor).any() for own in keys):
        kept = [own >= floor for own in keys]
        docs = [own[mask] for own, mask in zip(docs, kept, strict=True)]
        keys = [own[mask] for own, mask in zip(keys, kept, strict=True)]
    run = search.scored
    if search.ranker is BM25 and isinstance(run, Run) and is_plain(run):
        # Ties are pruned by quantised scores, if all documents are ties.
        is_one_tier = all((own == floor).all() for own in keys)
        if is_one_tier and sum(map(len, docs)) > MAX_EXHAUSTIVE_DOCS:
            docs = [
                best_for_run(execution, run, at, own, need) if len(own) > need else own
                for at, own in zip(segments, docs, strict=True)
            ]
            keys = [np.full(len(own), floor) for own in docs]
    scores = [
        search.ranker.scores(execution, search.scored, at, own)
        for at, own in zip(segments, docs, strict=True)
    ]
    all_keys, all_scores = _joined(keys), _joined(scores)
    best = _best(all_keys, all_scores, floor, need)[search.offset :]
    starts = offsets_of(np.array(list(map(len, docs))))
    pieces = starts.searchsorted(best, "right") - 1
    return TopDocs(
        total,
        np.array(segments)[pieces].tolist(),
        _joined(docs)[best].tolist(),
        all_scores[best].tolist(),
        (all_keys[best] & ((1 << TIER_BITS) - 1)).tolist(),
    )


def _first(
    order: Order, need: int, segments: list[int], docs: list[NDArray[np.int64]]
) -> list[NDArray[np.int64]]:
    """Return the first ``need`` documents of an order, and all that are equal to the last of these.

    :param segments: the segments of the documents.
    """
    places = [order(at, own) for at, own in zip(segments, docs, strict=True)]
    last = _lowest_key(places, need)
    return [own[own_places >= last] for own, own_places in zip(docs, places, strict=True)]


def _keys(search: PageSearch, segment_index: int, docs: NDArray[np.int64]) -> NDArray[np.int64]:
    """Return int64[n], what documents are sorted by before their scores, rising."""
    tiers = search.tiers.of(search.execution, segment_index, docs)
    if search.order is None:
        return tiers
    return (search.order(segment_index, docs) << TIER_BITS) + tiers


def _lowest_key(keys: list[NDArray[np.int64]], need: int) -> int:
    """Return the lowest of the ``need`` highest keys; the lowest of all if there are no more."""
    filled = [own for own in keys if len(own)]
    lowest = min([int(own.min()) for own in filled])
    if sum(map(len, filled)) <= need or lowest == max([int(own.max()) for own in filled]):
        return lowest
    return int(top_floor(_joined(keys), need))


def _joined(arrays: list[NDArray[Number]]) -> NDArray[Number]:
    return arrays[0] if len(arrays) == 1 else np.concatenate(arrays)


def _best(
    keys: NDArray[np.int64], scores: NDArray[np.float64], lowest: int, need: int
) -> NDArray[np.int64]:
    """Return the indices of the best by key, then by score, best first; at most ``need``.

    :param keys: fewer than ``need`` of them are above the lowest.
    """
    chosen = np.arange(len(keys))
    if len(keys) > need:
        is_tie = keys == lowest
        tied = scores if is_tie.all() else scores[is_tie]
        floor = top_floor(tied, need - (len(keys) - len(tied)))
        chosen = np.flatnonzero(~is_tie | (scores >= floor))
    # The sort is stable: ties keep the order of the index.
    return chosen[np.lexsort([-scores[chosen], -keys[chosen]])[:need]]
