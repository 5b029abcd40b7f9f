"""The interface of a store of articles that can be searched: a folder, or a cluster."""

from collections.abc import Iterator, Mapping
from contextlib import AbstractContextManager
from typing import Any, Literal, Protocol

from danvan_search.article import Article
from danvan_search.query import Node, Query
from danvan_search.search import Results, SearchOptions
from danvan_search.store import ArticleWriter, IndexedArticle
from danvan_search.sync_options import WriteOptions


class StoreReport(Protocol):
    """The statistics of a store.

    :ivar articles: the number of articles.
    """

    @property
    def articles(self) -> int: ...  # noqa: D102 - see the class

    def to_json(self) -> dict[str, Any]:
        """Return the statistics as plain JSON values."""


class Store(Protocol):
    """A store of articles. A page of results is never of a part of its articles.

    Equal articles and equal queries have equal totals, hits, facets, marks and snippets in every
    store. Scores are equal, and the order of hits but for ties, for bare syllables and phrases.

    :ivar commits: what a writer that failed leaves: with ``whole`` nothing, with ``per article``
        the changes that it made before.
    """

    @property
    def commits(self) -> Literal["whole", "per article"]: ...  # noqa: D102 - see the class

    def open(self, *, create: bool = False) -> None:
        """Check that there is an index, and that this version can read it.

        :param create: create an empty one if there is none.
        """

    def search(self, query: str | Node | Query, options: SearchOptions) -> Results:
        """Return a page of results; see :meth:`danvan_search.Index.search`."""

    def get(self, article_id: str) -> Article | None:
        """Return the article with an id; None if there is none."""

    def count(self) -> int:
        """Return the number of articles."""

    def ids(self) -> Iterator[str]:
        """Yield the ids of all articles."""

    def stored(self) -> Iterator[tuple[Article, IndexedArticle]]:
        """Yield all articles, with their origins; also those of an earlier text analysis."""

    def value_counts(self, name: Literal["category", "source"]) -> Mapping[str, int]:
        """Return the values of all articles with their numbers, most frequent first."""

    def stats(self) -> StoreReport:
        """Return the statistics."""

    def writer(
        self, options: WriteOptions, *, clear: bool = False, is_dry: bool = False
    ) -> AbstractContextManager[ArticleWriter]:
        """Return a writer, whose end as a context makes its changes.

        :param clear: remove all articles that were there before, once the writer is at its end.
        :param is_dry: change nothing.
        """

    def close(self) -> None:
        """Release what the store holds; articles stay."""
