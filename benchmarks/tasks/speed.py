"""How long searches take, and whether totals are right."""

import random
from collections.abc import Callable
from typing import Any, Final

from benchmarks.corpora import Collection
from benchmarks.measure import percentiles, times_us
from benchmarks.peers import (
    Arrays,
    Bm25s,
    Engine,
    Optimized,
    Ours,
    Sqlite,
    Tantivy,
    Xapian,
    open_engine,
)
from benchmarks.sampling import SEED, Query, sample
from benchmarks.tasks.plan import Plan, say

WAYS: Final[dict[str, dict[str, bool]]] = {
    "top 10": {},
    "with total": {"total": True},
    "with 10 snippets": {"snippets": True},
}
_SCANNED: Final = 12  # phrases of each class whose totals are compared with a scan


def speed(plan: Plan) -> dict[str, Any]:
    """Time every class of query on the first corpus, and compare totals."""
    classes = sample(plan.main, plan.queries)
    kinds: tuple[type[Engine], ...] = (Ours, Optimized, Arrays, Sqlite, Tantivy, Bm25s, Xapian)
    engines = [open_engine(kind, plan.main, plan.cache) for kind in kinds if kind.is_installed()]
    return {
        "collection": plan.main.name,
        "documents": len(plan.main.documents),
        "text_bytes": plan.main.text_bytes,
        "queries": plan.queries,
        "absent": [kind.name for kind in kinds if not kind.is_installed()],
        "classes": timed(engines, classes),
        "totals": compared_totals(plan.main, engines, classes),
    }


def timed(
    engines: list[Engine], classes: dict[str, list[Query]], ways: tuple[str, ...] = tuple(WAYS)
) -> dict[str, Any]:
    """Return for each class, engine and way p50 and p95 in microseconds."""
    figures: dict[str, Any] = {}
    for name, queries in classes.items():
        say(f"  {name}")
        figures[name] = {engine.name: {} for engine in engines}
        for way in ways:
            able = [
                engine
                for engine in engines
                # Ours always counts: there is nothing to do without the total.
                if not (isinstance(engine, Ours | Arrays) and way == "with total")
                and engine.can(queries[0], **WAYS[way])
            ]
            runs = [_search(engine, WAYS[way]) for engine in able]
            for engine, times in zip(able, times_us(runs, queries), strict=True):
                figures[name][engine.name][way] = percentiles(times)
    return figures


def _search(engine: Engine, way: dict[str, bool]) -> Callable[[Query], object]:
    return lambda query: engine.search(query, **way)


def compared_totals(
    collection: Collection, engines: list[Engine], classes: dict[str, list[Query]]
) -> dict[str, Any]:
    """Compare totals of phrases with a scan of the folded texts.

    Peers that cut texts otherwise (FTS5 keeps ``covid19`` whole) may differ.
    """
    rng = random.Random(SEED)
    phrases = [
        query
        for queries in classes.values()
        if queries[0].kind == "phrase" and not queries[0].typed
        for query in rng.sample(queries, min(_SCANNED, len(queries)))
    ]
    wanted = [f" {' '.join(query.folded)} " for query in phrases]
    expected = [0] * len(phrases)
    for text in collection.grid.texts(folded=True):
        padded = f" {text} "
        for place, phrase in enumerate(wanted):
            expected[place] += phrase in padded
    differing = {
        engine.name: sum(
            engine.search(query, total=True).total != count
            for query, count in zip(phrases, expected, strict=True)
        )
        for engine in engines
        if engine.can(phrases[0], total=True)
    }
    return {"phrases": len(phrases), "differing": differing}
