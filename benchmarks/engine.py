"""Time the array engine against SQLite FTS5 and tantivy, in the same run.

    python benchmarks/engine.py CORPUS [--docs N] [--phrases N] [--peers]

CORPUS is a file of JSON lines (``title``, ``text``), plain or ``.xz``. Phrases are drawn from the
texts with a fixed seed. Times are thread CPU time, the median over phrases of the best of three
runs, top 10 with the exact total. FTS5 and tantivy hold the same folded syllables, joined by
blanks, title and body in one field: their ordinary positional fields.
"""

import argparse
import json
import lzma
import random
import re
import sqlite3
import statistics
import tempfile
import time
from collections import Counter
from collections.abc import Callable
from pathlib import Path

from danvan_search.index.arrays import (
    Columns,
    Pattern,
    Searcher,
    Segment,
    bag_top,
    columns_of,
    phrase_top,
    write_segment,
)
from danvan_search.text.fold import is_marked

SEED = 20240216


def read(path: Path, limit: int | None) -> list[tuple[str, str]]:
    """Return title and text of the first ``limit`` documents."""
    open_text = lzma.open if path.suffix == ".xz" else open
    documents = []
    with open_text(path, "rt", encoding="utf-8") as lines:
        for line in lines:
            row = json.loads(line)
            documents.append((row["title"], row["text"]))
            if len(documents) == limit:
                break
    return documents


def folded_texts(columns: Columns) -> list[str]:
    """Return each document as its folded syllables, with a mark between title and body."""
    forms = columns.folded_forms
    texts = []
    for doc in range(columns.doc_count):
        pieces = []
        for part in (columns.title, columns.body):
            ids = part.accented[part.offsets[doc] : part.offsets[doc + 1]]
            pieces.append(" ".join(forms[i] for i in ids.tolist()))
        texts.append(" zzzz ".join(pieces))
    return texts


def sample(columns: Columns, count: int) -> dict[str, list[Pattern]]:
    """Draw phrases of each class from the bodies."""
    rng = random.Random(SEED)
    body = columns.body

    def draw(length: int) -> Pattern:
        while True:
            doc = rng.randrange(columns.doc_count)
            start, end = body.offsets[doc : doc + 2].tolist()
            if end - start >= length:
                at = rng.randrange(start, end - length + 1)
                return [
                    (columns.folded_forms[i], columns.accented_forms[i])
                    for i in body.accented[at : at + length].tolist()
                ]

    pool = [draw(2) for _ in range(count * 50)]
    often = Counter(tuple(folded for folded, _ in pattern) for pattern in pool)
    by_count = sorted(pool, key=lambda pattern: -often[tuple(folded for folded, _ in pattern)])
    return {
        "2 random": pool[:count],
        "2 common": by_count[:count],
        "2 rare": by_count[-count:],
        "3": [draw(3) for _ in range(count)],
        "4-6": [draw(rng.randrange(4, 7)) for _ in range(count)],
    }


def unmarked(pattern: Pattern) -> Pattern:
    """Return the pattern as typed without accents."""
    return [(folded, None) for folded, _ in pattern]


def typed(pattern: Pattern) -> Pattern:
    """Return the pattern as typed with accents."""
    return [
        (folded, form if form is not None and is_marked(form) else None) for folded, form in pattern
    ]


def median_us(run: Callable[[Pattern], object], patterns: list[Pattern]) -> float:
    """Return the median over patterns of the best of three runs, in microseconds."""
    times = []
    for pattern in patterns:
        run(pattern)
        best = float("inf")
        for _ in range(3):
            start = time.thread_time()
            run(pattern)
            best = min(best, time.thread_time() - start)
        times.append(best * 1e6)
    return statistics.median(times)


def fts5(texts: list[str]) -> Callable[[Pattern], int]:
    """Return a search of FTS5: top 10 by BM25, and the total."""
    base = sqlite3.connect(":memory:")
    base.execute(
        "create virtual table t using fts5(x, tokenize='unicode61 remove_diacritics 2', content='')"
    )
    base.executemany("insert into t(rowid, x) values (?, ?)", enumerate(texts, 1))
    base.execute("insert into t(t) values ('optimize')")

    def search(pattern: Pattern) -> int:
        phrase = '"' + " ".join(folded for folded, _ in pattern) + '"'
        base.execute(
            "select rowid from t where t match ? order by rank limit 10", (phrase,)
        ).fetchall()
        return base.execute("select count(*) from t where t match ?", (phrase,)).fetchone()[0]

    return search


def tantivy_search(texts: list[str]) -> Callable[[Pattern], int]:
    """Return a search of tantivy: top 10 by BM25, and the total."""
    import tantivy

    builder = tantivy.SchemaBuilder()
    builder.add_text_field("x", tokenizer_name="whitespace", index_option="position")
    schema = builder.build()
    index = tantivy.Index(schema)
    writer = index.writer(100_000_000, 1)
    for text in texts:
        document = tantivy.Document()
        document.add_text("x", text)
        writer.add_document(document)
    writer.commit()
    writer.wait_merging_threads()
    index.reload()
    searcher = index.searcher()

    def search(pattern: Pattern) -> int:
        words = [folded for folded, _ in pattern]
        query = tantivy.Query.phrase_query(schema, "x", list(words))
        return searcher.search(query, 10).count or 0

    return search


def main() -> None:
    """Build, compare counts, time."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("corpus", type=Path)
    parser.add_argument("--docs", type=int)
    parser.add_argument("--phrases", type=int, default=100)
    parser.add_argument("--peers", action="store_true")
    options = parser.parse_args()
    documents = read(options.corpus, options.docs)
    text_bytes = sum(
        len(text.encode("utf-8", "surrogatepass")) for pair in documents for text in pair
    )
    columns = columns_of(documents)
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "segment"
        start = time.thread_time()
        with path.open("wb") as file:
            write_segment(columns, file)
        took = time.thread_time() - start
        size = path.stat().st_size
        segment = Segment.open(path)
        start = time.thread_time()
        segment = Segment.open(path)
        opened = time.thread_time() - start
    print(
        f"{len(documents):,} documents, {text_bytes / 1e6:.1f} MB; build {took:.2f} s = "
        f"{text_bytes / 1e6 / took:.1f} MB/s; {size / text_bytes:.3f} bytes per byte; "
        f"open {opened * 1e3:.2f} ms"
    )
    searcher = Searcher([segment])
    classes = sample(columns, options.phrases)
    texts = folded_texts(columns)
    check(searcher, texts, classes)
    peers: dict[str, Callable[[Pattern], int]] = {}
    if options.peers:
        peers = {"FTS5": fts5(texts), "tantivy": tantivy_search(texts)}
        for name, search in peers.items():
            differ = sum(
                search(pattern) != phrase_top(searcher, unmarked(pattern), 10).total
                for patterns in classes.values()
                for pattern in patterns[:20]
            )
            print(f"{name}: {differ} of {20 * len(classes)} totals differ from ours")
    print("median µs of thread CPU time per phrase")
    print(f"{'class':>10} {'unmarked':>10} {'typed':>10}", *(f"{name:>10}" for name in peers))
    for name, patterns in classes.items():
        row = [
            median_us(lambda p: phrase_top(searcher, p, 10), [unmarked(p) for p in patterns]),
            median_us(lambda p: phrase_top(searcher, p, 10), [typed(p) for p in patterns]),
            *(median_us(search, patterns) for search in peers.values()),
        ]
        print(f"{name:>10}", *(f"{value:10.1f}" for value in row))
    print("median µs of thread CPU time per bare query")
    for length in (2, 3, 4):
        rng = random.Random(SEED)
        singles = [syllable for pattern in classes["4-6"] for syllable in pattern]
        scattered = [rng.sample(singles, length) for _ in range(options.phrases)]
        for kind, form in (("unmarked", unmarked), ("typed", typed)):
            for require_all in (False, True):
                queries = [form(query) for query in scattered]
                value = median_us(
                    lambda q, both=require_all: bag_top(searcher, q, 10, require_all=both), queries
                )
                print(f"{length} {kind:>10} {'all' if require_all else 'any'} {value:10.1f}")


def check(searcher: Searcher, texts: list[str], classes: dict[str, list[Pattern]]) -> None:
    """Compare totals with a scan of all texts, on a sample of phrases."""
    checked = 0
    for patterns in classes.values():
        for pattern in patterns[:6]:
            words = " ".join(re.escape(folded) for folded, _ in pattern)
            found = re.compile(rf"(?:^| ){words}(?: |$)")
            expected = sum(1 for text in texts if found.search(text))
            assert expected == phrase_top(searcher, unmarked(pattern), 10).total
            checked += 1
    print(f"{checked} totals equal a scan of all texts")


if __name__ == "__main__":
    main()
