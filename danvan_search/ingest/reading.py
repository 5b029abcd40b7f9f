"""Reading one file, or standard input."""

import os
import stat
from typing import BinaryIO

from danvan_search.errors import ArticleError, OptionError
from danvan_search.ingest.formats import Reader, describe_formats, reader_of
from danvan_search.ingest.jsonlines import read_lines
from danvan_search.ingest.records import (
    MAX_BYTES,
    STANDARD_INPUT,
    Progress,
    Records,
    Skipped,
    SourceFile,
)


def read_file(
    file: SourceFile, *, max_bytes: int = MAX_BYTES, progress: Progress | None = None
) -> Records:
    """Read the articles of a file, one by one. Whatever it holds, reading it raises nothing.

    :param file: the file, of :func:`~danvan_search.ingest.scan`.
    :param max_bytes: the largest text file, or line of JSON, that is read.
    :param progress: is told the bytes of the file on disk consumed so far (of a compressed file,
        the compressed ones); at the end ``file.size``, whatever was skipped.
    :returns: an iterator over what was read and what was skipped.
    :raises OptionError: if ``max_bytes`` is less than 1.
    :raises ArticleError: if the file is of a kind that cannot be read.
    """
    _check_limit(max_bytes)
    reader = reader_of(file.path.name)
    if reader is None:
        raise ArticleError(
            f"{file.name} is not a kind of file that is read: give {describe_formats()}"
        )
    return _read_file(file, reader, max_bytes, progress or _ignore)


def read_stream(stream: BinaryIO, *, max_bytes: int = MAX_BYTES) -> Records:
    """Read articles from a stream of JSON lines, such as standard input, one by one.

    :param stream: a binary stream; it need not be seekable.
    :param max_bytes: the longest line that is read.
    :returns: an iterator over what was read and what was skipped.
    :raises OptionError: if ``max_bytes`` is less than 1.
    :raises ArticleError: while iterating, if the stream is one of text.
    """
    _check_limit(max_bytes)
    return _read_stream(stream, max_bytes)


def _read_stream(stream: BinaryIO, max_bytes: int) -> Records:
    try:
        yield from read_lines(stream, STANDARD_INPUT, STANDARD_INPUT, max_bytes)
    except OSError as error:
        yield _cannot_read(STANDARD_INPUT, STANDARD_INPUT, error)


def _read_file(file: SourceFile, reader: Reader, max_bytes: int, progress: Progress) -> Records:
    try:
        with open(file.path, "rb", opener=_open) as raw:
            yield from reader(file, raw, max_bytes, lambda at: progress(min(at, file.size)))
    except OSError as error:
        yield _cannot_read(file.name, str(file.path), error)
    progress(file.size)


def _check_limit(max_bytes: int) -> None:
    if max_bytes < 1:
        raise OptionError(f"the largest size to read is {max_bytes}: give at least 1 byte")


def _cannot_read(name: str, origin: str, error: OSError) -> Skipped:
    reason = f"cannot be read: {(error.strerror or str(error)).lower()}"
    return Skipped(name, reason, origin, unreadable=True)


def _open(path: str, flags: int) -> int:
    # Opening a pipe can block and opening a device can act, so look before; and, as another file
    # may have come in its place, look again at what was opened.
    _check_regular(os.stat(path).st_mode)  # noqa: PTH116 - an opener is given a string
    handle = os.open(path, flags | getattr(os, "O_NONBLOCK", 0))
    try:
        _check_regular(os.fstat(handle).st_mode)
    except OSError:
        os.close(handle)
        raise
    return handle


def _check_regular(mode: int) -> None:
    if not stat.S_ISREG(mode):
        raise OSError("it is not a regular file")


def _ignore(_: int) -> None:
    pass
