"""Reads what the hits of a page show: doc values, marks, snippets, articles."""

import datetime
from collections.abc import Callable, Sequence
from functools import partial
from typing import Any, Final, TypeVar

from danvan_search.article import Article
from danvan_search.index import OpenSegment
from danvan_search.index.codec.bm25 import idf
from danvan_search.index.codec.doc_values import DocValues
from danvan_search.places import page_at, section_at
from danvan_search.query import Query
from danvan_search.search.columns import column
from danvan_search.search.highlight.clusters import best_clusters
from danvan_search.search.highlight.grid_marks import MarkFinder
from danvan_search.search.highlight.marks import Form, Marks, Span
from danvan_search.search.highlight.several_snippets import several_snippets
from danvan_search.search.highlight.snippets import Snippet, make_snippet, merge_spans, reader_of
from danvan_search.search.options import SearchOptions
from danvan_search.search.planner import Page
from danvan_search.search.searchable import SearchableSnapshot

_BATCH_HITS: Final = 16
"""The marks of this many neighbouring hits are found together: of a usual page at once."""

_NO_SNIPPET: Final = Snippet("")

Value = TypeVar("Value")


class PageReader:
    """Reads the hits of a page, in columns; a :class:`~danvan_search.search.hit_page.HitPage`.

    Doc values are read for the whole page, marks and clusters for neighbours, snippets and articles
    one by one. Safe to share among threads: two that read the same value at once find the same.
    """

    def __init__(
        self, index: SearchableSnapshot, query: Query, options: SearchOptions, page: Page
    ) -> None:
        self._segments = index.snapshot.segments
        self._searcher = index.searcher
        self._query = query
        self._options = options
        self._page = page
        self.scores = page.top_docs.scores
        self.copies: Sequence[int | None] = page.copies or [None] * len(self.scores)
        # Where the best passages of hits start that do not match; None for others.
        self._passages: list[int | None] | None = None
        self.by_meaning = [False] * len(self.scores)
        if page.by_meaning:
            places = zip(page.top_docs.segments, page.top_docs.docs, strict=True)
            self._passages = [page.by_meaning.get(place) for place in places]
            self.by_meaning = [place is not None for place in self._passages]
        self.guard = index.snapshot.guard

    def __len__(self) -> int:
        return len(self.scores)

    @column()
    def ids(self, ranks: Sequence[int]) -> list[str]:
        """The ids of the articles."""
        return self._of_docs(DocValues.ids, ranks)

    @column()
    def titles(self, ranks: Sequence[int]) -> list[str]:
        """Their titles."""
        return self._of_docs(DocValues.titles, ranks)

    @column()
    def sources(self, ranks: Sequence[int]) -> list[str | None]:
        """Their sources."""
        return self._of_docs(DocValues.sources_of, ranks)

    @column()
    def dates(self, ranks: Sequence[int]) -> list[datetime.date | None]:
        """Their dates."""
        return self._of_docs(DocValues.dates_of, ranks)

    @column()
    def categories(self, ranks: Sequence[int]) -> list[str | None]:
        """Their categories."""
        return self._of_docs(DocValues.category_of_each, ranks)

    @column()
    def exact(self, ranks: Sequence[int]) -> list[bool]:
        """Whether a hit contains the query with the accents as typed."""
        exact = self._page.exact(self._page.top_docs)
        return [exact[rank] for rank in ranks]

    @column(together=_BATCH_HITS)
    def title_spans(self, ranks: Sequence[int]) -> list[tuple[Span, ...]]:
        """The spans of the matches in the titles."""
        titles = [self._marks[rank].title for rank in ranks]
        return [merge_spans(own, 0, max(own.ends)) if own.ends else () for own in titles]

    @column(together=1)
    def snippets(self, ranks: Sequence[int]) -> list[Snippet]:
        """The pieces of the bodies around the best clusters of matches."""
        max_chars = self._options.snippet_chars
        if not max_chars:
            return [_NO_SNIPPET] * len(ranks)
        all_marks, clusters = self._marks, self._clusters
        snippets = []
        for rank in ranks:
            segment, doc = self._find(rank)
            read = partial(segment.reader.stored_text.piece, doc)
            cluster = clusters[rank]
            snippets.append(make_snippet(read, all_marks[rank].body, cluster, max_chars))
        return snippets

    @column(together=1)
    def pieces(self, ranks: Sequence[int]) -> list[tuple[Snippet, ...]]:
        """Several pieces of the bodies; empty unless they were asked for."""
        return list(map(self._pieces, ranks))

    def _pieces(self, rank: int) -> tuple[Snippet, ...]:
        options, best = self._options, self.snippets[rank]
        if options.snippets == 1:
            return ()
        if not options.snippet_chars:
            return (best,)
        segment, doc = self._find(rank)
        read = partial(segment.reader.stored_text.piece, doc)
        marks, most = self._marks[rank].body, options.snippet_chars
        return several_snippets(read, marks, self._weight, most, best, options.snippets)

    @column(together=1)
    def details_snippets(self, ranks: Sequence[int]) -> list[Snippet | None]:
        """The pieces of the details around the best clusters of matches; None without any."""
        return list(map(self._details_snippet, ranks))

    def _details_snippet(self, rank: int) -> Snippet | None:
        max_chars = self._options.snippet_chars
        marks = self._marks[rank].details
        if not max_chars or not marks.starts:
            return None
        segment, doc = self._find(rank)
        (cluster,) = best_clusters([marks], self._weight, max_chars)
        return make_snippet(reader_of(segment.doc_values.details(doc)), marks, cluster, max_chars)

    @column(together=1)
    def sections(self, ranks: Sequence[int]) -> list[str | None]:
        """The nearest headings before the best clusters of matches."""
        return [section_at(self._extra(rank), self._clusters[rank][0]) for rank in ranks]

    @column(together=1)
    def pages(self, ranks: Sequence[int]) -> list[int | None]:
        """The numbers of the pages of the best clusters of matches, from 1."""
        return [page_at(self._extra(rank), self._clusters[rank][0]) for rank in ranks]

    @column(together=1)
    def articles(self, ranks: Sequence[int]) -> list[Article]:
        """The whole articles."""
        return [segment.article(doc) for segment, doc in map(self._find, ranks)]

    def _extra(self, rank: int) -> dict[str, Any]:
        segment, doc = self._find(rank)
        return segment.doc_values.extra_values(doc)

    def _find(self, rank: int) -> tuple[OpenSegment, int]:
        """Return the segment and the document number of a hit."""
        top_docs = self._page.top_docs
        return self._segments[top_docs.segments[rank]], top_docs.docs[rank]

    def _by_segment(
        self, read: Callable[[int, Sequence[int]], list[Value]], ranks: Sequence[int]
    ) -> list[Value]:
        """Return what is read of some hits, those of a segment together.

        :param read: takes the index of a segment and ranks of hits that are in it.
        """
        if len(self._segments) == 1:
            return read(0, ranks)
        numbers = self._page.top_docs.segments
        found: dict[int, Value] = {}
        for one in {numbers[rank] for rank in ranks}:
            own = [rank for rank in ranks if numbers[rank] == one]
            found.update(zip(own, read(one, own), strict=True))
        return [found[rank] for rank in ranks]

    def _of_docs(
        self, read: Callable[[DocValues, Sequence[int]], list[Value]], ranks: Sequence[int]
    ) -> list[Value]:
        """Return the doc values of some hits.

        :param read: returns the values of some documents of a segment.
        """
        docs = self._page.top_docs.docs

        def of_segment(number: int, own: Sequence[int]) -> list[Value]:
            return read(self._segments[number].doc_values, [docs[rank] for rank in own])

        return self._by_segment(of_segment, ranks)

    @column(together=_BATCH_HITS)
    def _marks(self, ranks: Sequence[int]) -> list[Marks]:
        top_docs = self._page.top_docs

        def of_segment(number: int, own: Sequence[int]) -> list[Marks]:
            docs = [top_docs.docs[rank] for rank in own]
            slots = None if top_docs.slots is None else [top_docs.slots[rank] for rank in own]
            return self._finder(number).find(docs, slots)

        return self._by_segment(of_segment, ranks)

    @column(together=_BATCH_HITS)
    def _clusters(self, ranks: Sequence[int]) -> list[Span]:
        bodies = [self._marks[rank].body for rank in ranks]
        clusters = best_clusters(bodies, self._weight, self._options.snippet_chars)
        if self._passages is None:
            return clusters
        passages = [self._passages[rank] for rank in ranks]
        return [
            cluster if place is None else (place, place)
            for cluster, place in zip(clusters, passages, strict=True)
        ]

    def _finder(self, segment_index: int) -> MarkFinder:
        return MarkFinder(
            self._segments[segment_index].reader,
            self._query,
            accents=self._options.accents,
        )

    def _weight(self, form: Form) -> float:
        """Return the weight of a form in a snippet: the idf of a syllable, 1 for a pair."""
        if isinstance(form, tuple):
            return 1.0
        if isinstance(form, str):
            df = self._searcher.document_frequency(form)
        else:
            df = self._page.document_frequency(form)
        return idf(df, self._searcher.doc_count)
