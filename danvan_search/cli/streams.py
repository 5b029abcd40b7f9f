"""The standard streams: closed ones, pipes without a reader, full disks.

:func:`open_streams` replaces stdout and stderr by streams whose writes never fail, so output that
is lost changes nothing about what a command does:

- stdout: the first error is kept. :func:`flush_output` returns it at the end, and the command
  prints one sentence on stderr and exits with 2. A pipe whose reader has left is no error: the
  command exits with its own code.
- stderr: messages that cannot be written are discarded. Exit codes do not change.

A shell can start a process with a standard stream closed (``dvsearch stats >&-``). Python then sets
the stream to None, and the next file that is opened gets its descriptor. :func:`open_streams`
occupies each of these descriptors with the null device, opened so that the stream fails as a closed
one would. A command that has changed an index or written a file calls :func:`allow_lost_report`
after the change: its report to a closed stdout is discarded, and it exits with the code of the
change. With a closed stdin :func:`standard_input` raises an error; only ``-`` as an argument reads
stdin.
"""

import io
import os
import sys
from typing import TYPE_CHECKING, BinaryIO, TextIO, cast

import click

if TYPE_CHECKING:
    from _typeshed import ReadableBuffer


class ClosedStream(io.TextIOWrapper):
    """The replacement of a standard stream that was closed when the process started."""


class OutputStream(io.TextIOWrapper):
    """A standard output stream whose writes never fail; what cannot be written is lost.

    :ivar replaced: the stream that it replaces, whose writes fail.
    """

    def __init__(self, replaced: io.TextIOWrapper, raw: io.RawIOBase) -> None:
        self.replaced = replaced  # while it lives, its descriptor is open
        self._writer = _LossyWriter(raw)
        super().__init__(
            cast("BinaryIO", self._writer),
            encoding=replaced.encoding,
            errors="replace",
            line_buffering=replaced.line_buffering or replaced.write_through,
        )

    @property
    def failure(self) -> OSError | None:
        """The error of the first write that failed; None if all went well."""
        return self._writer.failure


class _LossyWriter(io.BufferedWriter):
    """A buffered file that takes every byte, whether it can be written or not.

    :ivar failure: the error of the first write that failed.
    """

    # The raw file stays one of C: a signal during a write in Python would leave the bytes that are
    # written in the buffer, and they would be written again.
    failure: OSError | None = None

    def write(self, data: "ReadableBuffer", /) -> int:
        """Write bytes, and return their number."""
        try:
            return super().write(data)
        except OSError as error:
            self.failure = self.failure or error
            return memoryview(data).nbytes

    def flush(self) -> None:
        """Write what is in the buffer."""
        try:
            super().flush()
        except OSError as error:
            self.failure = self.failure or error


def open_streams() -> None:
    """Replace closed standard streams, and make the output streams accept everything.

    A character that the encoding of a stream lacks is written as a question mark. Call this before
    any file is opened.
    """
    # In the order of the descriptors 0, 1, 2: opening a file takes the lowest free one.
    if sys.stdin is None:
        sys.stdin = _null_device("r", os.O_WRONLY)
    if sys.stdout is None:
        sys.stdout = _null_device("w", os.O_RDONLY)
    if sys.stderr is None:
        sys.stderr = _null_device("w", os.O_WRONLY)
    sys.stdout = _lossy(sys.stdout)
    sys.stderr = _lossy(sys.stderr)


def standard_input() -> BinaryIO:
    """Return stdin as a binary stream.

    :raises click.ClickException: stdin is closed.
    """
    if isinstance(sys.stdin, ClosedStream):
        raise click.ClickException("standard input is closed: redirect it from a file or a pipe")
    return sys.stdin.buffer


def read_standard_input() -> str:
    """Return all of stdin, read as UTF-8; other bytes become U+FFFD.

    :raises click.ClickException: stdin is closed, or cannot be read.
    """
    try:
        return standard_input().read().decode("utf-8", "replace")
    except OSError as error:
        reason = error.strerror or error
        raise click.ClickException(f"standard input cannot be read: {reason}") from error


def standard_output() -> BinaryIO:
    """Return stdout as a binary stream, whose writes fail as usual.

    :raises click.ClickException: stdout is closed.
    """
    stream = sys.stdout.replaced if isinstance(sys.stdout, OutputStream) else sys.stdout
    if isinstance(stream, ClosedStream):
        raise click.ClickException("standard output is closed: redirect it, or name a file")
    return stream.buffer


def flush_output() -> str | None:
    """Flush stdout, and return an error message if any output was lost.

    A broken pipe is no error: the reader has seen enough.
    """
    if not isinstance(sys.stdout, OutputStream):
        return None
    sys.stdout.flush()
    failure = sys.stdout.failure
    if failure is None or isinstance(failure, BrokenPipeError):
        return None
    reason = "standard output is closed" if _is_closed() else failure.strerror or failure
    return f"the output cannot be written: {reason}"


def is_output_lost() -> bool:
    """Say whether output was lost, so that more of it is of no use: a pipe has no reader, say."""
    return isinstance(sys.stdout, OutputStream) and sys.stdout.failure is not None


def allow_lost_report() -> None:
    """Discard the output from here on if stdout is closed, instead of failing."""
    if _is_closed():
        discard_output()


def discard_output() -> None:
    """Redirect stdout to the null device, with what is in its buffers."""
    null = os.open(os.devnull, os.O_WRONLY)
    os.dup2(null, sys.stdout.fileno())
    os.close(null)


def _is_closed() -> bool:
    """Say whether stdout was closed when the process started."""
    return isinstance(sys.stdout, OutputStream) and isinstance(sys.stdout.replaced, ClosedStream)


def _lossy(stream: TextIO) -> TextIO:
    """Return a standard output stream whose writes never fail.

    Streams that somebody else put in the place of Python's own are returned as they are.
    """
    if type(stream) not in (io.TextIOWrapper, ClosedStream):
        return stream
    text = cast("io.TextIOWrapper", stream)
    raw = getattr(text.buffer, "raw", text.buffer)  # with python -u there is no buffer
    return OutputStream(text, cast("io.RawIOBase", raw))


def _null_device(mode: str, access: int) -> ClosedStream:
    """Open the null device as a stream.

    :param mode: ``r`` or ``w``: what the stream is for.
    :param access: what the descriptor permits. Reading from one that is open for writing only, and
        writing to one that is open for reading only, fails with EBADF.
    """
    descriptor = os.open(os.devnull, access)
    # Worker processes inherit it; otherwise they would start with a closed stream.
    os.set_inheritable(descriptor, True)
    raw = io.FileIO(descriptor, mode, closefd=False)
    buffered = io.BufferedReader(raw) if mode == "r" else io.BufferedWriter(raw)
    return ClosedStream(cast("BinaryIO", buffered), encoding="utf-8")
