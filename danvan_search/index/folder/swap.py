"""Replaces one folder by another in one step, and fsyncs the result.

Whatever goes wrong, a disk error or an interrupt included, one of the two folders ends up in
place.
"""

import contextlib
import datetime
import secrets
import shutil
from collections.abc import Callable
from pathlib import Path

from danvan_search.index.folder import fsync
from danvan_search.index.folder.file_lock import FOLDERS_CAN_BE_LOCKED, lock_folder
from danvan_search.index.folder.file_names import LOCK, MARKER, REPLACED
from danvan_search.index.folder.index_folder import real_path, storage_errors, write_lock


def replace_removing_old(place: Path, fresh: Path) -> None:
    """Put a new index in place of an old one, and remove the old one.

    :param place: the folder of the old index.
    :param fresh: the folder of the new one, in the same parent folder.
    :raises OSError: the folders cannot be renamed.
    """
    # The lock in the new index keeps writers out until it is certain that the index stays. The
    # lock of the old folder keeps builders away from it once it has the name of the new one.
    # Where folders cannot be locked, they cannot be renamed either while a file in them is open.
    new = write_lock(fresh) if FOLDERS_CAN_BE_LOCKED else None
    old = lock_folder(place) if FOLDERS_CAN_BE_LOCKED else None
    try:
        if fsync.exchange_folders(place, fresh):
            sync_or_undo(place.parent, lambda: fsync.exchange_folders(place, fresh))
        else:
            _replace_by_renames(place, fresh)
    finally:
        if new is not None:
            new.release()
        if old is not None:
            if old.is_of(fresh):
                shutil.rmtree(fresh, ignore_errors=True)
            old.release()


def replace_keeping_old(path: Path, fresh: Path, why: str) -> Path:
    """Put a finished index in place of an old folder; return the new path of the old folder.

    The caller holds the writer's lock of the old folder. Both renames are fsynced when this
    returns.

    :param path: the old folder.
    :param fresh: the folder of the new index.
    :param why: a word for the old folder's new name, which is beside its place.
    :raises IndexStorageError: the folders cannot be renamed.
    """
    place = real_path(path)
    now = datetime.datetime.now(datetime.UTC)
    kept = place.parent / f"{place.name}.{why}-{now:%Y%m%d-%H%M%S}-{secrets.token_hex(2)}"
    with storage_errors(path):
        new = write_lock(fresh) if FOLDERS_CAN_BE_LOCKED else None
        old = _folder_identity(place)
        try:
            # The new folder first takes the name under which the old one will be kept. So the
            # exchange leaves neither under the name of an unfinished index, which the next
            # builder would remove.
            fresh.rename(kept)
            if fsync.exchange_folders(place, kept):
                sync_or_undo(place.parent, lambda: fsync.exchange_folders(place, kept))
            else:
                kept.rename(fresh)
                place.rename(kept)
                fresh.rename(place)
                fsync.sync_folder(place.parent)
        finally:
            # After an error or an interrupt, too, one of the two is in place.
            if kept.exists() and not place.exists():
                kept.rename(place)
            elif kept.exists() and _folder_identity(kept) != old:
                kept.rename(fresh)
            if new is not None:
                new.release()
    return kept


def _folder_identity(folder: Path) -> tuple[int, int]:
    """Return the device and the inode of a folder, which renames do not change."""
    status = folder.stat()
    return status.st_dev, status.st_ino


def move_in(place: Path, fresh: Path) -> None:
    """Move the files of a new index into an existing, empty folder.

    :raises OSError: they cannot be moved.
    """
    # The marker comes last, because it makes the folder an index.
    marker = place / MARKER
    names = [one.name for one in fresh.iterdir() if one.name not in (MARKER, LOCK)]
    try:
        for name in names:
            (fresh / name).rename(place / name)
        fsync.sync_folder(place)
        (fresh / MARKER).rename(marker)
        sync_or_undo(place, marker.unlink)
    finally:
        if not marker.exists():
            for name in names:
                with contextlib.suppress(OSError):
                    (place / name).unlink()


def sync_or_undo(folder: Path, undo: Callable[[], object]) -> None:
    """Fsync the names in a folder; if that fails, undo the last change and raise the error."""
    try:
        fsync.sync_folder(folder)
    except OSError:
        undo()
        raise


def aside(place: Path) -> Path:
    """Return the temporary path of an old index while a new one takes its place."""
    return place.parent / f"{REPLACED}-{place.name}"


def _replace_by_renames(place: Path, fresh: Path) -> None:
    old = aside(place)
    try:
        place.rename(old)
        fresh.rename(place)
        sync_or_undo(place.parent, lambda: place.rename(fresh))
    finally:
        # After an error or an interrupt, too, one of the two is in place.
        if place.exists():
            shutil.rmtree(old, ignore_errors=True)
        elif old.exists():
            old.rename(place)
