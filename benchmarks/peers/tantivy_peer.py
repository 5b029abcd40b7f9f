"""tantivy, with ordinary positional fields."""

from pathlib import Path
from typing import Any

from benchmarks.corpora import Collection
from benchmarks.peers.base import Engine, Found
from benchmarks.sampling import Query

_HEAP_BYTES = 1_500_000_000  # one segment for every corpus here, which is its fastest form
_SNIPPET_CHARS = 200


class Tantivy(Engine):
    """tantivy."""

    name = "tantivy"
    title = "tantivy"
    setup = (
        "its ordinary positional fields, one of folded and one of accented syllables, already cut, "
        "in one segment; top 10 by BM25, document addresses alone; snippets by "
        "`SnippetGenerator` of 200 characters of the folded text, which is stored; without the "
        "total it may skip documents that cannot be among the best. Typed accents: the folded "
        "phrase must match, the accented one should"
    )

    @staticmethod
    def build(collection: Collection, folder: Path) -> None:
        """Build the two fields."""
        import tantivy

        index = tantivy.Index(_schema(), str(folder))
        writer = index.writer(_HEAP_BYTES, 1)
        grid = collection.grid
        pairs = zip(grid.texts(folded=True), grid.texts(folded=False), strict=True)
        for number, (folded, accented) in enumerate(pairs):
            document = tantivy.Document()
            document.add_unsigned("number", number)
            document.add_text("folded", folded)
            document.add_text("accented", accented)
            writer.add_document(document)
        writer.commit()
        writer.wait_merging_threads()

    def __init__(self, collection: Collection, folder: Path) -> None:
        import tantivy

        del collection
        self._tantivy: Any = tantivy
        self._schema = _schema()
        self._index = tantivy.Index(self._schema, str(folder))
        self._searcher: Any = self._index.searcher()

    def search(
        self, query: Query, *, limit: int = 10, total: bool = False, snippets: bool = False
    ) -> Found:
        """Search, and count if asked."""
        parsed = self._query(query)
        result = self._searcher.search(parsed, limit, count=total)
        if snippets:
            generator = self._tantivy.SnippetGenerator.create(
                self._searcher, parsed, self._schema, "folded"
            )
            generator.set_max_num_chars(_SNIPPET_CHARS)
            for _, address in result.hits:
                snippet = generator.snippet_from_doc(self._searcher.doc(address))
                snippet.fragment()
                snippet.highlighted()
        return Found(result.hits, result.count)

    def _query(self, query: Query) -> Any:  # noqa: ANN401 - tantivy has no types
        make, occur = self._tantivy.Query, self._tantivy.Occur
        if query.kind == "phrase":
            folded = self._phrase("folded", query.folded)
            if not query.typed:
                return folded
            accented = self._phrase("accented", query.accented)
            return make.boolean_query([(occur.Must, folded), (occur.Should, accented)])
        how = occur.Should if query.kind == "any" else occur.Must
        return make.boolean_query([(how, self._term("folded", one)) for one in query.folded])

    def _phrase(self, field: str, words: tuple[str, ...]) -> Any:  # noqa: ANN401
        return self._tantivy.Query.phrase_query(self._schema, field, list(words))

    def _term(self, field: str, word: str) -> Any:  # noqa: ANN401
        return self._tantivy.Query.term_query(self._schema, field, word)

    def can(self, query: Query, *, total: bool = False, snippets: bool = False) -> bool:
        """Everything but bare queries typed with accents."""
        del total, snippets
        return query.kind == "phrase" or not query.typed

    def number(self, key: tuple[float, Any]) -> int:
        """The number is stored."""
        return int(self._searcher.doc(key[1])["number"][0])


def _schema() -> Any:  # noqa: ANN401
    import tantivy

    builder = tantivy.SchemaBuilder()
    builder.add_unsigned_field("number", stored=True)
    for name, stored in (("folded", True), ("accented", False)):
        builder.add_text_field(
            name, stored=stored, tokenizer_name="whitespace", index_option="position"
        )
    return builder.build()
