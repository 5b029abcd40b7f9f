"""Top documents of a query of any shape: every match is scored, then all are sorted."""

from collections.abc import Callable, Iterable, Sequence
from functools import reduce
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from danvan_search.search.execution.bag_scorer import bag_scores, bag_terms
from danvan_search.search.execution.filters import Mask
from danvan_search.search.execution.index_searcher import IndexSearcher, PhraseQuery
from danvan_search.search.execution.phrase_scorer import phrase_scores
from danvan_search.search.execution.top_docs import EXACT, FOLDED, REST, REST_EXACT, TopDocs


class Clause(NamedTuple):
    """A part of a query that is scored separately.

    :ivar phrase: a quoted phrase, a word, or a run of bare syllables.
    :ivar is_bare: whether it is a run of bare syllables, which is scored syllable by syllable.
    """

    phrase: PhraseQuery
    is_bare: bool


def conjunction_masks(
    searcher: IndexSearcher, phrases: Iterable[PhraseQuery], *, exact: bool
) -> list[NDArray[np.bool_]]:
    """Return bool[docs] per segment, the live documents that contain all of one or more phrases.

    :param exact: count only occurrences with the accented forms.
    """
    return _joined_masks(np.logical_and, searcher, phrases, exact=exact)


def disjunction_masks(
    searcher: IndexSearcher, phrases: Iterable[PhraseQuery], *, exact: bool
) -> list[NDArray[np.bool_]]:
    """Return bool[docs] per segment, the live documents that contain any of one or more phrases.

    :param exact: count only occurrences with the accented forms.
    """
    return _joined_masks(np.logical_or, searcher, phrases, exact=exact)


def _joined_masks(
    operation: Callable[[Mask, Mask], Mask],
    searcher: IndexSearcher,
    phrases: Iterable[PhraseQuery],
    *,
    exact: bool,
) -> list[Mask]:
    masks = [
        searcher.phrase_masks(phrase.forms, exact=exact, word=phrase.word)
        for phrase in dict.fromkeys(phrases)
    ]
    return [reduce(operation, segment_masks) for segment_masks in zip(*masks, strict=True)]


def boolean_top_docs(
    searcher: IndexSearcher,
    clauses: Sequence[Clause],
    exact_first: Sequence[PhraseQuery],
    matching: Sequence[Mask],
    limit: int,
    *,
    offset: int = 0,
    dates: Sequence[NDArray[np.int32]] | None = None,
) -> TopDocs:
    """Return a page of the matching documents, all of which are scored.

    Phrases and words are scored by ``phrase_scorer``, bare runs by ``bag_scorer``.

    :param clauses: the parts to score.
    :param exact_first: documents that contain all of these phrases with the accented forms rank
        before the others; empty for no such tier.
    :param matching: bool[docs] per segment, the matches.
    :param limit: the page size.
    :param offset: how many better documents to skip.
    :param dates: int32[docs] per segment, a sort key above tier and score, the greatest first;
        None to sort by tier and score.
    """
    docs = [np.flatnonzero(mask) for mask in matching]
    scores = _scores(searcher, clauses, docs)
    tiers = _tiers(searcher, clauses, exact_first, docs)
    segments = np.repeat(np.arange(len(docs)), [len(segment_docs) for segment_docs in docs])
    numbers, flat_scores, flat_tiers = (
        np.concatenate([*arrays, np.zeros(0, dtype)])
        for arrays, dtype in ((docs, np.int64), (scores, np.float64), (tiers, np.int64))
    )
    keys = [-flat_scores, -flat_tiers]
    if dates is not None:
        matching_dates = [
            segment_dates[segment_docs]
            for segment_dates, segment_docs in zip(dates, docs, strict=True)
        ]
        keys.append(-np.concatenate([*matching_dates, np.zeros(0, np.int32)]))
    # The sort is stable: ties keep the order of the index.
    order = np.lexsort(keys)[offset : offset + limit]
    columns = (segments, numbers, flat_scores, flat_tiers)
    return TopDocs(len(numbers), *[column[order].tolist() for column in columns])


def _scores(
    searcher: IndexSearcher, clauses: Sequence[Clause], docs: Sequence[NDArray[np.int64]]
) -> list[NDArray[np.float64]]:
    """Return float64[n] per segment, the sum of all clauses' scores of each matching document."""
    scores = [np.zeros(len(segment_docs)) for segment_docs in docs]
    for phrase, is_bare in clauses:
        if is_bare:
            bag = bag_terms(searcher, phrase.forms)
            for index, (view, segment_docs) in enumerate(zip(searcher.views, docs, strict=True)):
                scores[index] += bag_scores(view, index, bag, segment_docs)
        else:
            clause_scores = phrase_scores(searcher, phrase.forms, word=phrase.word)
            for sums, segment_docs, added in zip(scores, docs, clause_scores, strict=True):
                sums += added[segment_docs]
    return scores


def _tiers(
    searcher: IndexSearcher,
    clauses: Sequence[Clause],
    exact_first: Sequence[PhraseQuery],
    docs: Sequence[NDArray[np.int64]],
) -> list[NDArray[np.int64]]:
    """Return int64[n] per segment, the best tier of each matching document."""
    rising: list[tuple[int, list[Mask]]] = []
    if exact_first:
        rising.append((REST_EXACT, conjunction_masks(searcher, exact_first, exact=True)))
    if len(clauses) == 1 and clauses[0].is_bare and len(clauses[0].phrase.forms) > 1:
        forms = clauses[0].phrase.forms
        rising.append((FOLDED, searcher.phrase_masks(forms)))
        rising.append((EXACT, searcher.phrase_masks(forms, exact=True)))
    tiers = [np.full(len(segment_docs), REST) for segment_docs in docs]
    for tier, masks in rising:
        for segment_tiers, segment_docs, mask in zip(tiers, docs, masks, strict=True):
            segment_tiers[mask[segment_docs]] = tier
    return tiers
