"""The planner: turns a query and its options into searches for pages.

All pages are sorted by tier, then by score:

1. documents that contain a whole bare query as one phrase, those with the typed accents first;
   among these, those whose title is the phrase come first, then those whose title contains it;
2. documents that contain the required parts with the typed accents;
3. the rest.
"""

from collections.abc import Callable, Mapping, Sequence
from functools import partial
from types import MappingProxyType
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from danvan_search.errors import IndexDamagedError, QueryError, StoreError
from danvan_search.query import Everything, Node, Note, Phrase, Query, Run
from danvan_search.query.accents import forms_of, has_accents
from danvan_search.query.nodes import Syllable, is_plain, phrases_of
from danvan_search.search.choosing import (
    find_by_match,
    follows_any,
    note_on_excluded,
    sort_of,
)
from danvan_search.search.demands import Demands
from danvan_search.search.execution.accent_match import exact_flags
from danvan_search.search.execution.execution import Execution
from danvan_search.search.execution.filters import Masks, filter_masks
from danvan_search.search.execution.index_searcher import PhraseQuery
from danvan_search.search.execution.limits import Limits, entries_of
from danvan_search.search.execution.page_search import PageSearch
from danvan_search.search.execution.strategies import find_top_docs
from danvan_search.search.execution.tiers import Tiers, tiers_of
from danvan_search.search.execution.top_docs import EXACT, TopDocs
from danvan_search.search.facets import Counts, count_facets
from danvan_search.search.options import SearchOptions, Sort
from danvan_search.search.searchable import SearchableSnapshot
from danvan_search.search.sorting import order_of


class Page(NamedTuple):
    """One page of results.

    :ivar relaxed: True if no article contains every syllable, so that articles that contain any of
        them are returned.
    :ivar top_docs: the documents of the page, and how many match on all pages.
    :ivar total_any: returns how many articles the whole list has, those after the matches included.
    :ivar exact: returns for each document of the page whether it contains the query's phrases and
        syllables with the accents as typed.
    :ivar document_frequency: returns how many articles have a syllable that matches another.
    :ivar notes: what is to be known of how the options were applied.
    :ivar search: the search that found the page, with that for the articles that follow.
    :ivar demanded: what articles have that match the whole query; also where it was relaxed.
    :ivar filters: the filters of the query.
    :ivar sort: what the list is sorted by.
    :ivar facets: the values of all matches, with their numbers, by facet.
    :ivar copies: how many near-copies each document of the page stands for, beside itself; None
        unless they were left out.
    :ivar by_meaning: the documents that do not match, each with the place of its best passage in
        the body, in characters; None unless meaning counts.
    """

    relaxed: bool
    top_docs: TopDocs
    total_any: Callable[[], int]
    exact: Callable[[TopDocs], list[bool]]
    document_frequency: Callable[[Syllable], int]
    search: PageSearch
    demanded: Node
    filters: Sequence[Node]
    sort: Sort
    notes: tuple[Note, ...] = ()
    facets: Mapping[str, Counts] = MappingProxyType({})
    copies: tuple[int, ...] | None = None
    by_meaning: Mapping[tuple[int, int], int] | None = None


def find_page(query: Query, options: SearchOptions, index: SearchableSnapshot) -> Page:
    """Return the page of results that the options select.

    :raises QueryError: the query has ``word:``, and articles were indexed without words; or it asks
        for more than ``limits`` permits.
    :raises QueryTimeoutError: the search took longer than its time limit.
    """
    _check_words(query, index)
    plan = _Plan(query, options, index)
    relaxed, top_docs, notes = find_by_match(plan, options.match, len(query.text))
    total_any = partial(plan.total_any, top_docs.total, relaxed=relaxed)
    return Page(
        relaxed,
        top_docs,
        total_any,
        plan.exact,
        plan.document_frequency,
        plan.used,
        plan.demands.body or Everything(),
        plan.demands.filters,
        sort_of(plan.used.scored, options),
        notes,
        plan.facets(),
    )


def find_matches(
    query: Query, options: SearchOptions, index: SearchableSnapshot
) -> list[NDArray[np.int64]]:
    """Return int64[n] per segment, ascending: all documents that match, on whatever page.

    :param options: ``match`` is not ``auto``, and ``limit`` is 0.
    :raises QueryError: see :func:`find_page`.
    """
    _check_words(query, index)
    plan = _Plan(query, options, index)
    find_by_match(plan, options.match, len(query.text))
    return plan.all_matches().matching_docs()


def _check_words(query: Query, index: SearchableSnapshot) -> None:
    """Check that every article was indexed with words, if the query has ``word:``.

    :raises QueryError: some articles have no words; it points at the first ``word:``.
    """
    root = query.root
    if isinstance(root, Run) or (isinstance(root, Phrase) and not root.word):
        return
    words = [phrase for phrase in phrases_of(query.root) if phrase.word]
    if not words:
        return
    try:
        index.snapshot.check_words()
    except IndexDamagedError:
        raise
    except StoreError as error:
        raise QueryError(str(error), query.text, words[0].span[0]) from error


class _Plan:
    """One query on one snapshot.

    :ivar demands: what its matches contain.
    :ivar used: the search of the last page; there is none before the first.
    """

    used: PageSearch

    def __init__(self, query: Query, options: SearchOptions, index: SearchableSnapshot) -> None:
        self._options = options
        self._index = index
        limits = Limits(
            query.text, entries=entries_of(index.searcher.syllables), timeout=options.timeout
        )
        self._execution = Execution(
            index.searcher, index.doc_values, accents=options.accents, limits=limits
        )
        self.demands = Demands(query, as_phrase=options.match == "phrase")
        self._filters = self._filter_masks()

    def _filter_masks(self) -> Masks | None:
        """Return the documents that the options and the filters of the query let through."""
        options = self._options
        masks: Masks | None = filter_masks(self._index.doc_values, *options.days, options.category)
        for node in self.demands.filters:
            masks = self._execution.masks(node, masks, exact=False)
        return masks

    def top_docs(self, matched: Node, accented: Node | None) -> TopDocs:
        """Return the page.

        :param matched: what a match contains.
        :param accented: matches that contain it with the typed accents come first.
        """
        return self._run(self._scored_search(matched, accented))

    def filled(self) -> TopDocs:
        """Return the page of the articles with all parts, and then of the rest of any's."""
        strict = self._scored_search(*self.demands.matched("all"))
        rest = self._rest_of(strict)
        return self._run(strict if rest is None else strict._replace(rest=rest))

    def _run(self, search: PageSearch) -> TopDocs:
        self.used = search
        return find_top_docs(search)

    def _rest_of(self, strict: PageSearch) -> PageSearch | None:
        """Return the search for what follows the articles with all parts; None for nothing.

        :param strict: the search for these.
        """
        if not follows_any(self.demands, self._options):
            return None
        matched, accented = self.demands.matched("any")
        return strict._replace(matched=matched, tiers=strict.tiers._replace(parts=accented))

    def total_any(self, total: int, *, relaxed: bool) -> int:
        """Return how many articles the whole list has.

        :param total: how many match.
        :param relaxed: whether these have any part.
        """
        rest = None if relaxed or not total else self.used.rest
        return total if rest is None else rest.count_matches()

    def _scored_search(self, matched: Node, accented: Node | None) -> PageSearch:
        scored = self.demands.scored
        assert scored is not None  # noqa: S101
        return self._search(matched, scored, tiers_of(scored, accented))

    def notes_on_excluded(self, top_docs: TopDocs) -> tuple[Note, ...]:
        """Return a note if what is excluded leaves no article, though there are some with it."""

        def count(node: Node) -> int:
            return find_top_docs(self._search(node, node, Tiers(None, None), limit=0)).total

        return note_on_excluded(self.demands, top_docs.total, count)

    def newest(self) -> TopDocs:
        """Return the page of all that the filters let through."""
        return self._run(self._search(Everything(), Everything(), Tiers(None, None)))

    def facets(self) -> dict[str, Counts]:
        """Return the facets of all that the last page with hits is taken from."""
        if not self._options.facets:
            return {}
        return count_facets(self.all_matches(), self._options.facet_names)

    def all_matches(self) -> PageSearch:
        """Return the search for all that the last page with hits is taken from."""
        matched = self.used.matched
        return PageSearch(self._execution, matched, matched, Tiers(None, None), 0, 0, self._filters)

    def _search(
        self, matched: Node, scored: Node, tiers: Tiers, limit: int | None = None
    ) -> PageSearch:
        options = self._options
        return PageSearch(
            self._execution,
            matched,
            scored,
            tiers,
            options.limit if limit is None else limit,
            options.offset if limit is None else 0,
            self._filters,
            order=order_of(sort_of(scored, options), self._index),
            rerank=options.rerank,
        )

    def exact(self, top_docs: TopDocs) -> list[bool]:
        """Return for each document whether it contains all phrases and syllables as typed."""
        body = self.demands.body
        if body is None:
            return [True] * len(top_docs.docs)
        if isinstance(body, Phrase) and is_plain(body):
            if not has_accents(forms_of(body, "auto")):
                return [True] * len(top_docs.docs)
            if self._options.accents != "ignore":
                return [tier == EXACT for tier in top_docs.tiers]
        parts = self.demands.parts
        phrases = [part for part in parts if isinstance(part, Phrase) and is_plain(part)]
        if len(phrases) < len(parts):
            return self._exact_by_tree(body, top_docs)
        queries = [PhraseQuery(forms_of(part, "auto"), part.word) for part in phrases]
        return exact_flags(self._index.searcher, queries, top_docs.segments, top_docs.docs)

    def document_frequency(self, syllable: Syllable) -> int:
        """Return how many articles have a syllable that matches another, with any accents."""
        return self._execution.phrases.document_frequency(Phrase((syllable,)))

    def _exact_by_tree(self, body: Node, top_docs: TopDocs) -> list[bool]:
        """Return for each document whether it matches a tree with the accents as typed."""
        execution = self._execution
        if self._options.accents == "ignore":
            execution = Execution(self._index.searcher, self._index.doc_values)
        docs = zip(top_docs.segments, top_docs.docs, strict=True)
        return [
            bool(execution.contains(body, segment, np.array([doc]), exact=True)[0])
            for segment, doc in docs
        ]
