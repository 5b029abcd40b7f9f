"""The engines, each behind the interface of :class:`~benchmarks.peers.base.Engine`.

Each engine takes the queries of ``sampling`` and describes its set-up in ``setup``. Peers get
queries that are already tokenised and folded, at no cost to them.
"""

from pathlib import Path
from typing import Final, TypeVar

from benchmarks.corpora import Collection
from benchmarks.peers.arrays import Arrays
from benchmarks.peers.base import Engine, Found, Shown
from benchmarks.peers.bm25s_peer import AccentedBm25s, Bm25s
from benchmarks.peers.ours import FirstStage, Optimized, Ours
from benchmarks.peers.sqlite_peer import Sqlite
from benchmarks.peers.tantivy_peer import Tantivy, TantivyPairs
from benchmarks.peers.whoosh_peer import StockWhoosh
from benchmarks.peers.xapian_peer import Xapian

__all__ = [
    "ENGINES",
    "AccentedBm25s",
    "Arrays",
    "Bm25s",
    "Engine",
    "FirstStage",
    "Found",
    "Optimized",
    "Ours",
    "Shown",
    "Sqlite",
    "StockWhoosh",
    "Tantivy",
    "TantivyPairs",
    "Xapian",
    "index_folder",
    "open_engine",
]

AnyEngine = TypeVar("AnyEngine", bound=Engine)

ENGINES: Final[tuple[type[Engine], ...]] = (
    Ours,
    FirstStage,
    Optimized,
    Arrays,
    Sqlite,
    Tantivy,
    TantivyPairs,
    Bm25s,
    AccentedBm25s,
    StockWhoosh,
    Xapian,
)


def index_folder(engine: type[Engine], collection: Collection, cache: Path) -> Path:
    """Return the folder in a cache for an engine's index of a collection."""
    return cache / f"{engine.name}{engine.edition}-{collection.name}"


def open_engine(engine: type[AnyEngine], collection: Collection, cache: Path) -> AnyEngine:
    """Return an engine over a collection; its index is built unless it is in the cache."""
    folder = index_folder(engine, collection, cache)
    finished = folder / "finished"
    if not finished.exists():
        folder.mkdir(parents=True, exist_ok=True)
        engine.build(collection, folder)
        finished.touch()
    return engine(collection, folder)
