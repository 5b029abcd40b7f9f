"""Stored text: titles and bodies in zstd frames of 800 characters, so a snippet reads little more.

The body of a document is cut into chunks of equal length, and its title is appended to the last
chunk. A chunk is encoded with one byte per character (``text_encoding``), so an offset is an index
of a byte, and compressed to one frame. A segment with over a million characters has a zstd
dictionary, trained on its own documents, without which such short frames would be half as long
again: on news they take 34 % of the text. The arrays of d documents with c chunks are::

    text_dictionary     uint8, the zstd dictionary; empty for none
    text_frames         uint8, the frames of all chunks, by document
    text_frame_offsets  uint32 or uint64[c + 1], the offsets of the frames
    text_chunks         uint32[d + 1], the first chunk of each document, and c
    text_title_chars, text_body_chars   uint32[d], characters of titles and bodies
"""

import threading
from typing import Final, NamedTuple

import numpy as np
import zstandard
from zstandard import ZstdError

from danvan_search.errors import IndexDamagedError
from danvan_search.index.codec.array_checks import check_lengths
from danvan_search.index.codec.checked_array import Arrays, StoredArrays
from danvan_search.index.codec.text_encoding import (
    MAX_BYTES,
    EncodedText,
    EncodedTexts,
    TextSource,
    cut,
    cut_up,
    decode,
    decode_part,
    pack,
    unpack,
)

HASH_LOG: Final = 17
SEARCH_LOG: Final = 4
MIN_MATCH: Final = 5
"""Parameters of zstd for its strategy "greedy": a table of 2^17 places in the dictionary, of which
2^4 are compared for a match of at least 5 bytes. Shorter matches make a frame longer."""
DICTIONARY_BYTES: Final = 112 << 10
_WINDOW_LOG: Final = 17  # 128 KiB: the dictionary, and a chunk
DICTIONARY_FROM_CHARS: Final = 1 << 20
"""A segment with more characters than this has a zstd dictionary."""
SAMPLE_BYTES: Final = 2 << 20
"""The approximate size of the texts on which the dictionary is trained."""
CHUNK_CHARS: Final = 800
"""The characters of a body in a chunk; the last chunk may have fewer, and has the title."""


class Piece(NamedTuple):
    """A piece of a body.

    :ivar text: the characters of the piece.
    :ivar start: the offset of the piece in the body.
    :ivar is_end: whether the body ends with the piece.
    """

    text: str
    start: int
    is_end: bool


MAX_RATIO: Final = 1000
"""The maximal size of a stored chunk in relation to its frame, so that a small forged file cannot
allocate all memory. A frame that compresses better is padded with zeros."""
_FREE_BYTES: Final = 1 << 20
"""Chunks of up to this size may have any ratio."""
_DESCRIPTOR_AT: Final = 4
_CLAIMS_SIZE: Final = 0xE0
"""The bits of a frame header descriptor (RFC 8878, 3.1.1.1.1) that announce the content size."""
# Dictionary training with fixed parameters: searching for the best ones costs six times as much,
# and makes frames no smaller.
_SEGMENT_BYTES: Final = 200
_MATCH_BYTES: Final = 8


def text_arrays(texts: TextSource) -> Arrays:
    """Compress the texts of all documents.

    :param texts: the texts, which are used up.
    :return: the arrays that :class:`StoredText` reads; see the module.
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
        compression_params=_compression_parameters(),
        dict_data=zstandard.ZstdCompressionDict(dictionary) if dictionary else None,
    )
    frames = bytearray()
    frame_ends: list[int] = [0]
    first_chunks: list[int] = [0]
    for text in texts.drain():
        for chunk, length in _chunks(text):
            frames += compressor.compress(chunk).ljust(_min_frame_bytes(length), b"\0")
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


def _compression_parameters() -> zstandard.ZstdCompressionParameters:
    return zstandard.ZstdCompressionParameters(
        strategy=zstandard.STRATEGY_GREEDY,
        window_log=_WINDOW_LOG,
        hash_log=HASH_LOG,
        chain_log=HASH_LOG - 1,
        search_log=SEARCH_LOG,
        min_match=MIN_MATCH,
        write_checksum=False,
        write_content_size=False,
        write_dict_id=False,
    )


def _chunks(text: EncodedTexts) -> list[tuple[bytes, int]]:
    """Return the chunks of a document: the bytes to compress, and the number of characters."""
    title, body = text
    chunks = cut_up(body, CHUNK_CHARS)
    if not chunks and not title.codes:
        return []
    *whole, last = chunks or [EncodedText(b"", "")]
    # The title is short, so it shares the frame of the last chunk.
    ending = pack(last, title), len(last.codes) + len(title.codes)
    return [*[(pack(chunk), CHUNK_CHARS) for chunk in whole], ending]


def chunk_count(title_chars: int, body_chars: int) -> int:
    """Return the number of chunks of a document; 0 if it has no text."""
    return max(-(-body_chars // CHUNK_CHARS), min(title_chars, 1))


def _min_frame_bytes(length: int) -> int:
    """Return the minimal size of the frame of ``length`` characters, padding included."""
    max_bytes = length * MAX_BYTES
    return -(-max_bytes // MAX_RATIO) if max_bytes > _FREE_BYTES else 0


def _train(samples: list[bytes | bytearray | memoryview]) -> bytes:
    try:
        return zstandard.train_dictionary(
            DICTIONARY_BYTES, samples, k=_SEGMENT_BYTES, d=_MATCH_BYTES
        ).as_bytes()
    except ZstdError:
        # The documents are too few or too diverse for a dictionary.
        return b""


class StoredText:
    """The stored texts of an open segment; thread-safe.

    :param arrays: the arrays of :func:`text_arrays`.
    :param where: the file of the arrays, for errors.
    :param doc_count: the number of documents.
    :raises KeyError: an array is missing.
    :raises ValueError: their shapes do not fit each other.
    :raises IndexDamagedError: one has another dtype.
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

    def encoded(self, doc: int) -> EncodedTexts:
        """Return title and body of a document, encoded.

        :raises IndexDamagedError: the stored text is corrupt.
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
                unpack(self._chunk(first + index, length), length)
                for index, length in enumerate(lengths)
            ]
        except ValueError as error:
            raise self._damaged() from error
        codes = b"".join([chunk.codes for chunk in chunks])
        both = EncodedText(codes, "".join([chunk.others for chunk in chunks]))
        return EncodedTexts(cut(both, body, body + title), cut(both, 0, body))

    def body(self, doc: int) -> str:
        """Return the body of a document; see :meth:`encoded`."""
        return decode(self.encoded(doc).body)

    def piece(self, doc: int, first: int, last: int) -> Piece:
        """Return the characters of a body from offset ``first`` to ``last - 1``.

        Offsets below 0, or past the end of the body, are clipped to the body.

        :raises IndexDamagedError: the stored text is corrupt.
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
        """Return the decompressed bytes of a chunk.

        :param length: the number of its characters.
        """
        try:
            decompressor = self._per_thread.decompressor
        except AttributeError:
            decompressor = self._open()
        frame = self._frames.raw(*self._offsets.pair(chunk))
        if len(frame) < _min_frame_bytes(length):
            raise self._damaged()
        try:
            # The decompressor would trust an announced content size, and allocate it at once.
            if frame[_DESCRIPTOR_AT] & _CLAIMS_SIZE:
                raise self._damaged()
            raw: bytes = decompressor.decompress(frame, length * MAX_BYTES)
        except (ZstdError, IndexError) as error:
            raise self._damaged() from error
        return raw

    def lengths(self, docs: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        """Return the numbers of characters of the titles and bodies of some documents.

        :param docs: int64[n].
        :return: uint32[n] for the titles, and uint32[n] for the bodies.
        """
        return self._title_chars.take(docs), self._body_chars.take(docs)

    def check_values(self) -> None:
        """Decompress and decode every text.

        :raises IndexDamagedError: a stored text is corrupt.
        :raises ValueError: a text cannot be decoded.
        """
        for doc in range(len(self._title_chars)):
            texts = self.encoded(doc)
            decode(texts.title)
            decode(texts.body)

    def _damaged(self) -> IndexDamagedError:
        return IndexDamagedError.of(self._where, "a text is not what was written")

    def _open(self) -> zstandard.ZstdDecompressor:
        """Return a new decompressor, which this thread keeps."""
        dictionary = self._dictionary.whole().tobytes()
        data = zstandard.ZstdCompressionDict(dictionary) if dictionary else None
        decompressor = zstandard.ZstdDecompressor(dict_data=data)
        self._per_thread.decompressor = decompressor
        return decompressor
