"""Calls of the client, whose errors become ours in one place."""

from collections.abc import Callable
from typing import Any, Final, NoReturn, TypeVar

from opensearchpy.exceptions import (
    ConnectionError as NoConnectionError,
)
from opensearchpy.exceptions import (
    ConnectionTimeout,
    OpenSearchException,
    TransportError,
)

from danvan_search.errors import (
    DanvanError,
    IndexNotFoundError,
    QueryTimeoutError,
    StoreError,
    StoreUnavailableError,
)

Result = TypeVar("Result")

RETRIED: Final = frozenset({429, 502, 503, 504})
"""The statuses of a cluster that is overloaded, or lacks shards: another try may succeed."""

_REFUSED: Final = frozenset({401, 403})
_NOT_FOUND: Final = 404
_MAX_REASON: Final = 300

_GONE: Final = (
    "connect_transport_exception",
    "illegal_index_shard_state_exception",
    "no_shard_available_action_exception",
    "node_closed_exception",
    "node_disconnected_exception",
    "node_not_connected_exception",
    "receive_timeout_transport_exception",
    "search_context_missing_exception",
    "shard_not_found_exception",
)
"""What a node tells, as an error 500 or 404, that asked another one which went away meanwhile."""

_TOO_MANY: Final = ("maxClauseCount", "too_many_clauses", "too_many_nested_clauses", "maxClause")


class TooManyFormsError(Exception):
    """A pattern of a query matches more forms than the cluster takes; never leaves the package."""


def call(function: Callable[..., Result], /, *args: Any, **values: Any) -> Result:  # noqa: ANN401
    """Call a method of the client.

    :raises StoreUnavailableError: the cluster does not answer, or not with all of its shards.
    :raises IndexNotFoundError: there is no such index.
    :raises TooManyFormsError: a pattern matches too many forms.
    :raises StoreError: the cluster refuses the request for another reason.
    """
    try:
        return function(*args, **values)
    except OpenSearchException as error:
        raise_ours(error)


def raise_ours(error: OpenSearchException) -> NoReturn:
    """Raise an error of the client as one of ours."""
    raise our_error(error) from error


def our_error(error: OpenSearchException) -> DanvanError | TooManyFormsError:
    """Return the error of ours for one of the client."""
    if isinstance(error, ConnectionTimeout):
        return StoreUnavailableError("the cluster did not answer in time: try again")
    if isinstance(error, NoConnectionError):
        return StoreUnavailableError(
            f"the cluster cannot be reached ({reason_of(error)}): try again"
        )
    if not isinstance(error, TransportError):
        return StoreError(f"the cluster cannot be used: {reason_of(error)}")
    status, reason = error.status_code, reason_of(error)
    if any(one in reason for one in _TOO_MANY):
        return TooManyFormsError(reason)
    if status in RETRIED or any(one in reason for one in _GONE):
        return StoreUnavailableError(
            f"the cluster is overloaded, or some of its shards are missing ({reason}): try again"
        )
    if status == _NOT_FOUND:
        return IndexNotFoundError(f"the cluster has no such index ({reason}): create it first")
    if status in _REFUSED:
        return StoreError(f"the cluster refuses the user ({reason}): check the credentials")
    return StoreError(f"the cluster refused the request: {reason}")


def reason_of(error: OpenSearchException) -> str:
    """Return what went wrong, in a line."""
    if not isinstance(error, TransportError):
        return _shortened(str(error))
    info = error.info if len(error.args) > 2 else None
    causes = []
    if isinstance(info, dict) and isinstance(info.get("error"), dict):
        inner = info["error"]
        for one in (inner, *(inner.get("root_cause") or ())):
            causes += [one.get("type"), one.get("reason")]
        for shard in inner.get("failed_shards") or ():
            cause: Any = shard.get("reason")
            while isinstance(cause, dict):
                causes += [cause.get("type"), cause.get("reason")]
                cause = cause.get("caused_by")
    known = list(dict.fromkeys([str(one) for one in causes if one]))
    if not known:
        known = [str(error.args[1] if len(error.args) > 1 else error)]
    return _shortened("; ".join(known))


def _shortened(text: str) -> str:
    line = " ".join(text.split())
    return line if len(line) <= _MAX_REASON else f"{line[: _MAX_REASON - 1]}…"


def searched(
    client: Any,  # noqa: ANN401
    alias: str,
    body: dict[str, Any],
    *,
    timeout: float | None = None,
    **values: Any,  # noqa: ANN401
) -> dict[str, Any]:
    """Return the answer to a search; it is of all shards, or an error.

    :param client: the client.
    :param timeout: the time limit in seconds; None for that of the client.
    :param values: parameters of the request.
    :raises QueryTimeoutError: it took longer than the time limit.
    :raises StoreUnavailableError: a shard did not answer.
    """
    if timeout is not None:
        values["request_timeout"] = max(timeout, 0.001)
    try:
        found: dict[str, Any] = client.search(
            index=alias, body=body, allow_partial_search_results="false", **values
        )
    except ConnectionTimeout as error:
        if timeout is None:
            raise_ours(error)
        raise QueryTimeoutError(
            f"the search took longer than {timeout:g} s: give it more time, or use fewer or "
            "rarer words"
        ) from error
    except OpenSearchException as error:
        raise_ours(error)
    if found.get("timed_out") or found["_shards"]["failed"]:
        raise StoreUnavailableError("a shard of the cluster did not answer in time: try again")
    return found
