"""What the disk is asked for beyond writing: to hold what was written, and to exchange folders."""

import errno
import os
import sys
from pathlib import Path
from typing import Final

_AT_FDCWD: Final = -100
_RENAME_EXCHANGE: Final = 2
_CANNOT_EXCHANGE: Final = (errno.ENOSYS, errno.EINVAL, errno.ENOTSUP, errno.EOPNOTSUPP)


def write_file(path: Path, *pieces: bytes) -> None:
    """Write a file, and have the disk hold it; its name is the folder's.

    :raises OSError: when it cannot be written.
    """
    with path.open("wb") as file:
        for piece in pieces:
            file.write(piece)
        file.flush()
        os.fsync(file.fileno())


def sync_folder(folder: Path) -> None:
    """Have the disk hold the names in a folder, where the system can be asked to.

    :raises OSError: when it cannot.
    """
    if not hasattr(os, "O_DIRECTORY"):
        return
    handle = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def make_folder(folder: Path) -> None:
    """Make a folder, if there is none, and have the disk hold its name.

    :raises OSError: when it cannot be made.
    """
    folder.mkdir(exist_ok=True)
    sync_folder(folder.parent)


def exchange(one: Path, other: Path) -> bool:
    """Let two folders take each other's place at one instant.

    :return: False where the system or the file system has no such thing.
    :raises OSError: when they cannot be renamed.
    """
    if sys.platform != "linux":
        return False
    import ctypes  # takes long to load, and a search does without

    library = ctypes.CDLL(None, use_errno=True)
    if not hasattr(library, "renameat2"):
        return False
    names = os.fsencode(one), os.fsencode(other)
    if library.renameat2(_AT_FDCWD, names[0], _AT_FDCWD, names[1], _RENAME_EXCHANGE) == 0:
        return True
    number = ctypes.get_errno()
    if number in _CANNOT_EXCHANGE:
        return False
    raise OSError(number, os.strerror(number), str(one))
