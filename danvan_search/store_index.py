"""The articles of a store, with the interface of an index."""

import os
from collections.abc import Callable, Iterable, Iterator, Sequence
from types import TracebackType
from typing import Any, Final, NoReturn, Self

from danvan_search.arguments import (
    checked_articles,
    checked_id,
    checked_ids,
    checked_queries,
)
from danvan_search.article import Article
from danvan_search.errors import DanvanError, UnsupportedError
from danvan_search.options import takes
from danvan_search.query import Node, Query
from danvan_search.query.accents import Accents
from danvan_search.reports import Changes, SyncReport
from danvan_search.search import Results, SearchOptions
from danvan_search.search.marked_article import MarkedArticle, mark_texts
from danvan_search.stores import Store, StoreReport
from danvan_search.sync import sync_paths
from danvan_search.sync_options import SyncOptions, WriteOptions
from danvan_search.upsert import upsert

_LOCAL: Final = "use an index in a folder for it"


def _unsupported(name: str, instead: str) -> Callable[..., NoReturn]:
    """Return a method that raises an error.

    :param instead: what does it instead.
    """

    def method(_self: "StoreIndex", *_args: object, **_values: object) -> NoReturn:
        raise UnsupportedError(f"{name}: a store of this kind does not do this; {instead}")

    method.__name__ = name
    method.__doc__ = f"Raise an error: {instead}."
    return method


class StoreIndex:
    """The articles of a store, as :class:`danvan_search.Index` has those of a folder.

    What only an index in a folder does is an :class:`UnsupportedError` that says what does it
    instead. Threads may share it if they may share the store.

    :param store: the store.
    :param create: create an empty index in it if there is none.
    """

    def __init__(self, store: Store, *, create: bool = False) -> None:
        self._store = store
        store.open(create=create)

    @property
    def store(self) -> Store:
        """The store."""
        return self._store

    def __repr__(self) -> str:
        try:
            return f"StoreIndex({self._store!r}, articles={len(self):,})"
        except DanvanError:
            return f"StoreIndex({self._store!r})"

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        self.close()

    def __len__(self) -> int:
        return self._store.count()

    def __contains__(self, article_id: object) -> bool:
        return isinstance(article_id, str) and self._store.get(article_id) is not None

    def ids(self) -> Iterator[str]:
        """Yield the ids of all articles."""
        yield from self._store.ids()

    def get(self, article_id: str) -> Article | None:
        """Return the article with an id; None if there is none."""
        return self._store.get(checked_id(article_id))

    def categories(self) -> dict[str, int]:
        """Return the categories with the number of articles of each, most frequent first."""
        return dict(self._store.value_counts("category"))

    def sources(self) -> dict[str, int]:
        """Return the sources with the number of articles of each, most frequent first."""
        return dict(self._store.value_counts("source"))

    def stats(self) -> StoreReport:
        """Return the statistics of the store."""
        return self._store.stats()

    @takes(WriteOptions)
    def add(self, articles: Iterable[Article], options: WriteOptions) -> Changes:
        """Add articles, or replace those with the same id; see :meth:`danvan_search.Index.add`.

        A cluster keeps what was written before an error: the same call goes on where it ended.

        :raises PartialWriteError: the store refused some articles, and has the others.
        :raises ConflictError: another writer changed the same articles at the same time.
        :raises StoreUnavailableError: the store does not answer: try again.
        """
        checked = checked_articles(articles)
        with self._store.writer(options) as writer:
            return upsert(writer, checked)

    def remove(self, ids: Iterable[str]) -> int:
        """Remove articles by id; return how many were removed."""
        checked = checked_ids(ids)
        with self._store.writer(WriteOptions(words=False)) as writer:
            return sum([writer.remove(one) for one in checked])

    @takes(SyncOptions)
    def sync(self, paths: Sequence[str | os.PathLike[str]], options: SyncOptions) -> SyncReport:
        """Synchronise the store with folders and files; see :meth:`danvan_search.Index.sync`.

        With ``rebuild`` the new articles take the place of the old ones at once, at the end.

        :raises PartialWriteError: the store refused some articles, and has the others.
        :raises ConflictError: another writer changed the same articles at the same time.
        :raises StoreUnavailableError: the store does not answer: try again.
        """
        with self._store.writer(options, clear=options.rebuild, is_dry=options.dry_run) as writer:
            return sync_paths(writer, paths, options, prune=options.prune)

    def rebuild(self, *, words: bool = True, jobs: int = 1) -> int:
        """Index the articles of the store again, without a break for those who search.

        It is needed where this version cuts texts in another way than the one that wrote them.

        :param words: segment the texts into words.
        :param jobs: the number of processes that analyse texts.
        :return: the number of articles.
        :raises ConflictError: articles were written meanwhile; nothing changes.
        """
        count = 0
        options = WriteOptions(words=words, jobs=jobs)
        with self._store.writer(options, clear=True) as writer:
            for article, known in self._store.stored():
                writer.put(article, origin=known.origin, root=known.root)
                count += 1
        return count

    @takes(SearchOptions)
    def search(self, query: str | Node | Query, options: SearchOptions) -> Results:
        """Search the store; see :meth:`danvan_search.Index.search`.

        :raises UnsupportedError: the options, or the query, ask for what this store does not have.
        :raises StoreUnavailableError: the store does not answer, or lacks a part: try again.
        """
        return self._store.search(query, options)

    @takes(SearchOptions)
    def search_many(
        self,
        queries: Iterable[str | Node | Query | tuple[str | Node | Query, SearchOptions]],
        options: SearchOptions,
    ) -> list[Results]:
        """Search for several queries, one after the other.

        :param queries: the queries, some with options of their own; see
            :meth:`danvan_search.Index.search_many`.
        """
        return [
            self._store.search(query, options if own is None else own)
            for query, own in checked_queries(queries, SearchOptions)
        ]

    def highlight(
        self,
        article_id: str,
        query: str | Node | Query,
        *,
        accents: Accents = "auto",
        prefix_last: bool = False,
    ) -> MarkedArticle | None:
        """Return a whole article with what a query matches in it; None if there is none."""
        article = self.get(article_id)
        if article is None:
            return None
        if not isinstance(query, Query):
            options = SearchOptions(accents=accents, prefix_last=prefix_last, limit=0)
            query = self._store.search(query, options).understood
        return mark_texts(article, query, accents)

    def close(self) -> None:
        """Release what the store holds; articles stay."""
        self._store.close()

    articles: Any = _unsupported("articles", "ask for the pages of a search, or for get and ids")
    explain: Any = _unsupported("explain", _LOCAL)
    explain_many: Any = _unsupported("explain_many", _LOCAL)
    embed: Any = _unsupported("embed", _LOCAL)
    similar: Any = _unsupported("similar", _LOCAL)
    suggest: Any = _unsupported("suggest", _LOCAL)
    complete: Any = _unsupported("complete", _LOCAL)
    vocabulary: Any = _unsupported("vocabulary", _LOCAL)
    concordance: Any = _unsupported("concordance", _LOCAL)
    keywords: Any = _unsupported("keywords", _LOCAL)
    terms: Any = _unsupported("terms", _LOCAL)
    collocations: Any = _unsupported("collocations", _LOCAL)
    optimize: Any = _unsupported("optimize", "a cluster merges segments by itself")
    verify: Any = _unsupported("verify", "a cluster checks its own data; stats has its health")
    repair: Any = _unsupported("repair", "a cluster repairs itself from replicas; or use rebuild")
    backup: Any = _unsupported("backup", "a cluster has snapshots; its documentation names them")
    restore: Any = _unsupported("restore", "a cluster has snapshots; its documentation names them")
