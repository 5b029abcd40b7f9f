"""Top documents of a query of any shape: every matching document is scored, then all are sorted."""

from collections.abc import Callable, Iterable, Sequence
from functools import reduce
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from danvan_search.search.execution.bag_scorer import exact_scores, look_up
from danvan_search.search.execution.filters import Mask
from danvan_search.search.execution.index_searcher import IndexSearcher, PhraseQuery
from danvan_search.search.execution.phrase_top_docs import phrase_scores
from danvan_search.search.execution.top_docs import EXACT, FOLDED, REST, REST_EXACT, TopDocs


class Clause(NamedTuple):
    """A part of a query that is scored on its own.

    :ivar phrase: a quoted phrase, a word, or a run of bare syllables.
    :ivar is_bare: whether it is a run of bare syllables: scored syllable by syllable.
    """

    phrase: PhraseQuery
    is_bare: bool


def all_of(
    searcher: IndexSearcher, phrases: Iterable[PhraseQuery], *, exact: bool
) -> list[NDArray[np.bool_]]:
    """Return the documents of each segment that hold all of some phrases, at least one.

    :param exact: count only occurrences with the accents asked for.
    """
    return _combine(np.logical_and, searcher, phrases, exact=exact)


def any_of(
    searcher: IndexSearcher, phrases: Iterable[PhraseQuery], *, exact: bool
) -> list[NDArray[np.bool_]]:
    """Return the documents of each segment that hold any of some phrases; see :func:`all_of`."""
    return _combine(np.logical_or, searcher, phrases, exact=exact)


def _combine(
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
    return [reduce(operation, of_segment) for of_segment in zip(*masks, strict=True)]


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

    Phrases and words are scored as one term each, bare runs by the formula of ``bag_scorer``.

    :param clauses: what is scored.
    :param exact_first: documents that hold all of these phrases with the accents asked for come
        before others; none for no such tier.
    :param matching: the documents of each segment that match.
    :param dates: int32[docs] for each segment, a key that beats the score, the greatest first;
        None to sort by score.
    """
    docs = [np.flatnonzero(mask) for mask in matching]
    scores = _scores(searcher, clauses, docs)
    tiers = _tiers(searcher, clauses, exact_first, docs)
    segments = np.repeat(np.arange(len(docs)), [len(some) for some in docs])
    numbers, flat_scores, flat_tiers = (
        np.concatenate([*arrays, np.zeros(0, dtype)])
        for arrays, dtype in ((docs, np.int64), (scores, np.float64), (tiers, np.int64))
    )
    keys = [-flat_scores, -flat_tiers]
    if dates is not None:
        own = [of_segment[some] for of_segment, some in zip(dates, docs, strict=True)]
        keys.append(-np.concatenate([*own, np.zeros(0, np.int32)]))
    # The sort is stable: what is equal in all else keeps the order of the index.
    order = np.lexsort(keys)[offset : offset + limit]
    columns = (segments, numbers, flat_scores, flat_tiers)
    return TopDocs(len(numbers), *[column[order].tolist() for column in columns])


def _scores(
    searcher: IndexSearcher, clauses: Sequence[Clause], docs: Sequence[NDArray[np.int64]]
) -> list[NDArray[np.float64]]:
    scores = [np.zeros(len(some)) for some in docs]
    for phrase, is_bare in clauses:
        if is_bare:
            bag = look_up(searcher, phrase.forms)
            for place, (view, some) in enumerate(zip(searcher.views, docs, strict=True)):
                scores[place] += exact_scores(view, place, bag, some)
        else:
            of_phrase = phrase_scores(searcher, phrase.forms, word=phrase.word)
            for own, some, dense in zip(scores, docs, of_phrase, strict=True):
                own += dense[some]
    return scores


def _tiers(
    searcher: IndexSearcher,
    clauses: Sequence[Clause],
    exact_first: Sequence[PhraseQuery],
    docs: Sequence[NDArray[np.int64]],
) -> list[NDArray[np.int64]]:
    tiers = [np.full(len(some), REST) for some in docs]
    if exact_first:
        masks = all_of(searcher, exact_first, exact=True)
        for own, some, mask in zip(tiers, docs, masks, strict=True):
            own[mask[some]] = REST_EXACT
    if len(clauses) == 1 and clauses[0].is_bare and len(clauses[0].phrase.forms) > 1:
        forms = clauses[0].phrase.forms
        for tier, exact in ((FOLDED, False), (EXACT, True)):
            masks = searcher.phrase_masks(forms, exact=exact)
            for own, some, mask in zip(tiers, docs, masks, strict=True):
                own[mask[some]] = tier
    return tiers
