"""How many articles pass filters: what weights are made of, counted in one request."""

from collections.abc import Callable, Iterable, Mapping
from typing import Any, Final, TypeVar

from danvan_search.opensearch.mapping import value_of
from danvan_search.opensearch.syllables import Filter

_ALL: Final = "all"
_MAX_VALUES: Final = 10_000
"""The values of a field that one request brings."""
_MAX_FILTERS: Final = 1000
"""The filters of one request."""

Built = TypeVar("Built")

Send = Callable[..., Mapping[str, Any]]
"""Sends the body of a search with parameters of the request, and returns the answer."""


class Counts:
    """The numbers of articles that pass filters, on one cluster; for one query.

    What is not known yet counts as 1, and is counted with the next request.

    :param send: sends a search.
    """

    def __init__(self, send: Send) -> None:
        self._send = send
        self._known: dict[str, int] = {}
        self._wanted: dict[str, Filter] = {}

    def of(self, one: Filter) -> int:
        """Return how many articles pass a filter; 1 as long as it is not known."""
        # Filters that are made in the same way have their parts in the same order.
        key = repr(one)
        if key not in self._known:
            self._wanted[key] = one
        return self._known.get(key, 1)

    @property
    def articles(self) -> int:
        """How many articles there are."""
        return self.of({"match_all": {}})

    def made(self, make: Callable[[], Built]) -> Built:
        """Return what is made of counts, once all that it asked for is known."""
        while True:
            built = make()
            if not self._wanted:
                return built
            self._count()

    def all_of(self, filters: Iterable[Filter]) -> list[int]:
        """Return how many articles pass each of some filters."""
        wanted = list(filters)
        return self.made(lambda: [self.of(one) for one in wanted])

    def _count(self) -> None:
        """Count all that is wanted."""
        wanted = list(self._wanted.items())
        for at in range(0, len(wanted), _MAX_FILTERS):
            part = wanted[at : at + _MAX_FILTERS]
            named = {str(number): one for number, (_, one) in enumerate(part)}
            found = self._send(
                {
                    "size": 0,
                    "track_total_hits": True,
                    "aggs": {_ALL: {"filters": {"filters": named}}},
                }
            )
            buckets = found["aggregations"][_ALL]["buckets"]
            for number, (key, _) in enumerate(part):
                self._known[key] = buckets[str(number)]["doc_count"]
        self._wanted.clear()


def value_counts(send: Send, field: str, wanted: Filter | None = None) -> dict[str, int]:
    """Return all values of a keyword field with their numbers of articles, most frequent first.

    :param wanted: the filter of the articles that count; None for all.
    """
    sources = [{"value": {"terms": {"field": field}}}]
    composite: dict[str, Any] = {"size": _MAX_VALUES, "sources": sources}
    query = {} if wanted is None else {"query": wanted}
    counts: dict[str, int] = {}
    while True:
        found = send({**query, "size": 0, "aggs": {_ALL: {"composite": composite}}})
        buckets = found["aggregations"][_ALL]["buckets"]
        counts |= {value_of(one["key"]["value"]): one["doc_count"] for one in buckets}
        if len(buckets) < _MAX_VALUES:
            return dict(sorted(counts.items(), key=lambda item: (-item[1], item[0])))
        composite = {**composite, "after": found["aggregations"][_ALL]["after_key"]}
