"""Vector search: how near the passages of articles are to a query in meaning.

It is exact: every vector is compared, in blocks of a bounded size. An article scores the cosine of
its best passage, from -1 to 1.
"""

from collections.abc import Callable, Sequence
from typing import Final

import numpy as np
from numpy.typing import NDArray

from danvan_search.index.codec.vectors import BLOCK, Vectors

NOTHING: Final = np.float32(-np.inf)
"""What a document without vectors scores."""
_FEW: Final = 4
"""A block is read row by row where a filter leaves less than a quarter of it."""


def document_cosines(
    vectors: Vectors,
    query: NDArray[np.float32],
    mask: NDArray[np.bool_] | None,
    check_time: Callable[[], None],
) -> NDArray[np.float32]:
    """Return the cosine of the best passage of each document of a segment: float32[docs].

    :param vectors: those of the segment.
    :param query: float32[dimension], of length 1.
    :param mask: bool[docs], the documents to compare; None for all. Others score ``NOTHING``.
    :param check_time: called before each block.
    """
    starts = vectors.starts.astype(np.int64)
    best = np.full(len(starts) - 1, NOTHING, dtype=np.float32)
    held = np.flatnonzero(starts[1:] > starts[:-1])
    if not len(held):
        return best
    cosines = np.full(vectors.count, NOTHING, dtype=np.float32)
    for start in range(0, vectors.count, BLOCK):
        check_time()
        stop = min(start + BLOCK, vectors.count)
        if mask is None:
            cosines[start:stop] = _cosines(vectors, query, start, stop)
            continue
        docs = starts.searchsorted(np.arange(start, stop), "right") - 1
        wanted = mask.take(docs)
        count = int(np.count_nonzero(wanted))
        if count:
            rows = np.flatnonzero(wanted) if count * _FEW < stop - start else slice(None)
            own = cosines[start:stop]
            own[rows] = _cosines(vectors, query, start, stop, rows)
            own[~wanted] = NOTHING
    best[held] = np.maximum.reduceat(cosines, starts[held])
    return best


def best_passage(
    vectors: Vectors, query: NDArray[np.float32], doc: int
) -> tuple[float, int] | None:
    """Return the cosine of the best passage of a document, and where it starts in the body.

    :return: None for a document without passages.
    """
    start, stop = int(vectors.starts[doc]), int(vectors.starts[doc + 1])
    if start == stop:
        return None
    cosines = _cosines(vectors, query, start, stop)
    best = int(cosines.argmax())
    return float(cosines[best]), int(vectors.slice(start, stop).places[best])


def nearest(cosines: Sequence[NDArray[np.float32]], count: int) -> list[tuple[int, int]]:
    """Return the segment and the number of the documents with the highest cosines, best first.

    :param cosines: float32[docs] of each segment.
    :param count: how many, at most. Ties are by segment, then by number.
    """
    found: list[tuple[float, int, int]] = []
    for segment, own in enumerate(cosines):
        docs = np.flatnonzero(own > NOTHING)
        if len(docs) > count:
            floor = np.partition(own[docs], len(docs) - count)[len(docs) - count]
            docs = docs[own[docs] >= floor]
        found += [(-float(own[doc]), segment, doc) for doc in docs.tolist()]
    return [(segment, doc) for _, segment, doc in sorted(found)[:count]]


def _cosines(
    vectors: Vectors,
    query: NDArray[np.float32],
    start: int,
    stop: int,
    rows: NDArray[np.int64] | slice = slice(None),
) -> NDArray[np.float32]:
    """Return the cosines of some passages: float32[n].

    :param rows: which of the passages ``start`` to ``stop - 1``.
    """
    values = vectors.values(start, stop)[rows].astype(np.float32)
    return np.asarray(values @ query * vectors.scales(start, stop)[rows], dtype=np.float32)
