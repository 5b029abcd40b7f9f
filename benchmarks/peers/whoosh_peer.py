"""Whoosh with its own codec, in pure Python."""

from pathlib import Path
from typing import Any

from whoosh import index as whoosh_index
from whoosh.analysis import SpaceSeparatedTokenizer
from whoosh.fields import NUMERIC, TEXT, Schema
from whoosh.query import And, Or, Phrase, Term

from benchmarks.corpora import Collection
from benchmarks.peers.base import Engine, Found
from benchmarks.sampling import Query


class StockWhoosh(Engine):
    """Stock Whoosh, for a small part of the corpus."""

    name = "whoosh"
    title = "stock Whoosh"
    setup = (
        "`TEXT(phrase=True)` of folded syllables, already tokenised; top 10 by BM25F; no snippets"
    )

    @classmethod
    def build(cls, collection: Collection, folder: Path) -> None:
        """Build one segment."""
        text = TEXT(analyzer=SpaceSeparatedTokenizer(), phrase=True)
        schema = Schema(number=NUMERIC(stored=True), text=text)
        writer = whoosh_index.create_in(str(folder), schema).writer(limitmb=512)
        for number, words in enumerate(collection.grid.texts(folded=True)):
            writer.add_document(number=number, text=words)
        writer.commit()

    def __init__(self, collection: Collection, folder: Path) -> None:
        del collection
        self._searcher: Any = whoosh_index.open_dir(str(folder)).searcher()

    def search(
        self, query: Query, *, limit: int = 10, total: bool = False, snippets: bool = False
    ) -> Found:
        """Search; without the total it may skip documents that cannot be among the best."""
        del snippets
        if query.kind == "phrase":
            parsed: Any = Phrase("text", list(query.folded))
        else:
            terms = [Term("text", one) for one in query.folded]
            parsed = Or(terms) if query.kind == "any" else And(terms)
        results = self._searcher.search(parsed, limit=limit)
        return Found(list(results.top_n), len(results) if total else None)

    def can(self, query: Query, *, total: bool = False, snippets: bool = False) -> bool:
        """Queries without accents, without snippets."""
        del total
        return not (query.typed or snippets)

    def number(self, key: tuple[float, int]) -> int:
        """Documents are numbered in the order of adding."""
        return key[1]
