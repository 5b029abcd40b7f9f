"""A search from query string to results."""

import time
from functools import cached_property, partial

from danvan_search.index import OpenSegment, Snapshot
from danvan_search.index.arrays.bm25 import idf
from danvan_search.query import Query, parse
from danvan_search.search.evaluate import Row, evaluate
from danvan_search.search.marks import Form, MarkFinder
from danvan_search.search.options import SearchOptions
from danvan_search.search.results import Hit, Results, Snippet
from danvan_search.search.snippets import make_snippet, merge_spans


def search(snapshot: Snapshot, text: str, options: SearchOptions) -> Results:
    """Search one snapshot of an index.

    :param text: the query as typed.
    :raises QueryError: the query cannot be understood.
    :raises IndexDamagedError: what is stored is not what was written.
    """
    started = time.perf_counter()
    query = parse(text, max_chars=options.max_query_chars)
    with snapshot.reading():
        page = evaluate(query, options, snapshot)
        renderer = _Renderer(snapshot, query, options)
        hits = tuple(renderer.hit(row) for row in page.rows)
    took_ms = (time.perf_counter() - started) * 1000
    return Results(text, page.total, page.relaxed, took_ms, hits)


class _Renderer:
    """Makes hits of the documents that were found."""

    def __init__(self, snapshot: Snapshot, query: Query, options: SearchOptions) -> None:
        self._snapshot = snapshot
        self._query = query
        self._options = options
        self._finders: dict[int, MarkFinder] = {}

    def hit(self, row: Row) -> Hit:
        """Return a document as a hit, with marks and snippet."""
        place, doc = row.doc
        segment = self._snapshot.segments[place]
        heading = segment.documents.heading(doc)
        finder = self._finder(place)
        return Hit(
            heading.id,
            row.score,
            row.exact,
            heading.title,
            merge_spans(finder.title(doc), 0, len(heading.title)),
            heading.date,
            heading.category,
            heading.source,
            self._snippet(segment, doc, finder),
            partial(segment.article, doc),
        )

    def _snippet(self, segment: OpenSegment, doc: int, finder: MarkFinder) -> Snippet:
        max_chars = self._options.snippet_chars
        if not max_chars:
            return make_snippet("", (), {}, 0)
        body = segment.grid.texts.texts(doc)[1]
        return make_snippet(body, finder.body(doc), self._weights, max_chars)

    def _finder(self, segment: int) -> MarkFinder:
        if segment not in self._finders:
            self._finders[segment] = MarkFinder(
                self._snapshot.segments[segment].grid,
                self._query,
                exact_only=self._options.accents == "exact",
            )
        return self._finders[segment]

    @cached_property
    def _weights(self) -> dict[Form, float]:
        """What each folded form of the query is worth in a snippet: rare ones more."""
        searcher = self._snapshot.searcher
        return {
            one.folded: idf(searcher.document_frequency(one.folded), searcher.doc_count)
            for one in self._query.syllables
        }
