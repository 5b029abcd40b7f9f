"""The command: ``run`` measures, ``report`` writes docs/benchmarks.md from the results."""

import argparse
import json
import tempfile
from pathlib import Path
from typing import Final

from benchmarks.measure import machine
from benchmarks.report import write_report
from benchmarks.tasks import TASKS, Plan
from benchmarks.tasks.plan import say

_DOCS: Final = Path(__file__).parent.parent / "docs"


def main(arguments: list[str] | None = None) -> None:
    """Run the command line."""
    options = _parser().parse_args(arguments)
    if options.command == "report":
        write_report(json.loads(options.results.read_text("utf-8")), options.docs)
    elif options.cache is None:
        with tempfile.TemporaryDirectory() as folder:
            run(options, Path(folder))
    else:
        run(options, options.cache)


def run(options: argparse.Namespace, cache: Path) -> None:
    """Run tasks and write the results after each; results of other tasks stay."""
    plan = Plan(options.corpus, options.relevance, cache, options.queries, options.limit)
    results = json.loads(options.out.read_text("utf-8")) if options.out.exists() else {}
    for name in options.task:
        say(name)
        results[name] = {"machine": machine(), **TASKS[name](plan)}
        options.out.write_text(json.dumps(results, ensure_ascii=False, indent=1) + "\n", "utf-8")


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
    report = commands.add_parser("report", help="write the page")
    report.add_argument("results", type=Path)
    report.add_argument("--docs", type=Path, default=_DOCS)
    return parser


if __name__ == "__main__":
    main()
