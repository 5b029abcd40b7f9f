"""Counts occurrences by the doc values of their articles."""

import datetime
from collections.abc import Callable, Iterable, Iterator
from typing import NamedTuple

import numpy as np

from danvan_search.index.codec.doc_values import NO_DATE, DocValues
from danvan_search.search.options import FacetName


class Count(NamedTuple):
    """How often a query occurs.

    :ivar occurrences: the number of its occurrences.
    :ivar articles: the number of articles that have any.
    """

    occurrences: int
    articles: int


def count_by(
    name: FacetName, parts: Iterable[tuple[DocValues, np.ndarray, np.ndarray]]
) -> dict[str, Count]:
    """Return the counts by value; articles without a value are left out.

    Years and months ascend; other values are by falling occurrences, then by code points. An
    article with several categories counts in each.

    :param parts: the doc values of a segment, int64[n] documents, and int64[n], how often each of
        them has the query.
    """
    found: dict[str, list[int]] = {}
    for values, docs, counts in parts:
        of_docs = _VALUES[name](values, docs)
        for own, count in zip(of_docs, counts.tolist(), strict=True):
            for value in own:
                sums = found.setdefault(value, [0, 0])
                sums[0] += count
                sums[1] += 1
    by_value = name in ("year", "month")
    order = sorted(found, key=lambda one: (0 if by_value else -found[one][0], one))
    return {one: Count(*found[one]) for one in order}


def _periods(form: str) -> Callable[[DocValues, np.ndarray], Iterator[tuple[str, ...]]]:
    def of_docs(values: DocValues, docs: np.ndarray) -> Iterator[tuple[str, ...]]:
        for day in values.dates.take(docs).tolist():
            yield () if day == NO_DATE else (format(datetime.date.fromordinal(day), form),)

    return of_docs


def _categories(values: DocValues, docs: np.ndarray) -> Iterator[list[str]]:
    singles = values.single_categories
    return (singles[one] for one in values.category_ordinals().take(docs).tolist())


def _sources(values: DocValues, docs: np.ndarray) -> Iterator[tuple[str, ...]]:
    sources, ordinals = values.sources()
    for ordinal in ordinals.take(docs).tolist():
        source = sources[ordinal]
        yield () if source is None else (source,)


_VALUES: dict[FacetName, Callable[[DocValues, np.ndarray], Iterable[Iterable[str]]]] = {
    "category": _categories,
    "source": _sources,
    "year": _periods("%Y"),
    "month": _periods("%Y-%m"),
}
