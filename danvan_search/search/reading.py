"""A page of results, from which its hits are read."""

from functools import cached_property
from typing import Final

from danvan_search.article import Article
from danvan_search.index import Heading, OpenSegment, Snapshot
from danvan_search.index.arrays.bm25 import idf
from danvan_search.query import Query
from danvan_search.search.evaluate import Page
from danvan_search.search.marks import Form, MarkFinder
from danvan_search.search.options import SearchOptions
from danvan_search.search.results import Snippet, Span
from danvan_search.search.snippets import make_snippet, merge_spans

_NO_SNIPPET: Final = make_snippet("", (), {}, 0)


class PageReader:
    """Reads what the hits of a page show; a :class:`~danvan_search.search.results.HitReader`.

    Any number of threads may read: what two of them find at once is the same.
    """

    def __init__(
        self, snapshot: Snapshot, query: Query, options: SearchOptions, page: Page
    ) -> None:
        self._snapshot = snapshot
        self._query = query
        self._options = options
        self._page = page
        self._finders: dict[int, MarkFinder] = {}

    def score(self, place: int) -> float:
        """Return the score of a hit."""
        return float(self._page.ranking.scores[place])

    def exact(self, place: int) -> bool:
        """Say whether a hit holds the query with the accents as typed."""
        return self._exact[place]

    def heading(self, place: int) -> Heading:
        """Return what is shown of the article beside its body."""
        _, segment, doc = self._find(place)
        return segment.documents.heading(doc)

    def title_spans(self, place: int) -> tuple[Span, ...]:
        """Return what matched in the title."""
        number, _, doc = self._find(place)
        marks = self._finder(number).title(doc)
        return merge_spans(marks, 0, marks[-1].end) if marks else ()

    def snippet(self, place: int) -> Snippet:
        """Return the piece of the body around the best cluster of matches."""
        max_chars = self._options.snippet_chars
        if not max_chars:
            return _NO_SNIPPET
        number, segment, doc = self._find(place)
        body = segment.grid.texts.body(doc)
        return make_snippet(body, self._finder(number).body(doc), self._weights, max_chars)

    def article(self, place: int) -> Article:
        """Return the whole article."""
        _, segment, doc = self._find(place)
        return segment.article(doc)

    def _find(self, place: int) -> tuple[int, OpenSegment, int]:
        """Return the number of a hit's segment, the segment, and the document there."""
        ranking = self._page.ranking
        number = int(ranking.segments[place])
        return number, self._snapshot.segments[number], int(ranking.docs[place])

    def _finder(self, number: int) -> MarkFinder:
        if number not in self._finders:
            self._finders[number] = MarkFinder(
                self._snapshot.segments[number].grid,
                self._query,
                exact_only=self._options.accents == "exact",
            )
        return self._finders[number]

    @cached_property
    def _exact(self) -> list[bool]:
        return self._page.exact(self._page.ranking)

    @cached_property
    def _weights(self) -> dict[Form, float]:
        """What each folded form of the query is worth in a snippet: rare ones more."""
        searcher = self._snapshot.searcher
        return {
            one.folded: idf(searcher.document_frequency(one.folded), searcher.doc_count)
            for one in self._query.syllables
        }
