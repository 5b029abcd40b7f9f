"""Search times per class of query, and a check of the totals."""

import datetime
import random
from collections.abc import Callable
from functools import partial
from typing import Any, Final

from benchmarks.constructs import NEAR, Construct, sample_constructs
from benchmarks.corpora import Collection
from benchmarks.measure import percentiles, times_us
from benchmarks.peers import (
    Arrays,
    Bm25s,
    Engine,
    FirstStage,
    Optimized,
    Ours,
    Sqlite,
    Tantivy,
    TantivyPairs,
    Xapian,
    open_engine,
)
from benchmarks.peers.ours import DAYS, FIRST_DAY
from benchmarks.sampling import SEED, Query, sample
from benchmarks.tasks.plan import Plan, say

WAYS: Final[dict[str, dict[str, bool]]] = {
    "top 10": {},
    "with total": {"total": True},
    "with 10 snippets": {"snippets": True},
}
OPTIONS: Final[dict[str, dict[str, Any]]] = {
    "no options": {},
    'category="…"': {"category": "category 3"},
    'since="…"': {"since": FIRST_DAY + datetime.timedelta(DAYS // 2)},
    'sort="date"': {"sort": "date"},
    'accents="exact"': {"accents": "exact"},
    'facets=("year", "category")': {"facets": ("year", "category")},
}
OPTION_CLASSES: Final = (
    "phrase of 2 syllables, random",
    "phrase of 2 syllables, random, typed with accents",
    "bare query of 2, default",
    "bare query of 2, default, typed with accents",
)
_SCANNED_PHRASES: Final = 12  # phrases per class whose totals are compared with a scan


def speed(plan: Plan) -> dict[str, Any]:
    """Time every class of query on the first corpus, and compare totals."""
    classes = sample(plan.main, plan.queries)
    kinds: tuple[type[Engine], ...] = (
        Ours,
        FirstStage,
        Optimized,
        Arrays,
        Sqlite,
        Tantivy,
        TantivyPairs,
        Bm25s,
        Xapian,
    )
    engines = [open_engine(kind, plan.main, plan.cache) for kind in kinds if kind.is_installed()]
    return {
        "collection": plan.main.name,
        "documents": len(plan.main.documents),
        "text_bytes": plan.main.text_bytes,
        "queries": plan.queries,
        "absent": [kind.name for kind in kinds if not kind.is_installed()],
        "classes": timed(engines, classes),
        "constructs": timed_constructs(engines, sample_constructs(plan.main, plan.queries)),
        "options": timed_options(engines, classes),
        "totals": compared_totals(plan.main, engines, classes),
    }


def timed(
    engines: list[Engine], classes: dict[str, list[Query]], ways: tuple[str, ...] = tuple(WAYS)
) -> dict[str, Any]:
    """Return p50 and p95 in microseconds per class, engine and way of searching."""
    figures: dict[str, Any] = {}
    for name, queries in classes.items():
        say(f"  {name}")
        figures[name] = {engine.name: {} for engine in engines}
        for way in ways:
            able = [
                engine
                for engine in engines
                # Ours always returns the total, so "top 10" includes it.
                if not (isinstance(engine, Ours | Arrays) and way == "with total")
                and engine.can(queries[0], **WAYS[way])
            ]
            runs = [_search(engine, WAYS[way]) for engine in able]
            for engine, times in zip(able, times_us(runs, queries), strict=True):
                figures[name][engine.name][way] = percentiles(times)
    return figures


def timed_constructs(engines: list[Engine], classes: dict[str, list[Construct]]) -> dict[str, Any]:
    """Return p50 and p95 in microseconds of the best ten, per class and engine that has it."""
    figures: dict[str, Any] = {}
    for name, queries in classes.items():
        say(f"  {name}")
        runs: dict[str, Callable[[Construct], object]] = {}
        for engine in engines:
            if isinstance(engine, Arrays):
                runs[engine.name] = engine.run
            elif isinstance(engine, Tantivy) and name != NEAR:
                runs[engine.name] = partial(engine.run, name)
        times = times_us(list(runs.values()), queries)
        figures[name] = {engine: percentiles(own) for engine, own in zip(runs, times, strict=True)}
    return figures


def timed_options(engines: list[Engine], classes: dict[str, list[Query]]) -> dict[str, Any]:
    """Return p50 and p95 in microseconds of our best ten, with each option and without options."""
    (ours,) = (engine for engine in engines if type(engine) is Ours)
    figures: dict[str, Any] = {}
    for name in OPTION_CLASSES:
        say(f"  {name}, with options")
        runs = [partial(_with_options, ours, options) for options in OPTIONS.values()]
        times = times_us(runs, classes[name])
        figures[name] = dict(zip(OPTIONS, map(percentiles, times), strict=True))
    return figures


def _with_options(ours: Ours, options: dict[str, Any], query: Query) -> object:
    return ours.with_options(query, options)


def _search(engine: Engine, way: dict[str, bool]) -> Callable[[Query], object]:
    return lambda query: engine.search(query, **way)


def compared_totals(
    collection: Collection, engines: list[Engine], classes: dict[str, list[Query]]
) -> dict[str, Any]:
    """Compare totals of phrases with a scan of the folded texts.

    Peers with another tokenizer (FTS5 keeps ``covid19`` whole) may differ.

    :return: the number of phrases, and per engine the number of phrases with another total.
    """
    rng = random.Random(SEED)
    phrases = [
        query
        for queries in classes.values()
        if queries[0].kind == "phrase" and not queries[0].typed
        for query in rng.sample(queries, min(_SCANNED_PHRASES, len(queries)))
    ]
    wanted = [f" {' '.join(query.folded)} " for query in phrases]
    expected = [0] * len(phrases)
    for text in collection.grid.texts(folded=True):
        padded = f" {text} "
        for number, phrase in enumerate(wanted):
            expected[number] += phrase in padded
    differing = {
        engine.name: sum(
            engine.search(query, total=True).total != count
            for query, count in zip(phrases, expected, strict=True)
        )
        for engine in engines
        if engine.can(phrases[0], total=True)
    }
    return {"phrases": len(phrases), "differing": differing}
