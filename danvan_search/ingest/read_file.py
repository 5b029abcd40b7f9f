"""Reads the articles of one file, or of a stream such as standard input."""

import sys
from typing import BinaryIO

from danvan_search.errors import ArticleError, OptionError
from danvan_search.ingest.formats import Reader, describe_formats, reader_of
from danvan_search.ingest.jsonlines import read_lines
from danvan_search.ingest.records import (
    MAX_BYTES,
    STANDARD_INPUT,
    WHAT_TO_CHECK,
    OnBytes,
    Records,
    Skipped,
    SourceFile,
)
from danvan_search.regular_file import open_regular


def read_file(
    file: SourceFile, *, max_bytes: int = MAX_BYTES, progress: OnBytes | None = None
) -> Records:
    """Read the articles of a file lazily. No content of the file raises an error.

    :param file: the file, as :func:`~danvan_search.ingest.scan` returns it.
    :param max_bytes: the maximum size of a text file or a line of JSON, in bytes.
    :param progress: called with the number of bytes of the file on disk that have been read so far
        (of a compressed file, compressed bytes), and at the end with ``file.size``.
    :return: an iterator over articles and skipped parts.
    :raises OptionError: ``max_bytes`` is no number, less than 1, or ``sys.maxsize`` or more.
    :raises ArticleError: the format of the file is unknown.
    """
    _check_limit(max_bytes)
    reader = reader_of(file.path.name)
    if reader is None:
        raise ArticleError(
            f"{file.name} is not a kind of file that is read: give {describe_formats()}"
        )
    return _read_file(file, reader, max_bytes, progress or _ignore)


def read_stream(stream: BinaryIO, *, max_bytes: int = MAX_BYTES) -> Records:
    """Read articles lazily from a stream of JSON lines, such as standard input.

    :param stream: a binary stream; it need not be seekable.
    :param max_bytes: the maximum length of a line, in bytes.
    :return: an iterator over articles and skipped lines.
    :raises OptionError: ``max_bytes`` is no number, less than 1, or ``sys.maxsize`` or more.
    :raises ArticleError: during the iteration: the stream is a text stream.
    """
    _check_limit(max_bytes)
    return _read_stream(stream, max_bytes)


def _read_stream(stream: BinaryIO, max_bytes: int) -> Records:
    try:
        yield from read_lines(stream, STANDARD_INPUT, STANDARD_INPUT, max_bytes)
    except OSError as error:
        yield _cannot_read(STANDARD_INPUT, STANDARD_INPUT, error)


def _read_file(file: SourceFile, reader: Reader, max_bytes: int, on_bytes: OnBytes) -> Records:
    try:
        with open_regular(file.path) as raw:
            yield from reader(file, raw, max_bytes, lambda count: on_bytes(min(count, file.size)))
    except OSError as error:
        yield _cannot_read(file.name, str(file.path), error)
    on_bytes(file.size)


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
