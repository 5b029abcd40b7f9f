"""Xapian, if its bindings are installed; pip has none (Debian: ``python3-xapian``)."""

import json
from html import unescape
from importlib.util import find_spec
from pathlib import Path
from typing import Any

from benchmarks.corpora import Collection
from benchmarks.peers.base import SNIPPET_BYTES, Engine, Found, Shown, encodable
from benchmarks.sampling import Query
from danvan_search.text import fold, normalize

_ACCENTED = "XA"
_STEM = "Z"  # MSet.snippet marks a word if the query contains its stem with this prefix
_TITLE_BYTES = 1_000_000  # a title is never cut


class Xapian(Engine):
    """Xapian."""

    name = "xapian"
    title = "Xapian"
    setup = (
        "glass, compacted; terms with positions of folded and, with a prefix, of accented "
        "syllables, already tokenised; top 10 by BM25, document numbers only; with snippets: "
        "number, title, and some 200 characters of the body, both marked by `MSet.snippet`, from "
        "the article as written, which is stored; Xapian cannot fold by itself, so it calls a "
        "`Stem` written in Python for each word, which caches words; it marks every occurrence of "
        "each syllable of a phrase; the total by `checkatleast` of all documents. Typed accents: "
        "the folded phrase must match, the accented one may"
    )
    edition = "2"

    @staticmethod
    def is_installed() -> bool:
        """Whether the bindings are installed."""
        return find_spec("xapian") is not None

    @classmethod
    def build(cls, collection: Collection, folder: Path) -> None:
        """Build one database and compact it."""
        import xapian

        base = xapian.WritableDatabase(str(folder / "written"), xapian.DB_CREATE_OR_OPEN)
        grid = collection.grid
        rows = zip(
            collection.documents,
            grid.texts(folded=True),
            grid.texts(folded=False),
            strict=True,
        )
        for written, folded, accented in rows:
            document = xapian.Document()
            for prefix, text in (("", folded), (_ACCENTED, accented)):
                for position, word in enumerate(text.split(" "), 1):
                    if word:
                        document.add_posting(prefix + word, position)
            texts = [encodable(written.title), encodable(written.body)]
            document.set_data(json.dumps(texts, ensure_ascii=False))
            base.add_document(document)
        base.commit()
        base.compact(str(folder / "compact"))
        base.close()

    def __init__(self, collection: Collection, folder: Path) -> None:
        import xapian

        del collection
        self._xapian: Any = xapian
        self._base = xapian.Database(str(folder / "compact"))
        self._enquire = xapian.Enquire(self._base)
        self._enquire.set_weighting_scheme(xapian.BM25Weight())
        self._stem = xapian.Stem(_folding())

    def search(
        self, query: Query, *, limit: int = 10, total: bool = False, snippets: bool = False
    ) -> Found:
        """Search; without the total it may skip documents that cannot be among the best."""
        parsed = self._query(query)
        if snippets:
            parsed = self._with_stems(parsed, query)
        self._enquire.set_query(parsed)
        found = self._enquire.get_mset(0, limit, self._base.get_doccount() if total else 0)
        count = found.get_matches_estimated() if total else None
        if not snippets:
            return Found([item.docid for item in found], count)
        shown = [(item.docid, *self._read(found, item.document)) for item in found]
        return Found([docid for docid, _, _ in shown], count, shown)

    def _with_stems(self, parsed: Any, query: Query) -> Any:  # noqa: ANN401
        """Add stems for ``snippet``: no document has them, so the matches stay the same."""
        make = self._xapian.Query
        stems = make(make.OP_OR, [_STEM + word for word in query.folded])
        return make(make.OP_AND_MAYBE, parsed, stems)

    def _read(self, found: Any, document: Any) -> tuple[bytes, bytes]:  # noqa: ANN401
        title, body = json.loads(document.get_data())
        return (
            found.snippet(title, _TITLE_BYTES, self._stem),
            found.snippet(body, SNIPPET_BYTES, self._stem),
        )

    def _query(self, query: Query) -> Any:  # noqa: ANN401 - Xapian has no types
        make = self._xapian.Query
        if query.kind != "phrase":
            how = make.OP_OR if query.kind == "any" else make.OP_AND
            return make(how, list(query.folded))
        folded = make(make.OP_PHRASE, list(query.folded), len(query.folded))
        if not query.typed:
            return folded
        words = [_ACCENTED + word for word in query.accented]
        return make(make.OP_AND_MAYBE, folded, make(make.OP_PHRASE, words, len(words)))

    def can(self, query: Query, *, total: bool = False, snippets: bool = False) -> bool:
        """Every query except bare queries typed with accents."""
        del total, snippets
        return query.kind == "phrase" or not query.typed

    def number(self, key: int) -> int:
        """Documents are numbered from 1 in the order of adding."""
        return key - 1

    def shown(self, item: tuple[int, bytes, bytes]) -> Shown:
        """Convert texts, which are bytes and escaped for HTML."""
        docid, title, snippet = item
        return Shown(self.number(docid), unescape(title.decode()), unescape(snippet.decode()))


def _folding() -> Any:  # noqa: ANN401
    import xapian

    base: Any = xapian.StemImplementation

    class Folding(base):  # type: ignore[misc]
        """Folds words instead of stemming them."""

        def __init__(self) -> None:
            super().__init__()
            self._known: dict[bytes, str] = {}

        def __call__(self, word: bytes) -> str:
            folded = self._known.get(word)
            if folded is None:
                folded = self._known[word] = fold(normalize(word.decode()))
            return folded

        def get_description(self) -> str:
            return "folding"

    return Folding()
