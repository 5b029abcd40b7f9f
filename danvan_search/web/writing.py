"""Adding, replacing and removing articles, where the operator lets those with the token do it."""

import datetime
from dataclasses import fields
from typing import Any, Final

from starlette.requests import Request

from danvan_search import Article, ArticleError
from danvan_search.web.answers import NotFoundError
from danvan_search.web.operations import TOO_LARGE, Body, Operation, Values, json_object
from danvan_search.web.parameters import ID, Parameter
from danvan_search.web.site import Site

MAX_BODY_BYTES: Final = 20_000_000
"""The largest body of a request."""

_WORDS: Final = Parameter(
    "words", "Segment the texts into words.", {"type": "boolean", "default": True}
)
_FIELDS: Final = frozenset(field.name for field in fields(Article))
_PROBLEMS: Final = {
    "400": "The host is not known, or the article cannot be used.",
    "409": "Another process is writing to the index.",
    **TOO_LARGE,
}


def _put(site: Site, request: Request, values: Values) -> Any:  # noqa: ANN401 - a JSON value
    article_id = _id(request, values)
    value = json_object(request.state.body, "the body")
    if value.setdefault("id", article_id) != article_id:
        raise ArticleError(f"the body has another id than the address, which says {article_id!r}")
    return _add(site, [_article(value)], values)


def _post(site: Site, request: Request, values: Values) -> Any:  # noqa: ANN401
    lines = request.state.body.split(b"\n")
    articles = [
        _article(json_object(line, f"line {number}"), f"line {number}: ")
        for number, line in enumerate(lines, 1)
        if line.strip()
    ]
    return _add(site, articles, values)


def _delete(site: Site, request: Request, values: Values) -> Any:  # noqa: ANN401
    article_id = _id(request, values)
    if article_id not in site.index or not site.index.remove([article_id]):
        raise NotFoundError(f"there is no article with the id {article_id!r}")
    return {"removed": 1, "generation": site.generation}


def _add(site: Site, articles: list[Article], values: Values) -> Any:  # noqa: ANN401
    changes = site.index.add(articles, words=values.get("words", True))
    return {
        "added": changes.added,
        "updated": changes.updated,
        "unchanged": changes.unchanged,
        "generation": site.generation,
    }


def _id(request: Request, values: Values) -> str:
    return str(request.path_params["id"] if "id" in request.path_params else values["id"])


def _article(value: dict[str, Any], where: str = "") -> Article:
    """Return the article of a JSON object, in which fields may be missing.

    :param where: comes before the sentence of an error.
    :raises ArticleError: a field is unknown, or has a value that cannot be used.
    """
    unknown = sorted(value.keys() - _FIELDS)
    if unknown:
        raise ArticleError(
            f"{where}an article has no {unknown[0][:100]!r}: the fields are "
            f"{', '.join(sorted(_FIELDS))}; give other values in extra"
        )
    try:
        day = value.get("date")
        date = None if day is None else datetime.date.fromisoformat(day)
    except (TypeError, ValueError) as error:
        raise ArticleError(f"{where}the date is none: give one as 2024-02-16") from error
    try:
        return Article(**{"id": "", "title": "", "body": "", **value, "date": date})
    except ArticleError as error:
        raise ArticleError(f"{where}{error}") from error


_ONE: Final = Body("application/json", "Article", MAX_BODY_BYTES)
_LINES: Final = Body("application/x-ndjson", "Article", MAX_BODY_BYTES)
CHANGES: Final = tuple(
    Operation(method, path, summary, parameters, body, value, _PROBLEMS)
    for method, path, summary, parameters, body, value in (
        (
            "PUT",
            "/articles/{id:path}",
            "Add an article, or replace the one with this id.",
            (_WORDS,),
            _ONE,
            _put,
        ),
        ("PUT", "/articles", "The same, for any id.", (ID, _WORDS), _ONE, _put),
        (
            "POST",
            "/articles",
            "Add or replace articles, one JSON object a line, in one commit.",
            (_WORDS,),
            _LINES,
            _post,
        ),
        ("DELETE", "/articles/{id:path}", "Remove an article.", (), None, _delete),
        ("DELETE", "/articles", "The same, for any id.", (ID,), None, _delete),
    )
)
