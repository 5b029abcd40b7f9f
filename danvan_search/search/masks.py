"""Which documents hold phrases, as one mask per segment: bool, shape (documents,)."""

from collections.abc import Callable, Sequence
from functools import reduce

import numpy as np
from numpy.typing import NDArray

from danvan_search.index import Snapshot
from danvan_search.index.arrays import Masks
from danvan_search.query import Phrase
from danvan_search.search.options import SearchOptions
from danvan_search.search.patterns import pattern_of

Mask = NDArray[np.bool_]


def all_of(snapshot: Snapshot, phrases: Sequence[Phrase], options: SearchOptions) -> list[Mask]:
    """Return the documents that hold all of some phrases, at least one."""
    return _combine(np.logical_and, snapshot, phrases, exact=options.accents == "exact")


def any_of(snapshot: Snapshot, phrases: Sequence[Phrase], options: SearchOptions) -> list[Mask]:
    """Return the documents that hold any of some phrases, at least one."""
    return _combine(np.logical_or, snapshot, phrases, exact=options.accents == "exact")


def all_exact(snapshot: Snapshot, phrases: Sequence[Phrase]) -> list[Mask]:
    """Return the documents that hold all of some phrases with the accents as typed."""
    return _combine(np.logical_and, snapshot, phrases, exact=True)


def both(masks: Sequence[Mask], filters: Masks | None) -> list[Mask]:
    """Return the documents that are in both."""
    if filters is None:
        return list(masks)
    return [
        mask if wanted is None else mask & wanted
        for mask, wanted in zip(masks, filters, strict=True)
    ]


def _combine(
    operation: Callable[[Mask, Mask], Mask],
    snapshot: Snapshot,
    phrases: Sequence[Phrase],
    *,
    exact: bool,
) -> list[Mask]:
    patterns = dict.fromkeys((pattern_of(phrase, "auto"), phrase.word) for phrase in phrases)
    masks = [
        snapshot.searcher.phrase_masks(pattern, exact=exact, word=word)
        for pattern, word in patterns
    ]
    return [reduce(operation, of_segment) for of_segment in zip(*masks, strict=True)]
