"""The execution of danvan-search alone, to show its share of the time."""

from itertools import accumulate
from pathlib import Path

from benchmarks.constructs import Construct
from benchmarks.corpora import Collection
from benchmarks.peers.base import Engine, Found
from benchmarks.peers.ours import Ours
from benchmarks.sampling import Query
from danvan_search.index import LiveSnapshot
from danvan_search.index.codec.segment_reader import Pattern
from danvan_search.search.execution.bag_top_docs import bag_top
from danvan_search.search.execution.execution import Execution
from danvan_search.search.execution.page_search import PageSearch
from danvan_search.search.execution.phrase_top_docs import phrase_top
from danvan_search.search.execution.strategies import find_top_docs
from danvan_search.search.execution.tiers import Tiers, whole_phrase
from danvan_search.search.searchable import SearchableSnapshot
from danvan_search.text import is_marked


class Arrays(Engine):
    """Searches an index as ``Index.search`` does, but returns document numbers only."""

    name = "arrays"
    title = "danvan-search, execution only"
    setup = (
        "the same index below `Index.search`: document numbers, scores and the exact total, "
        "without query parsing and `Hit` objects; not a usable engine"
    )

    @classmethod
    def build(cls, collection: Collection, folder: Path) -> None:
        """Build the index of :class:`Ours`."""
        Ours.build(collection, folder)

    def __init__(self, collection: Collection, folder: Path) -> None:
        del collection
        snapshot = LiveSnapshot(folder / "index").current()
        searchable = SearchableSnapshot(snapshot)
        self._searcher = searchable.searcher
        self._doc_values = searchable.doc_values
        self._first_numbers = list(
            accumulate((len(one.doc_values) for one in snapshot.segments), initial=0)
        )

    def search(
        self, query: Query, *, limit: int = 10, total: bool = False, snippets: bool = False
    ) -> Found:
        """Rank; the total is always known."""
        del total, snippets
        pattern: Pattern = [
            (folded, accented if query.typed and is_marked(accented) else None)
            for folded, accented in zip(query.folded, query.accented, strict=True)
        ]
        if query.kind == "phrase":
            top_docs = phrase_top(self._searcher, pattern, limit)
        else:
            needs_all = query.kind != "any"
            top_docs = bag_top(
                self._searcher, pattern, limit, require_all=needs_all, accents_first=needs_all
            )
        return Found(list(zip(top_docs.segments, top_docs.docs, strict=True)), top_docs.total)

    def run(self, construct: Construct, *, limit: int = 10) -> Found:
        """Run a tree; the total is always known."""
        node = construct.node
        execution = Execution(self._searcher, self._doc_values)
        tiers = Tiers(whole_phrase(node), node)
        top_docs = find_top_docs(PageSearch(execution, node, node, tiers, limit))
        return Found(list(zip(top_docs.segments, top_docs.docs, strict=True)), top_docs.total)

    def can(self, query: Query, *, total: bool = False, snippets: bool = False) -> bool:
        """Every search without snippets."""
        del query, total
        return not snippets

    def number(self, key: tuple[int, int]) -> int:
        """Convert a segment and a document number in it; numbers follow the order of adding."""
        segment, doc = key
        return self._first_numbers[segment] + int(doc)
