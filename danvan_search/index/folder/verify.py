"""Reads every byte of an index and lists its damaged files."""

from collections.abc import Iterator
from pathlib import Path
from typing import Final

from danvan_search.errors import (
    IndexDamagedError,
    IndexFormatError,
    IndexStorageError,
    StoreError,
)
from danvan_search.index.codec.array_file import ArrayFile
from danvan_search.index.codec.segment_files import OpenSegment
from danvan_search.index.folder import commit_file
from danvan_search.index.folder.file_names import (
    COMMIT_FILE,
    LOCK,
    MARKER,
    MISSING_COMMIT_FILE,
    SEGMENT_FILE,
    SEGMENT_SUFFIXES,
    UNFINISHED,
    commit_file_name,
    leftovers,
    needed_file_names,
    segment_file_names,
)
from danvan_search.index.folder.index_folder import (
    check_format,
    is_index,
    marker_bytes,
    retry_while_committed,
    storage_errors,
)
from danvan_search.index.folder.segment_entry import SegmentEntry
from danvan_search.reports import Damage

_CHUNK_BYTES: Final = 1 << 20
_MAX_READS: Final = 5
_DESKTOP_FILES: Final = frozenset([".DS_Store", "Thumbs.db", "desktop.ini"])
"""Files that desktops create in a folder when somebody views it."""


def damages(path: Path) -> list[Damage]:
    """Read every byte of an index; list the files that are damaged, missing or foreign.

    The speed is about 1 GB per second, or that of the disk. Other processes may commit meanwhile.
    Leftovers, which the next commit removes, are not damage; see :func:`.leftovers`.

    :param path: the folder of the index.
    :return: one entry for each such file, sorted by name; none if the index is whole.
    :raises IndexNotFoundError: there is no index.
    :raises IndexFormatError: it has another format, or the folder is not an index.
    :raises IndexStorageError: the folder cannot be read.
    """
    with storage_errors(path):
        is_folder = path.is_dir()
    if not is_folder:
        check_format(path)
    for _ in range(_MAX_READS):
        with storage_errors(path):
            generation = commit_file.latest_generation(path)
            found = sorted(_damages(path, generation), key=lambda one: one.file)
            if not found or generation == commit_file.latest_generation(path):
                break
    return found


def _damages(path: Path, generation: int) -> Iterator[Damage]:
    """Yield the damaged files of a generation; the result is void if it is no longer the newest."""
    names = {entry.name for entry in path.iterdir()}
    marker = _marker_damage(path, has_commit_file=any(map(COMMIT_FILE.fullmatch, names)))
    if marker:
        yield marker
    segments: list[SegmentEntry] = []
    try:
        generation, segments, _ = retry_while_committed(lambda: commit_file.read_latest(path))
    except IndexDamagedError as error:
        # Nothing tells which segments the index needs: each file is checked by itself.
        file = MISSING_COMMIT_FILE if generation < 0 else commit_file_name(generation)
        yield Damage(file, error.problem)
        for name in sorted(filter(SEGMENT_FILE.fullmatch, names)):
            yield from _file_damages(path / name)
    for segment in segments:
        yield from _segment_damages(path, segment)
    segment_names = {segment.segment_id() for segment in segments}
    expected = {LOCK, *needed_file_names(generation, segment_names), *_DESKTOP_FILES}
    expected.update(leftovers(names, generation, segment_names))
    for name in names - expected:
        if not name.startswith(UNFINISHED):
            yield Damage(name, "it is not part of an index")


def _marker_damage(path: Path, *, has_commit_file: bool) -> Damage | None:
    """Return the damage of the marker, if any.

    :param has_commit_file: whether the folder is an index even if the marker is missing.
    :raises IndexFormatError: the folder is not an index, or has another format.
    """
    if not has_commit_file or (is_index(path) and (path / MARKER).read_bytes() == marker_bytes()):
        check_format(path)
        return None
    if not is_index(path):
        return Damage(MARKER, "it is missing")
    if _has_this_format(path):
        return Damage(MARKER, "it is not what was written")
    check_format(path)
    return None


def _has_this_format(path: Path) -> bool:
    """Say whether all readable segment files have this format, whatever the marker says."""
    for file in (file for suffix in SEGMENT_SUFFIXES for file in path.glob(f"*{suffix}")):
        try:
            ArrayFile(file).close()
        except IndexFormatError:
            return False
        except StoreError:
            continue
    return True


def _segment_damages(path: Path, segment: SegmentEntry) -> Iterator[Damage]:
    found = [
        damage
        for name in segment_file_names(segment.segment_id())
        for damage in _file_damages(path / name)
    ]
    yield from found
    if not found:
        try:
            OpenSegment(path, segment.segment_id(), segment.doc_count_all())
        except IndexDamagedError as error:
            yield Damage(Path(error.where).name, error.problem)


def _file_damages(file: Path) -> Iterator[Damage]:
    """Yield the damage of a file of arrays, if any."""
    try:
        # Read it before mapping it: a disk error in a mapped file kills the process.
        with file.open("rb") as stream:
            while stream.read(_CHUNK_BYTES):
                pass
        with ArrayFile(file) as arrays:
            arrays.verify()
    except FileNotFoundError:
        yield Damage(file.name, "it is missing")
    except PermissionError:
        raise
    except OSError as error:
        yield Damage(file.name, f"the disk cannot read it ({error.strerror or error})")
    except IndexDamagedError as error:
        yield Damage(file.name, error.problem)
    except (IndexFormatError, IndexStorageError) as error:
        yield Damage(file.name, str(error))
