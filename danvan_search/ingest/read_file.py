"""Reads the articles of one file, or of a stream such as standard input."""

import io
import sys
from typing import BinaryIO, cast

from danvan_search.errors import ArticleError, OptionError
from danvan_search.ingest.article_of import article_of
from danvan_search.ingest.compressed import COMPRESSIONS, DAMAGED, damage_reason
from danvan_search.ingest.formats import (
    HEAD_BYTES,
    compression_of,
    foreign_kind,
    is_missing,
    reader_by_content,
    reader_by_suffix,
    without_compression,
)
from danvan_search.ingest.jsonlines import JSON_LINES
from danvan_search.ingest.problems import ReadError
from danvan_search.ingest.reader import Document, Problem, Reader, Source
from danvan_search.ingest.records import (
    EMPTY,
    MAX_BYTES,
    STANDARD_INPUT,
    WHAT_TO_CHECK,
    Cause,
    Loaded,
    OnBytes,
    Record,
    Records,
    Skipped,
    SourceFile,
)
from danvan_search.ingest.textfile import PLAIN_TEXT
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
    return _records(source, JSON_LINES, STANDARD_INPUT)


def _read_file(
    file: SourceFile, max_bytes: int, encoding: str | None, on_bytes: OnBytes
) -> Records:
    origin = str(file.path)
    compression = compression_of(file.path.name)
    try:
        with open_regular(file.path) as raw:
            opened = cast("io.BufferedReader", raw)
            stream = COMPRESSIONS[compression](raw) if compression else opened
            source = Source(
                file.name,
                stream,
                max_bytes=max_bytes,
                file_name=without_compression(file.name.rpartition("/")[2]),
                encoding=encoding,
            )
            if compression and not opened.peek(1):  # it would have a header, if nothing else
                reason = "has no bytes, so it was cut short: make it again"
                yield Skipped(file.name, reason, origin, unreadable=True, cause=Cause.DAMAGED)
            else:
                for record in _read(file, source):
                    yield record
                    on_bytes(min(raw.tell(), file.size))
    except OSError as error:
        yield _cannot_read(file.name, origin, error)
    on_bytes(file.size)


def _read(file: SourceFile, source: Source) -> Records:
    """Choose the reader of a file by its content, or else by its name, and read it."""
    origin = str(file.path)
    try:
        head = source.head(HEAD_BYTES)
    except DAMAGED as error:
        reason = damage_reason(error, "from its beginning")
        yield Skipped(file.name, reason, origin, unreadable=True, cause=Cause.DAMAGED)
        return
    if not head:
        yield Skipped(file.name, EMPTY, origin, unreadable=False, cause=Cause.EMPTY)
        return
    reader = reader_by_content(head)
    kind = foreign_kind(head) if reader is None else ""
    if reader is None and not kind:
        reader = reader_by_suffix(source.file_name) or (PLAIN_TEXT if file.any_text else None)
    if reader is None:
        what = f"a file of another kind ({kind})" if kind else "no kind of file that is read"
        yield Skipped(file.name, f"is {what}", origin, unreadable=True, cause=Cause.OTHER_KIND)
    elif is_missing(reader):
        reason = f"needs the package {reader.package}: `{reader.install}`"
        yield Skipped(
            file.name,
            reason,
            origin,
            unreadable=True,
            cause=Cause.NO_PACKAGE,
            install=reader.install,
        )
    else:
        yield from _records(source, reader, origin)


def _records(source: Source, reader: Reader, origin: str) -> Records:
    try:
        for found in reader.read(source):
            yield _record(found, source, origin)
    except ReadError as error:
        yield Skipped(
            source.name,
            error.reason,
            origin,
            unreadable=True,
            cause=error.cause,
            install=reader.install if error.cause is Cause.NO_PACKAGE else "",
        )
    except DAMAGED as error:
        reason = damage_reason(error, "somewhere")
        yield Skipped(source.name, reason, origin, unreadable=True, cause=Cause.DAMAGED)
    except RecursionError:
        reason = "is nested too deeply: its text cannot be found"
        yield Skipped(source.name, reason, origin, unreadable=True, cause=Cause.MALFORMED)
    except OSError as error:
        yield _cannot_read(source.name, origin, error)


def _record(found: Document | Problem, source: Source, origin: str) -> Record:
    name = f"{source.name}:{found.place}" if found.place else source.name
    if isinstance(found, Problem):
        return Skipped(name, found.reason, origin, unreadable=False, cause=found.cause)
    try:
        article = article_of(found, source)
    except ArticleError as error:
        return Skipped(name, str(error), origin, unreadable=False, cause=Cause.RECORD)
    notices = (*found.notices, *source.take_notices())
    return Loaded(article, origin, notices, source.found_encoding)


def _check_limit(max_bytes: int) -> None:
    if isinstance(max_bytes, bool) or not isinstance(max_bytes, int):
        raise OptionError(f"max_bytes is {max_bytes!r}: give a number of bytes")
    if max_bytes < 1:
        raise OptionError(f"max_bytes is {max_bytes}: give at least 1")
    if max_bytes >= sys.maxsize:
        raise OptionError(f"max_bytes is {max_bytes}: give less than {sys.maxsize}")


def _cannot_read(name: str, origin: str, error: OSError) -> Skipped:
    reason = f"cannot be read: {(error.strerror or str(error)).lower()}{WHAT_TO_CHECK}"
    return Skipped(name, reason, origin, unreadable=True)


def _ignore(_: int) -> None:
    pass
