"""The stored texts: zstd frames of a kilobyte each, so that a snippet reads a piece of its body.

A document is its body, cut into chunks between characters, with its title at the end of the last.
A segment with over a megabyte of text has a dictionary, trained on its own documents, without
which such short frames would be half as long again: on news they take 37 % of the text. Reading
one takes 3 µs, and a whole article of 3.5 kB takes 10.
"""

import threading
from bisect import bisect_left, bisect_right
from itertools import pairwise
from typing import Final, NamedTuple

import numpy as np
import zstandard

from danvan_search.errors import IndexDamagedError
from danvan_search.index.arrays.blocks import Stored, check_lengths
from danvan_search.index.arrays.rawtexts import RawTexts
from danvan_search.index.arrays.vocabulary import Arrays

LEVEL: Final = 3
DICTIONARY_BYTES: Final = 112 << 10
DICTIONARY_FROM_BYTES: Final = 1 << 20
SAMPLE_BYTES: Final = 2 << 20
CHUNK_BYTES: Final = 1 << 10
"""A chunk of a body has so many bytes, less what would cut a character."""


class Piece(NamedTuple):
    """A piece of a body.

    :ivar text: the piece.
    :ivar start: where it starts in the body, in characters.
    :ivar is_end: whether the body ends with it.
    """

    text: str
    start: int
    is_end: bool


MAX_RATIO: Final = 1000
"""No stored text is so many times larger than its frame, so that a small file cannot ask for all of
the memory; the frame of one that would be is followed by zeros."""
_FREE_BYTES: Final = 1 << 20
"""A text up to this may be of any ratio."""
# What the search for the best would choose costs six times as much and makes no smaller frames.
_SEGMENT_BYTES: Final = 200
_MATCH_BYTES: Final = 8


def text_arrays(texts: RawTexts) -> Arrays:
    """Compress the texts of all documents; return the arrays that :class:`Texts` reads.

    :param texts: used up.
    """
    title_bytes, sizes = texts.title_bytes, texts.total_bytes
    total = int(sizes.sum())
    dictionary = b""
    if total > DICTIONARY_FROM_BYTES:
        step = 1 + total // SAMPLE_BYTES
        samples: list[bytes | bytearray | memoryview] = [
            texts.raw(doc)[: SAMPLE_BYTES // 64] for doc in range(0, len(sizes), step)
        ]
        dictionary = _train(samples)
    compressor = zstandard.ZstdCompressor(
        level=LEVEL,
        dict_data=zstandard.ZstdCompressionDict(dictionary) if dictionary else None,
        write_checksum=False,
        write_content_size=False,
        write_dict_id=False,
    )
    frames = bytearray()
    frame_ends: list[int] = [0]
    first_chunks: list[int] = [0]
    chunk_chars: list[int] = []
    for raw, title in zip(texts.drain(), title_bytes.tolist(), strict=True):
        body = raw[title:]
        cuts = _cuts(body) if len(raw) else []
        chunk_chars += _characters_before(body, cuts)
        for start, end in pairwise([*cuts, len(body)]):
            # The title is short, and made no frame of its own: it ends the last one.
            chunk = body[start:end] if end < len(body) else b"".join((body[start:], raw[:title]))
            least = -(-len(chunk) // MAX_RATIO) if len(chunk) > _FREE_BYTES else 0
            frames += compressor.compress(chunk).ljust(least, b"\0")
            frame_ends.append(len(frames))
        first_chunks.append(len(chunk_chars))
    offsets = np.array(frame_ends, dtype=np.uint64)
    return {
        "text_dictionary": np.frombuffer(dictionary, dtype=np.uint8),
        "text_frames": np.frombuffer(frames, dtype=np.uint8),
        "text_frame_offsets": offsets.astype(np.uint32) if len(frames) < 1 << 32 else offsets,
        "text_chunks": np.array(first_chunks, dtype=np.uint32),
        "text_chunk_chars": np.array(chunk_chars, dtype=np.uint32),
        "text_title_bytes": title_bytes.astype(np.uint32),
        "text_bytes": sizes.astype(np.uint32),
    }


def _cuts(body: bytes | memoryview) -> list[int]:
    """Where the chunks of a body begin, in bytes; never inside a character."""
    cuts = [0]
    at = CHUNK_BYTES
    while at < len(body):
        while body[at] & 0xC0 == 0x80:
            at -= 1
        cuts.append(at)
        at += CHUNK_BYTES
    return cuts


def _characters_before(body: bytes | memoryview, cuts: list[int]) -> list[int]:
    """How many characters of a body stand before each chunk."""
    if len(cuts) <= 1:
        return [0] * len(cuts)
    codes = np.frombuffer(body, dtype=np.uint8, count=cuts[-1])
    begins = (codes & 0xC0) != 0x80
    counts = np.add.reduceat(begins, cuts[:-1], dtype=np.int64)
    return [0, *np.cumsum(counts).tolist()]


def _train(samples: list[bytes | bytearray | memoryview]) -> bytes:
    try:
        return zstandard.train_dictionary(
            DICTIONARY_BYTES, samples, k=_SEGMENT_BYTES, d=_MATCH_BYTES
        ).as_bytes()
    except zstandard.ZstdError:
        # Too few or too odd documents to learn from: each is compressed alone.
        return b""


class Texts:
    """The stored texts of an open segment.

    :param where: what to call it in errors: the file.
    :param doc_count: how many documents there are.
    """

    def __init__(self, arrays: Stored, where: str, doc_count: int) -> None:
        self._where = where
        self._frames = arrays["text_frames"].of(np.uint8)
        self._offsets = arrays["text_frame_offsets"].of(np.uint32, np.uint64)
        self._chunks = arrays["text_chunks"].of(np.uint32)
        self._chunk_chars = arrays["text_chunk_chars"].of(np.uint32)
        self._title_bytes = arrays["text_title_bytes"].of(np.uint32)
        self._bytes = arrays["text_bytes"].of(np.uint32)
        self._dictionary = arrays["text_dictionary"].of(np.uint8)
        check_lengths(doc_count, self._title_bytes, self._bytes)
        check_lengths(doc_count + 1, self._chunks)
        check_lengths(len(self._chunk_chars) + 1, self._offsets)
        # A decompressor serves one thread at a time.
        self._per_thread = threading.local()

    def raw(self, doc: int) -> tuple[bytes, bytes]:
        """Return title and body of a document as UTF-8, lone surrogates passed.

        :raises IndexDamagedError: when the stored text is not what was written.
        """
        first, end = self._chunks.pair(doc)
        title_bytes = self._title_bytes.item(doc)
        both = self._read(first, end, title_bytes)
        body_bytes = self._bytes.item(doc) - title_bytes
        if len(both) != body_bytes + title_bytes:
            raise self._damaged()
        return both[body_bytes:], both[:body_bytes]

    def piece(self, doc: int, first: int, last: int) -> Piece:
        """Return a piece of a body that holds some of its characters, and others around them.

        :param first: the first character that is wanted; it may be below 0.
        :param last: one past the last; it may be past the end.
        :raises IndexDamagedError: when the stored text is not what was written.
        """
        chunk, end = self._chunks.pair(doc)
        starts = self._chunk_chars.raw(chunk, end).tolist()
        low = max(bisect_right(starts, first) - 1, 0)
        high = max(bisect_left(starts, last), low + 1)
        is_end = high >= len(starts)
        title_bytes = self._title_bytes.item(doc) if is_end else 0
        raw = self._read(chunk + low, min(chunk + high, end), title_bytes)
        text = self._decoded(raw[: len(raw) - title_bytes])
        return Piece(text, starts[low] if starts else 0, is_end)

    def _read(self, first: int, end: int, title_bytes: int) -> bytes:
        """Return some chunks of a document, the last of which may end with its title."""
        if end == first + 1:
            return self._chunk(first, CHUNK_BYTES + title_bytes)
        chunks = [self._chunk(chunk, CHUNK_BYTES) for chunk in range(first, end - 1)]
        if first < end:
            chunks.append(self._chunk(end - 1, CHUNK_BYTES + title_bytes))
        return b"".join(chunks)

    def _chunk(self, chunk: int, most: int) -> bytes:
        decompressor = getattr(self._per_thread, "decompressor", None) or self._open()
        start, stop = self._offsets.pair(chunk)
        frame = self._frames.raw(start, stop)
        if most > max(_FREE_BYTES, MAX_RATIO * len(frame)) + CHUNK_BYTES:
            raise self._damaged()
        try:
            # What a frame claims itself would be believed, and its memory taken at once.
            if zstandard.frame_content_size(frame) >= 0:
                raise self._damaged()
            return decompressor.decompress(frame, max_output_size=most)
        except zstandard.ZstdError as error:
            raise self._damaged() from error

    def sizes(self, docs: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        """Return how many bytes the titles of some documents have, and how many they have in all.

        :param docs: int64[n].
        :return: uint32[n] each.
        """
        return self._title_bytes.take(docs), self._bytes.take(docs)

    def body(self, doc: int) -> str:
        """Return the body of a document, as it was given; see :meth:`raw`."""
        return self._decoded(self.raw(doc)[1])

    def _decoded(self, raw: bytes) -> str:
        try:
            return raw.decode("utf-8", "surrogatepass")
        except UnicodeDecodeError as error:
            raise self._damaged() from error

    def _damaged(self) -> IndexDamagedError:
        return IndexDamagedError.of(self._where, "a text is not what was written")

    def _open(self) -> zstandard.ZstdDecompressor:
        dictionary = self._dictionary.whole().tobytes()
        data = zstandard.ZstdCompressionDict(dictionary) if dictionary else None
        decompressor = zstandard.ZstdDecompressor(dict_data=data)
        self._per_thread.decompressor = decompressor
        return decompressor
