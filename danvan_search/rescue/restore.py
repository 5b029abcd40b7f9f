"""Restores an index from an archive: unpacks it beside its place, verifies it, puts it in place."""

import os
import sys
from pathlib import Path
from typing import BinaryIO

from danvan_search.errors import (
    BackupError,
    IndexExistsError,
    IndexFormatError,
    IndexStorageError,
    StoreError,
)
from danvan_search.index.folder import commit_file, fsync
from danvan_search.index.folder.index_folder import FORMAT, is_index, storage_errors, write_lock
from danvan_search.index.folder.publish import check_free, new_folder, put_back, put_in_place
from danvan_search.index.folder.swap import replace_keeping_old
from danvan_search.regular_file import open_regular
from danvan_search.reports import BackupReport, Progress
from danvan_search.rescue.archive import damaged, foreign, unpack
from danvan_search.rescue.check import verify_index
from danvan_search.rescue.folder import list_files, stored_format


def restore_index(
    path: Path,
    source: Path | BinaryIO,
    *,
    force: bool = False,
    wait: float = 0.0,
    progress: Progress | None = None,
) -> BackupReport:
    """Restore an index from a backup.

    The arguments and the errors are those of :meth:`danvan_search.Index.restore`.
    """
    put_back(path)
    over = is_index(path)
    if over and not force:
        raise IndexExistsError(
            f"there is an index at {path} already: name another place, or put it aside by force"
        )
    check_free(path)
    lock = write_lock(path, wait=wait) if over else None
    try:
        with new_folder(path, wait=wait) as fresh:
            name = _unpack(path, source, fresh, progress)
            report = _verified(fresh, name)
            if not over:
                put_in_place(path, fresh, over=False)
                return report
            old = replace_keeping_old(path, fresh, "replaced")
            return BackupReport(
                report.articles, report.generation, report.files, report.size_bytes, old
            )
    finally:
        if lock is not None:
            lock.release()


def _unpack(path: Path, source: Path | BinaryIO, fresh: Path, progress: Progress | None) -> str:
    """Unpack a backup into a folder; return the name of the backup for error messages."""
    name = str(source) if isinstance(source, Path) else "in the stream"
    if source is getattr(sys.stdin, "buffer", None):
        name = "on standard input"
    if not isinstance(source, Path):
        with storage_errors(path):
            unpack(source, name, fresh, lambda _count: None)
            fsync.sync_folder(fresh)
        return name
    try:
        file = open_regular(source)
    except OSError as error:
        raise BackupError(
            f"the backup {name} cannot be read ({error.strerror or error}): name a file that "
            "`dvsearch backup` wrote"
        ) from error
    with file, storage_errors(path):
        done, total = 0, os.fstat(file.fileno()).st_size

        def report_progress(count: int) -> None:
            nonlocal done
            done += count
            if progress is not None:
                progress(done, total)

        unpack(file, name, fresh, report_progress)
        fsync.sync_folder(fresh)
    return name


def _verified(fresh: Path, name: str) -> BackupReport:
    """Check that an unpacked folder is one whole generation of an index, without other files.

    :raises BackupError: it is not.
    """
    found = stored_format(fresh)
    if found is not None and found != FORMAT:
        raise BackupError(
            f"the backup {name} is of an index of the format {found!r}, this version needs "
            f"{FORMAT!r}: restore it with the version that wrote it"
        )
    files = list_files(fresh)
    if not files.sizes:
        raise foreign(name)
    try:
        verification = verify_index(fresh)
    except IndexFormatError as error:
        raise BackupError(
            f"the backup {name} is of an index of another version of the text analysis: restore it "
            "with the version that wrote it"
        ) from error
    except IndexStorageError:
        raise  # the disk of the new index fails, not the backup
    except StoreError as error:
        raise damaged(name, "it is not a whole index") from error
    if verification.damages:
        first = verification.damages[0]
        raise damaged(name, f"{first.file}: {first.problem}")
    if verification.leftovers:
        raise damaged(name, f"it holds {verification.leftovers[0]}, which the index does not need")
    with storage_errors(fresh):
        newest = commit_file.read_latest(fresh)
    articles = sum(entry.doc_count() for entry in newest.segments)
    return BackupReport(articles, newest.generation, verification.files, verification.size_bytes)
