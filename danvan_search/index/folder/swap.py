"""One folder in the place of another: at one instant, and the disk holds it.

However it ends, by a fault of the disk or an interrupt too, one of the two is in the place.
"""

import contextlib
import datetime
import secrets
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Final

from danvan_search.index.folder import fsync
from danvan_search.index.folder.file_lock import FOLDERS_CAN_BE_LOCKED, lock_folder
from danvan_search.index.folder.index_folder import (
    LOCK,
    MARKER,
    real_path,
    storage_errors,
    write_lock,
)

_ASIDE: Final = ".danvan-old"


def swap(place: Path, fresh: Path) -> None:
    """Put a new index in the place of an old one, and remove the old one.

    :raises OSError: the folders cannot be renamed.
    """
    # Whoever is to write to the new index waits until it is certain that it stays. And what is
    # under the name of the new one is locked at any time: after the exchange it is the old one.
    # Where folders cannot be locked, they cannot be renamed either while a file in them is open.
    new = write_lock(fresh) if FOLDERS_CAN_BE_LOCKED else None
    old = lock_folder(place) if FOLDERS_CAN_BE_LOCKED else None
    try:
        if fsync.exchange(place, fresh):
            sync_or(place.parent, lambda: fsync.exchange(place, fresh))
        else:
            _swap_by_renames(place, fresh)
    finally:
        if new is not None:
            new.release()
        if old is not None:
            if old.is_of(fresh):
                shutil.rmtree(fresh, ignore_errors=True)
            old.release()


def exchange(path: Path, fresh: Path, why: str) -> Path:
    """Put a finished index in the place of a folder; return where that folder is kept now.

    The disk holds both when this returns. The caller holds the lock of the folder.

    :param fresh: the folder that holds the new index.
    :param why: a word for the name under which the old folder is kept, beside its place.
    :raises IndexStorageError: the folders cannot be renamed.
    """
    place = real_path(path)
    now = datetime.datetime.now(datetime.UTC)
    kept = place.parent / f"{place.name}.{why}-{now:%Y%m%d-%H%M%S}-{secrets.token_hex(2)}"
    with storage_errors(path):
        new = write_lock(fresh) if FOLDERS_CAN_BE_LOCKED else None
        old = _which(place)
        try:
            # The new one takes the name of the old one first: so that neither is ever without a
            # place, nor under a name whose folder the next process takes for its own.
            fresh.rename(kept)
            if fsync.exchange(place, kept):
                sync_or(place.parent, lambda: fsync.exchange(place, kept))
            else:
                kept.rename(fresh)
                place.rename(kept)
                fresh.rename(place)
                fsync.sync_folder(place.parent)
        finally:
            # However it ends, by an interrupt too, one of the two is in its place.
            if kept.exists() and not place.exists():
                kept.rename(place)
            elif kept.exists() and _which(kept) != old:
                kept.rename(fresh)
            if new is not None:
                new.release()
    return kept


def _which(folder: Path) -> tuple[int, int]:
    """Return what tells a folder from every other, whatever its name."""
    status = folder.stat()
    return status.st_dev, status.st_ino


def move_in(place: Path, fresh: Path) -> None:
    """Move the files of a new index into a folder that was there, and empty.

    :raises OSError: they cannot be moved.
    """
    # The marker comes last: only with it the folder is an index.
    marker = place / MARKER
    names = [one.name for one in fresh.iterdir() if one.name not in (MARKER, LOCK)]
    try:
        for name in names:
            (fresh / name).rename(place / name)
        fsync.sync_folder(place)
        (fresh / MARKER).rename(marker)
        sync_or(place, marker.unlink)
    finally:
        if not marker.exists():
            for name in names:
                with contextlib.suppress(OSError):
                    (place / name).unlink()


def sync_or(folder: Path, undo: Callable[[], object]) -> None:
    """Have the disk hold the names in a folder; if it cannot, undo what was done to them."""
    try:
        fsync.sync_folder(folder)
    except OSError:
        undo()
        raise


def aside(place: Path) -> Path:
    """Return where an old index stands for the moment in which a new one takes its place."""
    return place.parent / f"{_ASIDE}-{place.name}"


def _swap_by_renames(place: Path, fresh: Path) -> None:
    old = aside(place)
    try:
        place.rename(old)
        fresh.rename(place)
        sync_or(place.parent, lambda: place.rename(fresh))
    finally:
        # However it ends, by an interrupt too, one of the two is in its place.
        if place.exists():
            shutil.rmtree(old, ignore_errors=True)
        elif old.exists():
            old.rename(place)
