"""Paths of the REST interface that take a body, or that change the index: none of them is a GET."""

import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from starlette.requests import Request
from starlette.responses import Response

from danvan_search import ArticleError, DanvanError
from danvan_search.web.answers import json_answer
from danvan_search.web.parameters import Parameter, read
from danvan_search.web.site import Site

Values = dict[str, Any]


@dataclass(frozen=True)
class Body:
    """What the body of a request is.

    :ivar media_type: its type.
    :ivar schema: the name of its schema in the description of the interface.
    :ivar most: its largest length, in bytes.
    """

    media_type: str
    schema: str
    most: int


@dataclass(frozen=True)
class Operation:
    """One operation of the interface.

    :ivar method: the HTTP method.
    :ivar path: its path below :data:`danvan_search.web.rest.BASE`.
    :ivar summary: what it does, in a sentence.
    :ivar parameters: those of its query string.
    :ivar body: what its body is; None without one.
    :ivar value: does it, and returns the JSON value of the answer.
    :ivar problems: what else it may be answered with than other requests: texts by status.
    """

    method: str
    path: str
    summary: str
    parameters: Sequence[Parameter]
    body: Body | None
    value: Callable[[Site, Request, Values], Any]
    problems: Mapping[str, str]

    def __call__(self, site: Site, request: Request) -> Response:
        """Do it and answer."""
        values = read(request.query_params.multi_items(), self.parameters)
        return json_answer(self.value(site, request, values))


def json_object(data: bytes, where: str, kind: type[DanvanError] = ArticleError) -> dict[str, Any]:
    """Return a JSON object.

    :param where: what it is, for the error.
    :param kind: the class of the error.
    :raises DanvanError: it is none.
    """
    try:
        value = json.loads(data, parse_constant=_refuse)
    except (ValueError, RecursionError) as error:
        raise kind(f"{where} is no JSON: {error}") from error
    if not isinstance(value, dict):
        raise kind(f"{where} is no JSON object: give one")
    return value


def _refuse(name: str) -> None:
    raise ValueError(f"{name} is no number")


TOO_LARGE: Final = {"413": "The body is too large."}
