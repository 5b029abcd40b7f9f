"""Queries of any shape: every matching article is scored, then all are put in order."""

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from danvan_search.index import Snapshot
from danvan_search.index.arrays import EXACT, FOLDED, REST, Ranking, phrase_scores
from danvan_search.index.arrays.bag_terms import exact_scores, look_up
from danvan_search.index.arrays.results import REST_EXACT
from danvan_search.query import Phrase, Query
from danvan_search.search.masks import Mask, all_exact
from danvan_search.search.options import SearchOptions
from danvan_search.search.patterns import pattern_of


def combine(
    snapshot: Snapshot,
    query: Query,
    required: Sequence[Phrase],
    matching: Sequence[Mask],
    options: SearchOptions,
) -> Ranking:
    """Rank all matching documents: quoted phrases count as one term, bare runs by the formula.

    :param required: the phrases that a document must hold: with the accents as typed it comes
        first.
    :param matching: which documents of each segment match.
    """
    docs = [np.flatnonzero(mask) for mask in matching]
    scores = _scores(snapshot, query, docs, options)
    tiers = _tiers(snapshot, query, required, docs, options)
    places = np.repeat(np.arange(len(docs)), [len(some) for some in docs])
    numbers, flat_scores, flat_tiers = (
        np.concatenate([*arrays, np.zeros(0, dtype)])
        for arrays, dtype in ((docs, np.int64), (scores, np.float64), (tiers, np.int64))
    )
    keys = [-flat_scores, -flat_tiers]
    if options.sort == "date":
        dates = [
            segment.documents.dates[some]
            for segment, some in zip(snapshot.segments, docs, strict=True)
        ]
        keys.append(-np.concatenate([*dates, np.zeros(0, np.int32)]))
    # The sort is stable: what is equal in all else keeps the order of the index.
    order = np.lexsort(keys)[options.offset : options.offset + options.limit]
    columns = (places, numbers, flat_scores, flat_tiers)
    return Ranking(len(numbers), *[column[order].tolist() for column in columns])


def _scores(
    snapshot: Snapshot,
    query: Query,
    docs: Sequence[NDArray[np.int64]],
    options: SearchOptions,
) -> list[NDArray[np.float64]]:
    searcher = snapshot.searcher
    scores = [np.zeros(len(some)) for some in docs]
    for run in query.runs:
        pattern = pattern_of(run, options.accents)
        if run.quoted:
            of_phrase = phrase_scores(searcher, pattern, word=run.word)
            for own, some, dense in zip(scores, docs, of_phrase, strict=True):
                own += dense[some]
        else:
            bag = look_up(searcher, pattern)
            for place, (view, some) in enumerate(zip(searcher.views, docs, strict=True)):
                scores[place] += exact_scores(view, place, bag, some)
    return scores


def _tiers(
    snapshot: Snapshot,
    query: Query,
    required: Sequence[Phrase],
    docs: Sequence[NDArray[np.int64]],
    options: SearchOptions,
) -> list[NDArray[np.int64]]:
    accents_count = options.accents != "ignore"
    tiers = [np.full(len(some), REST) for some in docs]
    if required and accents_count:
        for own, some, mask in zip(tiers, docs, all_exact(snapshot, required), strict=True):
            own[mask[some]] = REST_EXACT
    if not query.quoted and len(query.syllables) > 1:
        (whole,) = query.runs
        pattern = pattern_of(whole, options.accents)
        for tier, exact in ((FOLDED, False), (EXACT, True)):
            masks = snapshot.searcher.phrase_masks(pattern, exact=exact)
            for own, some, mask in zip(tiers, docs, masks, strict=True):
                own[mask[some]] = tier
    return tiers
