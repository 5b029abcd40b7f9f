"""The texts of the documents that a segment is built of, in codes; see :mod:`.codepage`."""

from bisect import bisect_right
from collections import deque
from collections.abc import Iterator, Sequence
from typing import NamedTuple, Protocol

import numpy as np

from danvan_search.index.codec.text_encoding import EncodedText, cut, encode, pack, unpack
from danvan_search.index.writing.arena import Arena


class EncodedTexts(NamedTuple):
    """Title and body of a document."""

    title: EncodedText
    body: EncodedText


class TextSource(Protocol):
    """The texts of some documents."""

    @property
    def title_chars(self) -> np.ndarray:
        """How many characters each title has, int64[docs]."""

    @property
    def body_chars(self) -> np.ndarray:
        """How many characters each body has, int64[docs]."""

    def text(self, doc: int) -> EncodedTexts:
        """Return the texts of one document."""

    def drain(self) -> Iterator[EncodedTexts]:
        """Yield the texts of all documents in their order, and give up what holds them."""


class TextBuffer:
    """Texts in memory, a batch at a time.

    :param arena: where they are kept.

    :ivar byte_count: how much they take.
    """

    def __init__(self, arena: Arena) -> None:
        self.byte_count = 0
        self._arena = arena
        self._blobs: deque[memoryview] = deque()
        self._first_docs: list[int] = []
        self._title_chars: list[int] = []
        self._body_chars: list[int] = []
        self._sizes: list[int] = []

    def add(self, titles: Sequence[str], bodies: Sequence[str]) -> None:
        """Add the texts of some documents."""
        self._first_docs.append(len(self._sizes))
        texts = [
            pack(encode(title), encode(body)) for title, body in zip(titles, bodies, strict=True)
        ]
        self._title_chars += map(len, titles)
        self._body_chars += map(len, bodies)
        self._sizes += map(len, texts)
        blob = np.frombuffer(b"".join(texts), dtype=np.uint8)
        self._blobs.append(self._arena.keep(blob).data)
        self.byte_count += len(blob)

    @property
    def title_chars(self) -> np.ndarray:
        """How many characters each title has, int64[docs]."""
        return np.array(self._title_chars, dtype=np.int64)

    @property
    def body_chars(self) -> np.ndarray:
        """How many characters each body has, int64[docs]."""
        return np.array(self._body_chars, dtype=np.int64)

    def text(self, doc: int) -> EncodedTexts:
        """Return the texts of one document."""
        batch = bisect_right(self._first_docs, doc) - 1
        start = sum(self._sizes[self._first_docs[batch] : doc])
        return self._text(doc, self._blobs[batch][start : start + self._sizes[doc]])

    def drain(self) -> Iterator[EncodedTexts]:
        """Yield the texts of all documents in their order, and give up what holds them."""
        ends = [*self._first_docs[1:], len(self._sizes)]
        for first, end in zip(self._first_docs, ends, strict=True):
            blob = self._blobs.popleft()
            start = 0
            for doc in range(first, end):
                yield self._text(doc, blob[start : start + self._sizes[doc]])
                start += self._sizes[doc]

    def _text(self, doc: int, raw: memoryview) -> EncodedTexts:
        title, body = self._title_chars[doc], self._body_chars[doc]
        both = unpack(bytes(raw), title + body)
        return EncodedTexts(cut(both, 0, title), cut(both, title, title + body))
