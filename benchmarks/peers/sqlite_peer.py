"""SQLite's FTS5."""

import sqlite3
from pathlib import Path
from typing import Any

from benchmarks.corpora import Collection
from benchmarks.peers.base import Engine, Found, Shown, encodable
from benchmarks.sampling import Query

_FOLD_D = {ord("đ"): "d", ord("Đ"): "D"}
_SHOWN = ", highlight(t, 0, '<b>', '</b>'), snippet(t, 1, '<b>', '</b>', '…', 40)"


class Sqlite(Engine):
    """SQLite FTS5."""

    name = "sqlite"
    title = "SQLite FTS5"
    setup = (
        "`unicode61 remove_diacritics 2`, title and body as columns, index optimised, mapped into "
        "memory; top 10 `order by rank` (BM25), row ids only; with snippets: row id, title by "
        "`highlight()`, and 40 tokens of the body by `snippet()`, both marked, from the article as "
        "written, except that the table holds d for đ, which FTS5 cannot fold; the total is a "
        "second query"
    )

    @classmethod
    def build(cls, collection: Collection, folder: Path) -> None:
        """Build one table that stores the texts: ``snippet()`` needs them."""
        base = sqlite3.connect(folder / "fts.db")
        base.execute(
            "create virtual table t using fts5"
            "(title, body, tokenize='unicode61 remove_diacritics 2')"
        )
        base.executemany(
            "insert into t(rowid, title, body) values (?, ?, ?)",
            (
                (number, _text(one.title), _text(one.body))
                for number, one in enumerate(collection.documents)
            ),
        )
        base.execute("insert into t(t) values ('optimize')")
        base.commit()
        base.close()

    def __init__(self, collection: Collection, folder: Path) -> None:
        del collection
        self._base = sqlite3.connect(folder / "fts.db")
        self._base.execute("pragma mmap_size = 4000000000")
        self._base.execute("pragma cache_size = -1000000")

    def search(
        self, query: Query, *, limit: int = 10, total: bool = False, snippets: bool = False
    ) -> Found:
        """Search, and count with a second query if ``total`` is true."""
        match = _match(query)
        rows = self._base.execute(
            f"select rowid{_SHOWN if snippets else ''} from t where t match ?"
            " order by rank limit ?",
            (match, limit),
        ).fetchall()
        count = None
        if total:
            counted = self._base.execute("select count(*) from t where t match ?", (match,))
            count = counted.fetchone()[0]
        return Found(rows, count, rows if snippets else ())

    def can(self, query: Query, *, total: bool = False, snippets: bool = False) -> bool:
        """Every query without accents: all columns are folded."""
        del total, snippets
        return not query.typed

    def number(self, key: tuple[Any, ...]) -> int:
        """The row id is the number."""
        return int(key[0])

    def shown(self, item: tuple[int, str, str]) -> Shown:
        """The columns of a row are those of :class:`Shown`."""
        return Shown(*item)


def _match(query: Query) -> str:
    if query.kind == "phrase":
        return '"' + " ".join(query.folded) + '"'
    joint = " OR " if query.kind == "any" else " AND "
    return joint.join(f'"{one}"' for one in query.folded)


def _text(text: str) -> str:
    return encodable(text.translate(_FOLD_D))
