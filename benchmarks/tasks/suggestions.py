"""Suggestions on queries from documents that the index has not seen.

The index has the first, third, … document of the corpus; the queries are made of the titles of the
others. Times are of the first time that a query is asked.
"""

import random
import time
from collections.abc import Callable, Iterable, Sequence
from typing import Any, Final

from benchmarks.corpora import Collection
from benchmarks.measure import percentiles
from benchmarks.peers import Ours, index_folder, open_engine
from benchmarks.sampling import SEED
from benchmarks.tasks.plan import Plan, say
from benchmarks.typing import (
    Syllables,
    headlines,
    in_telex,
    in_vni,
    short_queries,
    slip,
    wrong_marks,
)
from danvan_search.index import LiveSnapshot
from danvan_search.search.execution.segment_view import SegmentView
from danvan_search.search.searchable import SearchableSnapshot
from danvan_search.suggest.accents import read_accents
from danvan_search.suggest.completion import complete
from danvan_search.suggest.form_counts import FormCounts
from danvan_search.suggest.suggester import Suggester
from danvan_search.suggest.suggestion import Suggestion
from danvan_search.text import fold

_ODDS: Final = (0.0, 0.7, 1.6, 3.0)
_PLACES: Final = (1, 5, 10)
_COUNTS: Final = {"short": 2000, "headlines": 1000}

Change = Callable[[Syllables, random.Random], Syllables | None]


def suggestions(plan: Plan) -> dict[str, Any]:
    """Return how often each kind of suggestion is right, and how often it is not wanted."""
    documents = plan.main.documents
    name = f"{plan.main.name.rpartition('-')[0]}_odd"
    seen = Collection(f"{name}-{len(documents[::2])}", documents[::2])
    open_engine(Ours, seen, plan.cache)
    live = LiveSnapshot(index_folder(Ours, seen, plan.cache) / "index")
    views = SearchableSnapshot(live.current()).searcher.views
    titles = [document.title for document in documents[1::2]]
    queries = {
        "short": short_queries(titles, _COUNTS["short"]),
        "headlines": headlines(titles, _COUNTS["headlines"]),
    }
    figures: dict[str, Any] = {
        "documents": len(seen.documents),
        "queries": {name: len(some) for name, some in queries.items()},
    }
    measures: dict[str, Callable[[list[Syllables]], dict[str, Any]]] = {
        "accents": lambda some: _accents(FormCounts(views), some),
        "suggested": lambda some: _suggested(Suggester(views), some),
        "clean": lambda some: _clean(Suggester(views), some),
    }
    for kind, measure in measures.items():
        figures[kind] = {}
        for name, some in queries.items():
            say(f" {kind}: {name}")
            figures[kind][name] = measure(some)
    say(" completed")
    figures["completed"] = _completed(views, queries["short"])
    return figures


def _accents(counts: FormCounts, queries: Sequence[Syllables]) -> dict[str, Any]:
    """Restore the accents of queries without any, and with half of their marks."""
    figures = {}
    for name, kept in (("no marks", 0.0), ("half of the marks", 0.5)):
        rng = random.Random(SEED)
        times, odds = [], []
        first = three = syllables = right = 0
        for query in queries:
            folded = tuple(map(fold, query))
            typed = [
                one if one != bare and rng.random() < kept else None
                for one, bare in zip(query, folded, strict=True)
            ]
            start = time.thread_time_ns()
            readings = read_accents(counts, folded, typed)
            times.append((time.thread_time_ns() - start) / 1000)
            is_first = readings[0].forms == query
            first += is_first
            three += any(one.forms == query for one in readings)
            right += sum(map(str.__eq__, readings[0].forms, query))
            syllables += len(query)
            rival = readings[1].log_likelihood if len(readings) > 1 else -100.0
            odds.append((readings[0].log_likelihood - rival, is_first))
        figures[name] = {
            "whole": _percent(first, len(queries)),
            "in three": _percent(three, len(queries)),
            "syllables": _percent(right, syllables),
            "by odds": {
                f"{least}": {
                    "offered": _percent(sum(some >= least for some, _ in odds), len(odds)),
                    "right": _percent(
                        sum(good for some, good in odds if some >= least),
                        sum(some >= least for some, _ in odds),
                    ),
                }
                for least in _ODDS
            },
            "us": percentiles(times or [0.0]),
        }
    return figures


def _suggested(suggester: Suggester, queries: Sequence[Syllables]) -> dict[str, Any]:
    """Mistype queries, and compare what is suggested with what was meant."""
    suggester.suggest("zzzzzz zzzzzz", found=0)  # makes the tables
    figures = {}
    for name, (kinds, change, folded) in _MISTAKES.items():
        rng = random.Random(SEED)
        times = []
        restored = wrong = count = 0
        for query in queries:
            meant = tuple(map(fold, query)) if folded else query
            typed = change(meant, rng)
            if typed is None or typed == meant:
                continue
            count += 1
            start = time.thread_time_ns()
            offered = suggester.suggest(" ".join(typed), found=0)
            times.append((time.thread_time_ns() - start) / 1000)
            offered = [one for one in offered if one.kind in kinds]
            restored += offered[:1] != [] and offered[0].query == " ".join(meant)
            wrong += offered[:1] != [] and offered[0].query != " ".join(meant)
        figures[name] = {
            "queries": count,
            "restored": _percent(restored, count),
            "wrong": _percent(wrong, count),
            "us": percentiles(times or [0.0]),
        }
    return figures


def _clean(suggester: Suggester, queries: Sequence[Syllables]) -> dict[str, Any]:
    """Return the percentage of queries without mistake that get suggestions, by kind."""
    figures = {}
    for name, some in {
        "accented": queries,
        "unaccented": [tuple(map(fold, query)) for query in queries],
    }.items():
        for found in (0, 100):
            touched: dict[str, int] = {}
            for query in some:
                offered = suggester.suggest(" ".join(query), found=found)
                for kind in _kinds(offered):
                    touched[kind] = touched.get(kind, 0) + 1
            way = f"{name}, {'found' if found else 'not found'}"
            figures[way] = {kind: _percent(of, len(some)) for kind, of in sorted(touched.items())}
    return figures


def _completed(views: Sequence[SegmentView], queries: Sequence[Syllables]) -> dict[str, Any]:
    """Complete queries without accents from all syllables but the last, and its first letters.

    A query is found by a completion that is the query itself, or goes on from it.
    """
    figures = {}
    for letters in range(3):
        times = []
        count = 0
        found = dict.fromkeys(_PLACES, 0)
        for query in queries:
            *whole, last = map(fold, query)
            if len(last) <= letters:
                continue
            count += 1
            start = time.thread_time_ns()
            made = complete(views, " ".join([*whole, last[:letters]]), max(_PLACES))
            times.append((time.thread_time_ns() - start) / 1000)
            hits = [f"{one.text} ".startswith(f"{' '.join(query)} ") for one in made]
            for most in _PLACES:
                found[most] += any(hits[:most])
        figures[f"{letters} letters"] = {
            "queries": count,
            **{f"in {most}": _percent(of, count) for most, of in found.items()},
            "us": percentiles(times or [0.0]),
        }
    return figures


def _kinds(offered: Iterable[Suggestion]) -> set[str]:
    return {one.kind for one in offered}


def _percent(part: int, whole: int) -> float:
    return round(100 * part / max(1, whole), 2)


def _each(encode: Callable[[str], str]) -> Change:
    def change(query: Syllables, rng: random.Random) -> Syllables:
        del rng
        return tuple(map(encode, query))

    return change


def _one_slip(query: Syllables, rng: random.Random) -> Syllables | None:
    """Mistype one syllable of letters."""
    places = [at for at, form in enumerate(query) if form.isalpha()]
    if not places:
        return None
    at = rng.choice(places)
    return (*query[:at], slip(query[at], rng), *query[at + 1 :])


def _glue(query: Syllables, rng: random.Random) -> Syllables | None:
    del rng
    return ("".join(query),) if all(map(str.isalpha, query)) and len(query) < 6 else None


def _wrong(kind: str) -> Change:
    def change(query: Syllables, rng: random.Random) -> Syllables | None:
        wrong = [
            (*query[:at], other, *query[at + 1 :])
            for at, form in enumerate(query)
            for its_kind, other in wrong_marks(form, rng)
            if its_kind == kind
        ]
        return rng.choice(wrong) if wrong else None

    return change


_MISTAKES: Final[dict[str, tuple[tuple[str, ...], Change, bool]]] = {
    "Telex, tone late": (("telex",), _each(lambda form: in_telex(form, late=True)), False),
    "Telex, tone at once": (("telex",), _each(lambda form: in_telex(form, late=False)), False),
    "VNI": (("vni",), _each(lambda form: in_vni(form, late=True)), False),
    "glued": (("glued",), _glue, True),
    "slip, unaccented": (("spelling",), _one_slip, True),
    "slip, accented": (("spelling", "accents"), _one_slip, False),
    "hỏi or ngã": (("accents", "spelling"), _wrong("hỏi or ngã"), False),
    "another tone": (("accents", "spelling"), _wrong("tone"), False),
    "another quality": (("accents", "spelling"), _wrong("quality"), False),
}
"""For each mistake the kinds of suggestions that count, what is typed, and whether it is folded."""
