"""An archive into an index: unpacked beside its place, read whole, and put in it."""

import os
from pathlib import Path
from typing import BinaryIO

from danvan_search.errors import BackupError, IndexExistsError, IndexStorageError, StoreError
from danvan_search.index.folder import commit_file, fsync
from danvan_search.index.folder.index_folder import FORMAT, is_index, storage_errors, write_lock
from danvan_search.index.folder.publish import check_free, new_folder, put_back, put_in_place
from danvan_search.index.folder.swap import exchange
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
    """Put the index of a backup in a place.

    The arguments, and what is raised, are those of :meth:`danvan_search.Index.restore`.
    """
    put_back(path)
    over = is_index(path)
    if over and not force:
        raise IndexExistsError(
            f"there is an index at {path} already: name another place with --index, or put it "
            "aside with --force"
        )
    check_free(path)
    lock = write_lock(path, wait=wait) if over else None
    try:
        with new_folder(path, wait=wait) as fresh:
            name = _unpack(path, source, fresh, progress)
            report = _check(fresh, name)
            if not over:
                put_in_place(path, fresh, over=False)
                return report
            old = exchange(path, fresh, "replaced")
            return BackupReport(
                report.articles, report.generation, report.files, report.size_bytes, old
            )
    finally:
        if lock is not None:
            lock.release()


def _unpack(path: Path, source: Path | BinaryIO, fresh: Path, progress: Progress | None) -> str:
    """Write the files of a backup into a folder; return what to call the backup."""
    name = str(source) if isinstance(source, Path) else "on standard input"
    if not isinstance(source, Path):
        with storage_errors(path):
            unpack(source, name, fresh, lambda _count: None)
            fsync.sync_folder(fresh)
        return name
    try:
        file = source.open("rb")
    except OSError as error:
        raise BackupError(f"the backup {name} cannot be read: {error.strerror}") from error
    with file, storage_errors(path):
        done, total = 0, os.fstat(file.fileno()).st_size

        def tell(count: int) -> None:
            nonlocal done
            done += count
            if progress is not None:
                progress(done, total)

        unpack(file, name, fresh, tell)
        fsync.sync_folder(fresh)
    return name


def _check(fresh: Path, name: str) -> BackupReport:
    """Read all that was unpacked; it must be one generation of an index, and nothing else.

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
    except IndexStorageError:
        raise  # it is the disk that it was unpacked to
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
