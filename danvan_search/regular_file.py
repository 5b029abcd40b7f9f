"""Opens regular files only: opening a pipe can block, and opening a device can have effects."""

import io
import os
import stat
from pathlib import Path
from typing import Final, cast

_FLAGS: Final = getattr(os, "O_NONBLOCK", 0) | getattr(os, "O_NOCTTY", 0)
_MAX_BUFFER: Final = 1 << 16
"""The size of a file up to which its buffer holds all of it."""


def open_regular(path: Path, *, size: int | None = None) -> io.BufferedReader:
    """Open a regular file for reading bytes.

    :param size: its size in bytes if it was known to be regular a moment ago: then only what was
        opened is checked, and a small file is read at once. None if nothing is known of it.
    :raises OSError: it cannot be opened, or is not a regular file.
    """
    if size is None:
        _check_regular(path.stat().st_mode)
        size = _MAX_BUFFER
    buffer = size + 1 if size < _MAX_BUFFER else io.DEFAULT_BUFFER_SIZE
    return cast("io.BufferedReader", open(path, "rb", buffering=max(2, buffer), opener=_open))


def _open(path: str, flags: int) -> int:
    # The path may have been replaced since it was looked at.
    handle = os.open(path, flags | _FLAGS)
    try:
        _check_regular(os.fstat(handle).st_mode)
    except OSError:
        os.close(handle)
        raise
    return handle


def _check_regular(mode: int) -> None:
    if not stat.S_ISREG(mode):
        raise OSError("it is not a regular file")
