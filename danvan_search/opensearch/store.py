"""An index on a cluster of OpenSearch as a store."""

import contextlib
import math
import random
import time
from collections.abc import Callable, Iterator, Mapping
from functools import cached_property, partial
from typing import Any, Final, Literal

from opensearchpy.exceptions import NotFoundError, OpenSearchException
from opensearchpy.helpers import scan

from danvan_search.article import Article, is_utf8
from danvan_search.errors import (
    ConflictError,
    OptionError,
    StoreError,
)
from danvan_search.index.writing.text_analysis import analysis_of
from danvan_search.opensearch.alias import Alias
from danvan_search.opensearch.bulk import Bulk, refresh_index
from danvan_search.opensearch.cluster import call, raise_ours, searched
from danvan_search.opensearch.counts import value_counts
from danvan_search.opensearch.documents import article_of, known_of
from danvan_search.opensearch.mapping import key_of
from danvan_search.opensearch.searching import search_cluster
from danvan_search.opensearch.writer import ClusterWriter, Refresh, scanned
from danvan_search.query import Node, Query
from danvan_search.reports import ClusterStats
from danvan_search.search import Results, SearchOptions
from danvan_search.store import IndexedArticle
from danvan_search.sync_options import WriteOptions
from danvan_search.version import __version__

_CHECK_SECONDS: Final = 60.0
"""So long a search trusts that the index has not been rebuilt by another version."""


class OpenSearchStore:
    """The articles behind an alias of a cluster; a :class:`~danvan_search.stores.Store`.

    Threads may share it as far as they may share the client.

    :param client: a client of opensearch-py that is ready for use: hosts, user, TLS, time limits
        and retries are its own.
    :param alias: the name of the index for those who search and write. Behind it is one index,
        ``ALIAS-1`` at first; a rebuild replaces it by the next.
    :param refresh: when a change is visible to searches: ``wait_for`` with the next refresh of the
        cluster, for which the call waits; True at the end of the call; False some time after it.
    :param shards: the primary shards of a new index.
    :param replicas: the copies of each shard of a new index.
    :param sleep: waits some seconds before a further try.
    """

    commits: Final[Literal["per article"]] = "per article"

    def __init__(
        self,
        client: Any,  # noqa: ANN401 - it may be a subclass or a stand-in
        alias: str,
        refresh: Refresh = "wait_for",
        *,
        shards: int = 1,
        replicas: int = 1,
        sleep: Callable[[float], None] = time.sleep,
    ) -> None:
        if refresh not in (True, False, "wait_for"):
            raise OptionError(f"refresh is {refresh!r}: give True, False or 'wait_for'")
        self._client = client
        self._alias = Alias(client, alias, shards, replicas)
        self._refresh = refresh
        self._sleep = sleep
        self._checked_until = -math.inf

    def __repr__(self) -> str:
        return f"OpenSearchStore({self._alias.name!r})"

    @cached_property
    def _version(self) -> str:
        """The version of OpenSearch; it is asked for once."""
        about = call(self._client.info)["version"]
        if about.get("distribution") != "opensearch":
            raise StoreError(
                f"this is no cluster of OpenSearch but version {about.get('number')} of something "
                "else: danvan-search works with OpenSearch alone"
            )
        return str(about["number"])

    # --------------------------------------------------------------------- the index behind it

    def open(self, *, create: bool = False) -> None:
        """Check that there is an index, and that this version can read it.

        :param create: create an empty one if there is none.
        :raises IndexNotFoundError: there is none.
        :raises IndexFormatError: it is none of danvan-search, or has other fields.
        """
        if create and self._alias.index() is None:
            self._alias.create()
        self._alias.check(for_reading=False)

    def create(self) -> None:
        """Create an empty index behind the alias.

        :raises IndexExistsError: there is one.
        """
        self._alias.create()

    # --------------------------------------------------------------------------------- reading

    def search(self, query: str | Node | Query, options: SearchOptions) -> Results:
        """Return a page of results; see :meth:`.StoreIndex.search`."""
        if time.monotonic() >= self._checked_until:
            self._alias.check()
            self._checked_until = time.monotonic() + _CHECK_SECONDS
        major = int(self._version.partition(".")[0])
        return search_cluster(query, options, self._send(options.timeout), major)

    def _send(self, timeout: float | None = None) -> Callable[..., Mapping[str, Any]]:
        """Return what sends the requests of one search.

        :param timeout: the time limit of all of them, in seconds.
        """
        if timeout is None:
            return partial(searched, self._client, self._alias.name)
        end = time.monotonic() + timeout

        def send(body: dict[str, Any], **values: object) -> Mapping[str, Any]:
            left = max(0.0, end - time.monotonic())
            return searched(self._client, self._alias.name, body, timeout=left, **values)

        return send

    def get(self, article_id: str) -> Article | None:
        """Return the article with an id; None if there is none. It sees every change at once."""
        if not is_utf8(article_id):
            return None
        try:
            found = self._client.get(index=self._alias.name, id=key_of(article_id))
        except NotFoundError as error:
            if error.error == "index_not_found_exception":
                raise_ours(error)
            return None
        except OpenSearchException as error:
            raise_ours(error)
        return article_of(found["_source"])

    def count(self) -> int:
        """Return the number of articles."""
        body = {"size": 0, "track_total_hits": True}
        return int(self._send()(body)["hits"]["total"]["value"])

    def ids(self) -> Iterator[str]:
        """Yield the ids of all articles, in the order of their code points."""
        for hit in scanned(self._client, self._alias.name, sort=[{"id": "asc"}]):
            yield hit["fields"]["id"][0]

    def stored(self) -> Iterator[tuple[Article, IndexedArticle]]:
        """Yield all articles, with their origins; also those of an earlier text analysis."""
        index = self._alias.check(for_reading=False)
        refresh_index(self._client, index)
        body: dict[str, Any] = {"query": {"match_all": {}}}
        try:
            for hit in scan(
                self._client,
                query=body,
                index=index,
                size=100,
                allow_partial_search_results="false",
            ):
                source = hit["_source"]
                known = known_of(
                    {name: [source[name]] for name in ("id", "hash", "origin", "root")}
                )
                yield article_of(source), known
        except OpenSearchException as error:
            raise_ours(error)

    def value_counts(self, name: Literal["category", "source"]) -> Mapping[str, int]:
        """Return the values of all articles with their numbers, most frequent first."""
        return value_counts(self._send(), "categories" if name == "category" else "sources")

    def stats(self) -> ClusterStats:
        """Return the statistics of the index, as searches see it."""
        index = self._alias.check(for_reading=False)
        meta = self._alias.meta(index) or {}
        body: dict[str, Any] = {
            "size": 0,
            "track_total_hits": True,
            "aggs": {
                "syllables": {"sum": {"field": "syllables"}},
                "without_words": {"filter": {"term": {"has_words": False}}},
            },
        }
        found = self._send()(body)
        sizes = call(self._client.indices.stats, index=index, metric="store")
        health = call(self._client.cluster.health, index=index)
        settings = call(self._client.indices.get_settings, index=index)[index]["settings"]["index"]
        return ClusterStats(
            articles=found["hits"]["total"]["value"],
            syllables=int(found["aggregations"]["syllables"]["value"]),
            size_bytes=sizes["_all"]["total"]["store"]["size_in_bytes"],
            without_words=found["aggregations"]["without_words"]["doc_count"],
            segmenter=meta.get("segmenter", ""),
            format=f"opensearch-{meta.get('format')}",
            index=index,
            shards=int(settings["number_of_shards"]),
            replicas=int(settings["number_of_replicas"]),
            health=health["status"],
            versions={"danvan-search": __version__, "OpenSearch": self._version},
        )

    # --------------------------------------------------------------------------------- writing

    @contextlib.contextmanager
    def writer(
        self, options: WriteOptions, *, clear: bool = False, is_dry: bool = False
    ) -> Iterator[ClusterWriter]:
        """Return a writer, which writes article by article.

        :param clear: write to a new index, which takes the place of the old one at the end, or not
            at all if something fails. Searches go on meanwhile.
        :param is_dry: change nothing.
        :raises ConflictError: with ``clear``: another process writes to the old index meanwhile.
        """
        if clear and not is_dry:
            with self._rebuilt(options) as writer:
                yield writer
            return
        index = self._alias.check()
        if options.words and not is_dry:
            self._alias.check_segmenter(index)
        with self._writer_of(index, options, is_dry=is_dry, is_new=clear) as writer:
            yield writer

    def _writer_of(
        self, index: str, options: WriteOptions, *, is_dry: bool = False, is_new: bool = False
    ) -> ClusterWriter:
        return ClusterWriter(
            self._client,
            index,
            Bulk(self._client, index, sleep=self._sleep, jitter=random.random),
            analysis_of(options.jobs, words=options.words),
            refresh=True if is_new else self._refresh,
            is_dry=is_dry,
            is_new=is_new,
        )

    @contextlib.contextmanager
    def _rebuilt(self, options: WriteOptions) -> Iterator[ClusterWriter]:
        """Return a writer of a new index, which then takes the place of the old one."""
        old = self._alias.index()
        before = None if old is None else self._alias.changes(old)
        number = 0 if old is None else int(old.rpartition("-")[2])
        new = f"{self._alias.name}-{number + 1}"
        self._alias.create_index(new, {})
        try:
            with self._writer_of(new, options, is_new=True) as writer:
                yield writer
            if self._alias.index() != old or (
                old is not None and self._alias.changes(old) != before
            ):
                raise ConflictError(
                    f"another process wrote to {self._alias.name!r} during the rebuild: nothing is "
                    "changed; try again"
                )
            self._alias.swap(old, new)
        except BaseException:
            with contextlib.suppress(OpenSearchException):
                self._client.indices.delete(index=new)
            raise
        if old is not None:
            call(self._client.indices.delete, index=old)

    def close(self) -> None:
        """Do nothing: the client belongs to whoever made it."""
