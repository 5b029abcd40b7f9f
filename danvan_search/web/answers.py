"""Answers: JSON, problems of RFC 9457, and entity tags."""

import hashlib
import json
from collections.abc import Mapping
from typing import Any, Final

from starlette.requests import Request
from starlette.responses import Response

from danvan_search import (
    ArgumentTypeError,
    ArticleError,
    ConflictError,
    DanvanError,
    Index,
    IndexLockedError,
    IndexStorageError,
    OptionError,
    PartialWriteError,
    QueryError,
    QueryTimeoutError,
    StoreError,
    StoreIndex,
    StoreUnavailableError,
    UnsupportedError,
    __version__,
)
from danvan_search.plain import encoded
from danvan_search.web.pool import BusyError

RETRY_SECONDS: Final = "2"
BUSY: Final = "busy"
NOT_FOUND: Final = "not-found"

_TITLES: Final = {
    400: "The request cannot be understood",
    401: "A token is needed",
    404: "There is no such thing",
    409: "The index is being changed",
    413: "The request is too large",
    405: "This method cannot be used here",
    422: "The query or an option cannot be used",
    500: "The server has a fault",
    501: "The articles are in a store that does not do this",
    503: "The server cannot answer at the moment",
}

_TOLD: Final = (UnsupportedError, ConflictError, PartialWriteError)
"""Errors of a store that name what was asked for, and nothing of the machine."""


class TooLargeError(Exception):
    """The body of a request is too large."""


class NotFoundError(Exception):
    """There is no article, or nothing else, of a name."""


class BatchError(Exception):
    """One of several searches of a request cannot be answered.

    :ivar error: why.
    :ivar number: which one, from 0.
    """

    def __init__(self, error: DanvanError, number: int) -> None:
        super().__init__(str(error))
        self.error = error
        self.number = number


def status_of(error: Exception) -> int:
    """Return the HTTP status that tells of an error."""
    if isinstance(error, NotFoundError):
        return 404
    if isinstance(error, TooLargeError):
        return 413
    if isinstance(error, ArticleError | PartialWriteError):
        return 400
    if isinstance(error, IndexLockedError | ConflictError):
        return 409
    if isinstance(error, UnsupportedError):
        return 501
    if isinstance(error, QueryError | OptionError | ArgumentTypeError):
        return 422
    if isinstance(error, StoreError | QueryTimeoutError | BusyError):
        return 503
    return 500


def code_of(error: Exception) -> str:
    """Return the code of an error, for programs and for its translation."""
    if isinstance(error, DanvanError):
        return error.code
    if isinstance(error, TooLargeError):
        return "too-large"
    return BUSY if isinstance(error, BusyError) else NOT_FOUND


def detail_of(error: Exception) -> str:
    """Return the sentence that tells of an error, without any path of this machine."""
    if isinstance(error, IndexLockedError):
        return "Another process is writing to the index: try again in a moment."
    if isinstance(error, StoreUnavailableError):
        return "The cluster does not answer, or lacks a part: try again in a moment."
    if isinstance(error, StoreError) and not isinstance(error, _TOLD):
        return "The index cannot be used: the operator should run `dvsearch verify`."
    if isinstance(error, BusyError):
        return "Too many requests are at work: try again in a moment."
    return str(error)


def problem(error: Exception) -> Response:
    """Return the answer that tells of an error."""
    more: dict[str, Any] = {}
    if isinstance(error, BatchError):
        more, error = {"number": error.number}, error.error
    if isinstance(error, QueryError):
        more |= {"query": error.query, "position": error.position}
    return problem_of(status_of(error), code_of(error), detail_of(error), **more)


def problem_of(status: int, code: str, detail: str, **more: Any) -> Response:  # noqa: ANN401
    """Return an answer in the form of RFC 9457."""
    value = {
        "type": f"urn:danvan-search:problem:{code}",
        "title": _TITLES.get(status, "The request cannot be answered"),
        "status": status,
        "detail": detail,
        "code": code,
        **more,
    }
    headers = {"Retry-After": RETRY_SECONDS} if status in (409, 503) else {}
    return json_answer(value, status, headers, "application/problem+json")


def json_answer(
    value: Any,  # noqa: ANN401
    status: int = 200,
    headers: Mapping[str, str] | None = None,
    media_type: str = "application/json",
) -> Response:
    """Return an answer that is a JSON value."""
    text = json.dumps(value, ensure_ascii=False, separators=(",", ":"))
    return Response(encoded(text), status, headers, media_type)


def tagged(response: Response, tag: str, *, vary: str = "") -> Response:
    """Return an answer with its entity tag, if it has one; it is asked for again each time."""
    if tag:
        response.headers["ETag"] = tag
    response.headers["Cache-Control"] = "private, no-cache"
    if vary:
        response.headers["Vary"] = vary
    return response


def entity_tag(index: Index | StoreIndex, request: Request, *more: str) -> str:
    """Return the tag of what a request is answered with; every commit changes it.

    It is empty for articles in another store than a folder, which tells no state of all of them.
    It is a weak one: how long a search took is in the answer, too. A rebuilt index may have the
    generation of the one that it replaced, but never its folder at the same time.

    :param more: what else the answer depends on.
    :raises StoreError: the index cannot be read.
    """
    if isinstance(index, StoreIndex):
        return ""
    generation = index.generation
    try:
        state = index.path.stat()
    except OSError as error:
        raise IndexStorageError(f"{index.path} cannot be read: {error.strerror}") from error
    parts = (
        __version__,
        str(generation),
        str(state.st_ino),
        str(state.st_mtime_ns),
        str(request.base_url),
        request.url.path,
        request.url.query,
        *more,
    )
    digest = hashlib.blake2b("\0".join(parts).encode("utf-8", "replace"), digest_size=12)
    return f'W/"{digest.hexdigest()}"'


def has(request: Request, tag: str) -> bool:
    """Return whether a client has the answer of a tag already."""
    asked = request.headers.get("if-none-match", "")
    return bool(tag) and any(one.strip() in (tag, "*") for one in asked.split(","))


def not_modified(tag: str) -> Response:
    """Return the answer to a client that has it already."""
    return tagged(Response(status_code=304), tag)
