"""One generation of an index into an archive, while writers work."""

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
from danvan_search.index.folder.index_folder import (
    MARKER,
    UNFINISHED,
    check_format,
    real_path,
    retry_while_committed,
    storage_errors,
)
from danvan_search.index.folder.whoosh_segment import ArticleSegment
from danvan_search.reports import BackupReport, Progress
from danvan_search.rescue.archive import Member, pack
from danvan_search.rescue.folder import SUFFIXES


def backup_index(
    path: Path,
    target: Path | BinaryIO,
    *,
    force: bool = False,
    progress: Progress | None = None,
) -> BackupReport:
    """Write one generation of an index into an archive.

    The arguments, and what is raised, are those of :meth:`danvan_search.Index.backup`.
    """
    if isinstance(target, Path):
        if not force and os.path.lexists(target):
            raise _exists(target)
        if real_path(target.parent) == real_path(path):
            raise BackupError(
                f"{target} lies in the folder of the index: name a file elsewhere, best on "
                "another disk"
            )
    check_format(path)
    with contextlib.ExitStack() as stack:
        with storage_errors(path):
            taken = retry_while_committed(lambda: _take(path, stack))
            for segment in taken.segments:
                segment.verify()
        done, total = 0, taken.size_bytes

        def tell(count: int) -> None:
            nonlocal done
            done += count
            if progress is not None:
                progress(done, total)

        if isinstance(target, Path):
            with _new_file(target, force=force) as file:
                pack(taken.members, file, tell)
        else:
            with _writing_errors("standard output"):
                pack(taken.members, target, tell)
                target.flush()  # an error of buffered output belongs to this call
    articles = sum(entry.doc_count() for entry in taken.entries)
    return BackupReport(articles, taken.generation, len(taken.members), total)


@dataclass(frozen=True, slots=True)
class _Taken:
    """One generation of an index, all of its files open: no commit can take them away."""

    generation: int
    entries: list[ArticleSegment]
    segments: list[OpenSegment]
    members: list[Member]

    @property
    def size_bytes(self) -> int:
        return sum(os.fstat(member.file.fileno()).st_size for member in self.members)


def _take(path: Path, stack: contextlib.ExitStack) -> _Taken:
    with contextlib.ExitStack() as files:
        newest = commit_file.read_latest(path)
        names = [MARKER, commit_file.file_name(newest.generation)]
        names += [f"{one.segment_id()}{suffix}" for one in newest.segments for suffix in SUFFIXES]
        members = [Member(name, files.enter_context((path / name).open("rb"))) for name in names]
        segments = [
            OpenSegment(path, one.segment_id(), one.doc_count_all()) for one in newest.segments
        ]
        stack.push(files.pop_all())
    return _Taken(newest.generation, newest.segments, segments, members)


@contextlib.contextmanager
def _new_file(target: Path, *, force: bool) -> Iterator[BinaryIO]:
    """Give a file to write, which gets its name when it is finished, and the disk holds it."""
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
                _name(unfinished, target)
            fsync.sync_folder(target.parent)
        finally:
            unfinished.unlink(missing_ok=True)


def _name(unfinished: Path, target: Path) -> None:
    """Give a file its name, unless another took it meanwhile."""
    try:
        os.link(unfinished, target)
    except FileExistsError:
        raise _exists(target) from None
    except OSError:  # a file system without second names
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
    return BackupError(f"{target} exists already: name another file, or overwrite it with --force")
