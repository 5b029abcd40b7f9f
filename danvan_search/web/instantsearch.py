"""Searches for InstantSearch: two routes of Meilisearch's, where the operator allows them.

The widgets of InstantSearch work through ``@meilisearch/instant-meilisearch``. Nothing else of that
server is here; its other paths say so.
"""

from collections.abc import Iterator
from typing import Any, Final

from starlette.requests import Request
from starlette.responses import Response

from danvan_search import Hit, OptionError, Query, Results
from danvan_search.web.answers import BatchError, detail_of, json_answer, status_of
from danvan_search.web.batch import search_together, searches_of
from danvan_search.web.instantsearch_query import Search, read_search
from danvan_search.web.operations import json_object
from danvan_search.web.settings import MAX_PAGE
from danvan_search.web.site import Site

NAME: Final = "articles"
"""What the index is called here."""
SEARCH_PATHS: Final = ("/multi-search", f"/indexes/{NAME}/search")
OTHER_PATHS: Final = (
    *("/indexes", "/indexes/{rest:path}", "/tasks", "/tasks/{rest:path}", "/keys"),
    *("/keys/{rest:path}", "/stats", "/version", "/health", "/dumps", "/snapshots"),
    *("/swap-indexes", "/network", "/experimental-features", "/webhooks"),
)
METHODS: Final = ("GET", "POST", "PUT", "PATCH", "DELETE")
MAX_FACET_VALUES: Final = 100


def multi_search(site: Site, request: Request) -> Response:
    """Answer several searches of one state of the index."""
    asked = [_read(*one) for one in enumerate(searches_of(request))]
    found = _found(site, asked)
    answers = [_answer(one, results) for one, results in zip(asked, found, strict=True)]
    return json_answer({"results": [{"indexUid": NAME, **one} for one in answers]})


def one_search(site: Site, request: Request) -> Response:
    """Answer a search."""
    asked = read_search(json_object(request.state.body, "the body", OptionError))
    return json_answer(_answer(asked, _found(site, [asked])[0]))


def refuse(_site: Site, _request: Request) -> Response:
    """Refuse all else.

    :raises OptionError: always.
    """
    raise OptionError(f"of this interface there is POST {' and POST '.join(SEARCH_PATHS)} alone")


def tell(_site: Site, _request: Request, error: Exception) -> Response:
    """Return the answer that tells of an error, in the form of the peer."""
    where, inner = "", error
    if isinstance(error, BatchError):
        where, inner = f"queries[{error.number}]: ", error.error
    value = {
        "message": where + detail_of(inner),
        "code": "not_supported" if isinstance(inner, OptionError) else "search_failed",
        "type": "invalid_request" if status_of(inner) < 500 else "internal",
        "link": "",
    }
    return json_answer(value, status_of(inner))


def _read(number: int, value: object) -> Search:
    try:
        if not isinstance(value, dict):
            raise OptionError("a search is an object")
        if value.get("indexUid") != NAME:
            raise OptionError(f"the only index is {NAME!r}: give it as indexUid")
        return read_search({name: one for name, one in value.items() if name != "indexUid"})
    except OptionError as error:
        raise BatchError(error, number) from error


def _found(site: Site, asked: list[Search]) -> list[Results]:
    """Return the results. Queries with filters are first understood without them."""
    filtered = [one for one in asked if one.filters and one.query.strip()]
    alone = [(one.query, {**one.options, "limit": 0, "page": 1, "facets": ()}) for one in filtered]
    understood: Iterator[Query] = iter([one.understood for one in search_together(site, alone)])
    queries = [
        one.query_of(next(understood) if one.filters and one.query.strip() else None)
        for one in asked
    ]
    options = [one.options for one in asked]
    return search_together(site, zip(queries, options, strict=True))


def _answer(asked: Search, results: Results) -> dict[str, Any]:
    """Return the answer to a search as a JSON value."""
    total, limit = results.total, asked.limit
    # Articles with some of the syllables, which may follow, would be more than the total says.
    count = max(0, min(limit, total - asked.offset))
    hits = results.hits[asked.first : asked.first + count]
    pages = min(-(-total // limit), MAX_PAGE) if limit else 0
    place: dict[str, Any] = {"limit": limit, "offset": asked.offset, "estimatedTotalHits": total}
    if asked.page is not None:
        place = {
            "page": asked.page,
            "hitsPerPage": limit,
            "totalPages": pages,
            "totalHits": total,
        }
    facets: dict[str, Any] = {}
    if asked.facets:
        counts = {
            name: dict(list(results.facets[name].items())[:MAX_FACET_VALUES])
            for name in asked.facets
        }
        facets = {"facetDistribution": counts, "facetStats": {}}
    return {
        "hits": [_hit(asked, one) for one in hits],
        "query": asked.query,
        "processingTimeMs": round(results.took_ms),
        **place,
        **facets,
    }


def _hit(asked: Search, hit: Hit) -> dict[str, Any]:
    article = hit.article
    fields = {
        **article.extra,
        "id": article.id,
        "title": article.title,
        "body": article.body,
        "date": article.date and article.date.isoformat(),
        "category": article.category,
        "source": article.source,
    }
    shown = {name: one for name, one in fields.items() if _has(asked.fields, name)}
    if not asked.marked and asked.snippet_chars >= len(article.body):
        return shown
    snippet = hit.snippet
    body = "".join(
        (
            asked.marker if snippet.cut_before else "",
            _marked(asked, "body", snippet.text, snippet.spans),
            asked.marker if snippet.cut_after else "",
        )
    )
    formatted = {
        **{name: one if one is None else str(one) for name, one in shown.items()},
        "title": _marked(asked, "title", article.title, hit.title_spans),
        "body": body,
    }
    kept = {name: one for name, one in formatted.items() if _has(asked.fields, name)}
    return {**shown, "_formatted": kept}


def _has(names: tuple[str, ...], name: str) -> bool:
    return name in names or "*" in names


def _marked(asked: Search, name: str, text: str, spans: tuple[tuple[int, int], ...]) -> str:
    """Return a text with tags around its matches; it is not escaped, as the peer's are not."""
    if not _has(asked.marked, name):
        return text
    before, after = asked.tags
    parts, end = [], 0
    for start, stop in spans:
        parts += [text[end:start], before, text[start:stop], after]
        end = stop
    return "".join([*parts, text[end:]])
