"""What each stage of the ranking adds, on a relevance set: switched on one after the other."""

from collections.abc import Callable, Sequence
from dataclasses import replace
from functools import partial
from pathlib import Path
from statistics import fmean
from typing import Any, Final, Literal, NamedTuple

from benchmarks.corpora import RelevanceSet
from benchmarks.peers import Ours, index_folder, open_engine
from benchmarks.significance import sign_flip_p
from benchmarks.tasks.plan import say
from danvan_search.index import LiveSnapshot
from danvan_search.search import SearchOptions, search
from danvan_search.search.execution.formula import FORMULA, Formula
from danvan_search.search.searchable import SearchableSnapshot

DEPTH: Final = 100
_MAX_QUERY_CHARS: Final = 1_000_000

Rank = Callable[[str], Sequence[str]]
"""Returns the ids of the best documents for a query, best first."""

Values = dict[str, dict[str, float]]
"""Measure to query id to value."""


class Stage(NamedTuple):
    """A ranking: that of the stage before, with one more stage.

    :ivar name: what it adds.
    :ivar formula: the constants of the formula.
    :ivar rerank: whether the second stage ranks the best documents again.
    :ivar match: what a document must contain.
    """

    name: str
    formula: Formula
    rerank: bool
    match: Literal["any", "auto"]


STAGES: Final = (
    Stage("syllables and pairs", replace(FORMULA, function_weight=1.0), rerank=False, match="any"),
    Stage("function syllables", FORMULA, rerank=False, match="any"),
    Stage("second stage", FORMULA, rerank=True, match="any"),
    Stage("filling: auto instead of any", FORMULA, rerank=True, match="auto"),
)


def stages(judged: RelevanceSet, cache: Path) -> dict[str, dict[str, Any]]:
    """Return the measures of each stage by way of typing, with a test against the stage before.

    ``difference`` is that of the mean nDCG@10, ``changed`` the number of queries whose nDCG@10
    changes, and ``p`` the p value of a paired sign-flip test; the first stage has none of them.

    :param cache: the folder of indexes.
    """
    open_engine(Ours, judged.collection, cache)
    live = LiveSnapshot(index_folder(Ours, judged.collection, cache) / Ours.FOLDER)
    rankers = {stage.name: _ranker(live, stage) for stage in STAGES}
    ways: dict[str, dict[str, Any]] = {}
    for way, queries in judged.queries.items():
        say(f"  {way}: stages")
        figures: dict[str, Any] = {}
        before: dict[str, float] | None = None
        for name, rank in rankers.items():
            values = values_of(judged.qrels, {one: rank(text) for one, text in queries.items()})
            figures[name] = {
                measure: round(fmean(own.values()), 4) for measure, own in values.items()
            }
            gains = values["nDCG@10"]
            if before is not None:
                differences = [gains[one] - before[one] for one in gains]
                figures[name] |= {
                    "difference": round(fmean(differences), 4),
                    "changed": sum(abs(one) > 1e-9 for one in differences),
                    "p": round(sign_flip_p(differences), 4),
                }
            before = gains
        ways[way] = figures
    live.close()
    return ways


def _ranker(live: LiveSnapshot, stage: Stage) -> Rank:
    index = SearchableSnapshot(live.current(), stage.formula)
    options = SearchOptions(
        limit=DEPTH,
        match=stage.match,
        rerank=stage.rerank,
        snippet_chars=0,
        max_query_chars=_MAX_QUERY_CHARS,
    )

    def rank(text: str, index: SearchableSnapshot, options: SearchOptions) -> Sequence[str]:
        return [hit.id for hit in search(index, text, options)]

    return partial(rank, index=index, options=options)


def values_of(qrels: dict[str, dict[str, int]], rankings: dict[str, Sequence[str]]) -> Values:
    """Return nDCG@10, MRR@10 and R@100 of each query that has a judgment; 0 if it finds nothing.

    :param rankings: query id to ids of documents, best first.
    """
    import ir_measures
    from ir_measures import RR, R, nDCG

    judged = {query: own for query, own in qrels.items() if query in rankings}
    if not judged:
        raise SystemExit("no query of the set has a judgment: compare the ids of both files")
    run = {
        query: {key: float(-rank) for rank, key in enumerate(rankings[query])} for query in judged
    }
    names = {nDCG @ 10: "nDCG@10", RR @ 10: "MRR@10", R @ 100: "R@100"}
    values: Values = {name: dict.fromkeys(judged, 0.0) for name in names.values()}
    for one in ir_measures.iter_calc(list(names), judged, run):
        values[names[one.measure]][one.query_id] = one.value
    return values
