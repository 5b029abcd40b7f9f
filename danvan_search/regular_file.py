"""Opens regular files only: opening a pipe can block, and opening a device can have effects."""

import os
import stat
from pathlib import Path
from typing import BinaryIO


def open_regular(path: Path) -> BinaryIO:
    """Open a regular file for reading bytes.

    :raises OSError: it cannot be opened, or is not a regular file.
    """
    return open(path, "rb", opener=_open)


def _open(path: str, flags: int) -> int:
    # The open file is checked again, because the path may have been replaced in between.
    _check_regular(os.stat(path).st_mode)  # noqa: PTH116 - the path is a string
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
