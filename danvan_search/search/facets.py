"""Facets: how many articles have each category, source, year or month."""

from collections import Counter
from collections.abc import Callable, Iterable
from typing import Final

import numpy as np

from danvan_search.index.codec.doc_values import DocValues
from danvan_search.search.execution.collectors import (
    CategoryFacet,
    Facet,
    Histogram,
    SourceFacet,
    collect,
)
from danvan_search.search.execution.filters import Masks
from danvan_search.search.execution.page_search import PageSearch
from danvan_search.search.options import FacetName

Counts = dict[str, int]
"""The number of articles by value, most frequent first; equally frequent ones by code points."""

_COLLECTORS: Final[dict[FacetName, Callable[[], Facet]]] = {
    "category": CategoryFacet,
    "source": SourceFacet,
    "year": lambda: Histogram("year"),
    "month": lambda: Histogram("month"),
}


def count_facets(search: PageSearch, names: Iterable[FacetName]) -> dict[str, Counts]:
    """Return the values that the matches of a search have, with their numbers, in one pass.

    :param names: the facets to count.
    """
    facets = {name: _COLLECTORS[name]() for name in names}
    if facets:
        collect(search, facets.values())
    return {name: _most_frequent_first(facet.counts) for name, facet in facets.items()}


def count_values(doc_values: Iterable[DocValues], live: Masks, name: FacetName) -> Counts:
    """Return the values that all live articles have, with their numbers.

    :param live: bool[docs] per segment; None where no document is deleted.
    """
    facet = _COLLECTORS[name]()
    for values, mask in zip(doc_values, live, strict=True):
        docs = np.arange(len(values)) if mask is None else np.flatnonzero(mask)
        facet.collect(values, docs)
    return _most_frequent_first(facet.counts)


def _most_frequent_first(counts: Counter[str]) -> Counts:
    return dict(sorted(counts.items(), key=lambda item: (-item[1], item[0])))
