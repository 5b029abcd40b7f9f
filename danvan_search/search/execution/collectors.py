"""Collectors: what is told of all matches of a query, not of one page.

A collector is given the live matches that pass the filters, one segment after the other.
"""

from collections import Counter
from collections.abc import Iterable
from datetime import date
from typing import Literal, Protocol

import numpy as np
from numpy.typing import NDArray

from danvan_search.index.codec.doc_values import NO_DATE, DocValues
from danvan_search.search.execution.page_search import PageSearch


class Collector(Protocol):
    """Collects the matches of a query."""

    def collect(self, doc_values: DocValues, docs: NDArray[np.int64]) -> None:
        """Take the matches of the next segment.

        :param docs: int64[n], ascending.
        """


class Count:
    """Counts the matches.

    :ivar total: how many there are.
    """

    def __init__(self) -> None:
        self.total = 0

    def collect(self, doc_values: DocValues, docs: NDArray[np.int64]) -> None:
        """Count the matches of a segment."""
        del doc_values
        self.total += len(docs)


class Facet(Collector, Protocol):
    """Counts the matches by value.

    :ivar counts: the number of matches by value.
    """

    counts: Counter[str]


class CategoryFacet:
    """Counts the matches of each category; documents without a category are left out.

    A document with several categories counts in each.

    :ivar counts: the number of matches by category, as written.
    """

    def __init__(self) -> None:
        self.counts: Counter[str] = Counter()

    def collect(self, doc_values: DocValues, docs: NDArray[np.int64]) -> None:
        """Count the categories of a segment."""
        found = np.bincount(doc_values.category_ordinals().take(docs))
        for ordinal in np.flatnonzero(found).tolist():
            for category in doc_values.single_categories[ordinal]:
                self.counts[category] += int(found[ordinal])


class SourceFacet:
    """Counts the matches of each source; documents without a source are left out.

    :ivar counts: the number of matches by source, as written.
    """

    def __init__(self) -> None:
        self.counts: Counter[str] = Counter()

    def collect(self, doc_values: DocValues, docs: NDArray[np.int64]) -> None:
        """Count the sources of a segment."""
        sources, ordinals = doc_values.sources()
        found = np.bincount(ordinals.take(docs))
        for ordinal in np.flatnonzero(found).tolist():
            source = sources[ordinal]
            if source is not None:
                self.counts[source] += int(found[ordinal])


class Histogram:
    """Counts the matches of each year, or of each month; undated documents are left out.

    :ivar counts: the number of matches by period: ``2024``, or ``2024-02``.

    :param period: the length of a period.
    """

    def __init__(self, period: Literal["year", "month"]) -> None:
        self._month = period == "month"
        self.counts: Counter[str] = Counter()

    def collect(self, doc_values: DocValues, docs: NDArray[np.int64]) -> None:
        """Count the dates of a segment."""
        days = doc_values.dates.take(docs)
        distinct, counts = np.unique(days[days != NO_DATE], return_counts=True)
        for day, count in zip(distinct.tolist(), counts.tolist(), strict=True):
            when = date.fromordinal(day)
            self.counts[f"{when:%Y-%m}" if self._month else f"{when:%Y}"] += count


def collect(search: PageSearch, collectors: Iterable[Collector]) -> None:
    """Give all matches of a search to collectors, in one pass."""
    collectors = list(collectors)
    for doc_values, docs in zip(search.execution.doc_values, search.matching_docs(), strict=True):
        for collector in collectors:
            collector.collect(doc_values, docs)
