"""Disk operations beyond plain reading and writing: fsync, exchange of folders, removal."""

import errno
import os
import shutil
import sys
from pathlib import Path
from typing import Final

_AT_FDCWD: Final = -100
_RENAME_EXCHANGE: Final = 2
_CANNOT_EXCHANGE: Final = (errno.ENOSYS, errno.EINVAL, errno.ENOTSUP, errno.EOPNOTSUPP)


def write_file(path: Path, *pieces: bytes) -> None:
    """Write a file and fsync its content; :func:`sync_folder` makes its name durable.

    :raises OSError: it cannot be written.
    """
    with path.open("wb") as file:
        for piece in pieces:
            file.write(piece)
        file.flush()
        os.fsync(file.fileno())


def sync_folder(folder: Path) -> None:
    """Fsync the names in a folder, on systems that can.

    :raises OSError: the disk fails.
    """
    if not hasattr(os, "O_DIRECTORY"):
        return
    handle = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def make_folder(folder: Path) -> None:
    """Make a folder, unless it exists, and fsync its name.

    :raises OSError: it cannot be made.
    """
    folder.mkdir(exist_ok=True)
    sync_folder(folder.parent)


def exchange_folders(one: Path, other: Path) -> bool:
    """Exchange the names of two folders in one atomic step.

    :return: False where the system or the file system cannot do this.
    :raises OSError: they cannot be renamed.
    """
    if sys.platform != "linux":
        return False
    import ctypes  # slow to load, and a search does not need it

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


def link_or_copy(file: Path, target: Path) -> None:
    """Give an immutable file a second name; where hard links are not possible, copy it.

    :raises OSError: neither is possible.
    """
    try:
        os.link(file, target)
    except OSError:
        shutil.copy2(file, target)
        with target.open("rb") as copy:
            os.fsync(copy.fileno())


def remove(path: Path) -> None:
    """Remove a file, a link, or a folder with everything in it.

    :raises OSError: it cannot be removed.
    """
    if path.is_dir() and not path.is_symlink():
        shutil.rmtree(path)
    else:
        path.unlink()
