"""danvan-search, through its public ``Index.search``."""

import datetime
from pathlib import Path
from typing import Any, ClassVar

from benchmarks.corpora import Collection
from benchmarks.peers.base import SNIPPET_CHARS, Engine, Found, Shown, marked
from benchmarks.sampling import Query
from danvan_search import Article, Index, Snippet
from danvan_search.search.options import Match
from danvan_search.store_index import StoreIndex

FIRST_DAY = datetime.date(2017, 1, 1)
DAYS = 365
CATEGORIES = 10
"""Article number n has the day n modulo ``DAYS`` after the first, and a category by the same rule:
the corpora have neither."""

_MATCH: dict[str, Match] = {"phrase": "auto", "auto": "auto", "any": "any", "all": "all"}


class Ours(Engine):
    """danvan-search."""

    FOLDER: ClassVar[str] = "index"
    """The index in the folder of the engine."""

    name = "danvan"
    title = "danvan-search"
    setup = (
        "`Index.search`, query parsing included; every search returns the exact total and the "
        "ids; with snippets: id, title with matches, and 200 characters of the body with matches, "
        "all from the article as written"
    )
    edition = "2"
    options: ClassVar[dict[str, Any]] = {}
    """Options of every search."""

    @classmethod
    def build(cls, collection: Collection, folder: Path) -> None:
        """Build without words: no search here reads them."""
        with Index.create(folder / Ours.FOLDER) as index:
            index.add(
                (
                    Article(
                        document.id,
                        document.title,
                        document.body,
                        FIRST_DAY + datetime.timedelta(number % DAYS),
                        f"category {number % CATEGORIES}",
                    )
                    for number, document in enumerate(collection.documents)
                ),
                words=False,
            )

    def __init__(self, collection: Collection, folder: Path) -> None:
        del collection
        self._index: Index | StoreIndex = Index.open(folder / self.FOLDER)

    def search(
        self, query: Query, *, limit: int = 10, total: bool = False, snippets: bool = False
    ) -> Found:
        """Search; the total is always known."""
        del total
        match = _MATCH[query.kind]
        chars = SNIPPET_CHARS if snippets else 0
        results = self._index.search(
            query.text, limit=limit, match=match, snippet_chars=chars, **self.options
        )
        shown = (
            [(hit.id, hit.title, hit.title_spans, hit.snippet) for hit in results]
            if snippets
            else ()
        )
        return Found([hit.id for hit in results], results.total, shown)

    def with_options(self, query: Query, options: dict[str, Any]) -> Found:
        """Search with options of the search."""
        results = self._index.search(query.text, snippet_chars=0, **options)
        return Found([hit.id for hit in results], results.total)

    def can(self, query: Query, *, total: bool = False, snippets: bool = False) -> bool:
        """Every search."""
        del query, total, snippets
        return True

    def ranking(self, text: str, limit: int) -> list[str]:
        """Return the ids of the best documents for any syllable of a text of any length."""
        results = self._index.search(
            text,
            limit=limit,
            match="any",
            snippet_chars=0,
            max_query_chars=1_000_000,
            **self.options,
        )
        return [hit.id for hit in results]

    def number(self, key: object) -> int:
        """An id is a number."""
        return int(str(key))

    def shown(self, item: tuple[str, str, tuple[tuple[int, int], ...], Snippet]) -> Shown:
        """Marks are spans."""
        number, title, spans, snippet = item
        return Shown(int(number), marked(title, spans), marked(snippet.text, snippet.spans))


class FirstStage(Ours):
    """danvan-search without the second stage of its ranking."""

    name = "first_stage"
    title = "danvan-search, first stage"
    setup = "the same with `rerank=False`"
    options: ClassVar[dict[str, Any]] = {"rerank": False}


class Optimized(Ours):
    """danvan-search after ``Index.optimize``: the peers' indexes have one segment, too."""

    name = "optimized"
    title = "danvan-search, optimised"
    setup = "the same after `Index.optimize`: one segment; a new index has one per 170 MB or so"

    @classmethod
    def build(cls, collection: Collection, folder: Path) -> None:
        """Build an index and optimise it."""
        Ours.build(collection, folder)
        with Index.open(folder / Ours.FOLDER) as index:
            index.optimize()
