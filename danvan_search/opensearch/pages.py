"""The hits of a page of a cluster: what they show is made of the stored sources, without an index.

Marks and snippets come from the plain texts, by the rules that a local index has.
"""

import datetime
from collections.abc import Callable, Sequence
from functools import cached_property
from typing import Final, TypeVar

from danvan_search.article import Article
from danvan_search.index.codec.bm25 import idf
from danvan_search.opensearch.documents import article_of
from danvan_search.opensearch.plan import ClusterPlan, FoundHit
from danvan_search.places import page_at, section_at
from danvan_search.query import Query
from danvan_search.query.nodes import Field
from danvan_search.search.highlight.clusters import best_clusters
from danvan_search.search.highlight.marks import Form, Marks, Span, TextMarks
from danvan_search.search.highlight.several_snippets import several_snippets
from danvan_search.search.highlight.snippets import Snippet, make_snippet, merge_spans, reader_of
from danvan_search.search.highlight.text_marks import FieldText, marks_of_all
from danvan_search.search.options import SearchOptions

_BATCH_HITS: Final = 16
"""The marks of this many neighbouring hits are found together: of a usual page at once."""

Value = TypeVar("Value")


class _Column(dict[int, Value]):
    """Values by rank, each made when it is first read."""

    def __init__(self, make: Callable[[int], Value]) -> None:
        self._make = make

    def __missing__(self, rank: int) -> Value:
        value = self[rank] = self._make(rank)
        return value


class _GroupedColumn(dict[int, Value]):
    """Values by rank, those of neighbours made together when one of them is first read.

    :param make: makes the values of some ranks.
    :param count: the number of ranks.
    """

    def __init__(self, make: Callable[[range], list[Value]], count: int) -> None:
        self._make, self._count = make, count

    def __missing__(self, rank: int) -> Value:
        first = rank - rank % _BATCH_HITS
        ranks = range(first, min(first + _BATCH_HITS, self._count))
        self.update(zip(ranks, self._make(ranks), strict=True))
        return self[rank]


class SourcePage:
    """The hits of one page; a :class:`~danvan_search.search.hit_page.HitPage`.

    Safe to share among threads: two that read the same value at once find the same.
    """

    def __init__(
        self, hits: Sequence[FoundHit], query: Query, options: SearchOptions, plan: ClusterPlan
    ) -> None:
        self._query = query
        self._options = options
        self._plan = plan
        self._count = len(hits)
        self.scores = [hit.score for hit in hits]
        self.exact = [hit.is_exact for hit in hits]
        self.copies: list[int | None] = [None] * len(hits)
        self.by_meaning = [False] * len(hits)
        self.articles = _Column(lambda rank: article_of(hits[rank].source))
        self._title_marks = _GroupedColumn(self._marks_of_titles, self._count)
        self._marks = _GroupedColumn(self._marks_of, self._count)
        self._clusters = _GroupedColumn(self._clusters_of, self._count)
        self.title_spans = _Column(self._title_spans)
        self.snippets = _Column(self._snippet)
        self.pieces = _Column(self._pieces)
        self.details_snippets = _Column(self._details_snippet)
        self.sections = _Column(self._section)
        self.pages = _Column(self._page)

    @cached_property
    def _all(self) -> list[Article]:
        return [self.articles[rank] for rank in range(self._count)]

    @cached_property
    def ids(self) -> list[str]:
        """The ids of the articles."""
        return [one.id for one in self._all]

    @cached_property
    def titles(self) -> list[str]:
        """Their titles."""
        return [one.title for one in self._all]

    @cached_property
    def dates(self) -> list[datetime.date | None]:
        """Their dates."""
        return [one.date for one in self._all]

    @cached_property
    def categories(self) -> list[str | None]:
        """Their categories."""
        return [one.category for one in self._all]

    @cached_property
    def sources(self) -> list[str | None]:
        """Their sources."""
        return [one.source for one in self._all]

    def _marks_of(self, ranks: range) -> list[Marks]:
        articles = [self.articles[rank] for rank in ranks]
        fields: tuple[Field, ...] = ("title", "body", "details")
        texts = [(field, getattr(one, field)) for one in articles for field in fields]
        found = iter(marks_of_all(self._query, texts, accents=self._options.accents))
        return list(map(Marks, found, found, found))

    def _marks_of_titles(self, ranks: range) -> list[TextMarks]:
        if self._options.snippet_chars:
            return [self._marks[rank].title for rank in ranks]
        texts: list[FieldText] = [("title", self.articles[rank].title) for rank in ranks]
        return marks_of_all(self._query, texts, accents=self._options.accents)

    def _clusters_of(self, ranks: range) -> list[Span]:
        bodies = [self._marks[rank].body for rank in ranks]
        return best_clusters(bodies, self._weight, self._options.snippet_chars)

    def _title_spans(self, rank: int) -> tuple[Span, ...]:
        own = self._title_marks[rank]
        return merge_spans(own, 0, max(own.ends)) if own.ends else ()

    def _snippet(self, rank: int) -> Snippet:
        most = self._options.snippet_chars
        if not most:
            return Snippet("")
        read = reader_of(self.articles[rank].body)
        return make_snippet(read, self._marks[rank].body, self._clusters[rank], most)

    def _pieces(self, rank: int) -> tuple[Snippet, ...]:
        options, best = self._options, self.snippets[rank]
        if options.snippets == 1:
            return ()
        if not options.snippet_chars:
            return (best,)
        read = reader_of(self.articles[rank].body)
        marks, most = self._marks[rank].body, options.snippet_chars
        return several_snippets(read, marks, self._weight, most, best, options.snippets)

    def _details_snippet(self, rank: int) -> Snippet | None:
        most, marks = self._options.snippet_chars, self._marks[rank].details
        if not most or not marks.starts:
            return None
        read = reader_of(self.articles[rank].details)
        (cluster,) = best_clusters([marks], self._weight, most)
        return make_snippet(read, marks, cluster, most)

    def _section(self, rank: int) -> str | None:
        return section_at(dict(self.articles[rank].extra), self._clusters[rank][0])

    def _page(self, rank: int) -> int | None:
        return page_at(dict(self.articles[rank].extra), self._clusters[rank][0])

    def _weight(self, form: Form) -> float:
        """Return the weight of a form in a snippet: the idf of a syllable, 1 for a pair."""
        if isinstance(form, tuple):
            return 1.0
        articles, df = self._plan.counts.articles, self._plan.document_frequency(form)
        return idf(df, articles)
