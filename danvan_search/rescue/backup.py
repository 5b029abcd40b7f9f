"""Writes one generation of an index to an archive, while other processes may commit."""

import contextlib
import os
import secrets
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO

from danvan_search.errors import BackupError
from danvan_search.index.codec.segment_files import OpenSegment
from danvan_search.index.folder import commit_file, fsync
from danvan_search.index.folder.file_names import UNFINISHED, needed_file_names
from danvan_search.index.folder.index_folder import (
    check_format,
    real_path,
    retry_while_committed,
    storage_errors,
)
from danvan_search.index.folder.segment_entry import SegmentEntry
from danvan_search.reports import BackupReport, Progress
from danvan_search.rescue.archive import Member, pack


def backup_index(
    path: Path,
    target: Path | BinaryIO,
    *,
    force: bool = False,
    progress: Progress | None = None,
) -> BackupReport:
    """Write one generation of an index to an archive.

    The arguments and the errors are those of :meth:`danvan_search.Index.backup`.
    """
    if isinstance(target, Path):
        target = _destination(target, force=force)
        if real_path(target.parent) == real_path(path):
            raise BackupError(
                f"{target} lies in the folder of the index: name a file elsewhere, best on "
                "another disk"
            )
    check_format(path)
    with contextlib.ExitStack() as stack:
        with storage_errors(path):
            commit = retry_while_committed(lambda: _open_commit(path, stack))
            for segment in commit.segments:
                segment.verify()
        done, total = 0, commit.size_bytes

        def report_progress(count: int) -> None:
            nonlocal done
            done += count
            if progress is not None:
                progress(done, total)

        if isinstance(target, Path):
            with _new_file(target, force=force) as file:
                pack(commit.members, file, report_progress)
        else:
            is_stdout = getattr(target, "name", None) == "<stdout>"
            with _writing_errors("standard output" if is_stdout else "the stream"):
                pack(commit.members, target, report_progress)
                target.flush()  # an error of buffered output belongs to this call
    articles = sum(entry.doc_count() for entry in commit.entries)
    return BackupReport(articles, commit.generation, len(commit.members), total)


def _destination(target: Path, *, force: bool) -> Path:
    """Return the path of the file to write: of a link to an existing file, the path of that file.

    :raises BackupError: something is at the target that must not be overwritten.
    """
    if not os.path.lexists(target):
        return target
    real = real_path(target)
    with _writing_errors(str(target)):
        is_file = real.is_file()
    if not is_file:
        raise BackupError(f"{target} exists, and is no regular file: name another file")
    if not force:
        raise _exists(target)
    return real


@dataclass(frozen=True, slots=True)
class _OpenCommit:
    """A generation of an index whose files are all open, so that later commits cannot remove them.

    :ivar generation: its number.
    :ivar entries: the entries of its segments in the commit file.
    :ivar segments: its segments.
    :ivar members: its files.
    """

    generation: int
    entries: list[SegmentEntry]
    segments: list[OpenSegment]
    members: list[Member]

    @property
    def size_bytes(self) -> int:
        return sum(os.fstat(member.file.fileno()).st_size for member in self.members)


def _open_commit(path: Path, stack: contextlib.ExitStack) -> _OpenCommit:
    """Open the newest generation.

    :param stack: receives the open files.
    """
    with contextlib.ExitStack() as files:
        newest = commit_file.read_latest(path)
        segment_names = [segment.segment_id() for segment in newest.segments]
        names = needed_file_names(newest.generation, segment_names)
        members = [Member(name, files.enter_context((path / name).open("rb"))) for name in names]
        segments = [
            OpenSegment(path, one.segment_id(), one.doc_count_all()) for one in newest.segments
        ]
        stack.push(files.pop_all())
    return _OpenCommit(newest.generation, newest.segments, segments, members)


@contextlib.contextmanager
def _new_file(target: Path, *, force: bool) -> Iterator[BinaryIO]:
    """Yield a file to write; at the end it is fsynced and gets its final name."""
    unfinished = target.parent / f"{UNFINISHED}{secrets.token_hex(4)}-{target.name}"
    with _writing_errors(str(target)):
        try:
            with unfinished.open("xb") as file:
                yield file
                file.flush()
                os.fsync(file.fileno())
            if force:
                unfinished.replace(target)
            else:
                _rename_to_new(unfinished, target)
            fsync.sync_folder(target.parent)
        finally:
            unfinished.unlink(missing_ok=True)


def _rename_to_new(unfinished: Path, target: Path) -> None:
    """Give a file its final name, unless a file of that name exists by now.

    The caller removes the old name.
    """
    try:
        os.link(unfinished, target)
    except FileExistsError:
        raise _exists(target) from None
    except OSError:  # a file system without hard links
        unfinished.replace(target)


@contextlib.contextmanager
def _writing_errors(name: str) -> Iterator[None]:
    try:
        yield
    except OSError as error:
        raise BackupError(
            f"the backup cannot be written to {name}: {error.strerror or error}"
        ) from error


def _exists(target: Path) -> BackupError:
    return BackupError(f"{target} exists already: name another file, or overwrite it by force")
