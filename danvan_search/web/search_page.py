"""The page of a search: hits, facets, notes, suggestions, and what to do where nothing is found."""

import datetime
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Final

from starlette.requests import Request
from starlette.responses import HTMLResponse, RedirectResponse, Response

from danvan_search import DanvanError, Hit, Query, QueryError, Results
from danvan_search.web.answers import (
    RETRY_SECONDS,
    code_of,
    detail_of,
    entity_tag,
    has,
    not_modified,
    status_of,
    tagged,
)
from danvan_search.web.asked import PARAMETERS, Asked
from danvan_search.web.settings import MAX_EXPORTED, MAX_PAGE, MAX_QUERY_CHARS
from danvan_search.web.site import Site
from danvan_search.web.templates import address, render

FACETS: Final = ("category", "year")
SHOWN_VALUES: Final = 12
"""So many values of a facet are shown at once; the others can be unfolded."""
_FOLDED_VALUES: Final = 100
_SUGGESTIONS: Final = 3
_QUOTES: Final = re.compile('["“”]')
_VARY: Final = "Accept-Language"


@dataclass(frozen=True, slots=True)
class Value:
    """One value of a facet.

    :ivar name: the value.
    :ivar count: how many articles have it.
    :ivar address: the page with this value alone, or without it if it is chosen.
    :ivar is_chosen: whether the page is filtered by it.
    """

    name: str
    count: int
    address: str
    is_chosen: bool


def whole_page(site: Site, request: Request) -> Response:
    """Answer with the page of a search, or the start page."""
    return _page(site, request, "page.html")


def part_of_page(site: Site, request: Request) -> Response:
    """Answer with the part of a page that another query changes."""
    return _page(site, request, "results.html")


def tell(site: Site, request: Request, error: Exception) -> Response:
    """Return the page that tells of an error in place of a page that is none of a search."""
    asked = Asked.of(request)
    values = {**_common(site, asked), **_error(asked, error)}
    return _answer(render("message.html", values), error)


def tell_in_part(site: Site, request: Request, error: Exception) -> Response:
    """Return the part of a page that tells of an error."""
    asked = Asked.of(request)
    values = {**_common(site, asked), **_error(asked, error), "kind": "error"}
    return _answer(render("results.html", values), error)


def _page(site: Site, request: Request, template: str) -> Response:
    asked = Asked.of(request)
    if asked.has_empty and template == "page.html":
        return RedirectResponse(asked.address("./", page=asked.given.get("page")), 303)
    tag = entity_tag(site.index, request, asked.language.code)
    if has(request, tag):
        return not_modified(tag)
    values, failure = _common(site, asked), None
    try:
        values |= _found(site, asked) if asked.is_search else _start(site, asked)
    except DanvanError as error:
        failure = error
        values |= {"kind": "error", "is_open": True, **_error(asked, error)}
    answer = _answer(render(template, values), failure)
    return answer if failure else tagged(answer, tag, vary=_VARY)


def _answer(text: str, error: Exception | None) -> Response:
    answer = HTMLResponse(text, 200 if error is None else status_of(error))
    answer.headers["Vary"] = _VARY
    answer.headers["Cache-Control"] = "private, no-cache"
    if answer.status_code == 503:
        answer.headers["Retry-After"] = RETRY_SECONDS
    return answer


def _common(site: Site, asked: Asked) -> dict[str, Any]:
    """Return what each page needs."""
    return {
        "t": asked.language,
        "asked": asked,
        "given": {one.name: asked.given.get(one.name, "") for one in PARAMETERS},
        "lang": asked.base.get("lang", ""),
        "count": _count(site),
        "is_whole": site.is_whole,
        "since": "",
        "until": "",
        "max_chars": MAX_QUERY_CHARS,
    }


def _count(site: Site) -> int:
    try:
        return len(site.index)
    except DanvanError:  # a page can tell of it without the number
        return 0


def _error(asked: Asked, error: Exception) -> dict[str, Any]:
    """Return what a page tells of an error."""
    position = error.position if isinstance(error, QueryError) else None
    return {
        "title": asked.query,
        "message": asked.language.error(code_of(error)),
        "detail": detail_of(error),
        "before": asked.query[:position],
        "after": asked.query[position:],
        "has_position": position is not None,
    }


def _start(site: Site, asked: Asked) -> dict[str, Any]:
    categories = site.index.categories()
    return {
        "kind": "start",
        "is_open": any(name in asked.given for name in ("accents", "match", "sort")),
        "title": "",
        "categories": [
            Value(name, count, asked.address(category=name), is_chosen=False)
            for name, count in list(categories.items())[:SHOWN_VALUES]
        ],
    }


def _found(site: Site, asked: Asked) -> dict[str, Any]:
    """Return what the page of a search shows."""
    since, until = asked.days
    results = site.search(asked.query, facets=FACETS, **asked.options)
    pages = -(-results.total_any // results.limit) if results.limit else 0
    chosen = [name for name in asked.given if name not in ("q", "page", "prefix_last", "category")]
    return {
        "shown_values": SHOWN_VALUES,
        "kind": "results",
        "title": asked.query,
        "results": results,
        "hits": [_hit(asked, hit) for hit in results],
        "relaxed_at": _relaxed_at(results),
        "facets": dict(_facets(site, asked, results)),
        "first": (results.page - 1) * results.limit + 1,
        "pages": pages,
        "last_page": min(pages, MAX_PAGE),
        "notes": [asked.language(f"note_{note.code}") for note in results.notes],
        "is_read": bool(asked.query) and not _is_plain(results.understood),
        "meant": _meant(asked, results),
        "tries": list(_tries(asked)) if not results.total else [],
        "typed_address": asked.address(q=f'"{asked.query}"') if results.replaced_by else "",
        "is_open": bool(chosen),
        "since": since.isoformat() if since else "",
        "until": until.isoformat() if until else "",
        "max_exported": MAX_EXPORTED,
        "feed": asked.search_address("feed.atom"),
    }


def _is_plain(query: Query) -> bool:
    """Return whether a query was understood as the words that were typed."""
    return query.is_words and not query.is_expanded


def _relaxed_at(results: Results) -> int | None:
    """Return the hit of the page, from 0, from which on hits have any part of the query, not all.

    None if there is no such hit.
    """
    if results.relaxed_from is None:
        return None
    return max(0, results.relaxed_from - (results.page - 1) * results.limit)


def _hit(asked: Asked, hit: Hit) -> dict[str, Any]:
    """Return what the page shows of a hit."""
    snippet = hit.snippet
    marks = {"at": snippet.start + snippet.spans[0][0]} if snippet.spans else {}
    kept = {"page": asked.given.get("page")}
    has_place = bool(snippet.spans)  # else the snippet is the beginning of the article
    return {
        "hit": hit,
        "sheet": hit.page if has_place else None,
        "section": hit.section if has_place else None,
        "why": address("why", {"id": hit.id, **asked.base, **kept}),
        "address": address(
            "article", {"id": hit.id, **asked.base, **kept, **marks}, "passage" if marks else ""
        ),
    }


def _meant(asked: Asked, results: Results) -> list[tuple[str, str]]:
    """Return other queries that may have been meant, with their addresses.

    Accents alone find no others, unless they are demanded.
    """
    if results.replaced_by is not None:
        return []
    return [
        (one.query, asked.address(q=one.query))
        for one in results.suggestions
        if one.kind != "accents" or asked.given.get("accents") == "exact"
    ][:_SUGGESTIONS]


def _tries(asked: Asked) -> Iterator[tuple[str, str]]:
    """Yield what may find more: the key of a text, and an address."""
    given = asked.given
    plain = _QUOTES.sub(" ", asked.query).strip()
    if plain and plain != asked.query:
        yield "try_quotes", asked.address(q=plain)
    if given.get("accents", "auto") != "auto":
        yield "try_accents", asked.address(accents=None)
    if given.get("match") in ("all", "most", "phrase"):
        yield "try_any", asked.address(match="any")
    if "since" in given or "until" in given:
        yield "try_dates", asked.address(since=None, until=None)
    if "category" in given:
        yield "try_category", asked.address(category=None)


def _facets(site: Site, asked: Asked, results: Results) -> Iterator[tuple[str, list[Value]]]:
    """Yield the facets with their values.

    The counts of a facet disregard what is chosen of it: so one can choose another value.
    """
    for name, counts in results.facets.items():
        filters = ("category",) if name == "category" else ("since", "until")
        if any(one in asked.given for one in filters):
            counts = _counts_without(site, asked, name, filters)
        values = [
            _value(asked, name, value, count)
            for value, count in list(counts.items())[:_FOLDED_VALUES]
        ]
        if values:
            yield name, values


def _counts_without(
    site: Site, asked: Asked, name: str, filters: tuple[str, ...]
) -> Mapping[str, int]:
    """Return the counts of a facet of the search without some filters."""
    options = {key: value for key, value in asked.options.items() if key not in filters}
    options |= {"limit": 0, "page": 1, "facets": (name,)}
    if not asked.query and not ("category" in options or "since" in options or "until" in options):
        if name == "category":
            return site.index.categories()
        options["until"] = datetime.date.max  # all that have a date
    return site.search(asked.query, **options).facets[name]


def _value(asked: Asked, name: str, value: str, count: int) -> Value:
    if name == "category":
        is_chosen = asked.given.get("category", "").casefold() == value.casefold()
        link = asked.address(category=None if is_chosen else value)
        return Value(value, count, link, is_chosen)
    days = (f"{value}-01-01", f"{value}-12-31")
    is_chosen = tuple(day and day.isoformat() for day in asked.days) == days
    since, until = (None, None) if is_chosen else days
    return Value(value, count, asked.address(since=since, until=until), is_chosen)
