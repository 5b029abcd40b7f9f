"""Several searches in one request, in one state of the index."""

import time
from collections.abc import Iterable, Iterator
from typing import Any, Final

from starlette.requests import Request

from danvan_search import DanvanError, OptionError, Query, Results, SearchOptions
from danvan_search.web.answers import BatchError
from danvan_search.web.operations import TOO_LARGE, Body, Operation, Values, json_object
from danvan_search.web.parameters import SEARCH, options_of, read_object
from danvan_search.web.settings import MAX_QUERIES, MAX_SECONDS
from danvan_search.web.site import Site

MAX_BODY_BYTES: Final = 1_000_000
"""The largest body of a request."""


def search_together(
    site: Site, asked: Iterable[tuple[str | Query, dict[str, Any]]]
) -> list[Results]:
    """Return the results of several searches of one state of the index.

    Together they have the time limit of one search.

    :param asked: the queries, each with its options.
    :raises BatchError: one of them cannot be searched for.
    """
    deadline = time.monotonic() + MAX_SECONDS
    number = -1

    def queries() -> Iterator[tuple[str | Query, SearchOptions]]:
        nonlocal number
        for query, options in asked:
            number += 1
            left = max(0.0, deadline - time.monotonic())
            timeout = min(options.get("timeout", MAX_SECONDS), left)
            yield query, site.options(**{**options, "timeout": timeout})

    try:
        return site.index.search_many(queries())
    except DanvanError as error:
        raise BatchError(error, number) from error


def searches_of(request: Request) -> list[Any]:
    """Return the searches in the body of a request, unchecked.

    :raises OptionError: there are none, or too many.
    """
    body = json_object(request.state.body, "the body", OptionError)
    queries = body.get("queries")
    if body.keys() != {"queries"} or not isinstance(queries, list):
        raise OptionError('the body has a list of searches and nothing else: {"queries": […]}')
    if len(queries) > MAX_QUERIES:
        raise OptionError(f"there are {len(queries):,} searches: give at most {MAX_QUERIES}")
    return queries


def _search(site: Site, request: Request, _values: Values) -> Any:  # noqa: ANN401 - a JSON value
    asked = [_values_of(*one) for one in enumerate(searches_of(request))]
    found = search_together(site, [(one.get("q", ""), options_of(one)) for one in asked])
    return {
        "results": [
            results.to_json(fields=values.get("fields", ()), utf16=values.get("utf16", False))
            for results, values in zip(found, asked, strict=True)
        ]
    }


def _values_of(number: int, asked: object) -> Values:
    try:
        if not isinstance(asked, dict):
            raise OptionError("a search is an object with the parameters of a GET")
        return read_object(asked, SEARCH)
    except OptionError as error:
        raise BatchError(error, number) from error


BATCH: Final = Operation(
    "POST",
    "/search",
    "Several pages of hits, in one state of the index.",
    (),
    Body("application/json", "Searches", MAX_BODY_BYTES),
    _search,
    TOO_LARGE,
)
