"""What meaning adds to the ranking by words, on relevance sets, and what it costs."""

import time
from collections.abc import Callable, Iterable
from functools import partial
from pathlib import Path
from statistics import fmean, median
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from benchmarks.corpora import RelevanceSet
from benchmarks.measure import folder_bytes
from benchmarks.peers import Ours
from benchmarks.tasks.plan import say
from benchmarks.tasks.stages import values_of
from danvan_search import Embedder, Index
from danvan_search.index.codec.checked_array import CheckedArray
from danvan_search.index.codec.vectors import Vectors
from danvan_search.search.execution.vector_search import document_cosines, nearest

WEIGHTS: Final = (0.1, 0.3, 0.5, 1.0)
SIZES: Final = (10_000, 100_000, 1_000_000)
_DEPTH: Final = 10
_PASSES: Final = 5


def semantic(judged: RelevanceSet, cache: Path, embedder: Embedder) -> dict[str, Any]:
    """Return nDCG@10 by way of typing and weight of meaning, and the cost of the vectors.

    ``words`` is the ranking by words alone. Times are of the CPU, of all threads of the process.

    :param cache: the folder in which the index is built, and kept with its vectors.
    """
    folder = cache / f"semantic_{judged.collection.name}"
    if not folder.exists():
        folder.mkdir(parents=True)
        Ours.build(judged.collection, folder)
    path = folder / Ours.FOLDER
    count = len(judged.collection.documents)
    with Index.open(path) as index:
        before, started = folder_bytes(path), time.process_time()
        report = index.embed(embedder)
        seconds, size = time.process_time() - started, folder_bytes(path) - before
        figures: dict[str, Any] = {
            "documents": count,
            "queries": len(judged.queries["accented"]),
            "ways": {way: _ways(index, judged, way, embedder) for way in judged.queries},
            "query_ms": _query_ms(index, judged, embedder),
        }
    if report.articles:
        figures["embedding"] = {
            "passages": report.passages,
            "s_per_article": round(seconds / count, 4),
            "bytes_per_article": round(size / count),
        }
    return figures


def _ways(index: Index, judged: RelevanceSet, way: str, embedder: Embedder) -> dict[str, float]:
    say(f"  {way}")
    rankers: dict[str, Callable[[str], Iterable[Any]]] = {"words": partial(_hits, index)}
    for weight in WEIGHTS:
        rankers[f"{weight:g}"] = partial(_hits, index, semantic=embedder, semantic_weight=weight)
    return {name: round(fmean(_gains(judged, way, rank)), 4) for name, rank in rankers.items()}


def _hits(index: Index, text: str, **options: Any) -> list[str]:  # noqa: ANN401
    return [hit.id for hit in index.search(text, limit=_DEPTH, snippet_chars=0, **options)]


def _gains(judged: RelevanceSet, way: str, rank: Callable[[str], Any]) -> Iterable[float]:
    rankings = {one: rank(text) for one, text in judged.queries[way].items()}
    return values_of(judged.qrels, rankings)["nDCG@10"].values()


def _query_ms(index: Index, judged: RelevanceSet, embedder: Embedder) -> dict[str, float]:
    """Return the median CPU time of a search by words, of one with meaning, and of the embedder."""
    texts = list(judged.queries["accented"].values())
    runs: dict[str, Callable[[str], object]] = {
        "words": partial(_hits, index),
        "both": partial(_hits, index, semantic=embedder),
        "embedder": lambda text: embedder.embed([text], is_query=True),
    }
    found = {}
    for name, run in runs.items():
        times = []
        for text in texts:
            started = time.process_time()
            run(text)
            times.append(time.process_time() - started)
        found[name] = round(1000 * median(times), 2)
    return found


def exact_search(dimension: int, sizes: Iterable[int] = SIZES) -> dict[str, dict[str, float]]:
    """Return the CPU time of comparing a query with random vectors, and their size, by number."""
    random = np.random.default_rng(1)
    query = random.standard_normal(dimension).astype(np.float32)
    query /= np.linalg.norm(query)
    found = {}
    for size in sizes:
        arrays: dict[str, NDArray[Any]] = {
            "vector_starts": np.arange(size + 1, dtype=np.uint32),
            "vector_values": random.integers(-127, 128, (size, dimension), np.int8).view(np.uint8),
            "vector_scales": np.full(size, 1e-3, dtype=np.float32),
            "vector_places": np.zeros(size, dtype=np.uint32),
        }
        stored = {name: CheckedArray(array, name=name) for name, array in arrays.items()}
        vectors = Vectors(stored, {"model": "random", "dimension": dimension}, size, "memory")
        times = []
        for _ in range(_PASSES):
            started = time.process_time()
            nearest([document_cosines(vectors, query, None, lambda: None)], 100)
            times.append(time.process_time() - started)
        found[f"{size:,}"] = {
            "ms": round(1000 * median(times), 1),
            "mb": round(sum(one.nbytes for one in arrays.values()) / 1e6, 1),
        }
    return found
