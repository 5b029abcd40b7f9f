"""The planner: turns a query and its options into trees, and chooses the strategy that runs them.

A single phrase goes to ``phrase_top_docs``, and one run of bare syllables to ``bag_top_docs``; both
score few documents. ``general`` runs every other tree, and is the oracle of the two. All of them
sort by tier, then by score:

1. documents that contain a whole bare query as one phrase, those with the typed accents first;
2. documents that contain the required parts with the typed accents;
3. the rest.
"""

from collections.abc import Callable, Sequence
from functools import cached_property
from typing import NamedTuple

from danvan_search.errors import IndexDamagedError, QueryError, StoreError
from danvan_search.query import Query
from danvan_search.query.accents import forms_of, has_accents
from danvan_search.query.nodes import And, Near, Node, Or, Phrase, Run, is_plain, terms_of
from danvan_search.query.parser import WORD
from danvan_search.search.execution.accent_match import exact_flags
from danvan_search.search.execution.bag_top_docs import bag_top
from danvan_search.search.execution.execution import Execution
from danvan_search.search.execution.filters import Masks, filter_masks
from danvan_search.search.execution.general import general_top_docs
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
    if plan.phrase is not None:
        return Page(False, plan.phrase_top_docs(plan.phrase), plan.exact)
    require_all = _requires_all(query, options)
    top_docs = plan.top_docs(require_all=require_all)
    relaxed = False
    if not top_docs.total and require_all and plan.may_relax():
        top_docs = plan.top_docs(require_all=False)
        relaxed = top_docs.total > 0
    return Page(relaxed, top_docs, plan.exact)


def _requires_all(query: Query, options: SearchOptions) -> bool:
    """Return whether a match must contain every bare syllable."""
    if options.match == "auto":
        runs = [clause for clause in query.clauses if isinstance(clause, Run)]
        return sum(len(terms_of(run)) for run in runs) <= AUTO_ALL_SYLLABLES
    return options.match in ("all", "phrase")


def _check_words(query: Query, index: SearchableSnapshot) -> None:
    """Check that every article was indexed with words, if the query has ``word:``.

    :raises QueryError: some articles have no words; it points at the first ``word:``.
    """
    words = [clause for clause in query.clauses if isinstance(clause, Phrase) and clause.word]
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
    """One query on one snapshot.

    :ivar phrase: the query, if it is one phrase of plain terms that is sorted by score; else None.
    """

    def __init__(self, query: Query, options: SearchOptions, index: SearchableSnapshot) -> None:
        self._query = query
        self._options = options
        self._segments = index.snapshot.segments
        self._searcher = index.searcher
        self._filters = filter_masks(self._segments, *options.days, options.category)
        self._root = query.root
        if options.match == "phrase":
            self._root = _all(self._parts) or query.root
        self.phrase: Phrase | None = None
        if options.sort == "score" and isinstance(self._root, Phrase) and is_plain(self._root):
            self.phrase = self._root

    @cached_property
    def _parts(self) -> Sequence[Phrase | Near]:
        """The quoted parts of the query, and its bare syllables and codes, each on its own."""
        if self._options.match == "phrase":
            return [_as_phrase(clause) for clause in self._query.clauses]
        return self._query.parts

    @cached_property
    def _execution(self) -> Execution:
        doc_values = [segment.doc_values for segment in self._segments]
        return Execution(self._searcher, doc_values, accents=self._options.accents)

    def may_relax(self) -> bool:
        """Return whether articles with any part may stand in where none has all parts."""
        parts = [part for part in self._parts if isinstance(part, Phrase)]
        return self._options.match == "auto" and sum(len(part.syllables) for part in parts) > 1

    def top_docs(self, *, require_all: bool) -> TopDocs:
        """Return the page of any other query.

        :param require_all: a match contains every bare part, not just one.
        """
        options, root = self._options, self._root
        if options.sort == "score" and isinstance(root, Run) and is_plain(root):
            return self._bag_top_docs(root, require_all=require_all)
        required = root if require_all else _all(self._query.quoted)
        if options.match == "any":
            required = None
        by_date = options.sort == "date"
        return general_top_docs(
            self._execution,
            required or _any(self._query),
            options.limit,
            offset=options.offset,
            scored=self._query.root,
            accents_first=required is not None,
            filters=self._filters,
            dates=[one.doc_values.dates for one in self._segments] if by_date else None,
        )

    def phrase_top_docs(self, phrase: Phrase) -> TopDocs:
        """Return the page of a query that is one phrase."""
        options = self._options
        return phrase_top(
            self._searcher,
            forms_of(phrase, options.accents),
            options.limit,
            offset=options.offset,
            filters=self._exact_filters(phrase),
            word=phrase.word,
        )

    def _bag_top_docs(self, run: Run, *, require_all: bool) -> TopDocs:
        options = self._options
        codes = [phrase for phrase in run.phrases if len(phrase.syllables) > 1]
        return bag_top(
            self._searcher,
            forms_of(run, options.accents),
            options.limit,
            offset=options.offset,
            require_all=require_all,
            accents_first=require_all,
            required=[forms_of(code, "ignore") for code in codes] if require_all else (),
            filters=self._exact_filters(run if require_all else _any(self._query)),
        )

    def _exact_filters(self, node: Node) -> Masks | None:
        """Return the filters, with ``accents="exact"`` among them."""
        if self._options.accents != "exact":
            return self._filters
        return self._execution.masks(node, self._filters, exact=True)

    def exact(self, top_docs: TopDocs) -> list[bool]:
        """Return for each document whether it contains all phrases and syllables as typed."""
        if self.phrase is not None:
            if not has_accents(forms_of(self.phrase, "auto")):
                return [True] * len(top_docs.docs)
            if self._options.accents != "ignore":
                return [tier == EXACT for tier in top_docs.tiers]
        phrases = [
            PhraseQuery(forms_of(part, "auto"), part.word)
            for part in self._parts
            if isinstance(part, Phrase)
        ]
        return exact_flags(self._searcher, phrases, top_docs.segments, top_docs.docs)


def _as_phrase(clause: Phrase | Run | Near) -> Phrase | Near:
    return Phrase(terms_of(clause), span=clause.span) if isinstance(clause, Run) else clause


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
            parts += [Phrase((term,)) for term in terms_of(clause)]
        else:
            parts.append(clause)
    return Or(tuple(parts)) if len(parts) > 1 else parts[0]
