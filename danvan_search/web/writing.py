"""Adding, replacing and removing articles, where the operator lets those with the token do it."""

import datetime
import json
from collections.abc import Callable, Sequence
from dataclasses import dataclass, fields
from typing import Any, Final

from starlette.requests import Request
from starlette.responses import Response

from danvan_search import Article, ArticleError
from danvan_search.web.answers import NotFoundError, json_answer
from danvan_search.web.parameters import ID, Parameter, read
from danvan_search.web.site import Site

MAX_BODY_BYTES: Final = 20_000_000
"""The largest body of a request."""

_WORDS: Final = Parameter(
    "words", "Segment the texts into words.", {"type": "boolean", "default": True}
)
_FIELDS: Final = frozenset(field.name for field in fields(Article))
Values = dict[str, Any]


@dataclass(frozen=True)
class Change:
    """One way to change the index.

    :ivar method: the HTTP method.
    :ivar path: its path below :data:`danvan_search.web.rest.BASE`.
    :ivar summary: what it does, in a sentence.
    :ivar parameters: those of its query string.
    :ivar media_type: the type of the body; None without one.
    :ivar value: changes the index, and returns the JSON value of the answer.
    """

    method: str
    path: str
    summary: str
    parameters: Sequence[Parameter]
    media_type: str | None
    value: Callable[[Site, Request, Values], Any]

    def __call__(self, site: Site, request: Request) -> Response:
        """Change the index and answer."""
        values = read(request.query_params.multi_items(), self.parameters)
        return json_answer(self.value(site, request, values))


def _put(site: Site, request: Request, values: Values) -> Any:  # noqa: ANN401 - a JSON value
    article_id = _id(request, values)
    value = _object(request.state.body, "the body")
    if value.setdefault("id", article_id) != article_id:
        raise ArticleError(f"the body has another id than the address, which says {article_id!r}")
    return _add(site, [_article(value)], values)


def _post(site: Site, request: Request, values: Values) -> Any:  # noqa: ANN401
    lines = request.state.body.split(b"\n")
    articles = [
        _article(_object(line, f"line {number}"), f"line {number}: ")
        for number, line in enumerate(lines, 1)
        if line.strip()
    ]
    return _add(site, articles, values)


def _delete(site: Site, request: Request, values: Values) -> Any:  # noqa: ANN401
    article_id = _id(request, values)
    if article_id not in site.index or not site.index.remove([article_id]):
        raise NotFoundError(f"there is no article with the id {article_id!r}")
    return {"removed": 1, "generation": site.index.generation}


def _add(site: Site, articles: list[Article], values: Values) -> Any:  # noqa: ANN401
    changes = site.index.add(articles, words=values.get("words", True))
    return {
        "added": changes.added,
        "updated": changes.updated,
        "unchanged": changes.unchanged,
        "generation": site.index.generation,
    }


def _id(request: Request, values: Values) -> str:
    return str(request.path_params["id"] if "id" in request.path_params else values["id"])


def _object(data: bytes, where: str) -> dict[str, Any]:
    """Return a JSON object.

    :param where: what it is, for the error.
    :raises ArticleError: it is none.
    """
    try:
        value = json.loads(data)
    except (ValueError, RecursionError) as error:
        raise ArticleError(f"{where} is no JSON: {error}") from error
    if not isinstance(value, dict):
        raise ArticleError(f"{where} is no JSON object: give the fields of an article")
    return value


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


CHANGES: Final = (
    Change(
        "PUT",
        "/articles/{id:path}",
        "Add an article, or replace the one with this id.",
        (_WORDS,),
        "application/json",
        _put,
    ),
    Change("PUT", "/articles", "The same, for any id.", (ID, _WORDS), "application/json", _put),
    Change(
        "POST",
        "/articles",
        "Add or replace articles, one JSON object a line, in one commit.",
        (_WORDS,),
        "application/x-ndjson",
        _post,
    ),
    Change("DELETE", "/articles/{id:path}", "Remove an article.", (), None, _delete),
    Change("DELETE", "/articles", "The same, for any id.", (ID,), None, _delete),
)
