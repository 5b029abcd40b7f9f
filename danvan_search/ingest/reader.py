"""The protocol of readers: a source of bytes goes in, documents and problems come out.

A reader knows one format and nothing of ids, origins or articles. It takes what it needs from a
:class:`Source` (the bytes, the text, or the stream), yields a :class:`Document` for each article
and a :class:`Problem` for each part that is none, and raises :class:`ReadError` if the rest of the
source cannot be read.
"""

import datetime
import io
from collections.abc import Callable, Collection, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any, BinaryIO, Final, cast

from danvan_search.article import Article
from danvan_search.ingest.archive import Archive
from danvan_search.ingest.decoding import decode
from danvan_search.ingest.problems import ReadError
from danvan_search.ingest.records import Cause
from danvan_search.ingest.unpacking import MAX_UNPACKED, Unpacking

_PIECE: Final = 1 << 20

BINARY_BYTES: Final = 100_000_000
"""The maximum size of a file in a binary format, which holds much beside its text."""


@dataclass(frozen=True, slots=True)
class Document:
    """What a reader found in a source: an article without its place.

    :ivar text: the body, as people read it: without markup.
    :ivar title: the title; "" if the document has none.
    :ivar date: its date, if known.
    :ivar categories: its categories, the main one first.
    :ivar url: where it comes from; "" for the file.
    :ivar metadata: all other values, JSON values by name. Those of
        :data:`~danvan_search.ingest.details.SEARCHED` are searched.
    :ivar notices: what people should know of how it was read, one sentence each.
    :ivar id: the id that the document gives itself; "" if its id is the name of the file.
    :ivar part: the name of the document in a file of several; "" if the file is one document.
    :ivar place: where it stands in the file, such as the number of its line, for messages.
    :ivar details: the details of the article, if the document gives them; None to compose them of
        the metadata, as :func:`~danvan_search.ingest.details.details_of` does.
    :ivar article: the article, if the document is one as it is; its other values then do not count.
    """

    text: str
    title: str = ""
    date: datetime.date | None = None
    categories: tuple[str, ...] = ()
    url: str = ""
    metadata: Mapping[str, Any] = field(default_factory=dict)
    notices: tuple[str, ...] = ()
    id: str = ""
    part: str = ""
    place: str = ""
    details: str | None = None
    article: Article | None = None


@dataclass(frozen=True, slots=True)
class Problem:
    """A part of a source that is no article; the others are read.

    :ivar reason: why, and what to do; it continues the name of the part and a colon.
    :ivar place: where it stands in the file; "" for the whole file.
    :ivar cause: the reason in one or two words.
    :ivar part: the name of the part of a container; "" for the file.
    :ivar unreadable: whether the rest of the part could not be read, so that its articles are
        unknown.
    :ivar install: the command that installs the package that is missing.
    """

    reason: str
    place: str = ""
    cause: Cause = Cause.RECORD
    part: str = ""
    unreadable: bool = False
    install: str = ""


Documents = Iterator[Document | Problem]


def too_long(max_chars: int) -> str:
    """Return the reason to skip a text of more than so many characters."""
    return f"has more than {max_chars:,} characters: split it, or raise the size limit"


class Source:
    """A file or a stream that is being read.

    :ivar name: its name in messages.
    :ivar file_name: the last part of its name, without the suffix of a compression; "" for a
        stream without a name.
    :ivar stream: its bytes, decompressed.
    :ivar max_bytes: the size limit of one article, in bytes.
    :ivar encoding: the encoding of its text, as the user gave it; None to tell it by the bytes.
    :ivar found_encoding: the encoding of the text that was decoded last.
    :ivar unpacking: counts what is unpacked of the file.
    :ivar depth: in how many containers the source stands.
    """

    def __init__(
        self,
        name: str,
        stream: BinaryIO,
        *,
        max_bytes: int,
        file_name: str = "",
        encoding: str | None = None,
        size: int = 0,
        is_seekable: bool = False,
        unpacking: Unpacking | None = None,
        depth: int = 0,
    ) -> None:
        """Take the bytes of a file.

        :param size: the size of the file on disk, in bytes; 0 if it is not known.
        :param is_seekable: whether the stream can be read from any place without cost.
        """
        self.name = name
        self.file_name = file_name
        self.stream = stream
        self.max_bytes = max_bytes
        self.encoding = encoding
        self.found_encoding = "UTF-8"
        self.unpacking = unpacking or Unpacking(size)
        self.depth = depth
        self._size = size
        self._is_seekable = is_seekable
        self._archive: Archive | None = None
        self._notices: list[str] = []

    def content(self) -> bytes:
        """Return all bytes.

        It reads in pieces, because one read() allocates memory for the whole limit.

        :raises ReadError: there are more than ``max_bytes``.
        """
        return self.all_bytes(self.max_bytes)

    def check_length(self, text: str) -> None:
        """Refuse a text of a binary format that is longer than an article may be.

        :raises ReadError: it has more than ``max_bytes`` characters.
        """
        if len(text) > self.max_bytes:
            raise ReadError(too_long(self.max_bytes), Cause.TOO_LARGE)

    def seekable(self) -> BinaryIO:
        """Return the bytes as a stream that can be read from any place.

        Of a container any part may be left unread, so its own size hardly matters.

        :raises ReadError: it is compressed, and has more than :data:`MAX_UNPACKED` bytes.
        """
        if not self._is_seekable:
            self.stream = io.BufferedReader(
                cast("io.RawIOBase", io.BytesIO(self.all_bytes(max(MAX_UNPACKED, self.max_bytes))))
            )
            self._is_seekable = True
        return self.stream

    def archive(self) -> Archive:
        """Return the source as a ZIP archive.

        :raises ReadError: it is none that can be read.
        """
        if self._archive is None:
            self._archive = Archive(self.seekable(), self.unpacking)
        return self._archive

    def all_bytes(self, max_bytes: int) -> bytes:
        """Return all bytes of a container, which may be more than those of an article.

        :raises ReadError: there are more than ``max_bytes``.
        """
        if self._archive is not None:
            self.stream.seek(0)  # what is in it was read from anywhere
        pieces = []
        count = max_bytes + 1
        wanted = min(self._size + 1, _PIECE) if self._is_seekable and self._size else _PIECE
        while count > 0 and (piece := self.stream.read(min(count, wanted))):
            pieces.append(piece)
            count -= len(piece)
            if len(piece) < wanted:
                break
            wanted = _PIECE
        if count <= 0:
            reason = f"is larger than {max_bytes:,} bytes: split it, or raise the size limit"
            raise ReadError(reason, Cause.TOO_LARGE)
        return b"".join(pieces)

    def text(self) -> str:
        """Return all bytes as text.

        :raises ReadError: there are more than ``max_bytes``, or they are no text.
        """
        return self.decode(self.content())

    def decode(self, content: bytes, declared: str = "") -> str:
        """Return bytes of this source as text, and note what people should know of it.

        :param declared: the encoding that the content declares; "" if it declares none.
        :raises ReadError: they are no text.
        """
        decoded = decode(content, declared, encoding=self.encoding)
        self.found_encoding = decoded.encoding
        self._notices += decoded.notices
        return decoded.text

    def take_notices(self) -> tuple[str, ...]:
        """Return what was noted since the last call."""
        notices = tuple(self._notices)
        self._notices.clear()
        return notices

    def head(self, count: int) -> bytes:
        """Return at least one of the next bytes, at most ``count``; the stream stays where it is.

        b"" at the end.
        """
        assert isinstance(self.stream, io.BufferedReader)  # noqa: S101
        return self.stream.peek(count)[:count]


def matches_none(_: bytes) -> bool:
    """Return False: a format that no first bytes prove."""
    return False


@dataclass(frozen=True, slots=True)
class Reader:
    """A format that can be read.

    :ivar name: the name of the format.
    :ivar suffixes: the suffixes of its files, in lower case, each with its dot.
    :ivar read: yields the documents of a source.
    :ivar matches: whether the first bytes of a file, up to 4,096, prove that it has this format,
        whatever its suffix.
    :ivar matches_archive: whether the names of the files in a ZIP archive, and the first bytes of
        the one that is called ``mimetype``, prove that it has this format.
    :ivar package: the package that ``read`` imports; "" if it needs none beside those that are
        always there.
    :ivar install: the command that installs the package.
    """

    name: str
    suffixes: tuple[str, ...]
    read: Callable[[Source], Documents]
    matches: Callable[[bytes], bool] = matches_none
    matches_archive: Callable[[Collection[str], bytes], bool] = lambda _names, _mimetype: False
    package: str = ""
    install: str = ""
