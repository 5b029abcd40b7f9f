"""The planner: turns a query and its options into searches for pages.

All pages are sorted by tier, then by score:

1. documents that contain a whole bare query as one phrase, those with the typed accents first;
2. documents that contain the required parts with the typed accents;
3. the rest.
"""

from collections.abc import Callable, Sequence
from functools import cached_property
from typing import NamedTuple

import numpy as np

from danvan_search.errors import IndexDamagedError, QueryError, StoreError
from danvan_search.query import Query
from danvan_search.query.accents import forms_of, has_accents
from danvan_search.query.nodes import (
    And,
    Near,
    Node,
    Or,
    Phrase,
    Run,
    Syllable,
    is_plain,
    phrases_of,
    syllables_of,
)
from danvan_search.query.parser import WORD
from danvan_search.search.execution import bitset
from danvan_search.search.execution.accent_match import exact_flags
from danvan_search.search.execution.execution import Execution
from danvan_search.search.execution.filters import filter_masks
from danvan_search.search.execution.index_searcher import PhraseQuery
from danvan_search.search.execution.page_search import PageSearch
from danvan_search.search.execution.strategies import find_top_docs
from danvan_search.search.execution.tiers import Tiers, whole_phrase
from danvan_search.search.execution.top_docs import EXACT, TopDocs
from danvan_search.search.options import AUTO_ALL_SYLLABLES, SearchOptions
from danvan_search.search.searchable import SearchableSnapshot


class Page(NamedTuple):
    """One page of results.

    :ivar relaxed: True if no article contains every syllable, so that articles that contain any of
        them are returned.
    :ivar requires_all: whether a match contains all of the query, not just any of its syllables.
    :ivar top_docs: the documents of the page, and how many match on all pages.
    :ivar exact: returns for each document of the page whether it contains the query's phrases and
        syllables with the accents as typed.
    :ivar document_frequency: returns how many articles have a syllable that matches another.
    """

    relaxed: bool
    requires_all: bool
    top_docs: TopDocs
    exact: Callable[[TopDocs], list[bool]]
    document_frequency: Callable[[Syllable], int]


def find_page(query: Query, options: SearchOptions, index: SearchableSnapshot) -> Page:
    """Return the page of results that the options select.

    :raises QueryError: the query has ``word:``, and articles were indexed without words.
    """
    _check_words(query, index)
    plan = _Plan(query, options, index)
    require_all = _requires_all(query, options)
    top_docs = plan.top_docs(require_all=require_all)
    relaxed = False
    if not top_docs.total and require_all and plan.may_relax():
        top_docs = plan.top_docs(require_all=False)
        require_all, relaxed = False, top_docs.total > 0
    return Page(relaxed, require_all, top_docs, plan.exact, plan.document_frequency)


def _requires_all(query: Query, options: SearchOptions) -> bool:
    """Return whether a match must contain every bare syllable."""
    if not _is_plain_list(query.root):
        return True
    if options.match == "auto":
        runs = [clause for clause in query.clauses if isinstance(clause, Run)]
        return sum([len(syllables_of(run)) for run in runs]) <= AUTO_ALL_SYLLABLES
    return options.match in ("all", "phrase")


def _is_plain_list(root: Node) -> bool:
    """Return whether a query is bare syllables and phrases alone: without any operator.

    Only such a query matches where some of its parts do not.
    """
    nodes = root.nodes if isinstance(root, And) else (root,)
    return all(isinstance(node, Phrase | Run) for node in nodes)


def _check_words(query: Query, index: SearchableSnapshot) -> None:
    """Check that every article was indexed with words, if the query has ``word:``.

    :raises QueryError: some articles have no words; it points at the first ``word:``.
    """
    words = [phrase for phrase in phrases_of(query.root) if phrase.word]
    if not words:
        return
    try:
        index.snapshot.check_words()
    except IndexDamagedError:
        raise
    except StoreError as error:
        prefix = query.text.rfind(WORD, 0, words[0].syllables[0].span[0])
        raise QueryError(str(error), query.text, prefix) from error


class _Plan:
    """One query on one snapshot."""

    def __init__(self, query: Query, options: SearchOptions, index: SearchableSnapshot) -> None:
        self._query = query
        self._options = options
        self._searcher = index.searcher
        self._execution = Execution(index.searcher, index.doc_values, accents=options.accents)
        self._filters = filter_masks(index.doc_values, *options.days, options.category)
        self._root = query.root
        self._is_plain_list = _is_plain_list(query.root)
        if options.match == "phrase" and self._is_plain_list:
            self._root = _all(self._parts) or query.root

    @cached_property
    def _parts(self) -> Sequence[Phrase | Near]:
        """The quoted parts of the query, and its bare syllables and codes, each on its own."""
        if self._options.match == "phrase":
            return [_as_phrase(clause) for clause in self._query.clauses]
        return self._query.parts

    def may_relax(self) -> bool:
        """Return whether articles with any part may stand in where none has all parts."""
        if self._options.match != "auto" or isinstance(self._root, Phrase):
            return False
        if not self._is_plain_list:
            return False
        parts = [part for part in self._parts if isinstance(part, Phrase)]
        return sum([len(part.syllables) for part in parts]) > 1

    def top_docs(self, *, require_all: bool) -> TopDocs:
        """Return the page.

        :param require_all: a match contains every bare part, not just one.
        """
        options, root = self._options, self._root
        required: Node | None = root
        if not require_all and not isinstance(root, Phrase):
            required = None if options.match == "any" else _all(self._query.quoted)
        scored = root if isinstance(root, Phrase) else self._query.root
        search = PageSearch(
            self._execution,
            _any(self._query) if required is None else required,
            scored,
            Tiers(whole_phrase(scored), required),
            options.limit,
            options.offset,
            self._filters,
            newest_first=options.sort == "date",
        )
        return find_top_docs(search)

    def exact(self, top_docs: TopDocs) -> list[bool]:
        """Return for each document whether it contains all phrases and syllables as typed."""
        root = self._root
        if isinstance(root, Phrase) and is_plain(root):
            if not has_accents(forms_of(root, "auto")):
                return [True] * len(top_docs.docs)
            if self._options.accents != "ignore":
                return [tier == EXACT for tier in top_docs.tiers]
        phrases = [part for part in self._parts if isinstance(part, Phrase) and is_plain(part)]
        if self._is_plain_list and len(phrases) == len(self._parts):
            queries = [PhraseQuery(forms_of(part, "auto"), part.word) for part in phrases]
            return exact_flags(self._searcher, queries, top_docs.segments, top_docs.docs)
        node = _all(self._parts) if self._is_plain_list else root
        return self._match_exactly(node or root, top_docs)

    def _match_exactly(self, node: Node, top_docs: TopDocs) -> list[bool]:
        """Return for each document whether it matches a node with the accents as typed."""
        execution = self._execution
        if execution.accents == "ignore":
            execution = Execution(self._searcher, execution.doc_values)
        rows = zip(top_docs.segments, top_docs.docs, strict=True)
        return [
            bool(bitset.contains(execution.docs(node, segment, exact=True), np.array([doc]))[0])
            for segment, doc in rows
        ]

    def document_frequency(self, syllable: Syllable) -> int:
        """Return how many articles have a syllable that matches another, with any accents."""
        return self._execution.phrases.document_frequency(Phrase((syllable,)))


def _as_phrase(clause: Phrase | Run | Near) -> Phrase | Near:
    return Phrase(syllables_of(clause), span=clause.span) if isinstance(clause, Run) else clause


def _all(nodes: Sequence[Phrase | Near]) -> Node | None:
    """Return a node that matches where all of some do; None for none."""
    if len(nodes) > 1:
        return And(tuple(nodes))
    return nodes[0] if nodes else None


def _any(query: Query) -> Node:
    """Return a node that matches where any quoted part, or any bare syllable, does."""
    parts: list[Node] = []
    for clause in query.clauses:
        if isinstance(clause, Run):
            parts += [Phrase((one,)) for one in syllables_of(clause)]
        else:
            parts.append(clause)
    return Or(tuple(parts)) if len(parts) > 1 else parts[0]
