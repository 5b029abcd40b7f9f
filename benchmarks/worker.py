"""One measurement in a fresh process, printed as JSON: ``python -m benchmarks.worker``.

Peak memory and the time to open belong to a process; earlier work in the same process would distort
them.
"""

import argparse
import json
import statistics
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any, Final

from benchmarks import pipeline
from benchmarks.corpora import Document, read_documents
from benchmarks.measure import folder_bytes, peak_bytes
from danvan_search import Article, Index

_COMMITS: Final = 12
_COMMIT_ARTICLES: Final = 10


def build(corpus: Path, limit: int | None, path: Path, *, words: bool) -> dict[str, Any]:
    """Build an index from a file, one article at a time; the time of reading is not counted."""
    documents = _Timed(read_documents(corpus, limit))
    index = Index.create(path)
    start = time.process_time()
    articles = (Article(document.id, document.title, document.body) for document in documents)
    index.add(articles, words=words)
    seconds = time.process_time() - start - documents.seconds
    return {
        "documents": documents.count,
        "text_bytes": documents.text_bytes,
        "cpu_seconds": round(seconds, 3),
        "index_bytes": folder_bytes(path),
        "peak_bytes": peak_bytes(),
    }


class _Timed:
    """Documents, with their count, their size, and the CPU time of reading them."""

    def __init__(self, documents: Iterator[Document]) -> None:
        self._documents = documents
        self.seconds = 0.0
        self.count = self.text_bytes = 0

    def __iter__(self) -> Iterator[Document]:
        while True:
            start = time.process_time()
            document = next(self._documents, None)
            if document is not None:
                self.count += 1
                self.text_bytes += document.text_bytes
            self.seconds += time.process_time() - start
            if document is None:
                return
            yield document


def open_once(path: Path, query: str) -> dict[str, float]:
    """Open an index after the imports, and search once; wall time in milliseconds."""
    start = time.perf_counter()
    index = Index.open(path)
    len(index)  # segments are mapped on first use
    opened = time.perf_counter()
    index.search(query)
    searched = time.perf_counter()
    return {"open_ms": (opened - start) * 1e3, "first_search_ms": (searched - opened) * 1e3}


def commit(path: Path, corpus: Path) -> dict[str, Any]:
    """Add ten new articles per commit to a full index; wall time and CPU time in milliseconds."""
    bodies = [one.body for one in read_documents(corpus, _COMMITS * _COMMIT_ARTICLES)]
    clock, cpu = [], []
    with Index.open(path) as index:
        for number in range(_COMMITS):
            some = bodies[number * _COMMIT_ARTICLES : (number + 1) * _COMMIT_ARTICLES]
            articles = [Article(f"new-{number}-{i}", "", body) for i, body in enumerate(some)]
            began, worked = time.perf_counter(), time.process_time()
            index.add(articles)
            clock.append((time.perf_counter() - began) * 1e3)
            cpu.append((time.process_time() - worked) * 1e3)
    return {
        "articles": _COMMIT_ARTICLES,
        "commits": len(clock),
        "first_ms": round(clock[0], 1),
        "median_ms": round(statistics.median(clock[1:]), 1),
        "median_cpu_ms": round(statistics.median(cpu[1:]), 1),
        "worst_ms": round(max(clock[1:]), 1),
    }


def optimize(path: Path) -> dict[str, Any]:
    """Merge the segments of an index."""
    start = time.process_time()
    with Index.open(path) as index:
        index.optimize()
    return {
        "cpu_seconds": round(time.process_time() - start, 3),
        "peak_bytes": peak_bytes(),
        "index_bytes": folder_bytes(path),
    }


def main() -> None:
    """Run the command line."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("what", choices=["build", "pipeline", "open", "commit", "optimize"])
    parser.add_argument("path", type=Path)
    parser.add_argument("--corpus", type=Path)
    parser.add_argument("--limit", type=int)
    parser.add_argument("--words", action="store_true")
    parser.add_argument("--query", default="")
    options = parser.parse_args()
    if options.what == "build":
        values = build(options.corpus, options.limit, options.path, words=options.words)
    elif options.what == "pipeline":
        options.path.mkdir()
        documents = list(read_documents(options.corpus, options.limit))
        values = pipeline.build(documents, options.path)
    elif options.what == "open":
        values = open_once(options.path, options.query)
    elif options.what == "optimize":
        values = optimize(options.path)
    else:
        values = commit(options.path, options.corpus)
    print(json.dumps(values))


if __name__ == "__main__":
    main()
