"""The index in a folder as a store."""

import contextlib
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Final, Literal

from danvan_search.article import Article
from danvan_search.index import IndexWriter, LiveSnapshot
from danvan_search.index.statistics import statistics_of
from danvan_search.query import Node, Query
from danvan_search.reports import Stats
from danvan_search.search import Results, SearchOptions, search
from danvan_search.search.searchable import SearchableSnapshot
from danvan_search.store import IndexedArticle
from danvan_search.sync_options import WriteOptions


class FolderStore:
    """An index in a folder; a :class:`~danvan_search.stores.Store`.

    :ivar live: the newest commit.

    :param path: the folder.
    :param wait: how long to wait for another writer, in seconds.
    """

    commits: Final[Literal["whole"]] = "whole"

    def __init__(self, path: Path, *, wait: float = 0.0) -> None:
        self._path = path
        self._wait = wait
        self.live = LiveSnapshot(path)
        self._searchable: SearchableSnapshot | None = None

    def open(self, *, create: bool = False) -> None:
        """Check that there is an index.

        :param create: is without effect: a folder has an index before it is a store.
        """
        del create
        self.live.current()

    def current(self) -> SearchableSnapshot:
        """Return the newest commit, with what its searches share."""
        snapshot = self.live.current()
        known = self._searchable
        if known is None or known.snapshot is not snapshot:
            known = self._searchable = SearchableSnapshot(snapshot)
        return known

    def search(self, query: str | Node | Query, options: SearchOptions) -> Results:
        """Return a page of results."""
        return search(self.current(), query, options)

    def get(self, article_id: str) -> Article | None:
        """Return the article with an id; None if there is none."""
        snapshot = self.live.current()
        doc = snapshot.find(article_id)
        return None if doc is None else snapshot.article(doc)

    def count(self) -> int:
        """Return the number of articles."""
        return self.live.current().doc_count

    def ids(self) -> Iterator[str]:
        """Yield the ids of all articles, in the order in which they were added."""
        yield from self.live.current().ids()

    def stored(self) -> Iterator[tuple[Article, IndexedArticle]]:
        """Yield all articles, with their origins."""
        snapshot = self.live.current()
        for article_id in snapshot.ids():
            doc = snapshot.find(article_id)
            if doc is not None:
                segment, number = doc
                known = snapshot.segments[segment].doc_values.known(number)
                yield snapshot.article(doc), known

    def value_counts(self, name: Literal["category", "source"]) -> Mapping[str, int]:
        """Return the values of all articles with their numbers, most frequent first."""
        return self.current().value_counts(name)

    def stats(self) -> Stats:
        """Return the statistics."""
        return statistics_of(self.live.current(), self._path)

    @contextlib.contextmanager
    def writer(
        self, options: WriteOptions, *, clear: bool = False, is_dry: bool = False
    ) -> Iterator[IndexWriter]:
        """Return a writer, which makes all of its changes in one commit.

        :param clear: remove all articles that were there before.
        :param is_dry: change nothing.
        """
        self.live.check_open()
        with IndexWriter(
            self._path, clear=clear, words=options.words, jobs=options.jobs, wait=self._wait
        ) as writer:
            yield writer
            if is_dry:
                writer.discard()

    def close(self) -> None:
        """Close the files."""
        self.live.close()
        self._searchable = None
