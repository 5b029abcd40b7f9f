"""Reads what the hits of a page show: doc values, marks, snippets, articles."""

import datetime
from functools import cached_property, partial
from typing import Final

from danvan_search.article import Article, Heading
from danvan_search.index import OpenSegment
from danvan_search.index.codec.bm25 import idf
from danvan_search.query import Query
from danvan_search.search.highlight.clusters import best_clusters
from danvan_search.search.highlight.grid_marks import MarkFinder
from danvan_search.search.highlight.marks import Form, Marks, Span
from danvan_search.search.highlight.snippets import Snippet, make_snippet, merge_spans, reader_of
from danvan_search.search.options import SearchOptions
from danvan_search.search.planner import Page
from danvan_search.search.searchable import SearchableSnapshot

_BATCH_HITS: Final = 16
"""The marks of this many neighbouring hits are found together: of a usual page at once."""

_NO_SNIPPET: Final = Snippet("")


class PageReader:
    """Reads the hits of a page; a :class:`~danvan_search.search.results.HitReader`.

    Safe to share among threads: two that read the same value at once find the same.
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
        self._clusters: dict[int, Span] = {}
        self._read = index.snapshot.guard.call

    def score(self, rank: int) -> float:
        """Return the score of a hit."""
        return self._page.top_docs.scores[rank]

    def exact(self, rank: int) -> bool:
        """Return whether a hit contains the query with the accents as typed."""
        return self._read(lambda: self._exact[rank])

    def heading(self, rank: int) -> Heading:
        """Return id, title and source of the article."""
        segment, doc = self._find(rank)
        return self._read(segment.doc_values.heading, doc)

    def date(self, rank: int) -> datetime.date | None:
        """Return the date of the article."""
        segment, doc = self._find(rank)
        return self._read(segment.doc_values.date, doc)

    def category(self, rank: int) -> str | None:
        """Return the category of the article."""
        segment, doc = self._find(rank)
        return self._read(segment.doc_values.category, doc)

    def title_spans(self, rank: int) -> tuple[Span, ...]:
        """Return the spans of the matches in the title."""
        marks = (self._marks.get(rank) or self._read(self._find_marks, rank)).title
        return merge_spans(marks, 0, max(marks.ends)) if marks.ends else ()

    def snippet(self, rank: int) -> Snippet:
        """Return the piece of the body around the best cluster of matches."""
        return self._read(self._snippet, rank)

    def _snippet(self, rank: int) -> Snippet:
        max_chars = self._options.snippet_chars
        if not max_chars:
            return _NO_SNIPPET
        segment, doc = self._find(rank)
        read = partial(segment.reader.stored_text.piece, doc)
        cluster = self._clusters.get(rank) or self._find_cluster(rank)
        return make_snippet(read, self._marks[rank].body, cluster, max_chars)

    def details_snippet(self, rank: int) -> Snippet | None:
        """Return the piece of the details around the best cluster of matches; None without any."""
        return self._read(self._details_snippet, rank)

    def _details_snippet(self, rank: int) -> Snippet | None:
        max_chars = self._options.snippet_chars
        marks = (self._marks.get(rank) or self._find_marks(rank)).details
        if not max_chars or not marks.starts:
            return None
        segment, doc = self._find(rank)
        (cluster,) = best_clusters([marks], self._weight, max_chars)
        return make_snippet(reader_of(segment.doc_values.details(doc)), marks, cluster, max_chars)

    def article(self, rank: int) -> Article:
        """Return the whole article."""
        segment, doc = self._find(rank)
        return segment.article(doc)

    def _find(self, rank: int) -> tuple[OpenSegment, int]:
        """Return the segment and the document number of a hit."""
        top_docs = self._page.top_docs
        return self._segments[top_docs.segments[rank]], top_docs.docs[rank]

    def _find_marks(self, rank: int) -> Marks:
        """Return the marks of a hit; those of its neighbours are found with it, and cached."""
        first = rank - rank % _BATCH_HITS
        top_docs = self._page.top_docs
        segments = top_docs.segments[first : first + _BATCH_HITS]
        for segment_index in set(segments):
            ranks = [at for at, own in enumerate(segments, first) if own == segment_index]
            found = self._finder(segment_index).find(
                [top_docs.docs[at] for at in ranks],
                None if top_docs.slots is None else [top_docs.slots[at] for at in ranks],
            )
            self._marks.update(zip(ranks, found, strict=True))
        return self._marks[rank]

    def _find_cluster(self, rank: int) -> Span:
        """Return the best cluster of a hit; those of its neighbours are found with it."""
        if rank not in self._marks:
            self._find_marks(rank)
        first = rank - rank % _BATCH_HITS
        ranks = range(first, min(first + _BATCH_HITS, len(self._page.top_docs.docs)))
        bodies = [self._marks[own].body for own in ranks]
        found = best_clusters(bodies, self._weight, self._options.snippet_chars)
        self._clusters.update(zip(ranks, found, strict=True))
        return self._clusters[rank]

    def _finder(self, segment_index: int) -> MarkFinder:
        return MarkFinder(
            self._segments[segment_index].reader,
            self._query,
            accents=self._options.accents,
        )

    @cached_property
    def _exact(self) -> list[bool]:
        return self._page.exact(self._page.top_docs)

    def _weight(self, form: Form) -> float:
        """Return the weight of a form in a snippet: the idf of a syllable, 1 for a pair."""
        if isinstance(form, tuple):
            return 1.0
        if isinstance(form, str):
            df = self._searcher.document_frequency(form)
        else:
            df = self._page.document_frequency(form)
        return idf(df, self._searcher.doc_count)
