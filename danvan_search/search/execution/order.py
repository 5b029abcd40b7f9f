"""Orders that come before tiers and scores: by date, or by the ranks of titles."""

from collections.abc import Callable, Sequence
from typing import Final

import numpy as np
from numpy.typing import NDArray

from danvan_search.index.codec.doc_values import NO_DATE, DocValues

Order = Callable[[int, NDArray[np.int64]], NDArray[np.int64]]
"""Takes the index of a segment and int64[n], documents: returns int64[n], highest first."""

NO_RANK: Final = -1
"""The rank of a document without a title."""

_LAST: Final = -(1 << 40)
"""Lower than what any document has by which it is sorted."""


def by_date(doc_values: Sequence[DocValues], *, oldest_first: bool = False) -> Order:
    """Return the order by date, the newest first; undated documents are last either way."""

    def order(segment_index: int, docs: NDArray[np.int64]) -> NDArray[np.int64]:
        dates = doc_values[segment_index].dates.take(docs).astype(np.int64)
        return np.where(dates == NO_DATE, _LAST, -dates if oldest_first else dates)

    return order


def by_rank(ranks: Sequence[NDArray[np.int64]], *, highest_first: bool = False) -> Order:
    """Return the order by rank, the lowest first; documents without one are last either way.

    :param ranks: int64[docs] of each segment; ``NO_RANK`` for none.
    """

    def order(segment_index: int, docs: NDArray[np.int64]) -> NDArray[np.int64]:
        own = ranks[segment_index].take(docs)
        return np.where(own == NO_RANK, _LAST, own if highest_first else -own)

    return order
