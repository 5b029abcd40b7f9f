"""Builds a new index and puts it in its place.

A new index is built in a temporary folder, beside its place or inside it if the place is an empty
folder. When it is finished it is renamed into place, so that the place holds either a whole index
or what it held before. The builder locks the temporary folder: so there is only one builder at a
time, and a folder without a lock was left by a killed process.
"""

import contextlib
import errno
import secrets
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Final, TypeVar

from danvan_search.errors import IndexExistsError, IndexLockedError
from danvan_search.index.folder import commit_file, fsync
from danvan_search.index.folder.file_lock import FOLDERS_CAN_BE_LOCKED, Lock, lock_file, lock_folder
from danvan_search.index.folder.file_names import LOCK, MARKER, UNFINISHED, is_own_name
from danvan_search.index.folder.index_folder import (
    is_empty,
    is_index,
    locked,
    marker_bytes,
    real_path,
    storage_errors,
    write_lock,
)
from danvan_search.index.folder.swap import aside, move_in, replace_removing_old, sync_or_undo

Report = TypeVar("Report")

_NOT_EMPTY: Final = (errno.ENOTEMPTY, errno.EEXIST)


def create(path: Path, *, wait: float = 0.0) -> None:
    """Create an empty index in a new folder, or in an empty one.

    :param wait: how long to wait for another process that builds there, in seconds.
    :raises IndexExistsError: the folder holds an index or other files.
    :raises IndexLockedError: another process is building an index there.
    :raises IndexStorageError: the folder cannot be created or written.
    """
    put_back(path)
    _check_none(path)
    with new_index(path, wait=wait) as fresh:
        _check_none(path)
        put_in_place(path, fresh, over=False)


def build(
    path: Path, fill: Callable[[Path], Report], *, dry_run: bool = False, wait: float = 0.0
) -> Report:
    """Build a new index with a function and put it in its place; return the function's result.

    :param fill: called with the folder of an empty index, to which it adds the articles.
    :param dry_run: build in a temporary folder, and change nothing at the place.
    :param wait: how long to wait for another writer, in seconds.
    :raises IndexExistsError: the place holds files that are not an index.
    :raises IndexLockedError: another writer is at work.
    :raises IndexStorageError: the index cannot be written.
    """
    put_back(path)
    if dry_run:
        import tempfile  # slow to load, and a search does not need it

        check_free(path)
        with tempfile.TemporaryDirectory() as folder:
            write_empty(Path(folder) / "index")
            return fill(Path(folder) / "index")
    over = is_index(path)
    lock = write_lock(path, wait=wait) if over else None
    try:
        with new_index(path, wait=wait) as fresh:
            check_unchanged(path, over=over)
            report = fill(fresh)
            put_in_place(path, fresh, over=over)
    finally:
        if lock is not None:
            lock.release()
    return report


@contextlib.contextmanager
def new_index(path: Path, *, wait: float = 0.0) -> Iterator[Path]:
    """Create an empty index for :func:`put_in_place`, in a folder of :func:`new_folder`.

    :param path: the place.
    :param wait: how long to wait for another process that builds there, in seconds.
    :raises IndexExistsError: the place holds files that are not an index.
    :raises IndexLockedError: another process is building there.
    :raises IndexStorageError: the folder cannot be created or written.
    """
    check_free(path)
    with new_folder(path, wait=wait) as fresh:
        write_empty(fresh)
        yield fresh


@contextlib.contextmanager
def new_folder(path: Path, *, wait: float = 0.0) -> Iterator[Path]:
    """Create an empty, locked folder in which to build an index for a place.

    The folder is beside the place, or inside it if the place is an empty folder, which may be one
    that cannot be renamed, such as a mounted disk. At the end of the context the folder is removed
    unless it was put in place, and so are the parent folders that were created for it.

    :param path: the place.
    :param wait: how long to wait for another process that builds there, in seconds.
    :raises IndexLockedError: another process is building there.
    :raises IndexStorageError: the folder cannot be created.
    """
    place = real_path(path)
    made: list[Path] = []
    with storage_errors(path):
        inside = place.is_dir() and not is_index(place) and is_empty(place)
    fresh = _inside(place) if inside else _beside(place)
    if not FOLDERS_CAN_BE_LOCKED:
        fresh = fresh.with_name(f"{fresh.name}-{secrets.token_hex(4)}")
    lock: Lock | None = None
    try:
        with storage_errors(path):
            for folder in reversed(fresh.parents):
                if not folder.exists():
                    made.append(folder)
                    fsync.make_folder(folder)
            if FOLDERS_CAN_BE_LOCKED:
                lock = lock_folder(fresh, wait=wait, make=True)
                if lock is None:
                    raise locked(path)
                if inside:
                    _remove_remnants(place)
                for one in list(fresh.iterdir()):
                    fsync.remove(one)
                if place.exists():
                    _remove_if_unlocked(aside(place))
            else:
                fresh.mkdir()
        yield fresh
    finally:
        # If the folder was put in place, the next builder may have one of the same name by now.
        if lock.is_of(fresh) if lock is not None else not FOLDERS_CAN_BE_LOCKED:
            shutil.rmtree(fresh, ignore_errors=True)
        if lock is not None:
            lock.release()
        with contextlib.suppress(OSError):  # not empty: the index is in it
            for folder in reversed(made):
                folder.rmdir()


def write_empty(fresh: Path) -> None:
    """Write an empty index, generation 0, into a folder, which is created if it is missing.

    :raises IndexStorageError: it cannot be written.
    """
    with storage_errors(fresh):
        fresh.mkdir(exist_ok=True)
        fsync.write_file(fresh / MARKER, marker_bytes())
        commit_file.write(fresh, 0, [])


def check_free(path: Path) -> None:
    """Check that a place is an index, is empty or does not exist.

    :raises IndexExistsError: it holds something else.
    :raises IndexStorageError: it cannot be accessed.
    """
    place = real_path(path)
    with storage_errors(path):
        if is_index(place) or not place.exists():
            return
        if not place.is_dir() or not (is_empty(place) or is_index(place)):
            raise IndexExistsError(f"{path} holds other files: name an empty or new folder")


def check_unchanged(path: Path, *, over: bool) -> None:
    """Check that no other process has created or removed an index at a place meanwhile.

    :param over: whether there was an index when the work on the new one began.
    :raises IndexLockedError: another process did.
    """
    if is_index(real_path(path)) != over:
        raise _changed_meanwhile(path)


def put_in_place(path: Path, fresh: Path, *, over: bool) -> None:
    """Put a finished index in its place, and remove the index that was there.

    The caller holds the writer's lock of the old index. The new one is fsynced when this returns.

    :param path: the place.
    :param fresh: the folder of the new index, from :func:`new_index` or :func:`new_folder`.
    :param over: whether there was an index when the work on the new one began.
    :raises IndexLockedError: another process created or removed an index meanwhile.
    :raises IndexExistsError: the place holds files that are not an index.
    :raises IndexStorageError: the folders cannot be renamed.
    """
    place = real_path(path)
    check_free(path)
    check_unchanged(path, over=over)
    with storage_errors(path):
        if over:
            replace_removing_old(place, fresh)
        elif place.exists():
            move_in(place, fresh)
        else:
            try:
                fresh.rename(place)
            except OSError as error:
                if error.errno in _NOT_EMPTY:
                    raise _changed_meanwhile(path) from error
                raise
            sync_or_undo(place.parent, lambda: place.rename(fresh))


def await_index(path: Path, wait: float) -> None:
    """Wait while another process builds an index at a place that has none.

    :param wait: how long to wait at most, in seconds.
    :raises IndexLockedError: it is still being built.
    """
    place = real_path(path)
    if not (wait and FOLDERS_CAN_BE_LOCKED) or is_index(place):
        return
    with storage_errors(path):
        try:
            lock = lock_folder(_inside(place) if place.is_dir() else _beside(place), wait=wait)
        except (FileNotFoundError, NotADirectoryError):
            return  # no process is building, or the index is finished
        if lock is None:
            raise locked(path)
        lock.release()


def put_back(path: Path) -> None:
    """Put an index back that a process moved aside for a new one before it was killed.

    :raises IndexStorageError: the place cannot be accessed.
    """
    place = real_path(path)
    old = aside(place)
    with storage_errors(path):
        if place.exists() or not old.is_dir():
            return
    with contextlib.suppress(OSError):  # without write permission there is no index to open
        lock = lock_file(old / LOCK)
        if lock is None:
            return  # the process that moved it is still at work
        try:
            old.rename(place)
            fsync.sync_folder(place.parent)
        finally:
            lock.release()


def remove_unfinished(path: Path) -> None:
    """Remove the temporary folders of killed processes that built an index for a place.

    Folders in use, which are locked, stay, and so do those that cannot be removed.
    """
    if not FOLDERS_CAN_BE_LOCKED:
        return
    place = real_path(path)
    for folder in (_inside(place), _beside(place), aside(place)):
        _remove_if_unlocked(folder)


def _inside(place: Path) -> Path:
    return place / UNFINISHED


def _beside(place: Path) -> Path:
    return place.parent / f"{UNFINISHED}-{place.name}"


def _changed_meanwhile(path: Path) -> IndexLockedError:
    return IndexLockedError(
        f"another process made or removed an index at {path} meanwhile: try again"
    )


def _check_none(path: Path) -> None:
    if is_index(path):
        raise IndexExistsError(f"there is an index at {path} already: open it, or remove it first")


def _remove_if_unlocked(folder: Path) -> None:
    """Remove a temporary folder that no process has locked."""
    with contextlib.suppress(OSError):
        if folder.is_dir() and (lock := lock_folder(folder)) is not None:
            shutil.rmtree(folder, ignore_errors=True)
            lock.release()


def _remove_remnants(place: Path) -> None:
    """Remove the files that a killed builder had moved into a folder that is not an index yet."""
    if not is_index(place) and is_empty(place):
        for one in list(place.iterdir()):
            if is_own_name(one.name):
                one.unlink()
