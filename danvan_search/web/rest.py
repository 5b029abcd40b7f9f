"""The REST interface: the names of the library, and what its ``to_json`` methods return."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any, Final
from urllib.parse import urlencode

from starlette.requests import Request
from starlette.responses import Response

from danvan_search import Results
from danvan_search.web.answers import entity_tag, has, json_answer, not_modified, problem, tagged
from danvan_search.web.parameters import (
    ARTICLE,
    COMPLETE,
    EXPLAIN,
    ID,
    SEARCH,
    SUGGEST,
    Parameter,
    options_of,
    read,
)
from danvan_search.web.settings import MAX_PAGE
from danvan_search.web.site import Site, marked_article

Values = dict[str, Any]


@dataclass(frozen=True)
class Resource:
    """One path of the interface.

    :ivar path: its path below :data:`BASE`.
    :ivar summary: what it returns, in a sentence.
    :ivar parameters: those of its query string.
    :ivar value: returns the JSON value of an answer, and its header Link, or an empty string.
    """

    path: str
    summary: str
    parameters: Sequence[Parameter]
    value: Callable[[Site, Request, Values], tuple[Any, str]]

    def __call__(self, site: Site, request: Request) -> Response:
        """Answer a request."""
        values = read(request.query_params.multi_items(), self.parameters)
        tag = entity_tag(site.index, request)
        if has(request, tag):
            return not_modified(tag)
        value, links = self.value(site, request, values)
        return tagged(json_answer(value, headers={"Link": links} if links else None), tag)


def tell(_site: Site, _request: Request, error: Exception) -> Response:
    """Return the answer that tells of an error."""
    return problem(error)


def _search(site: Site, request: Request, values: Values) -> tuple[Any, str]:
    results = site.search(values.get("q", ""), **options_of(values))
    value = results.to_json(fields=values.get("fields", ()), utf16=values.get("utf16", False))
    return value, _links(request, results)


def _links(request: Request, results: Results) -> str:
    """Return the pages around a page as a header Link; relative, as all links are."""
    pages = {"prev": results.page - 1, "next": results.page + 1}
    last = min(MAX_PAGE, -(-results.total_any // results.limit)) if results.limit else 0
    others = [pair for pair in request.query_params.multi_items() if pair[0] != "page"]
    return ", ".join(
        f'<?{urlencode([*others, ("page", str(page))])}>; rel="{rel}"'
        for rel, page in pages.items()
        if 1 <= page <= last
    )


def _explain(site: Site, _request: Request, values: Values) -> tuple[Any, str]:
    explained = site.explain(values.get("q", ""), values["id"], **options_of(values))
    return explained.to_json(), ""


def _article(site: Site, request: Request, values: Values) -> tuple[Any, str]:
    article_id = request.path_params["id"] if "id" in request.path_params else values["id"]
    marked = marked_article(site, article_id, values.get("q", ""), values)
    if "q" not in values:
        return marked.article.to_json(), ""
    return marked.to_json(utf16=values.get("utf16", False)), ""


def _suggest(site: Site, _request: Request, values: Values) -> tuple[Any, str]:
    return {"suggestions": [one.to_json() for one in site.index.suggest(values["q"])]}, ""


def _complete(site: Site, _request: Request, values: Values) -> tuple[Any, str]:
    found = site.index.complete(values.get("prefix", ""), limit=values.get("limit", 10))
    return {"completions": [one.to_json() for one in found]}, ""


def _categories(site: Site, _request: Request, _values: Values) -> tuple[Any, str]:
    return {"categories": site.index.categories()}, ""


def _stats(site: Site, _request: Request, _values: Values) -> tuple[Any, str]:
    return site.index.stats().to_json(), ""


BASE: Final = "/api/v1"
RESOURCES: Final = (
    Resource("/search", "A page of hits, as `dvsearch query --json` prints it.", SEARCH, _search),
    Resource(
        "/articles/{id:path}",
        "A whole article; with q, the spans of what the query matches in it.",
        ARTICLE,
        _article,
    ),
    Resource(
        "/articles",
        "The same, for any id: clients shorten a path with `.` or `..` as a part.",
        (ID, *ARTICLE),
        _article,
    ),
    Resource(
        "/explain",
        "Why an article has its place in the results of a search, or why it has none.",
        EXPLAIN,
        _explain,
    ),
    Resource("/suggest", "What may have been meant by a query.", SUGGEST, _suggest),
    Resource("/complete", "Phrases of the index that begin as typed.", COMPLETE, _complete),
    Resource("/categories", "The categories, with the articles of each.", (), _categories),
    Resource("/stats", "What the index holds, its size and its versions.", (), _stats),
)
