"""Search times over the size of the corpus."""

from typing import Any, Final

from benchmarks.corpora import Collection
from benchmarks.peers import Engine, Ours, Sqlite, StockWhoosh, Tantivy, open_engine
from benchmarks.sampling import sample
from benchmarks.tasks.plan import Plan, say
from benchmarks.tasks.speed import timed

SMALL: Final = 2_000
MIDDLE: Final = 10_000
CLASSES: Final = (
    "phrase of 2 syllables, random",
    "phrase of 3 syllables",
    "bare query of 3, any",
)


def growth(plan: Plan) -> dict[str, Any]:
    """Time a few classes on parts of the first corpus and on every whole corpus.

    Stock Whoosh runs on the smallest part only: to index the others it would take hours.
    """
    sizes = [size for size in (SMALL, MIDDLE) if size < len(plan.main.documents)]
    steps = []
    for collection in (
        *(plan.main.first(size) for size in sizes),
        plan.main,
        *(Collection.read(path, plan.limit) for path in plan.corpora[1:]),
    ):
        say(f" {collection.name}")
        kinds: list[type[Engine]] = [Ours, Sqlite, Tantivy]
        if len(collection.documents) <= SMALL:
            kinds.append(StockWhoosh)
        classes = sample(collection, plan.queries)
        engines = [open_engine(kind, collection, plan.cache) for kind in kinds]
        steps.append(
            {
                "collection": collection.name,
                "documents": len(collection.documents),
                "text_bytes": collection.text_bytes,
                "classes": timed(
                    engines,
                    {name: classes[name] for name in CLASSES},
                    ("top 10", "with 10 snippets"),
                ),
            }
        )
    return {"queries": plan.queries, "steps": steps}
