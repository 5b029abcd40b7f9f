"""The standard streams, in particular those that were closed when the process started.

A shell can start a process with a standard stream closed (``dvsearch stats >&-``). Python then sets
the stream to None, and the next file that is opened gets its descriptor. :func:`open_streams`
occupies each of these descriptors with the null device and replaces None by a stream:

- Closed stdout: writing fails, as in ``ls >&-``. The command prints one sentence on stderr and
  exits with 2. A command that has changed an index or written a file calls
  :func:`allow_lost_report` after the change: its report is discarded, and it exits with the code of
  the change.
- Closed stderr: messages are discarded. Exit codes do not change.
- Closed stdin: :func:`standard_input` raises an error; only ``-`` as an argument reads stdin.
"""

import io
import os
import sys
from typing import BinaryIO, cast

import click


class ClosedStream(io.TextIOWrapper):
    """The replacement of a standard stream that was closed when the process started."""


def open_streams() -> None:
    """Replace closed standard streams, and make the output streams accept every character.

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
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(errors="replace")


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
    """Return stdout as a binary stream.

    :raises click.ClickException: stdout is closed.
    """
    if isinstance(sys.stdout, ClosedStream):
        raise click.ClickException("standard output is closed: redirect it, or name a file")
    return sys.stdout.buffer


def flush_output() -> str | None:
    """Flush stdout; if that fails, discard its buffer and return the error message.

    A broken pipe is no error: the reader has seen enough.
    """
    try:
        sys.stdout.flush()
    except OSError as error:
        failure = output_error(error)
        return None if isinstance(error, BrokenPipeError) else failure.message
    return None


def output_error(error: OSError) -> click.ClickException:
    """Return the error of a failed write to stdout. The output from here on is discarded."""
    discard_output()
    is_closed = isinstance(sys.stdout, ClosedStream)
    reason = "standard output is closed" if is_closed else error.strerror or error
    return click.ClickException(f"the output cannot be written: {reason}")


def allow_lost_report() -> None:
    """Discard the output from here on if stdout is closed, instead of failing."""
    if isinstance(sys.stdout, ClosedStream):
        discard_output()


def discard_output() -> None:
    """Redirect stdout to the null device, with what is in its buffer.

    Otherwise Python flushes the buffer again when it exits, and fails again.
    """
    null = os.open(os.devnull, os.O_WRONLY)
    os.dup2(null, sys.stdout.fileno())
    os.close(null)


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
