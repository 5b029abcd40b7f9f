"""Which articles match a query, and in which tier each stands.

The order of articles is: those that hold the whole bare query as one phrase, with the accents
as typed before the others; then those that hold what they must with the accents as typed; then
the rest. Within a tier the score decides.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import reduce

import numpy as np
from numpy.typing import NDArray

from danvan_search.query import Phrase, Query
from danvan_search.search.lookup import Lookup
from danvan_search.search.options import AUTO_ALL_SYLLABLES, SearchOptions

Mask = NDArray[np.bool_]


@dataclass(frozen=True, slots=True)
class Matches:
    """The articles that match a query.

    :ivar docs: their document numbers, ascending; int64, shape (n,).
    :ivar exact: which of them hold the query's phrases and syllables with the accents as
        typed; bool, shape (n,).
    :ivar tiers: the tier of each, higher is better; int64, shape (n,).
    :ivar relaxed: whether no article held all syllables and any was made enough.
    """

    docs: NDArray[np.int64]
    exact: Mask
    tiers: NDArray[np.int64]
    relaxed: bool


def match(query: Query, options: SearchOptions, lookup: Lookup) -> Matches:
    """Find the articles that match a query under the options, filters included."""
    allowed = lookup.snapshot.filter(options.since, options.until, options.category)
    finder = _Finder(lookup, allowed, exact_only=options.accents == "exact")
    phrases = query.runs if options.match == "phrase" else query.phrases
    relaxed = False
    if _needs_all(query, options):
        required: Sequence[Phrase] = phrases
        matched = finder.all_of(required)
        if options.match == "auto" and len(query.syllables) > 1 and not matched.any():
            required, relaxed_mask = _relaxed(query, finder)
            relaxed = bool(relaxed_mask.any())
            matched = relaxed_mask
    elif options.match == "any":
        required, matched = (), finder.any_of(_parts(phrases))
    else:
        required, matched = _relaxed(query, finder)
    docs = np.flatnonzero(matched)
    tiers = finder.tiers(query, required, accents_count=options.accents != "ignore")
    return Matches(docs, finder.all_exact(phrases)[docs], tiers[docs], relaxed)


def _needs_all(query: Query, options: SearchOptions) -> bool:
    if options.match == "auto":
        bare = sum(len(phrase.syllables) for phrase in query.bare)
        return bare <= AUTO_ALL_SYLLABLES
    return options.match in ("all", "phrase")


def _relaxed(query: Query, finder: "_Finder") -> tuple[Sequence[Phrase], Mask]:
    """What is still required when any bare syllable is enough: the quoted phrases."""
    if query.quoted:
        return query.quoted, finder.all_of(query.quoted)
    return (), finder.any_of(_parts(query.bare))


def _parts(phrases: Sequence[Phrase]) -> list[Phrase]:
    """The quoted phrases as they are, and every bare syllable apart, those of codes too."""
    return [
        part
        for phrase in phrases
        for part in (
            [phrase]
            if phrase.quoted
            else [Phrase((one,), quoted=False) for one in phrase.syllables]
        )
    ]


class _Finder:
    """Document masks of phrases; every mask is bool, shape (doc_count_all,)."""

    def __init__(self, lookup: Lookup, allowed: Mask, *, exact_only: bool) -> None:
        self._lookup = lookup
        self._allowed = allowed
        self._exact_only = exact_only

    def all_of(self, phrases: Sequence[Phrase]) -> Mask:
        return self._combine(np.logical_and, map(self._held, phrases)) & self._allowed

    def any_of(self, phrases: Sequence[Phrase]) -> Mask:
        return self._combine(np.logical_or, map(self._held, phrases)) & self._allowed

    def all_exact(self, phrases: Sequence[Phrase]) -> Mask:
        return self._combine(np.logical_and, map(self._exact, phrases))

    def tiers(
        self, query: Query, required: Sequence[Phrase], *, accents_count: bool
    ) -> NDArray[np.int64]:
        tiers = np.zeros(len(self._allowed), np.int64)
        if required and accents_count:
            tiers += self.all_exact(required)
        if not query.quoted and len(query.syllables) > 1:
            (whole,) = query.runs
            tiers[self._folded(whole)] = 2
            if accents_count:
                tiers[self._exact(whole)] = 3
        return tiers

    def _held(self, phrase: Phrase) -> Mask:
        return self._exact(phrase) if self._exact_only else self._folded(phrase)

    def _folded(self, phrase: Phrase) -> Mask:
        return self._mask(self._lookup.phrase(phrase.syllables).folded.docs)

    def _exact(self, phrase: Phrase) -> Mask:
        return self._mask(self._lookup.phrase(phrase.syllables).exact.docs)

    def _mask(self, docs: NDArray[np.int32]) -> Mask:
        mask = np.zeros(len(self._allowed), bool)
        mask[docs] = True
        return mask

    def _combine(self, operation: Callable[[Mask, Mask], Mask], masks: "map[Mask]") -> Mask:
        return reduce(operation, masks)
