"""Explains the places of articles in the results of a query."""

from collections.abc import Iterator, Sequence
from dataclasses import replace
from functools import cached_property
from typing import Final

import numpy as np
from numpy.typing import NDArray

from danvan_search.query import Node, Query
from danvan_search.query.nodes import (
    And,
    Boost,
    DateRange,
    Equals,
    Field,
    Filter,
    InField,
    Near,
    Not,
    Or,
    Phrase,
    Required,
    Run,
)
from danvan_search.query.written import written
from danvan_search.search.execution import bitset
from danvan_search.search.execution.execution import Execution
from danvan_search.search.execution.limits import Limits
from danvan_search.search.execution.page_search import PageSearch
from danvan_search.search.execution.score_explaining import SecondStage, first_stage_parts
from danvan_search.search.execution.score_parts import ScorePart
from danvan_search.search.explanation import TIERS, Explanation, MissingPart, Reason
from danvan_search.search.options import SearchOptions
from danvan_search.search.planner import Page
from danvan_search.search.search import find
from danvan_search.search.searchable import SearchableSnapshot

_STAGES: Final = "the parts of the query", "the places of the syllables"


def explain(
    index: SearchableSnapshot, text: str | Node | Query, article_id: str, options: SearchOptions
) -> Explanation:
    """Explain the place of an article in all results of a query, whatever the page.

    :param text: see :func:`danvan_search.search.search`, which raises the same errors.
    """
    return explain_many(index, text, (article_id,), options)[0]


def explain_many(
    index: SearchableSnapshot,
    text: str | Node | Query,
    article_ids: Sequence[str],
    options: SearchOptions,
) -> list[Explanation]:
    """Explain the place of each of several articles; the query runs once for all of them.

    :param text: see :func:`explain`.
    """
    found = find(index, text, replace(options, limit=0, facets=(), semantic=None))
    query, page = found.query, found.page
    # The work of the search was limited; this takes about the same once more.
    limits = Limits(query.text, timeout=options.timeout)
    execution = Execution(index.searcher, index.doc_values, accents=options.accents, limits=limits)
    ran = _RanQuery(execution, page, options)
    explanations = {}
    places = {}
    for article_id in dict.fromkeys(article_ids):
        limits.check_time()
        doc = index.snapshot.find(article_id)
        if doc is None:
            total = page.top_docs.total
            explanations[article_id] = Explanation(article_id, query.text, total, is_indexed=False)
        else:
            places[article_id] = doc
            explain_one = _Explainer(ran, *doc).explanation
            explained = index.snapshot.guard.call(explain_one, article_id, query)
            explanations[article_id] = explained
    if options.semantic is not None:
        # Imported here: a search by words needs nothing of it.
        from danvan_search.search.meaning import cosines_of

        cosines = cosines_of(index, query, options, list(places.values()))
        for article_id, cosine in zip(places, cosines, strict=True):
            explanations[article_id] = replace(explanations[article_id], cosine=cosine)
    return [explanations[article_id] for article_id in article_ids]


class _RanQuery:
    """A query that ran, with what all explanations of its documents need.

    :ivar execution: keeps what each node of the query matches.
    :ivar page: a page of its results.
    :ivar options: those that it ran with.
    :ivar search: the search of the page, by the execution.
    """

    def __init__(self, execution: Execution, page: Page, options: SearchOptions) -> None:
        self.execution = execution
        self.page = page
        self.options = options
        search = page.search._replace(execution=execution)
        if search.rest is not None:
            search = search._replace(rest=search.rest._replace(execution=execution))
        self.search = search

    @cached_property
    def matches(self) -> list[NDArray[np.int64]]:
        """The documents that match, int64[n] per segment, ascending."""
        return self.search.matching_docs()

    @cached_property
    def rest(self) -> list[NDArray[np.int64]]:
        """The documents with any part, likewise, if they follow those that match."""
        rest = self.search.rest
        if rest is None or not self.page.top_docs.total:
            return [np.array([], np.int64) for _ in self.matches]
        return rest.matching_docs()

    @cached_property
    def second_stage(self) -> SecondStage:
        """What the second stage adds."""
        return SecondStage(self.search)


class _Explainer:
    """Explains the place of one document.

    :param segment_index: the segment of the document.
    :param doc: its number in the segment.
    """

    def __init__(self, ran: _RanQuery, segment_index: int, doc: int) -> None:
        self._ran = ran
        self._execution = ran.execution
        self._segment_index = segment_index
        self._docs = np.array([doc])

    def explanation(self, article_id: str, query: Query) -> Explanation:
        """Return the explanation."""
        search, page = self._ran.search, self._ran.page
        matches = self._is_among(self._ran.matches)
        is_rest = not matches and self._is_among(self._ran.rest)
        demanded = page.demanded if page.relaxed else search.matched
        missing = () if matches and not page.relaxed else tuple(self._all_missing(demanded))
        explanation = Explanation(
            article_id,
            query.text,
            page.top_docs.total,
            matches=matches,
            is_rest=is_rest,
            relaxed=page.relaxed,
            missing=missing,
        )
        if not explanation.is_found:
            return explanation
        own = search.rest if is_rest and search.rest is not None else search
        tier = int(own.tiers.of(self._execution, self._segment_index, self._docs)[0])
        children = tuple(self._stages(own))
        return replace(
            explanation,
            sort=page.sort,
            tier=TIERS[tier],
            value=sum([one.value for one in children]),
            children=children,
        )

    def _stages(self, own: PageSearch) -> Iterator[ScorePart]:
        """Yield what each stage of ranking adds."""
        doc = int(self._docs[0])
        first = first_stage_parts(self._execution, own.scored, self._segment_index, doc)
        if first:
            yield ScorePart.sum_of(_STAGES[0], "parts", first)
        second = self._ran.second_stage.parts(self._segment_index, doc)
        if second:
            yield ScorePart.sum_of(_STAGES[1], "places", second, stage=2)

    def _is_among(self, found: Sequence[NDArray[np.int64]]) -> bool:
        """Return whether the document is among some: int64[n] per segment, ascending."""
        docs, doc = found[self._segment_index], self._docs[0]
        place = int(docs.searchsorted(doc))
        return place < len(docs) and bool(docs[place] == doc)

    def _all_missing(self, demanded: Node) -> Iterator[MissingPart]:
        """Yield what the document does not satisfy, filters included."""
        yield from self._missing(demanded, None)
        for node in (*self._ran.page.filters, *_filters_of(self._ran.options)):
            if not self._has(node, exact=False, field=None):
                yield MissingPart(written(node), "filter")

    def _missing(self, node: Node, field: Field | None) -> Iterator[MissingPart]:
        """Yield the parts of a node that the document does not satisfy."""
        exact = self._execution.accents == "exact"
        if self._has(node, exact=exact, field=field):
            return
        match node:
            case Run() if len(node.phrases) > 1:
                for phrase in node.phrases:
                    yield from self._missing(Run((phrase,)), field)
            case And():
                for one in node.nodes:
                    yield from self._missing(one, field)
            case Or() if node.at_least > 1:
                lacking = [
                    one for one in node.nodes if not self._has(one, exact=exact, field=field)
                ]
                for one in lacking:
                    yield from self._missing(one, field)
            case Required() | Boost():
                yield from self._missing(node.node, field)
            case InField():
                yield from self._missing(node.node, node.field)
            case Not():
                yield MissingPart(written(node.node), "excluded")
            case _:
                shown = written(node if field is None else InField(field, node))
                yield MissingPart(shown, self._reason(node, field))

    def _reason(self, node: Node, field: Field | None) -> Reason:
        """Return why the document does not satisfy a part that is no sum of parts."""
        execution = self._execution
        if isinstance(node, DateRange | Equals):
            return "filter"
        if execution.accents == "exact" and self._has(node, exact=False, field=field):
            return "accents"
        match node:
            case Or():
                nodes: Sequence[Node] = node.nodes
            case Run():
                nodes = node.phrases
            case _:
                nodes = (node,)
        phrases = [one for one in nodes if isinstance(one, Phrase | Near)]
        is_known = len(phrases) < len(nodes) or any(
            execution.phrases.document_frequency(one, field=field) for one in phrases
        )
        return "absent" if is_known else "unknown"

    def _has(self, node: Node, *, exact: bool, field: Field | None) -> bool:
        bits = self._execution.docs(node, self._segment_index, exact=exact, field=field)
        return bool(bitset.contains(bits, self._docs)[0])


def _filters_of(options: SearchOptions) -> Iterator[Filter]:
    """Yield the filters of some options."""
    since, until = options.days
    if since or until:
        yield DateRange(since, until)
    if options.category is not None:
        yield Equals("category", options.category)
