"""Sends changes of articles in chunks of bounded size, again where another try may succeed."""

import json
import random
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Final, NamedTuple

from opensearchpy.exceptions import ConnectionError as NoConnectionError
from opensearchpy.exceptions import TransportError

from danvan_search.errors import StoreUnavailableError
from danvan_search.opensearch.cluster import RETRIED, call, raise_ours, reason_of

MAX_CHUNK_BYTES: Final = 1_500_000
"""A request has changes of at most so many bytes, unless one change alone is larger."""
MAX_CHUNK_ITEMS: Final = 1000

MAX_TRIES: Final = 8
"""A chunk is sent at most so often."""
_MOST_SECONDS: Final = 300.0
"""No further try begins later than this after the first, however long each takes."""
_FIRST_WAIT: Final = 0.5
_LONGEST_WAIT: Final = 30.0

_CONFLICT: Final = 409
_NOT_FOUND: Final = 404
_OK: Final = range(200, 300)

_JSON: Final = json.JSONEncoder(ensure_ascii=False, separators=(",", ":"))


class Place(NamedTuple):
    """The state of a document, which each change of it replaces.

    :ivar seq_no: the number of its last change.
    :ivar primary_term: the number of the primary shard that made it.
    """

    seq_no: int
    primary_term: int


class Change(NamedTuple):
    """One change.

    :ivar id: the id of the article.
    :ivar key: the ``_id`` of the document.
    :ivar document: the new document; None removes the old one.
    :ivar before: what it replaces; None for nothing.
    :ivar is_checked: whether it fails if another writer came between.
    """

    id: str
    key: str
    document: Mapping[str, Any] | None
    before: Place | None
    is_checked: bool = True

    def encoded(self) -> bytes:
        """Return its lines in the body of a bulk request."""
        about: dict[str, Any] = {"_id": self.key}
        if self.before is not None:
            about["if_seq_no"], about["if_primary_term"] = self.before
        if self.document is None:
            return f"{_JSON.encode({'delete': about})}\n".encode()
        action = "create" if self.is_checked and self.before is None else "index"
        return f"{_JSON.encode({action: about})}\n{_JSON.encode(self.document)}\n".encode()


@dataclass(slots=True)
class Outcome:
    """What became of changes.

    :ivar places: the new states of the documents that were written, by the id of the article.
    :ivar conflicts: the changes that another writer came before.
    :ivar failures: the reasons of refusals, by the id of the article.
    """

    places: dict[str, Place] = field(default_factory=dict)
    conflicts: list[Change] = field(default_factory=list)
    failures: dict[str, str] = field(default_factory=dict)


class Bulk:
    """Sends changes to one index.

    :param client: the client.
    :param index: the name of the index.
    :param sleep: waits some seconds.
    :param jitter: returns a number from 0 to 1, by which waits of several writers differ.
    :param clock: returns the time, in seconds.
    """

    def __init__(
        self,
        client: Any,  # noqa: ANN401
        index: str,
        *,
        sleep: Callable[[float], None] = time.sleep,
        jitter: Callable[[], float] = random.random,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._client = client
        self._index = index
        self._sleep = sleep
        self._jitter = jitter
        self._clock = clock

    def send(self, changes: Sequence[Change], outcome: Outcome, *, waits: bool = False) -> bool:
        """Send changes, in their order.

        :param outcome: is added to; it holds what was written also where an error is raised.
        :param waits: if they are one request, wait until they are visible.
        :return: whether that was waited for.
        :raises StoreUnavailableError: the cluster took none of some changes, in several tries.
        """
        chunks = list(_chunks(changes))
        waits = waits and len(chunks) == 1
        for chunk in chunks:
            self._send_chunk(chunk, outcome, {"refresh": "wait_for"} if waits else {})
        return waits

    def _send_chunk(
        self, chunk: list[tuple[Change, bytes]], outcome: Outcome, values: Mapping[str, str]
    ) -> None:
        reason = ""
        end = self._clock() + _MOST_SECONDS
        tries = 0
        while tries < MAX_TRIES and (not tries or self._clock() < end):
            if tries:
                self._sleep(self._wait(tries))
            tries += 1
            body = b"".join([encoded for _, encoded in chunk])
            try:
                answer = self._client.bulk(body=body, index=self._index, **values)
            except TransportError as error:
                if not isinstance(error, NoConnectionError) and error.status_code not in RETRIED:
                    raise_ours(error)
                reason = reason_of(error)
                continue
            chunk, reason = _sorted_out(chunk, answer["items"], outcome)
            if not chunk:
                return
        raise StoreUnavailableError(
            f"the cluster took {len(chunk):,} changes in none of {tries} tries ({reason}): "
            "try again; what was written before stays"
        )

    def _wait(self, attempt: int) -> float:
        """Return the seconds to wait before a further try: half of them at random."""
        longest = min(_LONGEST_WAIT, _FIRST_WAIT * 2.0 ** (attempt - 1))
        return longest * (1 + self._jitter()) / 2


def _sorted_out(
    chunk: list[tuple[Change, bytes]], items: Sequence[Mapping[str, Any]], outcome: Outcome
) -> tuple[list[tuple[Change, bytes]], str]:
    """Add what became of changes to an outcome; return those to be sent again, and why."""
    again: list[tuple[Change, bytes]] = []
    reason = ""
    for sent, item in zip(chunk, items, strict=True):
        change = sent[0]
        ((_, result),) = item.items()
        status = result["status"]
        if status in _OK:
            outcome.places[change.id] = Place(result["_seq_no"], result["_primary_term"])
        elif status == _NOT_FOUND and change.document is None:
            outcome.places.pop(change.id, None)
        elif status == _CONFLICT:
            outcome.conflicts.append(change)
        else:
            error = result.get("error") or {}
            why = f"{error.get('type')}: {error.get('reason')}"
            if status in RETRIED:
                again.append(sent)
                reason = why
            else:
                outcome.failures[change.id] = why
    return again, reason


def _chunks(changes: Sequence[Change]) -> Iterator[list[tuple[Change, bytes]]]:
    chunk: list[tuple[Change, bytes]] = []
    size = 0
    for change in changes:
        encoded = change.encoded()
        if chunk and (size + len(encoded) > MAX_CHUNK_BYTES or len(chunk) >= MAX_CHUNK_ITEMS):
            yield chunk
            chunk, size = [], 0
        chunk.append((change, encoded))
        size += len(encoded)
    if chunk:
        yield chunk


def refresh_index(client: Any, index: str) -> None:  # noqa: ANN401
    """Make all changes of an index visible to searches."""
    call(client.indices.refresh, index=index)
