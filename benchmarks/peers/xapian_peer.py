"""Xapian, where its bindings are installed; pip has none (Debian: ``python3-xapian``)."""

from importlib.util import find_spec
from pathlib import Path
from typing import Any

from benchmarks.corpora import Collection
from benchmarks.peers.base import Engine, Found
from benchmarks.sampling import Query

_ACCENTED = "XA"
_SNIPPET_CHARS = 200


class Xapian(Engine):
    """Xapian."""

    name = "xapian"
    title = "Xapian"
    setup = (
        "glass, compacted; terms with positions of folded and, with a prefix, of accented "
        "syllables, already cut; top 10 by BM25, document numbers alone; snippets by "
        "`MSet.snippet` of 200 bytes of the folded text, which is stored; the total by "
        "`checkatleast` of all documents. Typed accents: the folded phrase must match, the "
        "accented one may"
    )

    @staticmethod
    def is_installed() -> bool:
        """Whether the bindings are there."""
        return find_spec("xapian") is not None

    @staticmethod
    def build(collection: Collection, folder: Path) -> None:
        """Build one database and compact it."""
        import xapian

        base = xapian.WritableDatabase(str(folder / "written"), xapian.DB_CREATE_OR_OPEN)
        grid = collection.grid
        for folded, accented in zip(grid.texts(folded=True), grid.texts(folded=False), strict=True):
            document = xapian.Document()
            for prefix, text in (("", folded), (_ACCENTED, accented)):
                for place, word in enumerate(text.split(" "), 1):
                    if word:
                        document.add_posting(prefix + word, place)
            document.set_data(folded)
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

    def search(
        self, query: Query, *, limit: int = 10, total: bool = False, snippets: bool = False
    ) -> Found:
        """Search; without the total it may skip what cannot be among the best."""
        self._enquire.set_query(self._query(query))
        found = self._enquire.get_mset(0, limit, self._base.get_doccount() if total else 0)
        if snippets:
            for item in found:
                text = item.document.get_data().decode()
                found.snippet(text, _SNIPPET_CHARS)
        keys = [item.docid for item in found]
        return Found(keys, found.get_matches_estimated() if total else None)

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
        """Everything but bare queries typed with accents."""
        del total, snippets
        return query.kind == "phrase" or not query.typed

    def number(self, key: int) -> int:
        """Documents are numbered from 1 as they were added."""
        return key - 1
