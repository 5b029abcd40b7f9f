"""The alphabetical ranks of the titles of an index."""

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from danvan_search.index.codec.doc_values import DocValues
from danvan_search.search.execution.order import NO_RANK
from danvan_search.text.collation import collation_key


def title_ranks(doc_values: Sequence[DocValues]) -> list[NDArray[np.int64]]:
    """Return int64[docs] of each segment: the alphabetical rank of each title in the index.

    Equal titles have equal ranks; a title without letters and digits has none.
    """
    titles = [one.titles(range(len(one))) for one in doc_values]
    keys = {title: collation_key(title) for own in titles for title in own}
    ranks: dict[str, int] = {}
    for rank, title in enumerate(sorted(keys, key=keys.__getitem__)):
        ranks[title] = rank if keys[title][0] else NO_RANK
    return [np.fromiter(map(ranks.__getitem__, own), np.int64, count=len(own)) for own in titles]
