"""The texts of the documents that a segment is built of, as UTF-8 (lone surrogates passed)."""

from bisect import bisect_right
from collections import deque
from collections.abc import Iterator, Sequence
from typing import Protocol

import numpy as np

from danvan_search.index.arrays.arena import Arena


class RawTexts(Protocol):
    """The texts of some documents: of each its title followed by its body."""

    @property
    def title_bytes(self) -> np.ndarray:
        """How long each title is, int64[docs]."""

    @property
    def total_bytes(self) -> np.ndarray:
        """How long title and body are together, int64[docs]."""

    def raw(self, doc: int) -> bytes:
        """Return the text of one document."""

    def drain(self) -> Iterator[bytes | memoryview]:
        """Yield the texts of all documents in their order, and give up what holds them."""


class CollectedTexts:
    """Texts in memory, a batch at a time.

    :param arena: where they are kept.

    :ivar byte_count: how much they take.
    """

    def __init__(self, arena: Arena) -> None:
        self.byte_count = 0
        self._arena = arena
        self._blobs: deque[memoryview] = deque()
        self._first_docs: list[int] = []
        self._title_bytes: list[int] = []
        self._total_bytes: list[int] = []

    def add(self, titles: Sequence[str], bodies: Sequence[str]) -> None:
        """Add the texts of some documents."""
        self._first_docs.append(len(self._total_bytes))
        pieces: list[bytes] = []
        for title, body in zip(titles, bodies, strict=True):
            raw_title = title.encode("utf-8", "surrogatepass")
            raw_body = body.encode("utf-8", "surrogatepass")
            pieces += raw_title, raw_body
            self._title_bytes.append(len(raw_title))
            self._total_bytes.append(len(raw_title) + len(raw_body))
        blob = np.frombuffer(b"".join(pieces), dtype=np.uint8)
        self._blobs.append(self._arena.keep(blob).data)
        self.byte_count += len(blob)

    @property
    def title_bytes(self) -> np.ndarray:
        """How long each title is, int64[docs]."""
        return np.array(self._title_bytes, dtype=np.int64)

    @property
    def total_bytes(self) -> np.ndarray:
        """How long title and body are together, int64[docs]."""
        return np.array(self._total_bytes, dtype=np.int64)

    def raw(self, doc: int) -> bytes:
        """Return the text of one document."""
        batch = bisect_right(self._first_docs, doc) - 1
        start = sum(self._total_bytes[self._first_docs[batch] : doc])
        return bytes(self._blobs[batch][start : start + self._total_bytes[doc]])

    def drain(self) -> Iterator[memoryview]:
        """Yield the texts of all documents in their order, and give up what holds them."""
        ends = [*self._first_docs[1:], len(self._total_bytes)]
        for first, end in zip(self._first_docs, ends, strict=True):
            blob = self._blobs.popleft()
            start = 0
            for size in self._total_bytes[first:end]:
                yield blob[start : start + size]
                start += size
