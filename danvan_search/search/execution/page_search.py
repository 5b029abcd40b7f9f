"""The search for one page: what matches, what is scored, the order, and the place of the page."""

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from danvan_search.query.nodes import Node
from danvan_search.search.execution.execution import Execution
from danvan_search.search.execution.filters import Masks
from danvan_search.search.execution.order import Order
from danvan_search.search.execution.ranker import BM25, Ranker
from danvan_search.search.execution.tiers import Tiers


class PageSearch(NamedTuple):
    """A search for one page of documents.

    :ivar execution: the query on its snapshot.
    :ivar matched: what a document must match.
    :ivar scored: what is scored.
    :ivar tiers: which matches come first.
    :ivar limit: the size of the page; 0 only counts.
    :ivar offset: how many better documents come before it.
    :ivar filters: the documents of each segment that may be returned.
    :ivar ranker: orders the documents of a tier.
    :ivar order: sorts before tier and score; None if these decide alone.
    :ivar rerank: ranks the best documents of a bare query again; see ``second_stage``.
    :ivar enough: the tiers after those of the first ``enough`` documents may be left out; None
        leaves out none.
    :ivar rest: a search for the documents that follow all matches in the list, if there are any
        matches, by the order of that search; those that it shares with this one come once.
    """

    execution: Execution
    matched: Node
    scored: Node
    tiers: Tiers
    limit: int
    offset: int = 0
    filters: Masks | None = None
    ranker: Ranker = BM25
    order: Order | None = None
    rerank: bool = False
    enough: int | None = None
    rest: "PageSearch | None" = None

    @property
    def need(self) -> int:
        """How many of the best documents the page is taken from."""
        return self.offset + self.limit

    def masks(self) -> Masks | None:
        """Return the filters, with ``accents="exact"`` among them."""
        if self.execution.accents != "exact":
            return self.filters
        return self.execution.masks(self.matched, self.filters, exact=True)

    def matching_docs(self) -> list[NDArray[np.int64]]:
        """Return int64[n] per segment, ascending: the live matches that pass the filters."""
        execution = self.execution
        live = execution.searcher.masks(self.filters)
        exact = execution.accents == "exact"
        return [np.flatnonzero(one) for one in execution.masks(self.matched, live, exact=exact)]

    def count_matches(self) -> int:
        """Return how many documents match, in the first part of the list alone.

        It takes none of what the limits of the query still permit.
        """
        execution = self.execution
        unlimited = Execution(execution.searcher, execution.doc_values, accents=execution.accents)
        return sum(map(len, self._replace(execution=unlimited).matching_docs()))
