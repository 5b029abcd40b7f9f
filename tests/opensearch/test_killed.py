"""A node of three is killed while one thread writes and another searches.

No article that was acknowledged is lost, no search answers from a part of the index, and what fails
fails with an error that says to try again.
"""

import sys
import threading
from collections.abc import Callable

import pytest

from danvan_search import Article, Index
from danvan_search.errors import StoreUnavailableError
from tests.opensearch.cluster import Cluster

pytestmark = [
    pytest.mark.opensearch,
    pytest.mark.slow,
    pytest.mark.skipif(sys.platform == "win32", reason="Windows has no SIGKILL"),
]

BATCH = 20
BEFORE, AFTER = 5, 20  # batches that are acknowledged before the kill, and after it

REQUEST_SECONDS, RETRIES, PAUSE_SECONDS = 10, 3, 0.1
LONGEST_SECONDS = 120
"""After so long without what is waited for, the test fails. A store may go on much longer: it tries
again, within its time limits, what waits for a shard that never comes back."""


def articles(numbers: range) -> list[Article]:
    """Return numbered articles that share a phrase."""
    return [Article(f"tin/{one}", f"Bài {one}", "Công tác dân vận khéo.") for one in numbers]


class Load:
    """A thread that adds articles batch by batch, and one that searches for all of them."""

    def __init__(self, index) -> None:
        self._index = index
        self._change = threading.Condition()
        self._end = threading.Event()
        self.acknowledged = 0
        self.attempted = 0
        self.searches = 0
        self.again: list[str] = []
        self.wrong: list[BaseException] = []
        self._threads = [
            threading.Thread(target=self._repeat, args=(one,), daemon=True)
            for one in (self._write, self._search)
        ]

    def __enter__(self) -> "Load":
        for thread in self._threads:
            thread.start()
        return self

    def __exit__(self, *exception: object) -> None:
        self._end.set()
        for thread in self._threads:
            thread.join(0 if exception[0] else LONGEST_SECONDS)
        # Where something else has failed already, that is what is told.
        assert exception[0] or not any(one.is_alive() for one in self._threads), self.told

    def wait(self, reached: Callable[[], bool]) -> None:
        """Wait for a state of the writer and the searcher."""
        with self._change:
            is_reached = self._change.wait_for(lambda: self.wrong or reached(), LONGEST_SECONDS)
        assert not self.wrong, self.wrong
        assert is_reached, self.told

    @property
    def told(self) -> str:
        """What came of it so far."""
        return (
            f"it stands still: {self.acknowledged} articles are acknowledged, {self.searches} "
            f"searches answered, and the last errors are {self.again[-3:]}"
        )

    def _repeat(self, step: Callable[[], None]) -> None:
        while not (self._end.is_set() or self.wrong):
            try:
                step()
            except StoreUnavailableError as error:
                self.again.append(repr(error))
                self._end.wait(PAUSE_SECONDS)
            except BaseException as error:  # noqa: BLE001 - is raised in the thread of the test
                self.wrong.append(error)
            with self._change:
                self._change.notify_all()

    def _write(self) -> None:
        batch = range(self.acknowledged, self.acknowledged + BATCH)
        self.attempted = batch.stop
        self._index.add(articles(batch), words=False)
        self.acknowledged = batch.stop

    def _search(self) -> None:
        least = self.acknowledged
        results = self._index.search("dân vận khéo")
        shown = [hit.snippet.text for hit in results]
        # The copies of a shard refresh one after another, so of an unfinished batch one search may
        # see more than the next.
        assert least <= results.total <= self.attempted
        assert len(shown) == min(10, results.total)
        self.searches += 1


def test_no_acknowledged_article_is_lost(installation):
    """The manager of the cluster is killed, and then the node comes back."""
    from opensearchpy import OpenSearch

    from danvan_search.opensearch import OpenSearchStore

    with Cluster(3, processes=True, installation=installation) as cluster:
        client = OpenSearch(
            cluster.hosts, retry_on_timeout=True, max_retries=RETRIES, timeout=REQUEST_SECONDS
        )
        store = OpenSearchStore(client, "articles", refresh=True, shards=3, replicas=1)
        index = Index.on(store, create=True)
        with Load(index) as load:
            load.wait(lambda: load.acknowledged >= BEFORE * BATCH)
            (manager,) = client.cat.cluster_manager(format="json")
            which = manager["node"].removeprefix("node-")
            cluster.kill(which)
            written, searched = load.acknowledged, load.searches
            load.wait(
                lambda: (
                    load.acknowledged >= written + AFTER * BATCH
                    and load.searches >= searched + AFTER
                )
            )
        cluster.start(which)
        cluster.wait_until_green()
        assert set(index.ids()) >= {one.id for one in articles(range(load.acknowledged))}
        assert index.search("dân vận khéo").total == len(index)
        client.close()
