"""The application: which path is answered by what."""

from collections.abc import Sequence
from pathlib import Path
from typing import Final

from starlette.applications import Starlette
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response
from starlette.routing import Route

from danvan_search import Index, StoreIndex, __version__
from danvan_search.web import instantsearch, rest, search_page
from danvan_search.web.answers import json_answer, problem_of
from danvan_search.web.article_page import article_page
from danvan_search.web.batch import BATCH, MAX_BODY_BYTES
from danvan_search.web.exports import csv_export, feed, jsonl_export, search_description
from danvan_search.web.guard import OPEN_PATH, Guard
from danvan_search.web.metrics import Metrics
from danvan_search.web.openapi import description
from danvan_search.web.operations import Operation
from danvan_search.web.originals import original
from danvan_search.web.pool import Pool
from danvan_search.web.search_page import part_of_page, whole_page
from danvan_search.web.settings import Settings
from danvan_search.web.site import Endpoint, Handler, Site, Teller
from danvan_search.web.why_page import why_page
from danvan_search.web.writing import CHANGES

_STATIC: Final = Path(__file__).parent / "static"
_MEDIA_TYPES: Final = {".css": "text/css", ".js": "text/javascript", ".svg": "image/svg+xml"}


def make_app(index: Index | StoreIndex, settings: Settings) -> Guard:
    """Return the application that serves an index."""
    site = Site(index, settings, Pool(settings.threads, settings.waiting), Metrics())

    def route(path: str, handler: Handler, tell: Teller) -> Route:
        return Route(path, Endpoint(site, path, handler, tell), methods=["GET"])

    def operation(one: Operation) -> Route:
        path = rest.BASE + one.path
        most = None if one.body is None else one.body.most
        return Route(path, Endpoint(site, path, one, rest.tell, most), methods=[one.method])

    def peer(path: str, handler: Handler, methods: Sequence[str], most: int | None) -> Route:
        endpoint = Endpoint(site, path, handler, instantsearch.tell, most)
        return Route(path, endpoint, methods=list(methods))

    searches = zip(
        instantsearch.SEARCH_PATHS,
        (instantsearch.multi_search, instantsearch.one_search),
        strict=True,
    )
    peers = [
        *[peer(path, handler, ("POST",), MAX_BODY_BYTES) for path, handler in searches],
        *[
            peer(path, instantsearch.refuse, instantsearch.METHODS, None)
            for path in (*instantsearch.SEARCH_PATHS, *instantsearch.OTHER_PATHS)
        ],
    ]
    app = Starlette(
        routes=[
            *(peers if settings.is_instantsearch else ()),
            *map(operation, (BATCH, *(CHANGES if settings.is_writable else ()))),
            *[route(rest.BASE + one.path, one, rest.tell) for one in rest.RESOURCES],
            route("/openapi.json", _openapi, rest.tell),
            route(OPEN_PATH, _health, rest.tell),
            route("/metrics", _metrics, rest.tell),
            route("/", whole_page, search_page.tell),
            route("/results", part_of_page, search_page.tell_in_part),
            route("/article", article_page, search_page.tell),
            route("/why", why_page, search_page.tell),
            route("/original", original, search_page.tell),
            route("/export.csv", csv_export, search_page.tell),
            route("/export.jsonl", jsonl_export, search_page.tell),
            route("/feed.atom", feed, search_page.tell),
            route("/opensearch.xml", search_description, search_page.tell),
            *[route(path, _File(file), rest.tell) for path, file in _files()],
        ],
        exception_handlers={HTTPException: _http_error, 500: _fault},
    )
    app.router.redirect_slashes = False
    return Guard(app, site)


class _File:
    """Answers with a file of the package, which is read once."""

    def __init__(self, path: Path) -> None:
        self._content = path.read_bytes()
        self._media_type = _MEDIA_TYPES[path.suffix]

    def __call__(self, _site: Site, _request: Request) -> Response:
        answer = Response(self._content, media_type=self._media_type)
        # The pages ask for it with the version of the package.
        answer.headers["Cache-Control"] = "public, max-age=86400"
        return answer


def _files() -> list[tuple[str, Path]]:
    files = [(f"/static/{path.name}", path) for path in sorted(_STATIC.iterdir())]
    return [*files, ("/favicon.ico", _STATIC / "icon.svg")]


def _openapi(site: Site, _request: Request) -> Response:
    return json_answer(description(is_writable=site.settings.is_writable))


def _health(site: Site, _request: Request) -> Response:
    _ = site.generation if site.is_whole else len(site.index)  # what cannot be read is an error
    return json_answer({"status": "ok", "version": __version__})


def _metrics(site: Site, _request: Request) -> Response:
    lines = site.metrics.lines(articles=len(site.index), generation=site.generation)
    return PlainTextResponse("\n".join([*lines, ""]))


def _http_error(_request: Request, error: Exception) -> Response:
    assert isinstance(error, HTTPException)  # noqa: S101 - what it is registered for
    code = {404: "not-found", 405: "method-not-allowed"}.get(error.status_code, "http")
    answer = problem_of(error.status_code, code, "See /openapi.json for what there is.")
    answer.headers.update(error.headers or {})
    return answer


def _fault(_request: Request, _error: Exception) -> Response:
    return problem_of(500, "fault", "The log of the server has the details.")
