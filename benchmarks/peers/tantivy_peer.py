"""tantivy, with ordinary positional fields.

It searches title and body in one field of syllables that are already tokenised as ours, so that it
finds what a scan finds. Separate fields store the article as written: a snippet generator tokenises
a stored text again with the analyzer of its field, and weighs a term by its document frequency in
that field.
"""

from collections.abc import Sequence
from itertools import pairwise
from pathlib import Path
from typing import Any, ClassVar

from benchmarks.constructs import (
    NOT,
    OR,
    PREFIX_OF_1,
    PREFIX_OF_3,
    SLOP,
    SLOPPY,
    Construct,
)
from benchmarks.corpora import Collection
from benchmarks.peers.base import (
    SNIPPET_BYTES,
    SNIPPET_CHARS,
    Engine,
    Found,
    Shown,
    encodable,
    marked,
)
from benchmarks.sampling import Query

_HEAP_BYTES = 1_500_000_000  # gives one segment for every corpus here, its fastest form
_TITLE_BYTES = 1_000_000  # a title is never cut
_LONGEST_TERM = 100
_SHOWN_ANALYZER = "shown"


class Tantivy(Engine):
    """tantivy."""

    name = "tantivy"
    title = "tantivy"
    setup = (
        "its ordinary positional fields, one of folded and one of accented syllables, already "
        "tokenised, in one segment; top 10 by BM25, with their numbers from a fast field; without "
        "the total it may skip documents that cannot be among the best; with snippets: the number, "
        "the title with matches, and some 200 characters of the body with matches, both by "
        "`SnippetGenerator` from the article as written, stored in two fields (no positions) of "
        "tantivy's own tokenizer with `lowercase` and `ascii_fold`; it marks every occurrence of "
        "each syllable of a phrase. Typed accents: the folded phrase must match, the accented one "
        "should"
    )
    edition = "3"
    has_pairs: ClassVar[bool] = False
    """Whether there are fields of pairs of neighbouring syllables."""

    @classmethod
    def build(cls, collection: Collection, folder: Path) -> None:
        """Build two fields for searching and two for snippets, and two of pairs if it has them."""
        import tantivy

        index = _open(folder, has_pairs=cls.has_pairs)
        writer = index.writer(_HEAP_BYTES, 1)
        grid = collection.grid
        rows = zip(
            collection.documents,
            grid.texts(folded=True),
            grid.texts(folded=False),
            strict=True,
        )
        for number, (written, folded, accented) in enumerate(rows):
            document = tantivy.Document()
            document.add_unsigned("number", number)
            document.add_text("folded", folded)
            document.add_text("accented", accented)
            if cls.has_pairs:
                document.add_text("folded_pairs", " ".join(_pairs(folded.split())))
                document.add_text("accented_pairs", " ".join(_pairs(accented.split())))
            document.add_text("title", encodable(written.title))
            document.add_text("body", encodable(written.body))
            writer.add_document(document)
        writer.commit()
        writer.wait_merging_threads()

    def __init__(self, collection: Collection, folder: Path) -> None:
        import tantivy

        del collection
        self._tantivy: Any = tantivy
        self._index = _open(folder, has_pairs=self.has_pairs)
        self._schema: Any = self._index.schema
        self._searcher: Any = self._index.searcher()

    def search(
        self, query: Query, *, limit: int = 10, total: bool = False, snippets: bool = False
    ) -> Found:
        """Search, and count if ``total`` is true."""
        parsed = self._query(query)
        result = self._searcher.search(parsed, limit, count=total)
        shown = self._read(query, result.hits) if snippets else ()
        return Found(self._numbers(result.hits), result.count, shown)

    def _numbers(self, hits: list[tuple[float, Any]]) -> list[int]:
        addresses = [address for _, address in hits]
        numbers: list[int] = self._searcher.fast_field_values("number", addresses)
        return numbers

    def _read(self, query: Query, hits: list[tuple[float, Any]]) -> list[tuple[Any, ...]]:
        """Return number, title, its marks, snippet and its marks of each hit."""
        titles = self._generator("title", query, _TITLE_BYTES)
        bodies = self._generator("body", query, SNIPPET_BYTES)
        shown = []
        for _, address in hits:
            document = self._searcher.doc(address)
            snippet = bodies.snippet_from_doc(document)
            # The fragment is empty if nothing in the body matches.
            piece = snippet.fragment() or document.get_first("body")[:SNIPPET_CHARS]
            shown.append(
                (
                    document.get_first("number"),
                    document.get_first("title"),
                    titles.snippet_from_doc(document).highlighted(),
                    piece,
                    snippet.highlighted(),
                )
            )
        return shown

    def _generator(self, field: str, query: Query, most_bytes: int) -> Any:  # noqa: ANN401
        """Return a snippet generator of a field; its query consists of terms only."""
        make, occur = self._tantivy.Query, self._tantivy.Occur
        terms = make.boolean_query([(occur.Should, self._term(field, o)) for o in query.folded])
        generator = self._tantivy.SnippetGenerator.create(
            self._searcher, terms, self._schema, field
        )
        generator.set_max_num_chars(most_bytes)  # despite its name it counts bytes
        return generator

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

    def run(self, name: str, construct: Construct, *, limit: int = 10) -> Found:
        """Run a query of a class that tantivy has; it may move the syllables of slop around."""
        result = self._searcher.search(self._construct(name, construct), limit, count=False)
        return Found(self._numbers(result.hits), None)

    def _construct(self, name: str, construct: Construct) -> Any:  # noqa: ANN401
        make, occur = self._tantivy.Query, self._tantivy.Occur
        words = construct.words
        if name in (PREFIX_OF_1, PREFIX_OF_3):
            return make.regex_query(self._schema, "folded", f"{words[0][0]}.*")
        if name == SLOPPY:
            return make.phrase_query(self._schema, "folded", list(words[0]), slop=SLOP)
        parts = [
            self._phrase("folded", one) if len(one) > 1 else self._term("folded", one[0])
            for one in words
        ]
        if name == OR:
            return make.boolean_query([(occur.Should, one) for one in parts])
        if name == NOT:
            return make.boolean_query([(occur.Must, parts[0]), (occur.MustNot, parts[1])])
        return make.boolean_query([(occur.Must, one) for one in parts])

    def _phrase(self, field: str, words: tuple[str, ...]) -> Any:  # noqa: ANN401
        return self._tantivy.Query.phrase_query(self._schema, field, list(words))

    def _term(self, field: str, word: str) -> Any:  # noqa: ANN401
        return self._tantivy.Query.term_query(self._schema, field, word)

    def can(self, query: Query, *, total: bool = False, snippets: bool = False) -> bool:
        """Every query except bare queries typed with accents."""
        del total, snippets
        return query.kind == "phrase" or not query.typed

    def shown(self, item: tuple[int, str, list[Any], str, list[Any]]) -> Shown:
        """Convert marks, which are ranges of bytes."""
        number, title, in_title, piece, in_piece = item
        return Shown(number, _marked(title, in_title), _marked(piece, in_piece))


class TantivyPairs(Tantivy):
    """tantivy with fields of pairs of syllables, which serve phrases."""

    name = "tantivy_pairs"
    title = "tantivy, pairs"
    setup = (
        "the same, with a field of pairs of neighbouring syllables beside each of the two: a "
        "phrase of 2 is one term of it, a longer one a phrase of pairs"
    )
    has_pairs = True

    def _phrase(self, field: str, words: tuple[str, ...]) -> Any:  # noqa: ANN401
        pairs = _pairs(words)
        if len(pairs) == 1:
            return self._term(f"{field}_pairs", pairs[0])
        return super()._phrase(f"{field}_pairs", tuple(pairs))


def _pairs(words: Sequence[str]) -> list[str]:
    return [f"{one}_{other}" for one, other in pairwise(words)]


def _marked(text: str, ranges: list[Any]) -> str:
    encoded = text.encode()
    spans = [[len(encoded[:end].decode()) for end in (one.start, one.end)] for one in ranges]
    return marked(text, [(start, end) for start, end in spans])


def _open(folder: Path, *, has_pairs: bool) -> Any:  # noqa: ANN401
    """Open or create an index; it does not store analyzers, so register them each time."""
    import tantivy

    index = tantivy.Index(_schema(has_pairs=has_pairs), str(folder))
    analyzer = (
        tantivy.TextAnalyzerBuilder(tantivy.Tokenizer.simple())
        .filter(tantivy.Filter.remove_long(_LONGEST_TERM))
        .filter(tantivy.Filter.lowercase())
        .filter(tantivy.Filter.ascii_fold())
        .build()
    )
    index.register_tokenizer(_SHOWN_ANALYZER, analyzer)
    return index


def _schema(*, has_pairs: bool) -> Any:  # noqa: ANN401
    import tantivy

    builder = tantivy.SchemaBuilder()
    builder.add_unsigned_field("number", stored=True, fast=True)
    pairs = ("folded_pairs", "accented_pairs") if has_pairs else ()
    for name in ("folded", "accented", *pairs):
        builder.add_text_field(name, tokenizer_name="whitespace", index_option="position")
    for name in ("title", "body"):
        builder.add_text_field(
            name, stored=True, tokenizer_name=_SHOWN_ANALYZER, index_option="basic"
        )
    return builder.build()
