"""The stored texts: zstd frames of a few hundred characters, so that a snippet reads what it shows.

A document is its body, cut into chunks of equal length, with its title at the end of the last; each
is stored in codes of one byte per character, so that any part of it is found by counting. A segment
with over a megabyte of text has a dictionary, trained on its own documents, without which such
short frames would be half as long again: on news they take 34 % of the text.
"""

import threading
from typing import Final, NamedTuple

import numpy as np
import zstandard
from zstandard import ZstdError

from danvan_search.errors import IndexDamagedError
from danvan_search.index.codec.checked_array import Arrays, StoredArrays, check_lengths
from danvan_search.index.codec.text_encoding import (
    MAX_BYTES,
    EncodedText,
    cut,
    cut_up,
    decode,
    decode_part,
    pack,
    unpack,
)
from danvan_search.index.writing.text_buffer import EncodedTexts, TextSource

LEVEL: Final = 3
DICTIONARY_BYTES: Final = 112 << 10
DICTIONARY_FROM_CHARS: Final = 1 << 20
SAMPLE_BYTES: Final = 2 << 20
CHUNK_CHARS: Final = 800
"""So many characters of a body are in a chunk, fewer in the last."""


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
_DESCRIPTOR_AT: Final = 4
_CLAIMS_SIZE: Final = 0xE0
"""The bits of a frame's descriptor (RFC 8878, 3.1.1.1.1) that say that its size follows."""
# What the search for the best would choose costs six times as much and makes no smaller frames.
_SEGMENT_BYTES: Final = 200
_MATCH_BYTES: Final = 8


def text_arrays(texts: TextSource) -> Arrays:
    """Compress the texts of all documents; return the arrays that :class:`StoredText` reads.

    :param texts: used up.
    """
    title_chars, body_chars = texts.title_chars, texts.body_chars
    total = int(title_chars.sum() + body_chars.sum())
    dictionary = b""
    if total > DICTIONARY_FROM_CHARS:
        step = 1 + total // SAMPLE_BYTES
        samples: list[bytes | bytearray | memoryview] = [
            pack(*texts.text(doc))[: SAMPLE_BYTES // 64] for doc in range(0, len(title_chars), step)
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
    for text in texts.drain():
        for chunk, length in _chunks(text):
            frames += compressor.compress(chunk).ljust(_least_frame(length), b"\0")
            frame_ends.append(len(frames))
        first_chunks.append(len(frame_ends) - 1)
    offsets = np.array(frame_ends, dtype=np.uint64)
    return {
        "text_dictionary": np.frombuffer(dictionary, dtype=np.uint8),
        "text_frames": np.frombuffer(frames, dtype=np.uint8),
        "text_frame_offsets": offsets.astype(np.uint32) if len(frames) < 1 << 32 else offsets,
        "text_chunks": np.array(first_chunks, dtype=np.uint32),
        "text_title_chars": title_chars.astype(np.uint32),
        "text_body_chars": body_chars.astype(np.uint32),
    }


def _chunks(text: EncodedTexts) -> list[tuple[bytes, int]]:
    """Return what each chunk of a document holds, and how many characters that is."""
    title, body = text
    chunks = cut_up(body, CHUNK_CHARS)
    if not chunks and not title.codes:
        return []
    *whole, last = chunks or [EncodedText(b"", "")]
    # The title is short, and makes no frame of its own: it ends the last one.
    ending = pack(last, title), len(last.codes) + len(title.codes)
    return [*[(pack(chunk), CHUNK_CHARS) for chunk in whole], ending]


def chunk_count(title_chars: int, body_chars: int) -> int:
    """Return how many chunks a document has; none if it has no text."""
    return max(-(-body_chars // CHUNK_CHARS), min(title_chars, 1))


def _least_frame(length: int) -> int:
    """Return how long the frame of so many characters is at least, in bytes."""
    most = length * MAX_BYTES
    return -(-most // MAX_RATIO) if most > _FREE_BYTES else 0


def _train(samples: list[bytes | bytearray | memoryview]) -> bytes:
    try:
        return zstandard.train_dictionary(
            DICTIONARY_BYTES, samples, k=_SEGMENT_BYTES, d=_MATCH_BYTES
        ).as_bytes()
    except ZstdError:
        # Too few or too odd documents to learn from: each is compressed alone.
        return b""


class StoredText:
    """The stored texts of an open segment.

    :param where: what to call it in errors: the file.
    :param doc_count: how many documents there are.
    """

    def __init__(self, arrays: StoredArrays, where: str, doc_count: int) -> None:
        self._where = where
        self._frames = arrays["text_frames"].of(np.uint8)
        self._offsets = arrays["text_frame_offsets"].of(np.uint32, np.uint64)
        self._chunks = arrays["text_chunks"].of(np.uint32)
        self._title_chars = arrays["text_title_chars"].of(np.uint32)
        self._body_chars = arrays["text_body_chars"].of(np.uint32)
        self._dictionary = arrays["text_dictionary"].of(np.uint8)
        check_lengths(doc_count, self._title_chars, self._body_chars)
        check_lengths(doc_count + 1, self._chunks)
        # A decompressor serves one thread at a time.
        self._per_thread = threading.local()

    def coded(self, doc: int) -> EncodedTexts:
        """Return title and body of a document.

        :raises IndexDamagedError: when the stored text is not what was written.
        """
        title, body = self._title_chars.item(doc), self._body_chars.item(doc)
        first, end = self._chunks.pair(doc)
        count = chunk_count(title, body)
        if end - first != count:
            raise self._damaged()
        lengths = [CHUNK_CHARS] * (count - 1)
        if count:
            lengths.append(body + title - len(lengths) * CHUNK_CHARS)
        try:
            chunks = [
                unpack(self._chunk(first + place, length), length)
                for place, length in enumerate(lengths)
            ]
        except ValueError as error:
            raise self._damaged() from error
        codes = b"".join([chunk.codes for chunk in chunks])
        both = EncodedText(codes, "".join([chunk.others for chunk in chunks]))
        return EncodedTexts(cut(both, body, body + title), cut(both, 0, body))

    def body(self, doc: int) -> str:
        """Return the body of a document, as it was given; see :meth:`coded`."""
        return decode(self.coded(doc).body)

    def piece(self, doc: int, first: int, last: int) -> Piece:
        """Return the characters of a body from one place to before another.

        :param first: it may be below 0.
        :param last: it may be past the end.
        :raises IndexDamagedError: when the stored text is not what was written.
        """
        chars = self._body_chars.item(doc)
        if last > chars:
            last = chars
        if first < 0:
            first = 0
        if first >= last:
            first = min(first, chars)
            return Piece("", first, first == chars)
        chunk, end = self._chunks.pair(doc)
        parts = []
        before = first - first % CHUNK_CHARS
        while before < last:
            number = chunk + before // CHUNK_CHARS
            if number >= end:
                raise self._damaged()
            length = CHUNK_CHARS
            if number == end - 1:
                length = chars - before + self._title_chars.item(doc)
            raw = self._chunk(number, length)
            start = first - before if first > before else 0
            try:
                parts.append(decode_part(raw, length, start, last - before))
            except ValueError as error:
                raise self._damaged() from error
            before += CHUNK_CHARS
        return Piece("".join(parts), first, last == chars)

    def _chunk(self, chunk: int, length: int) -> bytes:
        """Return what is stored of a chunk of so many characters."""
        try:
            decompressor = self._per_thread.decompressor
        except AttributeError:
            decompressor = self._open()
        frame = self._frames.raw(*self._offsets.pair(chunk))
        if len(frame) < _least_frame(length):
            raise self._damaged()
        try:
            # What a frame claims itself would be believed, and its memory taken at once.
            if frame[_DESCRIPTOR_AT] & _CLAIMS_SIZE:
                raise self._damaged()
            raw: bytes = decompressor.decompress(frame, length * MAX_BYTES)
        except (ZstdError, IndexError) as error:
            raise self._damaged() from error
        return raw

    def lengths(self, docs: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        """Return how many characters the titles and the bodies of some documents have.

        :param docs: int64[n].
        :return: uint32[n] each.
        """
        return self._title_chars.take(docs), self._body_chars.take(docs)

    def check_values(self) -> None:
        """Decompress and decode every text.

        :raises IndexDamagedError: when one is not what was written.
        """
        for doc in range(len(self._title_chars)):
            texts = self.coded(doc)
            decode(texts.title)
            decode(texts.body)

    def _damaged(self) -> IndexDamagedError:
        return IndexDamagedError.of(self._where, "a text is not what was written")

    def _open(self) -> zstandard.ZstdDecompressor:
        dictionary = self._dictionary.whole().tobytes()
        data = zstandard.ZstdCompressionDict(dictionary) if dictionary else None
        decompressor = zstandard.ZstdDecompressor(dict_data=data)
        self._per_thread.decompressor = decompressor
        return decompressor
