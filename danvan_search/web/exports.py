"""The hits of a search as CSV and JSON lines, and as a feed."""

from collections.abc import Iterator
from typing import Any, Final

from starlette.requests import Request
from starlette.responses import Response

from danvan_search import Results
from danvan_search.plain import csv_line, encoded, json_line
from danvan_search.web.answers import entity_tag, has, not_modified, tagged
from danvan_search.web.asked import Asked
from danvan_search.web.parameters import OPTIONS, QUERY, options_of, read
from danvan_search.web.settings import MAX_EXPORTED, MAX_FED
from danvan_search.web.site import Site
from danvan_search.web.templates import address, render

_LISTED: Final = ("match", "accents", "since", "until", "category", "sort", "snippet_chars")
PARAMETERS: Final = (QUERY, *[one for one in OPTIONS if one.name in _LISTED])
COLUMNS: Final = ("id", "score", "exact", "title", "date", "category", "source", "snippet")
_BYTE_ORDER_MARK: Final = "\ufeff"
"""By it a spreadsheet knows that a file is UTF-8."""


def csv_export(site: Site, request: Request) -> Response:
    """Answer with hits as CSV, for a spreadsheet."""
    hits = _search(site, request, MAX_EXPORTED).to_json()["hits"]
    lines = [csv_line([_cell(hit, name) for name in COLUMNS]) for hit in hits]
    text = "".join([_BYTE_ORDER_MARK, csv_line(COLUMNS), *lines])
    return _file(text, "text/csv; charset=utf-8", "csv")


def jsonl_export(site: Site, request: Request) -> Response:
    """Answer with hits as JSON lines."""
    hits = _search(site, request, MAX_EXPORTED).to_json()["hits"]
    text = "".join([f"{json_line(hit)}\n" for hit in hits])
    return _file(text, "application/x-ndjson", "jsonl")


def feed(site: Site, request: Request) -> Response:
    """Answer with the newest hits as an Atom feed."""
    tag = entity_tag(site.index, request)
    if has(request, tag):
        return not_modified(tag)
    results = _search(site, request, MAX_FED, sort="date")
    days = [hit.date for hit in results if hit.date]
    values = {
        "t": Asked.of(request).language,
        "results": results,
        "updated": max(days).isoformat() if days else "1970-01-01",
        "self": str(request.url),
        "site": str(request.base_url),
        "entries": list(_entries(request, results)),
    }
    answer = Response(render("feed.xml", values), media_type="application/atom+xml")
    return tagged(answer, tag, vary="Accept-Language")


def search_description(site: Site, request: Request) -> Response:
    """Answer with the description by which a browser searches here from its address bar."""
    values = {"t": Asked.of(request).language, "site": str(request.base_url)}
    text = render("opensearch.xml", values)
    answer = Response(text, media_type="application/opensearchdescription+xml")
    return tagged(answer, entity_tag(site.index, request), vary="Accept-Language")


def _entries(request: Request, results: Results) -> Iterator[dict[str, Any]]:
    for hit in results:
        link = address("article", {"id": hit.id, "q": results.query})
        yield {
            "hit": hit,
            "link": f"{request.base_url}{link}",
            "urn": f"urn:danvan-search:{address('', {'id': hit.id})}",
            "updated": hit.date.isoformat() if hit.date else "1970-01-01",
        }


def _search(site: Site, request: Request, limit: int, **fixed: str) -> Results:
    pairs = [pair for pair in request.query_params.multi_items() if pair[0] != "lang"]
    values = read(pairs, PARAMETERS)
    options = {**options_of(values), "limit": limit, **fixed}
    return site.search(values.get("q", ""), **options)


def _cell(hit: dict[str, Any], name: str) -> Any:  # noqa: ANN401 - a JSON value
    return hit["snippet"]["text"] if name == "snippet" else hit[name]


def _file(text: str, media_type: str, suffix: str) -> Response:
    name = f"attachment; filename=danvan-search.{suffix}"
    headers = {"Content-Disposition": name, "Cache-Control": "private, no-cache"}
    return Response(encoded(text), headers=headers, media_type=media_type)
