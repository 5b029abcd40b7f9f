"""The stored texts: one zstd frame per document, of its title followed by its body.

A segment with over a megabyte of text has a dictionary, trained on its own documents: on news
of 3.5 kB each it makes frames of 32 % of the text instead of 44 %, and reading one takes 9 µs.
"""

import threading
from typing import Final

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
        write_checksum=True,
        write_content_size=False,
        write_dict_id=False,
    )
    frames = bytearray()
    frame_offsets = np.zeros(len(sizes) + 1, dtype=np.int64)
    for doc, raw in enumerate(texts.drain()):
        least = -(-len(raw) // MAX_RATIO) if len(raw) > _FREE_BYTES else 0
        frames += compressor.compress(raw).ljust(least, b"\0")
        frame_offsets[doc + 1] = len(frames)
    return {
        "text_dictionary": np.frombuffer(dictionary, dtype=np.uint8),
        "text_frames": np.frombuffer(frames, dtype=np.uint8),
        "text_frame_offsets": frame_offsets,
        "text_title_bytes": title_bytes.astype(np.uint32),
        "text_bytes": sizes.astype(np.uint32),
    }


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
        self._offsets = arrays["text_frame_offsets"].of(np.int64)
        self._title_bytes = arrays["text_title_bytes"].of(np.uint32)
        self._bytes = arrays["text_bytes"].of(np.uint32)
        self._dictionary = arrays["text_dictionary"].of(np.uint8)
        check_lengths(doc_count, self._title_bytes, self._bytes)
        check_lengths(doc_count + 1, self._offsets)
        # A decompressor serves one thread at a time.
        self._per_thread = threading.local()

    def raw(self, doc: int) -> tuple[bytes, bytes]:
        """Return title and body of a document as UTF-8, lone surrogates passed.

        :raises IndexDamagedError: when the stored text is not what was written.
        """
        decompressor = getattr(self._per_thread, "decompressor", None) or self._open()
        frame = self._frames.slice(*self._offsets.pair(doc)).data
        size = self._bytes.item(doc)
        if size > max(_FREE_BYTES, MAX_RATIO * len(frame)):
            raise self._damaged()
        try:
            # What a frame claims itself would be believed, and its memory taken at once.
            if zstandard.frame_content_size(frame) >= 0:
                raise self._damaged()
            both = decompressor.decompress(frame, max_output_size=max(size, 1))
        except zstandard.ZstdError as error:
            raise self._damaged() from error
        if len(both) != size:
            raise self._damaged()
        title_bytes = self._title_bytes.item(doc)
        return both[:title_bytes], both[title_bytes:]

    def sizes(self, docs: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        """Return how many bytes the titles of some documents have, and how many they have in all.

        :param docs: int64[n].
        :return: uint32[n] each.
        """
        return self._title_bytes.take(docs), self._bytes.take(docs)

    def texts(self, doc: int) -> tuple[str, str]:
        """Return title and body of a document, as they were given; see :meth:`raw`."""
        title, body = self.raw(doc)
        try:
            return title.decode("utf-8", "surrogatepass"), body.decode("utf-8", "surrogatepass")
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
