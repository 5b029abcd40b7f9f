"""A page of results, from which its hits are read."""

import datetime
from functools import cached_property, partial
from typing import Final

from danvan_search.article import Article, Heading
from danvan_search.index import OpenSegment
from danvan_search.index.codec.bm25 import idf
from danvan_search.query import Query
from danvan_search.search.highlight.marks import Form, MarkFinder, Marks
from danvan_search.search.highlight.snippets import make_snippet, merge_spans
from danvan_search.search.options import SearchOptions
from danvan_search.search.planner import Page
from danvan_search.search.results import Snippet, Span
from danvan_search.search.searchable import SearchableSnapshot

_TOGETHER: Final = 16
"""So many hits are looked at together: a page, as a rule, and no more of a long one."""

_NO_SNIPPET: Final = Snippet("")


class PageReader:
    """Reads what the hits of a page show; a :class:`~danvan_search.search.results.HitReader`.

    Any number of threads may read: what two of them find at once is the same.
    """

    def __init__(
        self, index: SearchableSnapshot, query: Query, options: SearchOptions, page: Page
    ) -> None:
        self._segments = index.snapshot.segments
        self._searcher = index.searcher
        self._query = query
        self._options = options
        self._page = page
        self._marks: dict[int, Marks] = {}
        self._read = index.snapshot.guard.call

    def score(self, place: int) -> float:
        """Return the score of a hit."""
        return self._page.top_docs.scores[place]

    def exact(self, place: int) -> bool:
        """Say whether a hit holds the query with the accents as typed."""
        return self._read(lambda: self._exact[place])

    def heading(self, place: int) -> Heading:
        """Return id, title and source of the article."""
        segment, doc = self._find(place)
        return self._read(segment.doc_values.heading, doc)

    def date(self, place: int) -> datetime.date | None:
        """Return its date."""
        segment, doc = self._find(place)
        return self._read(segment.doc_values.date, doc)

    def category(self, place: int) -> str | None:
        """Return its category."""
        segment, doc = self._find(place)
        return self._read(segment.doc_values.category, doc)

    def title_spans(self, place: int) -> tuple[Span, ...]:
        """Return what matched in the title."""
        marks = (self._marks.get(place) or self._read(self._find_marks, place)).title
        return merge_spans(marks, 0, max(marks.ends)) if marks.ends else ()

    def snippet(self, place: int) -> Snippet:
        """Return the piece of the body around the best cluster of matches."""
        return self._read(self._snippet, place)

    def _snippet(self, place: int) -> Snippet:
        max_chars = self._options.snippet_chars
        if not max_chars:
            return _NO_SNIPPET
        segment, doc = self._find(place)
        read = partial(segment.reader.stored_text.piece, doc)
        marks = self._marks.get(place) or self._find_marks(place)
        return make_snippet(read, marks.body, self._weight, max_chars)

    def article(self, place: int) -> Article:
        """Return the whole article."""
        segment, doc = self._find(place)
        return segment.article(doc)

    def _find(self, place: int) -> tuple[OpenSegment, int]:
        """Return the segment of a hit, and its document there."""
        top_docs = self._page.top_docs
        return self._segments[top_docs.segments[place]], top_docs.docs[place]

    def _find_marks(self, place: int) -> Marks:
        """Find what to mark in a hit; those around it are looked at with it, and remembered."""
        first = place - place % _TOGETHER
        top_docs = self._page.top_docs
        segments = top_docs.segments[first : first + _TOGETHER]
        for number in set(segments):
            places = [at for at, own in enumerate(segments, first) if own == number]
            found = self._finder(number).find(
                [top_docs.docs[at] for at in places],
                None if top_docs.slots is None else [top_docs.slots[at] for at in places],
            )
            self._marks.update(zip(places, found, strict=True))
        return self._marks[place]

    def _finder(self, number: int) -> MarkFinder:
        return MarkFinder(
            self._segments[number].reader,
            self._query,
            exact_only=self._options.accents == "exact",
        )

    @cached_property
    def _exact(self) -> list[bool]:
        return self._page.exact(self._page.top_docs)

    def _weight(self, form: Form) -> float:
        """What a folded form, or a pair of them, is worth in a snippet: rare ones more."""
        if isinstance(form, tuple):
            return 1.0
        return idf(self._searcher.document_frequency(form), self._searcher.doc_count)
