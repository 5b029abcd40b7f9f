"""The folder of an index: made, opened, locked and told apart from other folders.

A folder is an index of ours when it holds ``danvan.json``, which names the format. It is
read before anything else, so that a folder of another format or of somebody else gets a
sentence instead of an accident. A new index is built beside its place and renamed into it.
"""

import contextlib
import json
import os
import secrets
import shutil
import time
import warnings
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Final, TypeVar

from danvan_search.errors import (
    IndexExistsError,
    IndexFormatError,
    IndexLockedError,
    IndexNotFoundError,
    IndexStorageError,
)

with warnings.catch_warnings():
    # Whoosh 2.7.4 has escapes that newer Pythons warn of when they first compile it.
    warnings.simplefilter("ignore")
    from whoosh.filedb.filestore import FileStorage
    from whoosh.index import FileIndex, LockError
    from whoosh.index import IndexError as WhooshIndexError

    from danvan_search.index.schema import schema

FORMAT: Final = "danvan-whoosh-1"
"""The name of the format; another name means that the index must be rebuilt."""

_MARKER: Final = "danvan.json"
Read = TypeVar("Read")

_OPEN_TRIES: Final = 20
_OPEN_PAUSE_SECONDS: Final = 0.01


def is_index(path: Path) -> bool:
    """Say whether a folder holds an index of danvan-search, of any format."""
    return (path / _MARKER).is_file()


def create(path: Path) -> None:
    """Make an empty index at a place where there is nothing, or an empty folder.

    :raises IndexExistsError: there is something there.
    :raises IndexStorageError: the folder cannot be made or written.
    """
    if is_index(path):
        raise IndexExistsError(f"there is an index at {path} already: open it, or remove it first")
    fresh = create_beside(path)
    try:
        replace(path, fresh)
    finally:
        shutil.rmtree(fresh, ignore_errors=True)


def create_beside(path: Path) -> Path:
    """Make an empty index beside a place, for :func:`replace`; return its folder.

    :raises IndexExistsError: the place holds files that are not an index.
    :raises IndexStorageError: the folder cannot be made or written.
    """
    with storage_errors(path):
        if not is_index(path) and (path.is_file() or (path.is_dir() and any(path.iterdir()))):
            raise IndexExistsError(
                f"{path} holds other files: name an empty or new folder with --index"
            )
        path.parent.mkdir(parents=True, exist_ok=True)
        fresh = _sibling(path, "new")
        fresh.mkdir()
        FileStorage(os.fspath(fresh)).create_index(schema())
        (fresh / _MARKER).write_text(json.dumps({"format": FORMAT}) + "\n", "utf-8")
    return fresh


def replace(path: Path, fresh: Path) -> None:
    """Put a finished index in its place, and remove the one that was there.

    :param fresh: the folder that :func:`create_beside` made.
    :raises IndexStorageError: the folders cannot be renamed.
    """
    with storage_errors(path):
        old = None
        if path.exists():
            old = _sibling(path, "old")
            path.rename(old)
        fresh.rename(path)
        if old is not None:
            shutil.rmtree(old, ignore_errors=True)


def open_index(path: Path) -> FileIndex:
    """Open the Whoosh index in a folder.

    :raises IndexNotFoundError: there is no index.
    :raises IndexFormatError: it is of another format, or it is not one of ours.
    :raises IndexStorageError: it cannot be read.
    """
    check_format(path)
    with storage_errors(path):
        return retry_while_committed(
            lambda: FileIndex(FileStorage(os.fspath(path)), schema=schema())
        )


def retry_while_committed(read: Callable[[], Read]) -> Read:
    """Call a function that reads the index, again if a commit took a file from under it."""
    for _ in range(_OPEN_TRIES - 1):
        try:
            return read()
        except FileNotFoundError:
            time.sleep(_OPEN_PAUSE_SECONDS)
    return read()


def check_format(path: Path) -> None:
    """Check that a folder holds an index of the format that this version writes.

    :raises IndexNotFoundError: there is no index.
    :raises IndexFormatError: it is of another format, or it is not one of ours.
    :raises IndexStorageError: it cannot be read.
    """
    with storage_errors(path):
        if not path.exists() or (path.is_dir() and not any(path.iterdir())):
            raise IndexNotFoundError(f"no index at {path}: build one with `dvsearch index FOLDER`")
        if not is_index(path):
            raise IndexFormatError(
                f"{path} is not an index of danvan-search: name another place with --index"
            )
        try:
            marker = json.loads((path / _MARKER).read_text("utf-8"))
            found = marker["format"]
        except (ValueError, KeyError, TypeError) as error:
            raise IndexFormatError(
                f"{path / _MARKER} is damaged: rebuild the index with "
                "`dvsearch index --rebuild FOLDER`"
            ) from error
    if found != FORMAT:
        raise IndexFormatError(
            f"the index at {path} has the format {found!r}, this version needs {FORMAT!r}: "
            "rebuild it with `dvsearch index --rebuild FOLDER`"
        )


@contextlib.contextmanager
def storage_errors(path: Path) -> Iterator[None]:
    """Turn what the disk and Whoosh raise into errors for people."""
    try:
        yield
    except LockError as error:
        raise IndexLockedError(
            f"another process is writing to the index at {path}: try again when it is done"
        ) from error
    except PermissionError as error:
        raise IndexStorageError(
            f"no permission for {error.filename or path}: change it, or name another place "
            "with --index"
        ) from error
    except FileNotFoundError as error:
        raise IndexStorageError(
            f"{error.filename or path} is missing from the index: rebuild it with "
            "`dvsearch index --rebuild FOLDER`"
        ) from error
    except OSError as error:
        raise IndexStorageError(
            f"the index at {path} cannot be read or written: {error.strerror or error}"
        ) from error
    except WhooshIndexError as error:
        raise IndexStorageError(
            f"the index at {path} is damaged ({error}): rebuild it with "
            "`dvsearch index --rebuild FOLDER`"
        ) from error


def size_on_disk(path: Path) -> int:
    """Return the size of all files of an index, in bytes."""
    with storage_errors(path):
        total = 0
        for entry in os.scandir(path):
            with contextlib.suppress(FileNotFoundError):  # a commit may remove it
                total += entry.stat().st_size
        return total


def _sibling(path: Path, purpose: str) -> Path:
    return path.parent / f".{path.name}.{purpose}-{secrets.token_hex(4)}"
