"""The folder of an index: opened, locked, told apart from other folders; its errors in words.

A folder is an index of ours when it holds ``danvan.json``, which names the format. It is
read before anything else, so that a folder of another format or of somebody else gets a
sentence instead of an accident.
"""

import contextlib
import json
import os
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Final, NamedTuple, TypeVar

from danvan_search.errors import (
    REBUILD,
    RESCUE,
    IndexFormatError,
    IndexLockedError,
    IndexNotFoundError,
    IndexStorageError,
)
from danvan_search.index.folder.commit_file import is_own_name, read_latest
from danvan_search.index.folder.file_lock import Lock, lock_file

FORMAT: Final = "danvan-grid-2"
"""The name of the format; another name means that the index must be rebuilt."""

MARKER: Final = "danvan.json"
_LONGEST_MARKER: Final = 4096
LOCK: Final = "MAIN_WRITELOCK"
UNFINISHED: Final = ".danvan-new"
"""What the names of folders begin with in which a new index is built."""

Read = TypeVar("Read")

_SETTLED_NS: Final = 2_000_000_000  # the coarsest clock of a file system, FAT's

_OPEN_TRIES: Final = 20
_OPEN_PAUSE_SECONDS: Final = 0.01


def marker_bytes() -> bytes:
    """Return what the marker of an index of this format holds, byte by byte."""
    return json.dumps({"format": FORMAT}).encode() + b"\n"


def is_index(path: Path) -> bool:
    """Say whether a folder holds an index of danvan-search, of any format.

    :raises IndexStorageError: the folder cannot be reached.
    """
    with storage_errors(path):
        return (path / MARKER).is_file()


def check_index(path: Path) -> None:
    """Check that a folder holds an index that can be opened.

    :raises IndexNotFoundError: there is no index.
    :raises IndexFormatError: it is of another format, or it is not one of ours.
    :raises IndexDamagedError: its table of contents is not what was written.
    :raises IndexStorageError: it cannot be read.
    """
    check_format(path)
    with storage_errors(path):
        retry_while_committed(lambda: read_latest(path))


def retry_while_committed(read: Callable[[], Read]) -> Read:
    """Call a function that reads the index, again if a commit took a file from under it."""
    for _ in range(_OPEN_TRIES - 1):
        try:
            return read()
        except FileNotFoundError:
            pass
        except IndexStorageError as error:
            if not isinstance(error.__cause__, FileNotFoundError):
                raise
        time.sleep(_OPEN_PAUSE_SECONDS)
    return read()


def check_format(path: Path) -> None:
    """Check that a folder holds an index of the format that this version writes.

    :raises IndexNotFoundError: there is no index.
    :raises IndexFormatError: it is of another format, or it is not one of ours.
    :raises IndexStorageError: it cannot be read.
    """
    with storage_errors(path):
        if not path.exists() or (path.is_dir() and is_empty(path)):
            raise IndexNotFoundError(f"no index at {path}: build one with `dvsearch index FOLDER`")
        if not is_index(path):
            raise IndexFormatError(
                f"{path} is not an index of danvan-search: name another place with --index"
            )
        with (path / MARKER).open("rb") as file:
            marker = file.read(_LONGEST_MARKER)
    if marker == marker_bytes():
        return
    try:
        found = json.loads(marker.decode())["format"]
    except (ValueError, LookupError, TypeError, RecursionError) as error:
        raise IndexFormatError(f"{path / MARKER} is damaged: {RESCUE}") from error
    if not isinstance(found, str) or found == FORMAT:
        raise IndexFormatError(f"{path / MARKER} is damaged: {RESCUE}")
    raise IndexFormatError(
        f"the index at {path} has the format {found!r}, this version needs {FORMAT!r}: {REBUILD}"
    )


@contextlib.contextmanager
def storage_errors(path: Path) -> Iterator[None]:
    """Turn what the disk raises into errors for people."""
    try:
        yield
    except PermissionError as error:
        raise IndexStorageError(
            f"no permission for {error.filename or path}: change it, or name another place "
            "with --index"
        ) from error
    except FileNotFoundError as error:
        raise IndexStorageError(
            f"{error.filename or path} is missing from the index: {RESCUE}"
        ) from error
    except OSError as error:
        raise IndexStorageError(
            f"the index at {path} cannot be read or written: {error.strerror or error}"
        ) from error


def write_lock(path: Path, *, wait: float = 0.0) -> Lock:
    """Take the lock of an index; `release()` gives it back, and so does the end of the process.

    :param wait: how long to wait for another writer, in seconds.
    :raises IndexLockedError: another writer has it.
    """
    with storage_errors(path):
        lock = lock_file(real_path(path) / LOCK, wait=wait)
    if lock is None:
        raise locked(path)
    return lock


def locked(path: Path) -> IndexLockedError:
    """Return the error for an index that another writer has."""
    return IndexLockedError(
        f"another process is writing to the index at {path}: try again when it is done"
    )


def check_lock(path: Path, lock: Lock) -> None:
    """Check that the folder of an index is the one that was locked.

    :raises IndexStorageError: it was moved, removed or replaced, or this process was forked.
    """
    with storage_errors(path):
        if not lock.is_of(real_path(path) / LOCK):
            raise IndexStorageError(
                f"the index at {path} was moved or replaced while it was written: try again"
            )


def identity(path: Path) -> tuple[int, int]:
    """Return what tells an index from another that was put in its place."""
    with storage_errors(path):
        # While one takes the other's place, there is none for a moment.
        status = retry_while_committed((path / MARKER).stat)
        return status.st_ino, status.st_mtime_ns


class FolderState(NamedTuple):
    """What one look at a folder tells.

    :ivar inode: which folder it is.
    :ivar changed_ns: when a file in it was last made, renamed or removed.
    :ivar settled: whether that was long enough ago that the next change gets another time.
    """

    inode: int
    changed_ns: int
    settled: bool


def folder_state(path: Path) -> FolderState:
    """Look at the folder of an index."""
    with storage_errors(path):
        status = retry_while_committed(path.stat)
    settled = time.time_ns() - status.st_mtime_ns > _SETTLED_NS
    return FolderState(status.st_ino, status.st_mtime_ns, settled)


def is_untouched(path: Path, seen: FolderState) -> bool:
    """Say whether the folder of an index is as it was when it was seen; False if in doubt."""
    if not seen.settled:
        return False
    try:
        # A search looks each time, and whatever else could be done here takes longer.
        status = os.stat(path)  # noqa: PTH116
    except OSError:
        return False
    return status.st_mtime_ns == seen.changed_ns and status.st_ino == seen.inode


def size_on_disk(path: Path) -> int:
    """Return the size of all files of an index, in bytes."""
    with storage_errors(path):
        total = 0
        for entry in os.scandir(path):
            with contextlib.suppress(FileNotFoundError):  # a commit may remove it
                total += entry.stat().st_size
        return total


def real_path(path: Path) -> Path:
    """The folder itself where a path leads through links: it is what can be renamed."""
    return Path(os.path.realpath(path))


def is_empty(folder: Path) -> bool:
    """Say whether a folder holds nothing but what a killed process left unfinished."""
    names = {one.name for one in folder.iterdir()}
    remnants = {name for name in names if not name.startswith(UNFINISHED)}
    # It may have been killed while it moved the files of a new index in, the marker last.
    return not remnants or (
        (folder / UNFINISHED / MARKER).is_file() and all(map(is_own_name, remnants))
    )
