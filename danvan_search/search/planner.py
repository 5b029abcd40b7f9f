"""The planner: chooses by the shape of a query how it is executed on an index.

A single phrase goes to ``phrase_top_docs``, bare syllables go to ``bag_top_docs``; both score few
documents. ``boolean_top_docs`` executes every other shape. All of them sort by tier, then by score:

1. documents that contain a whole bare query as one phrase, those with the typed accents first;
2. documents that contain the required parts with the typed accents;
3. the rest.
"""

from collections.abc import Callable, Iterable, Sequence
from typing import NamedTuple

from danvan_search.errors import IndexDamagedError, QueryError, StoreError
from danvan_search.query import Phrase, Query
from danvan_search.query.accents import Accents, forms_of, has_accents
from danvan_search.query.parser import WORD
from danvan_search.search.execution.accent_match import exact_flags
from danvan_search.search.execution.bag_top_docs import bag_top
from danvan_search.search.execution.boolean_top_docs import (
    Clause,
    boolean_top_docs,
    conjunction_masks,
    disjunction_masks,
)
from danvan_search.search.execution.filters import filter_masks, intersect_masks
from danvan_search.search.execution.index_searcher import PhraseQuery
from danvan_search.search.execution.phrase_top_docs import phrase_top
from danvan_search.search.execution.top_docs import EXACT, TopDocs
from danvan_search.search.options import AUTO_ALL_SYLLABLES, SearchOptions
from danvan_search.search.searchable import SearchableSnapshot


class Page(NamedTuple):
    """One page of results.

    :ivar relaxed: True if no article contains every syllable, so that articles that contain any of
        them are returned.
    :ivar top_docs: the documents of the page, and how many match on all pages.
    :ivar exact: returns for each document of the page whether it contains the query's phrases and
        syllables with the accents as typed.
    """

    relaxed: bool
    top_docs: TopDocs
    exact: Callable[[TopDocs], list[bool]]


def find_page(query: Query, options: SearchOptions, index: SearchableSnapshot) -> Page:
    """Return the page of results that the options select.

    :raises QueryError: the query has ``word:``, and articles were indexed without words.
    """
    _check_words(query, index)
    plan = _Plan(query, options, index)
    relaxed = False
    if plan.is_one_phrase:
        return Page(relaxed, plan.phrase_top_docs(), plan.exact)
    require_all = _requires_all(query, options)
    top_docs = plan.top_docs(require_all=require_all)
    if not top_docs.total and require_all and options.match == "auto" and len(query.syllables) > 1:
        top_docs = plan.top_docs(require_all=False)
        relaxed = top_docs.total > 0
    return Page(relaxed, top_docs, plan.exact)


def _requires_all(query: Query, options: SearchOptions) -> bool:
    """Return whether a match must contain every bare syllable."""
    if options.match == "auto":
        bare = sum(len(phrase.syllables) for phrase in query.bare)
        return bare <= AUTO_ALL_SYLLABLES
    return options.match in ("all", "phrase")


def _check_words(query: Query, index: SearchableSnapshot) -> None:
    """Check that every article was indexed with words, if the query has ``word:``.

    :raises QueryError: some articles have no words; it points at the first ``word:``.
    """
    words = [phrase for phrase in query.phrases if phrase.word]
    if not words:
        return
    try:
        index.snapshot.check_words()
    except IndexDamagedError:
        raise
    except StoreError as error:
        prefix = query.text.rfind(WORD, 0, words[0].syllables[0].start)
        raise QueryError(str(error), query.text, prefix) from error


class _Plan:
    """One query on one snapshot.

    :ivar is_one_phrase: whether the query is a single phrase, sorted by score.
    """

    def __init__(self, query: Query, options: SearchOptions, index: SearchableSnapshot) -> None:
        self._query = query
        self._options = options
        self._segments = index.snapshot.segments
        self._searcher = index.searcher
        self._phrases = query.runs if options.match == "phrase" else query.phrases
        self._filters = filter_masks(self._segments, *options.days, options.category)
        self._is_bag = options.match != "phrase" and not query.quoted
        self.is_one_phrase = (
            len(self._phrases) == 1 and not self._is_bag and options.sort == "score"
        )

    def top_docs(self, *, require_all: bool) -> TopDocs:
        """Return the page of a query that is not one phrase.

        :param require_all: a match contains every bare part, not just one.
        """
        options = self._options
        if self._is_bag and options.sort == "score":
            return self._bag_top_docs(require_all=require_all)
        required = self._phrases if require_all else self._query.quoted
        exact = options.accents == "exact"
        if options.match == "any" or not required:
            required = ()
            parts = _typed_forms(_parts(self._phrases))
            matching = disjunction_masks(self._searcher, parts, exact=exact)
        else:
            matching = conjunction_masks(self._searcher, _typed_forms(required), exact=exact)
        by_date = options.sort == "date"
        return boolean_top_docs(
            self._searcher,
            [
                Clause(_phrase_query(run, options.accents), not run.quoted)
                for run in self._query.runs
            ],
            () if options.accents == "ignore" else _typed_forms(required),
            intersect_masks(matching, self._filters),
            options.limit,
            offset=options.offset,
            dates=[one.doc_values.dates for one in self._segments] if by_date else None,
        )

    def phrase_top_docs(self) -> TopDocs:
        """Return the page of a query that is one phrase."""
        (phrase,) = self._phrases
        options = self._options
        filters = self._filters
        if options.accents == "exact":
            exact = conjunction_masks(self._searcher, _typed_forms([phrase]), exact=True)
            filters = intersect_masks(exact, filters)
        return phrase_top(
            self._searcher,
            forms_of(phrase, options.accents),
            options.limit,
            offset=options.offset,
            filters=filters,
            word=phrase.word,
        )

    def _bag_top_docs(self, *, require_all: bool) -> TopDocs:
        options = self._options
        filters = self._filters
        if options.accents == "exact":
            parts = self._phrases if require_all else _parts(self._phrases)
            masks = conjunction_masks if require_all else disjunction_masks
            exact = masks(self._searcher, _typed_forms(parts), exact=True)
            filters = intersect_masks(exact, filters)
        codes = [phrase for phrase in self._phrases if len(phrase.syllables) > 1]
        (run,) = self._query.runs
        return bag_top(
            self._searcher,
            forms_of(run, options.accents),
            options.limit,
            offset=options.offset,
            require_all=require_all,
            accents_first=require_all,
            required=[forms_of(code, "ignore") for code in codes] if require_all else (),
            filters=filters,
        )

    def exact(self, top_docs: TopDocs) -> list[bool]:
        """Return for each document whether it contains all phrases and syllables as typed."""
        if self.is_one_phrase and not has_accents(forms_of(self._phrases[0], "auto")):
            return [True] * len(top_docs.docs)
        if self.is_one_phrase and self._options.accents != "ignore":
            return [tier == EXACT for tier in top_docs.tiers]
        phrases = _typed_forms(self._phrases)
        return exact_flags(self._searcher, phrases, top_docs.segments, top_docs.docs)


def _phrase_query(phrase: Phrase, accents: Accents) -> PhraseQuery:
    return PhraseQuery(forms_of(phrase, accents), phrase.word)


def _typed_forms(phrases: Iterable[Phrase]) -> list[PhraseQuery]:
    """Return phrases with the accented forms of the syllables that were typed with a mark."""
    return [_phrase_query(phrase, "auto") for phrase in phrases]


def _parts(phrases: Sequence[Phrase]) -> list[Phrase]:
    """Return the quoted phrases, and every bare syllable as a phrase, also those of codes."""
    return [
        part
        for phrase in phrases
        for part in (
            [phrase]
            if phrase.quoted
            else [Phrase((one,), quoted=False) for one in phrase.syllables]
        )
    ]
