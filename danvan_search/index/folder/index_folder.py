"""The folder of an index: its format marker, the writer's lock, and error messages for disk errors.

A folder is an index of danvan-search if it holds ``danvan.json``, the marker, which names the
format. The marker is read before anything else, so that a folder of another format, or of another
program, gives a clear error.
"""

import contextlib
import json
import os
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Final, NamedTuple, TypeVar

from danvan_search.errors import (
    CARRY_OVER,
    REBUILD,
    RESCUE,
    IndexFormatError,
    IndexLockedError,
    IndexNotFoundError,
    IndexStorageError,
)
from danvan_search.index.folder.commit_file import read_latest
from danvan_search.index.folder.file_lock import Lock, lock_file
from danvan_search.index.folder.file_names import LOCK, MARKER, UNFINISHED, is_own_name

FORMAT: Final = "danvan-grid-3"
"""The name of the format; an index with another name is refused."""

EARLIER_FORMAT: Final = "danvan-grid-2"
"""The name of the format before, from which ``rescue.earlier_format`` carries articles over."""

_MAX_MARKER_BYTES: Final = 4096

Read = TypeVar("Read")

_SETTLED_NS: Final = 2_000_000_000  # the coarsest clock of a file system, FAT's

_MAX_READS: Final = 20
_RETRY_PAUSE_SECONDS: Final = 0.01


def marker_bytes() -> bytes:
    """Return the content of the marker of an index of this format."""
    return json.dumps({"format": FORMAT}).encode() + b"\n"


def is_index(path: Path) -> bool:
    """Say whether a folder holds an index of danvan-search, of any format.

    :raises IndexStorageError: the folder cannot be accessed.
    """
    with storage_errors(path):
        return (path / MARKER).is_file()


def check_index(path: Path) -> None:
    """Check that a folder holds an index that can be opened.

    :raises IndexNotFoundError: there is no index.
    :raises IndexFormatError: it has another format or another version of the text analysis, or the
        folder is not an index.
    :raises IndexDamagedError: the content of its commit file is not what was written.
    :raises IndexStorageError: it cannot be read.
    """
    check_format(path)
    with storage_errors(path):
        retry_while_committed(lambda: read_latest(path))


def retry_while_committed(read: Callable[[], Read]) -> Read:
    """Return what a function reads from the index; call it again when a file is missing.

    A concurrent commit removes files that the function is about to open. The error of the last
    call is raised.
    """
    for _ in range(_MAX_READS - 1):
        try:
            return read()
        except FileNotFoundError:
            pass
        except IndexStorageError as error:
            if not isinstance(error.__cause__, FileNotFoundError):
                raise
        time.sleep(_RETRY_PAUSE_SECONDS)
    return read()


def check_format(path: Path) -> None:
    """Check that a folder holds an index of the format that this version writes.

    :raises IndexNotFoundError: there is no index.
    :raises IndexFormatError: it has another format, or the folder is not an index.
    :raises IndexStorageError: it cannot be read.
    """
    with storage_errors(path):
        if not path.exists() or (path.is_dir() and is_empty(path)):
            raise IndexNotFoundError(f"no index at {path}: build one with `dvsearch index FOLDER`")
        if not is_index(path):
            raise IndexFormatError(f"{path} is not an index of danvan-search: name another place")
        with (path / MARKER).open("rb") as file:
            marker = file.read(_MAX_MARKER_BYTES)
    if marker == marker_bytes():
        return
    try:
        found = json.loads(marker.decode())["format"]
    except (ValueError, LookupError, TypeError, RecursionError) as error:
        raise IndexFormatError(f"{path / MARKER} is damaged: {RESCUE}") from error
    if not isinstance(found, str) or found == FORMAT:
        raise IndexFormatError(f"{path / MARKER} is damaged: {RESCUE}")
    advice = CARRY_OVER if found == EARLIER_FORMAT else REBUILD
    raise IndexFormatError(
        f"the index at {path} has the format {found!r}, this version needs {FORMAT!r}: {advice}"
    )


@contextlib.contextmanager
def storage_errors(path: Path) -> Iterator[None]:
    """Turn an ``OSError`` into an ``IndexStorageError``, which says what to do.

    :param path: the index that the message names if the error names no file.
    """
    try:
        yield
    except PermissionError as error:
        raise IndexStorageError(
            f"no permission for {error.filename or path}: change its permissions, or name another "
            "place"
        ) from error
    except FileNotFoundError as error:
        raise IndexStorageError(
            f"{error.filename or path} is missing from the index: {RESCUE}"
        ) from error
    except OSError as error:
        raise IndexStorageError(
            f"the index at {path} cannot be read or written ({error.strerror or error}): check the "
            "disk, or name another place"
        ) from error


def write_lock(path: Path, *, wait: float = 0.0) -> Lock:
    """Acquire the writer's lock of an index, which ends with the process at the latest.

    :param wait: how long to wait for another writer, in seconds.
    :raises IndexLockedError: another writer holds it.
    :raises IndexStorageError: the lock file cannot be opened.
    """
    with storage_errors(path):
        lock = lock_file(real_path(path) / LOCK, wait=wait)
    if lock is None:
        raise locked(path)
    return lock


def locked(path: Path) -> IndexLockedError:
    """Return the error for an index that another writer has locked."""
    return IndexLockedError(
        f"another process is writing to the index at {path}: try again when it is done"
    )


def check_lock(path: Path, lock: Lock) -> None:
    """Check that a lock is still the lock of an index.

    :raises IndexStorageError: the folder was moved, removed or replaced, or this process is a
        fork of the one that holds the lock.
    """
    with storage_errors(path):
        if not lock.is_of(real_path(path) / LOCK):
            raise IndexStorageError(
                f"the index at {path} was moved or replaced while it was written: try again"
            )


def identity(path: Path) -> tuple[int, int]:
    """Return the inode and modification time of the marker, which differ for a replacement."""
    with storage_errors(path):
        # While a replacement is renamed, there is no folder for a moment.
        status = retry_while_committed((path / MARKER).stat)
        return status.st_ino, status.st_mtime_ns


class FolderState(NamedTuple):
    """The state of a folder at one time.

    :ivar inode: its inode.
    :ivar changed_ns: when a file in it was last created, renamed or removed, in nanoseconds.
    :ivar settled: whether that is so long ago that the next change gets another time stamp.
    """

    inode: int
    changed_ns: int
    settled: bool


def folder_state(path: Path) -> FolderState:
    """Return the state of the folder of an index now."""
    with storage_errors(path):
        status = retry_while_committed(path.stat)
    settled = time.time_ns() - status.st_mtime_ns > _SETTLED_NS
    return FolderState(status.st_ino, status.st_mtime_ns, settled)


def is_untouched(path: Path, seen: FolderState) -> bool:
    """Say whether the folder of an index is certainly unchanged since a state was recorded."""
    if not seen.settled:
        return False
    try:
        # Each search calls this: the alternatives to os.stat take longer.
        status = os.stat(path)  # noqa: PTH116
    except OSError:
        return False
    return status.st_mtime_ns == seen.changed_ns and status.st_ino == seen.inode


def size_on_disk(path: Path) -> int:
    """Return the size of all files of an index, in bytes."""
    with storage_errors(path):
        total = 0
        for entry in os.scandir(path):
            with contextlib.suppress(FileNotFoundError):  # a concurrent commit removed it
                total += entry.stat().st_size
        return total


def real_path(path: Path) -> Path:
    """Return a path without symbolic links: the folder that can be renamed."""
    return Path(os.path.realpath(path))


def is_empty(folder: Path) -> bool:
    """Say whether a folder is empty but for what a killed builder of an index left."""
    names = {one.name for one in folder.iterdir()}
    remnants = {name for name in names if not name.startswith(UNFINISHED)}
    # A builder may be killed while it moves the files of a new index in, the marker last.
    return not remnants or (
        (folder / UNFINISHED / MARKER).is_file() and all(map(is_own_name, remnants))
    )
