"""Making an index, and putting it in its place.

A new index is built beside its place and renamed into it when it is finished, so that the place
holds a whole index at any time, or what it held before. Whoever builds locks the folder that it
builds in: so there is one at a time, and what a killed process left is told from work that goes on.
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
from danvan_search.index.folder.index_folder import (
    LOCK,
    MARKER,
    UNFINISHED,
    is_empty,
    is_index,
    locked,
    marker_bytes,
    real_path,
    storage_errors,
    write_lock,
)
from danvan_search.index.folder.swap import aside, move_in, swap, sync_or

Report = TypeVar("Report")

_NOT_EMPTY: Final = (errno.ENOTEMPTY, errno.EEXIST)


def create(path: Path, *, wait: float = 0.0) -> None:
    """Make an empty index at a place where there is nothing, or an empty folder.

    :param wait: how long to wait for another process that builds there, in seconds.
    :raises IndexExistsError: there is something there.
    :raises IndexLockedError: another process is making an index there.
    :raises IndexStorageError: the folder cannot be made or written.
    """
    put_back(path)
    _check_none(path)
    with new_index(path, wait=wait) as fresh:
        _check_none(path)
        put_in_place(path, fresh, over=False)


def build(
    path: Path, fill: Callable[[Path], Report], *, dry_run: bool = False, wait: float = 0.0
) -> Report:
    """Make an index by a function, and put it in its place; return what the function did.

    :param fill: is given the folder of an empty index.
    :param dry_run: make it elsewhere, and leave the place as it is.
    :param wait: how long to wait for another writer, in seconds.
    :raises IndexExistsError: the place holds files that are not an index.
    :raises IndexLockedError: another writer is at work.
    :raises IndexStorageError: the index cannot be written.
    """
    put_back(path)
    if dry_run:
        import tempfile  # takes long to load, and a search does without

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
    """Make an empty index for :func:`put_in_place`, and give its folder; see :func:`new_folder`.

    :param wait: how long to wait for another process that builds there, in seconds.
    :raises IndexExistsError: the place holds files that are not an index.
    :raises IndexLockedError: another process is building there.
    :raises IndexStorageError: the folder cannot be made or written.
    """
    check_free(path)
    with new_folder(path, wait=wait) as fresh:
        write_empty(fresh)
        yield fresh


@contextlib.contextmanager
def new_folder(path: Path, *, wait: float = 0.0) -> Iterator[Path]:
    """Make an empty folder in which an index may be made for a place.

    It stands beside the place, or inside it if that is an empty folder: it may be one that
    cannot be renamed, such as a mounted disk. What is not put in place is gone at the end, with
    the folders above that were made for it.

    :param wait: how long to wait for another process that builds there, in seconds.
    :raises IndexLockedError: another process is building there.
    :raises IndexStorageError: the folder cannot be made.
    """
    place = real_path(path)
    made: list[Path] = []
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
                _empty(fresh)
                if place.exists():
                    _remove_if_left(aside(place))
            else:
                fresh.mkdir()
        yield fresh
    finally:
        # Under the name there may be the work of the next one by now.
        if lock.is_of(fresh) if lock is not None else not FOLDERS_CAN_BE_LOCKED:
            shutil.rmtree(fresh, ignore_errors=True)
        if lock is not None:
            lock.release()
        with contextlib.suppress(OSError):  # the index is in it now
            for folder in reversed(made):
                folder.rmdir()


def write_empty(fresh: Path) -> None:
    """Make an empty index in a folder, which is made if there is none."""
    with storage_errors(fresh):
        fresh.mkdir(exist_ok=True)
        fsync.write_file(fresh / MARKER, marker_bytes())
        commit_file.write(fresh, 0, [])


def check_free(path: Path) -> None:
    """Check that a place holds an index, or nothing.

    :raises IndexExistsError: it holds something else.
    :raises IndexStorageError: it cannot be reached.
    """
    place = real_path(path)
    with storage_errors(path):
        if is_index(place) or not place.exists():
            return
        if not place.is_dir() or not (is_empty(place) or is_index(place)):
            raise IndexExistsError(
                f"{path} holds other files: name an empty or new folder with --index"
            )


def check_unchanged(path: Path, *, over: bool) -> None:
    """Check that there is an index at a place, or none, as there was.

    :param over: whether there was one when the work on the new one began.
    :raises IndexLockedError: another process made or removed one meanwhile.
    """
    if is_index(real_path(path)) != over:
        raise _meanwhile(path)


def put_in_place(path: Path, fresh: Path, *, over: bool) -> None:
    """Put a finished index in its place, and leave the one that was there to be removed.

    The disk holds it when this returns. The caller holds the lock of the index that is replaced.

    :param fresh: the folder that :func:`new_index` gave.
    :param over: whether there was an index when the work on the new one began.
    :raises IndexLockedError: another process made or removed one meanwhile.
    :raises IndexExistsError: the place holds files that are not an index.
    :raises IndexStorageError: the folders cannot be renamed.
    """
    place = real_path(path)
    check_free(path)
    check_unchanged(path, over=over)
    with storage_errors(path):
        if over:
            swap(place, fresh)
        elif place.exists():
            move_in(place, fresh)
        else:
            try:
                fresh.rename(place)
            except OSError as error:
                if error.errno in _NOT_EMPTY:
                    raise _meanwhile(path) from error
                raise
            sync_or(place.parent, lambda: place.rename(fresh))


def await_index(path: Path, wait: float) -> None:
    """Wait for an index that another process is building, where there is none.

    :param wait: for how long, in seconds.
    :raises IndexLockedError: it is still being built.
    """
    place = real_path(path)
    if not (wait and FOLDERS_CAN_BE_LOCKED) or is_index(place):
        return
    with storage_errors(path):
        try:
            lock = lock_folder(_inside(place) if place.is_dir() else _beside(place), wait=wait)
        except (FileNotFoundError, NotADirectoryError):
            return  # nobody is, or it was finished
        if lock is None:
            raise locked(path)
        lock.release()


def put_back(path: Path) -> None:
    """Put an index back that a killed process had moved aside, to put another in its place."""
    place = real_path(path)
    old = aside(place)
    if place.exists() or not old.is_dir():
        return
    with contextlib.suppress(OSError):  # who may not write there finds no index
        lock = lock_file(old / LOCK)
        if lock is None:
            return  # whoever moved it is still at work
        try:
            old.rename(place)
            fsync.sync_folder(place.parent)
        finally:
            lock.release()


def remove_unfinished(path: Path) -> None:
    """Remove what killed processes left that built a new index for a place.

    What a process is still at work on stays, and so does what cannot be removed.
    """
    if not FOLDERS_CAN_BE_LOCKED:
        return
    place = real_path(path)
    for folder in (_inside(place), _beside(place), aside(place)):
        _remove_if_left(folder)


def _inside(place: Path) -> Path:
    return place / UNFINISHED


def _beside(place: Path) -> Path:
    return place.parent / f"{UNFINISHED}-{place.name}"


def _meanwhile(path: Path) -> IndexLockedError:
    return IndexLockedError(
        f"another process made or removed an index at {path} meanwhile: try again"
    )


def _check_none(path: Path) -> None:
    if is_index(path):
        raise IndexExistsError(f"there is an index at {path} already: open it, or remove it first")


def _empty(folder: Path) -> None:
    for one in list(folder.iterdir()):
        if one.is_dir() and not one.is_symlink():
            shutil.rmtree(one)
        else:
            one.unlink()


def _remove_if_left(folder: Path) -> None:
    """Remove a folder that no process is at work on."""
    if folder.is_dir():
        with contextlib.suppress(OSError):
            lock = lock_folder(folder)
            if lock is not None:
                shutil.rmtree(folder, ignore_errors=True)
                lock.release()


def _remove_remnants(place: Path) -> None:
    """Remove what a process that was killed had moved into a folder that is no index yet."""
    if not is_index(place) and is_empty(place):
        for one in list(place.iterdir()):
            if commit_file.is_own_name(one.name):
                one.unlink()
