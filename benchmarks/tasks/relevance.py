"""The quality of the ranking, on relevance sets."""

from collections.abc import Callable, Iterable
from typing import Any, Final

from benchmarks.corpora import RelevanceSet
from benchmarks.peers import Bm25s, Engine, Ours, Sqlite, Tantivy, open_engine
from benchmarks.peers.bm25s_peer import AccentedBm25s
from benchmarks.sampling import Query
from benchmarks.tasks.plan import Plan, say
from benchmarks.tasks.stages import stages
from danvan_search.text import syllables

DEPTH: Final = 100
_MAX_SQLITE_DOCUMENTS: Final = 10_000
"""With more documents, FTS5 takes most of a second for a query of any of 15 syllables."""
_PEERS: Final[tuple[type[Engine], ...]] = (Sqlite, Tantivy, Bm25s, AccentedBm25s)

Run = dict[str, dict[str, float]]


def relevance(plan: Plan) -> dict[str, Any]:
    """Return nDCG@10, MRR@10 and recall@100 per set, way of typing, and engine or stage."""
    if plan.relevance is None:
        return {}
    figures: dict[str, Any] = {}
    for folder in sorted(one for one in plan.relevance.iterdir() if (one / "qrels.tsv").exists()):
        say(f" {folder.name}")
        judged = RelevanceSet.read(folder, plan.corpora)
        if plan.limit is not None:
            judged = judged.sampled(plan.limit)
        figures[judged.name] = {
            "documents": len(judged.collection.documents),
            "queries": len(judged.qrels),
            "ways": _ways(judged, plan),
            "stages": stages(judged, plan.cache),
        }
    return figures


def _ways(judged: RelevanceSet, plan: Plan) -> dict[str, dict[str, dict[str, float]]]:
    ours = open_engine(Ours, judged.collection, plan.cache)
    rankers: dict[str, Callable[[str], Iterable[Any]]] = {
        Ours.name: lambda text: ours.ranking(text, DEPTH)
    }
    for kind in _PEERS:
        if kind is Sqlite and len(judged.collection.documents) > _MAX_SQLITE_DOCUMENTS:
            continue
        engine = open_engine(kind, judged.collection, plan.cache)
        rankers[kind.name] = _cached_ranker(engine)
    ways: dict[str, dict[str, dict[str, float]]] = {}
    for way, queries in judged.queries.items():
        ways[way] = {}
        for name, rank in rankers.items():
            say(f"  {way}: {name}")
            ways[way][name] = scores(
                judged.qrels, {one: rank(text) for one, text in queries.items()}
            )
    return ways


def scores(
    qrels: dict[str, dict[str, int]], rankings: dict[str, Iterable[Any]]
) -> dict[str, float]:
    """Return the measures of rankings; queries without a ranking or judgment are left out.

    :param rankings: query id to document numbers, best first.
    """
    import ir_measures
    from ir_measures import RR, R, nDCG

    run: Run = {
        query: {str(key): float(-rank) for rank, key in enumerate(ranking)}
        for query, ranking in rankings.items()
    }
    judged = {query: some for query, some in qrels.items() if query in run}
    measures = {"nDCG@10": nDCG @ 10, "MRR@10": RR @ 10, "R@100": R @ 100}
    values = ir_measures.calc_aggregate(list(measures.values()), judged, run)
    return {name: round(values[measure], 4) for name, measure in measures.items()}


def _cached_ranker(engine: Engine) -> Callable[[str], Iterable[int]]:
    """Return a function that ranks with a peer, and caches rankings.

    Peers over folded syllables get the same query for every way of typing.
    """
    known: dict[tuple[str, ...], list[int]] = {}

    def rank(text: str) -> list[int]:
        grid = list(syllables(text))
        accented = tuple(one.accented for one in grid)
        query = Query("any", tuple(one.folded for one in grid), accented, typed=True)
        key = accented if isinstance(engine, AccentedBm25s) else query.folded
        if key not in known:
            found = engine.search(query, limit=DEPTH)
            known[key] = [engine.number(one) for one in found.keys]
        return known[key]

    return rank
