"""A cluster of three nodes on this machine, beside the index in a folder.

All nodes and the client share the cores, so wall times are those of a busy machine; the CPU times
of the client and of the servers are what a bigger cluster can be reckoned from.
"""

import os
import statistics
import time
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Final

from opensearchpy import OpenSearch

from benchmarks.corpora import Collection, RelevanceSet
from benchmarks.measure import folder_bytes, percentiles
from benchmarks.peers import FirstStage, Ours, index_folder, open_engine
from benchmarks.sampling import Query, sample
from benchmarks.tasks.plan import say
from benchmarks.tasks.relevance import scores
from danvan_search import Article, Index
from danvan_search.opensearch import OpenSearchStore
from tests.opensearch.cluster import Cluster

SHARDS: Final = 3
DEPTH: Final = 20
"""The hits of a ranked query: the measures need ten, and each is sent with all of its text."""
_SERVER: Final = ("-Xms1g", "-Xmx1g")  # of each of the three nodes, with all compilers
MEASURES: Final = ("nDCG@10", "MRR@10")
KINDS: Final = {"worded": True, "plain": False}
"""Alias to whether its articles have words."""
TITLES: Final = {"worded": "with words", "plain": "without words"}
_PASSES: Final = 2
_LEASES_SECONDS: Final = 45
"""After that long, shards have told each other which operations no copy needs any more; a merge
drops what was kept for these."""

CLASSES: Final = (
    "phrase of 3 syllables",
    "bare query of 3, default",
    "bare query of 4, default, typed with accents",
    "bare query of 3 from 3 texts, any",
    "single syllable",
)


class Clustered(Ours):
    """The same searches of articles in a cluster."""

    name = "cluster"
    title = "danvan-search on OpenSearch"

    def __init__(self, client: OpenSearch, alias: str) -> None:
        store = OpenSearchStore(client, alias, refresh=False, shards=SHARDS, replicas=1)
        self.alias = alias
        self._index = Index.on(store, create=True)

    def add(self, collection: Collection, *, words: bool) -> None:
        """Write the documents of a collection."""
        self._index.add(
            (Article(one.id, one.title, one.body) for one in collection.documents), words=words
        )


class Usage:
    """CPU seconds since the start: of this process, and of the servers."""

    def __init__(self, cluster: Cluster) -> None:
        self._pids = [process.pid for process in cluster.processes.values()]
        self._wall, self._client, self._servers = self._now()

    def _now(self) -> tuple[float, float, float]:
        return time.perf_counter(), time.process_time(), sum(map(_cpu_seconds, self._pids))

    def per(self, count: int) -> dict[str, float]:
        """Return milliseconds of each per item, for a number of items."""
        before = (self._wall, self._client, self._servers)
        names = ("wall_ms", "client_cpu_ms", "server_cpu_ms")
        return {
            name: round(1000 * (now - then) / count, 2)
            for name, then, now in zip(names, before, self._now(), strict=True)
        }


def _cpu_seconds(pid: int) -> float:
    fields = Path(f"/proc/{pid}/stat").read_text("ascii").rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


@contextmanager
def _nodes() -> Iterator[tuple[Cluster, OpenSearch]]:
    with Cluster(3, processes=True, jvm=_SERVER) as cluster:
        client = OpenSearch(cluster.hosts, timeout=300)
        try:
            yield cluster, client
        finally:
            client.close()


def opensearch(
    collection: Collection, judged: RelevanceSet | None, cache: Path, count: int
) -> dict[str, Any]:
    """Load articles, search them, and rank a relevance set, in a cluster and in a folder.

    :param count: queries per class.
    """
    with _nodes() as (cluster, client):
        say("  loading")
        engines = {name: Clustered(client, name) for name in KINDS}
        loads = {
            name: _loaded(cluster, client, engines[name], collection, words=words)
            for name, words in KINDS.items()
        }
        say("  merging")
        time.sleep(_LEASES_SECONDS)
        for name, load in loads.items():
            client.indices.forcemerge(index=name, max_num_segments=1)
            load["merged_bytes"] = _primary_bytes(client, name)
            say(f"   {name}: {load['merged_bytes']:,}")
        local = open_engine(Ours, collection, cache)
        classes = sample(collection, count)
        searches = {}
        for name in CLASSES:
            say(f"  {name}")
            searches[name] = _timed(cluster, [local, engines["plain"]], classes[name])
        if judged is not None:
            say(f"  {judged.name}")
        return {
            "release": cluster.release.version,
            "java": cluster.installation.jdk.version,
            "collection": collection.name,
            "documents": len(collection.documents),
            "text_bytes": collection.text_bytes,
            "loads": loads,
            "local_bytes": folder_bytes(index_folder(Ours, collection, cache)),
            "queries": count,
            "searches": searches,
            "relevance": None if judged is None else _ranked(client, judged, cache),
        }


def _loaded(
    cluster: Cluster,
    client: OpenSearch,
    engine: Clustered,
    collection: Collection,
    *,
    words: bool,
) -> dict[str, float]:
    """Write a collection; return milliseconds per document, and bytes of all."""
    usage = Usage(cluster)
    engine.add(collection, words=words)
    figures = usage.per(len(collection.documents))
    client.indices.flush(index=engine.alias)
    figures["loaded_bytes"] = _primary_bytes(client, engine.alias)
    say(f"   {engine.alias}: {figures}")
    return figures


def _primary_bytes(client: OpenSearch, alias: str) -> int:
    """The size of the shards, without their copies."""
    client.indices.refresh(index=alias)
    stats = client.indices.stats(index=alias, metric="store")
    size: int = stats["_all"]["primaries"]["store"]["size_in_bytes"]
    return size


def _timed(cluster: Cluster, engines: list[Ours], queries: list[Query]) -> dict[str, Any]:
    """Return wall times of ten hits with snippets, and CPU times per query, of each engine."""
    figures: dict[str, Any] = {}
    for engine in engines:
        for query in queries:
            engine.search(query, snippets=True)
        usage = Usage(cluster)
        passes = [[_wall_ms(engine, query) for query in queries] for _ in range(_PASSES)]
        medians = [statistics.median(times) for times in zip(*passes, strict=True)]
        figures[engine.name] = {**percentiles(medians), **usage.per(_PASSES * len(queries))}
        say(f"   {engine.name}: {figures[engine.name]}")
    return figures


def _wall_ms(engine: Ours, query: Query) -> float:
    start = time.perf_counter()
    engine.search(query, snippets=True)
    return 1000 * (time.perf_counter() - start)


def _ranked(client: OpenSearch, judged: RelevanceSet, cache: Path) -> dict[str, Any]:
    """Return the measures of one relevance set, its queries as written, of each engine."""
    clustered = Clustered(client, "judged")
    clustered.add(judged.collection, words=False)
    client.indices.refresh(index="judged")
    kinds: list[type[Ours]] = [Ours, FirstStage]
    engines = [*(open_engine(kind, judged.collection, cache) for kind in kinds), clustered]
    measures = {}
    for engine in engines:
        queries = judged.queries["accented"]
        rankings: dict[str, Iterable[Any]] = {
            one: engine.ranking(text, DEPTH) for one, text in queries.items()
        }
        found = scores(judged.qrels, rankings)
        measures[engine.title] = {name: found[name] for name in MEASURES}
        say(f"   {engine.title}: {measures[engine.title]}")
    return {
        "set": judged.name,
        "documents": len(judged.collection.documents),
        "queries": len(queries),
        "measures": measures,
    }


def tables(figures: dict[str, Any]) -> str:
    """Return the figures as Markdown."""
    documents = figures["documents"]
    per_article = figures["text_bytes"] / documents / 1000
    lines = [
        f"OpenSearch {figures['release']} on Java {figures['java']}: three nodes, {SHARDS} shards, "
        f"a copy of each. {documents:,} articles of {per_article:.2f} kB of text each.",
        "",
        "| per article | wall | CPU, client | CPU, servers | disk after the load | disk merged |",
        "| --- | --- | --- | --- | --- | --- |",
    ]
    for name, load in figures["loads"].items():
        sizes = (load[key] / documents / 1000 for key in ("loaded_bytes", "merged_bytes"))
        times = (load[key] for key in ("wall_ms", "client_cpu_ms", "server_cpu_ms"))
        cells = [f"{one:.1f} ms" for one in times] + [f"{one:.1f} kB" for one in sizes]
        lines.append(f"| {TITLES[name]} | {' | '.join(cells)} |")
    local = figures["local_bytes"] / documents / 1000
    lines += [
        "",
        f"The disk is of one copy; the index in a folder takes {local:.1f} kB, without words.",
        "",
        "| 10 hits, snippets | folder p50 / p95 | cluster p50 / p95 | CPU, client | CPU, servers |",
        "| --- | --- | --- | --- | --- |",
    ]
    for name, engines in figures["searches"].items():
        ours, theirs = engines[Ours.name], engines[Clustered.name]
        lines.append(
            f"| {name} | {ours['p50']} / {ours['p95']} ms | {theirs['p50']} / {theirs['p95']} ms "
            f"| {theirs['client_cpu_ms']:.0f} ms | {theirs['server_cpu_ms']:.0f} ms |"
        )
    if ranked := figures["relevance"]:
        measures = ranked["measures"]
        setup = f"{ranked['set']}, {ranked['queries']} queries"
        setup = f"{ranked['set']}, {ranked['queries']} queries"
        lines += [
            "",
            f"| {setup} | {' | '.join(MEASURES)} |",
            f"| --- |{' --- |' * len(MEASURES)}",
            *(
                f"| {name} | {' | '.join(f'{value:.4f}' for value in own.values())} |"
                for name, own in measures.items()
            ),
        ]
    return "\n".join(lines) + "\n"
