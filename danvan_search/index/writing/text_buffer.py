"""Buffers the texts of a segment's documents, as ``codec.text_encoding`` encodes them."""

from bisect import bisect_right
from collections import deque
from collections.abc import Iterator, Sequence

import numpy as np

from danvan_search.index.codec.text_encoding import EncodedTexts, cut, encode, pack, unpack
from danvan_search.index.writing.arena import Arena


class TextBuffer:
    """Encoded texts in memory, in one block per batch.

    :param arena: the memory for the texts.

    :ivar byte_count: the size of all texts in bytes.
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
        """int64[docs], the number of characters of each title."""
        return np.array(self._title_chars, dtype=np.int64)

    @property
    def body_chars(self) -> np.ndarray:
        """int64[docs], the number of characters of each body."""
        return np.array(self._body_chars, dtype=np.int64)

    def text(self, doc: int) -> EncodedTexts:
        """Return the texts of one document."""
        batch = bisect_right(self._first_docs, doc) - 1
        start = sum(self._sizes[self._first_docs[batch] : doc])
        return self._text(doc, self._blobs[batch][start : start + self._sizes[doc]])

    def drain(self) -> Iterator[EncodedTexts]:
        """Yield the texts of all documents in order, and free their memory on the way."""
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
