"""Reads the articles of one file, or of a stream such as standard input."""

import sys
from typing import BinaryIO

from danvan_search.errors import ArticleError, OptionError
from danvan_search.ingest.article_of import article_of
from danvan_search.ingest.choosing import cannot_read, read_source, read_with
from danvan_search.ingest.compressed import COMPRESSIONS
from danvan_search.ingest.formats import compression_of, without_compression
from danvan_search.ingest.jsonlines import JSON_LINES
from danvan_search.ingest.reader import Document, Problem, Source
from danvan_search.ingest.records import (
    MAX_BYTES,
    STANDARD_INPUT,
    Cause,
    Loaded,
    OnBytes,
    Record,
    Records,
    Skipped,
    SourceFile,
)
from danvan_search.regular_file import open_regular
from danvan_search.text.encodings import parse_encoding


def read_file(
    file: SourceFile,
    *,
    max_bytes: int = MAX_BYTES,
    encoding: str | None = None,
    progress: OnBytes | None = None,
) -> Records:
    """Read the articles of a file lazily. No content of the file raises an error.

    :param file: the file, as :func:`~danvan_search.ingest.scan` returns it.
    :param max_bytes: the maximum size of a text file or a line of JSON, in bytes.
    :param encoding: the encoding of text, one of ``ENCODINGS``; None to tell it by the bytes.
        JSON is always UTF-8.
    :param progress: called with the number of bytes of the file on disk that have been read so far
        (of a compressed file, compressed bytes), and at the end with ``file.size``.
    :return: an iterator over articles and skipped parts.
    :raises OptionError: ``max_bytes`` is no number, less than 1, or ``sys.maxsize`` or more; or
        there is no such encoding.
    """
    _check_limit(max_bytes)
    name = None if encoding is None else parse_encoding(encoding)
    return _read_file(file, max_bytes, name, progress or _ignore)


def read_stream(stream: BinaryIO, *, max_bytes: int = MAX_BYTES) -> Records:
    """Read articles lazily from a stream of JSON lines, such as standard input.

    :param stream: a binary stream; it need not be seekable.
    :param max_bytes: the maximum length of a line, in bytes.
    :return: an iterator over articles and skipped lines.
    :raises OptionError: ``max_bytes`` is no number, less than 1, or ``sys.maxsize`` or more.
    :raises ArticleError: during the iteration: the stream is a text stream.
    """
    _check_limit(max_bytes)
    source = Source(STANDARD_INPUT, stream, max_bytes=max_bytes)
    return (_record(found, source, STANDARD_INPUT) for found in read_with(JSON_LINES, source))


def _read_file(
    file: SourceFile, max_bytes: int, encoding: str | None, on_bytes: OnBytes
) -> Records:
    origin = str(file.path)
    compression = compression_of(file.path.name)
    try:
        with open_regular(file.path, size=file.size) as raw:
            stream = COMPRESSIONS[compression](raw) if compression else raw
            source = Source(
                file.name,
                stream,
                max_bytes=max_bytes,
                file_name=without_compression(file.name.rpartition("/")[2]),
                encoding=encoding,
                size=file.size,
                is_seekable=not compression,
            )
            if compression and not raw.peek(1):  # it would have a header, if nothing else
                reason = "has no bytes, so it was cut short: make it again"
                yield Skipped(file.name, reason, origin, unreadable=True, cause=Cause.DAMAGED)
            else:
                for found in read_source(source, any_text=file.any_text):
                    yield _record(found, source, origin)
                    on_bytes(min(raw.tell(), file.size))
    except OSError as error:
        yield _skipped(cannot_read(error), file.name, origin)
    on_bytes(file.size)


def _record(found: Document | Problem, source: Source, origin: str) -> Record:
    if isinstance(found, Problem):
        return _skipped(found, source.name, origin)
    try:
        article = article_of(found, source)
    except ArticleError as error:
        return _skipped(Problem(str(error), found.place), source.name, origin)
    notices = (*found.notices, *source.take_notices())
    return Loaded(article, origin, notices, source.found_encoding)


def _skipped(problem: Problem, name: str, origin: str) -> Skipped:
    if problem.part:
        name = f"{name}#{problem.part}"
    if problem.place:
        name = f"{name}:{problem.place}"
    return Skipped(
        name,
        problem.reason,
        origin,
        unreadable=problem.unreadable,
        cause=problem.cause,
        install=problem.install,
        part=problem.part,
    )


def _check_limit(max_bytes: int) -> None:
    if isinstance(max_bytes, bool) or not isinstance(max_bytes, int):
        raise OptionError(f"max_bytes is {max_bytes!r}: give a number of bytes")
    if max_bytes < 1:
        raise OptionError(f"max_bytes is {max_bytes}: give at least 1")
    if max_bytes >= sys.maxsize:
        raise OptionError(f"max_bytes is {max_bytes}: give less than {sys.maxsize}")


def _ignore(_: int) -> None:
    pass
