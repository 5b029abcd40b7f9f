"""bm25s: bags of words only, without phrases."""

from pathlib import Path
from typing import Any

from benchmarks.corpora import Collection
from benchmarks.peers.base import Engine, Found
from benchmarks.sampling import Query


class Bm25s(Engine):
    """bm25s over folded syllables."""

    name = "bm25s"
    title = "bm25s"
    setup = (
        "folded syllables, k1 = 1.2, b = 0.75, NumPy backend, in one thread; no phrases, no "
        "totals, no snippets: top 10 of any syllable"
    )
    folded = True

    @classmethod
    def _build(cls, collection: Collection, folder: Path) -> None:
        import bm25s
        from bm25s.tokenization import Tokenized

        grid = collection.grid
        forms = grid.folded_forms if cls.folded else grid.accented_forms
        vocabulary: dict[str, int] = {}
        number_of = [vocabulary.setdefault(form, len(vocabulary)) for form in forms]
        ids = [
            [number_of[i] for i in grid.accented[start:end].tolist()]
            for start, end in zip(
                grid.offsets[:-1:2].tolist(), grid.offsets[2::2].tolist(), strict=True
            )
        ]
        index = bm25s.BM25(k1=1.2, b=0.75, method="lucene", backend="numpy")
        index.index(Tokenized(ids=ids, vocab=vocabulary), show_progress=False)
        index.save(str(folder / "index"))

    @classmethod
    def build(cls, collection: Collection, folder: Path) -> None:
        """Build from ids, without tokenising again."""
        Bm25s._build(collection, folder)

    def __init__(self, collection: Collection, folder: Path) -> None:
        import bm25s

        self._size = len(collection.documents)
        self._index: Any = bm25s.BM25.load(str(folder / "index"))
        self._known: dict[str, int] = self._index.vocab_dict

    def search(
        self, query: Query, *, limit: int = 10, total: bool = False, snippets: bool = False
    ) -> Found:
        """Search for any of the syllables."""
        del total, snippets
        words = query.folded if self.folded else query.accented
        known = [word for word in words if word in self._known]
        if not known:
            return Found([], None)
        docs, scores = self._index.retrieve(
            [known], k=min(limit, self._size), show_progress=False, n_threads=0
        )
        return Found(
            [doc for doc, score in zip(docs[0], scores[0], strict=True) if score > 0], None
        )

    def can(self, query: Query, *, total: bool = False, snippets: bool = False) -> bool:
        """Queries of any syllable without accents, and single syllables."""
        is_any = query.kind == "any" or len(query.folded) == 1
        return is_any and not (query.typed or total or snippets)


class AccentedBm25s(Bm25s):
    """bm25s over accented syllables, to compare rankings."""

    name = "bm25s_accented"
    title = "bm25s, accented"
    setup = "the same over accented syllables"
    folded = False

    @classmethod
    def build(cls, collection: Collection, folder: Path) -> None:
        """Build from ids, without tokenising again."""
        AccentedBm25s._build(collection, folder)
