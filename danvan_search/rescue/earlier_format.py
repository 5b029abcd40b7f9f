"""Reads articles of the format before, ``danvan-grid-2``, so that a repair carries them over.

A segment of that format has the same two files. Their version is 3, which differs from 4 in nothing
but the number. Only these arrays are read, of a segment with d documents::

    .docs   records                 JSON values: [id, source, extra, title]; source is true if
                                    equal to the id
            hashes                  uint8[d, 16], content hashes
            dates                   int32[d], proleptic Gregorian ordinals; 0 for no date
            id_keys, id_docs        uint64[d], uint32[d], hashes of the ids, and their documents
            category, origin, root  int32[d], indices into the JSON values …_names; -1 for none
    .grid   text_frames             uint8, Zstandard frames of 800 characters
            text_frame_offsets      uint32 or uint64[frames + 1]
            text_chunks             uint32[d + 1], the first frame of each document
            text_title_chars, text_body_chars   uint32[d]; the title follows the body
            text_dictionary         uint8

JSON values are uint8 bytes, and int64 ``…_offsets``. The commit file names no version of the text
analysis.
"""

import datetime
import hashlib
import json
from pathlib import Path
from typing import Any, Final

import numpy as np
import zstandard

from danvan_search.article import Article
from danvan_search.errors import ArticleError, StoreError
from danvan_search.index.codec.array_checks import check, check_lengths
from danvan_search.index.codec.array_file import ArrayFile
from danvan_search.index.codec.checked_array import StoredArrays
from danvan_search.index.codec.text_encoding import MAX_BYTES, EncodedText, cut, decode, unpack
from danvan_search.index.folder import commit_file
from danvan_search.index.folder.file_names import SEGMENT_FILE
from danvan_search.index.folder.index_folder import (
    EARLIER_FORMAT,
    retry_while_committed,
    storage_errors,
)
from danvan_search.rescue.folder import stored_format
from danvan_search.rescue.salvage import Layout

_VERSION: Final = 3
_CHUNK_CHARS: Final = 800
_MAX_RATIO: Final = 1000
_FREE_BYTES: Final = 1 << 20
_CLAIMS_SIZE: Final = 0xE0


def is_earlier(path: Path) -> bool:
    """Say whether a folder holds an index of the format before.

    Without a readable marker, the segment files tell.

    :raises IndexStorageError: the folder cannot be read.
    """
    name = stored_format(path)
    if name is not None:
        return name == EARLIER_FORMAT
    with storage_errors(path):
        return any(_has_version(one) for one in path.iterdir() if SEGMENT_FILE.fullmatch(one.name))


def _has_version(file: Path) -> bool:
    try:
        ArrayFile(file, version=_VERSION).close()
    except StoreError:
        return False
    return True


def read_commit(path: Path) -> commit_file.Commit | None:
    """Return the newest commit; None if its commit file is damaged or missing."""
    try:
        with storage_errors(path):
            return retry_while_committed(lambda: commit_file.read_any(path, names_analysis=False))
    except StoreError:
        return None


class _DocValues:
    """The doc values of a segment; see the module.

    :raises LookupError, ValueError, StoreError: an array is missing, or has another shape or dtype.
    """

    def __init__(self, arrays: StoredArrays, _where: str) -> None:
        self._arrays = arrays
        self._dates = arrays["dates"].of(np.int32)
        self._hashes = arrays["hashes"].of(np.uint8, axes=2)
        self._id_keys = arrays["id_keys"].of(np.uint64)
        self._id_docs = arrays["id_docs"].of(np.uint32)
        check_lengths(len(self._dates), self._hashes, self._id_keys, self._id_docs)

    def __len__(self) -> int:
        return len(self._dates)

    def article(self, doc: int, body: str) -> Article:
        """Return the article of a document, given its body."""
        article_id, source, extra, title = self._json("records", doc)
        day = self._dates.item(doc)
        date = datetime.date.fromordinal(day) if day else None
        source = article_id if source is True else source
        try:
            return Article(
                article_id, title, body, date, self._name("category", doc), source, extra
            )
        except ArticleError as error:
            raise ValueError(f"document {doc} is no article: {error}") from error

    def content_hash(self, doc: int) -> str:
        """Return the content hash of a document, in hexadecimal."""
        return self._hashes.row(doc).tobytes().hex()

    def origin_and_root(self, doc: int) -> tuple[str, str]:
        """Return the origin and root of a document, "" for none."""
        return self._name("origin", doc) or "", self._name("root", doc) or ""

    def id(self, doc: int) -> str:
        """Return the id of a document."""
        return str(self._json("records", doc)[0])

    def find(self, article_id: str) -> list[int]:
        """Return the documents whose ids have the hash of an article id."""
        digest = hashlib.blake2b(article_id.encode(), digest_size=8).digest()
        key = np.uint64(int.from_bytes(digest, "little"))
        return list(map(int, self._id_docs.whole()[self._id_keys.whole() == key]))

    def _name(self, table: str, doc: int) -> str | None:
        number = self._arrays[table].of(np.int32).item(doc)
        if number == -1:
            return None
        value = self._json(f"{table}_names", number)
        check(isinstance(value, str), f"a {table} that is not a string")
        return str(value)

    def _json(self, name: str, index: int) -> Any:  # noqa: ANN401
        start, end = self._arrays[f"{name}_offsets"].of(np.int64).pair(index)
        raw = self._arrays[name].of(np.uint8).raw(start, end)
        return json.loads(str(raw, "utf-8", "surrogatepass"))


class _StoredText:
    """The stored texts of a segment; see the module.

    :raises LookupError, ValueError, StoreError: an array is missing, or has another shape or dtype.
    """

    def __init__(self, arrays: StoredArrays, _where: str, doc_count: int) -> None:
        self._frames = arrays["text_frames"].of(np.uint8)
        self._offsets = arrays["text_frame_offsets"].of(np.uint32, np.uint64)
        self._chunks = arrays["text_chunks"].of(np.uint32)
        self._title_chars = arrays["text_title_chars"].of(np.uint32)
        self._body_chars = arrays["text_body_chars"].of(np.uint32)
        check_lengths(doc_count, self._title_chars, self._body_chars)
        dictionary = arrays["text_dictionary"].of(np.uint8).whole().tobytes()
        data = zstandard.ZstdCompressionDict(dictionary) if dictionary else None
        self._decompressor = zstandard.ZstdDecompressor(dict_data=data)

    def body(self, doc: int) -> str:
        """Return the body of a document.

        :raises ValueError, ZstdError, StoreError: the stored text is corrupt.
        """
        body = self._body_chars.item(doc)
        chars = body + self._title_chars.item(doc)
        first, end = self._chunks.pair(doc)
        check(
            end - first == max(-(-body // _CHUNK_CHARS), min(chars, 1)), "another number of frames"
        )
        parts = []
        for frame in range(first, end):
            # The last frame has the title, too.
            length = _CHUNK_CHARS if frame < end - 1 else chars - (end - 1 - first) * _CHUNK_CHARS
            parts.append(unpack(self._frame(frame, length), length))
        codes, others = (
            b"".join([one.codes for one in parts]),
            "".join([one.others for one in parts]),
        )
        return decode(cut(EncodedText(codes, others), 0, body))

    def _frame(self, number: int, length: int) -> bytes:
        """Return the decompressed bytes of a frame of ``length`` characters."""
        frame = self._frames.raw(*self._offsets.pair(number))
        size = length * MAX_BYTES
        # A forged frame must not claim all memory.
        check(size <= _FREE_BYTES or len(frame) * _MAX_RATIO >= size, "a frame that is too short")
        check(len(frame) > 4 and not frame[4] & _CLAIMS_SIZE, "a frame that announces its size")
        return self._decompressor.decompress(frame, size)


LAYOUT: Final = Layout(_VERSION, _DocValues, _StoredText)
"""How a damaged segment of the format before is read."""
