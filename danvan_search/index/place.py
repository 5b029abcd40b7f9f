"""Making an index, and putting it in its place.

A new index is built beside its place and renamed into it when it is finished, so that the place
holds a whole index at any time, or what it held before.
"""

import contextlib
import datetime
import secrets
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import TypeVar

from danvan_search.errors import IndexExistsError, IndexLockedError
from danvan_search.index import contents
from danvan_search.index.store import (
    MARKER,
    UNFINISHED,
    is_empty,
    is_index,
    marker_bytes,
    real_path,
    storage_errors,
    write_lock,
)

Report = TypeVar("Report")


def create(path: Path) -> None:
    """Make an empty index at a place where there is nothing, or an empty folder.

    :raises IndexExistsError: there is something there.
    :raises IndexStorageError: the folder cannot be made or written.
    """
    if is_index(path):
        raise IndexExistsError(f"there is an index at {path} already: open it, or remove it first")
    with new_index(path) as fresh:
        put_in_place(path, fresh, over=False)


def build(path: Path, fill: Callable[[Path], Report], *, dry_run: bool = False) -> Report:
    """Make an index by a function, and put it in its place; return what the function did.

    :param fill: is given the folder of an empty index.
    :param dry_run: make it elsewhere, and leave the place as it is.
    :raises IndexExistsError: the place holds files that are not an index.
    :raises IndexLockedError: another writer is at work.
    :raises IndexStorageError: the index cannot be written.
    """
    if dry_run:
        import tempfile  # takes long to load, and a search does without

        check_free(path)
        with tempfile.TemporaryDirectory() as folder:
            write_empty(Path(folder) / "index")
            return fill(Path(folder) / "index")
    over = is_index(path)
    lock = write_lock(path) if over else None
    try:
        with new_index(path) as fresh:
            report = fill(fresh)
            put_in_place(path, fresh, over=over)
    finally:
        if lock is not None:
            lock.release()
    return report


@contextlib.contextmanager
def new_index(path: Path) -> Iterator[Path]:
    """Make an empty index for :func:`put_in_place`, and give its folder; see :func:`new_folder`.

    :raises IndexExistsError: the place holds files that are not an index.
    :raises IndexStorageError: the folder cannot be made or written.
    """
    check_free(path)
    with new_folder(path) as fresh:
        write_empty(fresh)
        yield fresh


@contextlib.contextmanager
def new_folder(path: Path) -> Iterator[Path]:
    """Give the name of a folder in which an index may be made for a place.

    It stands beside the place, or inside it if that is an empty folder: it may be one that
    cannot be renamed, such as a mounted disk. What is not put in place is gone at the end, with
    the folders above that were made for it.

    :raises IndexStorageError: the folders above cannot be made.
    """
    place = real_path(path)
    made: list[Path] = []
    inside = place.is_dir() and is_empty(place)
    name = f"{UNFINISHED}{secrets.token_hex(4)}"
    fresh = place / name if inside else place.parent / f"{name}-{place.name}"
    try:
        with storage_errors(path):
            for folder in reversed(fresh.parents):
                if not folder.exists():
                    made.append(folder)
                    folder.mkdir(exist_ok=True)
        yield fresh
    finally:
        shutil.rmtree(fresh, ignore_errors=True)
        with contextlib.suppress(OSError):  # the index is in it now
            for folder in reversed(made):
                folder.rmdir()


def write_empty(fresh: Path) -> None:
    """Make a folder and an empty index in it."""
    with storage_errors(fresh):
        fresh.mkdir()
        contents.write(fresh, 0, [])
        (fresh / MARKER).write_bytes(marker_bytes())


def check_free(path: Path) -> None:
    """Check that a place holds an index, or nothing.

    :raises IndexExistsError: it holds something else.
    :raises IndexStorageError: it cannot be reached.
    """
    place = real_path(path)
    with storage_errors(path):
        if is_index(place) or not place.exists():
            return
        if not place.is_dir() or not is_empty(place):
            raise IndexExistsError(
                f"{path} holds other files: name an empty or new folder with --index"
            )


def put_in_place(path: Path, fresh: Path, *, over: bool) -> None:
    """Put a finished index in its place, and remove the one that was there.

    :param fresh: the folder that :func:`new_index`, or :func:`new_folder`, gave.
    :param over: whether there was an index when the work on the new one began.
    :raises IndexLockedError: another process made or removed one meanwhile.
    :raises IndexExistsError: the place holds files that are not an index.
    :raises IndexStorageError: the folders cannot be renamed.
    """
    place = real_path(path)
    check_free(path)
    with storage_errors(path):
        if is_index(place) != over:
            raise IndexLockedError(
                f"another process made or removed an index at {path} meanwhile: try again"
            )
        if over:
            old = place.parent / f".{place.name}.old-{secrets.token_hex(4)}"
            try:
                _swap(place, fresh, old)
            finally:
                if place.exists():
                    shutil.rmtree(old, ignore_errors=True)
        elif place.exists():
            _move_in(place, fresh)
        else:
            fresh.rename(place)


def exchange(path: Path, fresh: Path, why: str) -> Path:
    """Put a finished index in the place of a folder; return where that folder is kept now.

    :param fresh: the folder that :func:`new_folder` gave.
    :param why: a word for the name under which the old folder is kept, beside its place.
    :raises IndexStorageError: the folders cannot be renamed.
    """
    place = real_path(path)
    now = datetime.datetime.now(datetime.UTC)
    kept = place.parent / f"{place.name}.{why}-{now:%Y%m%d-%H%M%S}-{secrets.token_hex(2)}"
    with storage_errors(path):
        _swap(place, fresh, kept)
    return kept


def _swap(place: Path, fresh: Path, old: Path) -> None:
    try:
        place.rename(old)
        fresh.rename(place)
    finally:
        # However it ends, by an interrupt too, one of the two is in its place.
        if old.exists() and not place.exists():
            old.rename(place)


def _move_in(place: Path, fresh: Path) -> None:
    # The marker comes last: only with it the folder is an index.
    names = sorted((one.name for one in fresh.iterdir()), key=lambda name: name == MARKER)
    try:
        for name in names:
            (fresh / name).rename(place / name)
    finally:
        if not is_index(place):
            for name in names:
                with contextlib.suppress(OSError):
                    (place / name).unlink()
