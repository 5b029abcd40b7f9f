"""The costs of an index: time, memory and disk of a build; times to open it and to commit.

Building is compared with the pipeline of :mod:`benchmarks.pipeline`, stock Whoosh fed by
``underthesea.word_tokenize``, on the first documents only: for the whole corpus it takes hours.
"""

import json
import shutil
import statistics
import tempfile
from pathlib import Path
from typing import Any, Final

from benchmarks.measure import folder_bytes, in_process
from benchmarks.peers import Sqlite, Tantivy, index_folder, open_engine
from benchmarks.tasks.plan import Plan, say

_WORKER: Final = "benchmarks.worker"
_OPENINGS: Final = 7
_PIPELINE_DOCUMENTS: Final = 400
_QUERY: Final = "dân vận khéo"


def build(plan: Plan) -> dict[str, Any]:
    """Index the first corpus with and without words; open, commit to, and optimise the index."""
    plan.cache.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=plan.cache) as folder:
        plain, worded = Path(folder) / "plain", Path(folder) / "words"
        say("  without words")
        without = _built(plan, plain)
        say("  with words")
        shutil.rmtree(plain)
        with_words = _built(plan, worded, "--words")
        say("  the pipeline of Whoosh and underthesea")
        pipeline = _pipeline(plan, Path(folder))
        say("  opening, committing")
        opened = [_worker("open", str(worded), "--query", _QUERY) for _ in range(_OPENINGS)]
        committed = _worker("commit", str(worded), "--corpus", str(plan.corpora[0]))
        optimized = _worker("optimize", str(worded))
    return {
        "collection": plan.main.name,
        "without_words": without,
        "with_words": with_words,
        "pipeline": pipeline,
        "open_ms": round(statistics.median(one["open_ms"] for one in opened), 1),
        "first_search_ms": round(statistics.median(one["first_search_ms"] for one in opened), 1),
        "commit": committed,
        "optimize": optimized,
        "peers": {kind.name: _peer_bytes(kind, plan) for kind in (Sqlite, Tantivy)},
    }


def _built(plan: Plan, path: Path, *more: str) -> dict[str, Any]:
    limit = [] if plan.limit is None else ["--limit", str(plan.limit)]
    return _worker("build", str(path), "--corpus", str(plan.corpora[0]), *limit, *more)


def _pipeline(plan: Plan, folder: Path) -> dict[str, Any]:
    """Index the first documents with the pipeline, and with danvan-search with words."""
    count = min(_PIPELINE_DOCUMENTS, len(plan.main.documents))
    some = ["--corpus", str(plan.corpora[0]), "--limit", str(count)]
    return {
        "whoosh": _worker("pipeline", str(folder / "pipeline"), *some),
        "ours": _worker("build", str(folder / "few"), *some, "--words"),
    }


def _worker(*arguments: str) -> dict[str, Any]:
    values: dict[str, Any] = json.loads(in_process(_WORKER, *arguments))
    return values


def _peer_bytes(kind: type[Sqlite] | type[Tantivy], plan: Plan) -> int:
    open_engine(kind, plan.main, plan.cache)
    return folder_bytes(index_folder(kind, plan.main, plan.cache))
