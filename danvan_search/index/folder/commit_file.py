"""The commit file: which segments make up a generation of the index.

The file starts with Whoosh's table of contents, which consists of pickles and has no checksum.
That part is only written here, for Whoosh to read. Behind it stands what this module reads: the
same list as JSON, and a checksum of the whole file. So no pickle is ever loaded, and every changed
byte is noticed. Each commit writes a new file, which appears complete and fsynced, or not at all::

    Whoosh     pickles
    own part   JSON       {"generation": ..., "analysis": ..., "segments": [...]}
    length     4 bytes    of the JSON
    trailer    16 bytes   checksum of everything before it, magic
"""

import contextlib
import datetime
import json
import os
import struct
from pathlib import Path
from typing import Any, Final, NamedTuple

from danvan_search.errors import CARRY_OVER, IndexDamagedError, IndexFormatError
from danvan_search.index.codec.checked_array import checksum
from danvan_search.index.folder.file_names import (
    COMMIT_FILE,
    commit_file_name,
    leftovers,
    unfinished_commit_file_name,
)
from danvan_search.index.folder.fsync import remove, sync_folder, write_file
from danvan_search.index.folder.segment_entry import SegmentEntry
from danvan_search.text.analysis_version import ANALYSIS_VERSION

_LENGTH: Final = struct.Struct("<I")
_TRAILER: Final = struct.Struct("<Q8s")  # checksum, magic
_MAGIC: Final = b"DVSTABLE"
_MAX_LISTINGS: Final = 5
_MAX_VERSION: Final = (1 << 32) - 1


def latest_generation(folder: Path) -> int:
    """Return the newest generation; -1 if there is no commit file.

    :raises OSError: the folder cannot be read.
    """
    # While a commit goes on, a listing may miss both the new commit file and the old one.
    for _ in range(_MAX_LISTINGS):
        found = (COMMIT_FILE.fullmatch(entry) for entry in os.listdir(folder))  # noqa: PTH208
        generations = [int(match[1]) for match in found if match]
        if generations:
            return max(generations)
    return -1


class Commit(NamedTuple):
    """A generation of an index.

    :ivar generation: its number, which each commit raises by one.
    :ivar segments: its segments, in order.
    :ivar analysis: the version of the analysis of its texts; 0 in a format that names none.
    """

    generation: int
    segments: list[SegmentEntry]
    analysis: int = ANALYSIS_VERSION


def read_latest(folder: Path) -> Commit:
    """Read the newest commit file.

    :raises OSError: the file cannot be read; FileNotFoundError if a commit removed it.
    :raises IndexFormatError: its texts were analysed by another version of the analysis.
    :raises IndexDamagedError: there is no commit file, or its content is not what was written.
    """
    return _check_analysis(folder, read_any(folder))


def read(folder: Path, generation: int) -> list[SegmentEntry]:
    """Read the segments of a generation from its commit file.

    :raises OSError: the file cannot be read.
    :raises IndexFormatError: its texts were analysed by another version of the analysis.
    :raises IndexDamagedError: its content is not what was written.
    """
    return _check_analysis(folder, _read(folder, generation)).segments


def read_any(folder: Path, *, names_analysis: bool = True) -> Commit:
    """Read the newest commit file, whatever the version of the analysis.

    :param names_analysis: whether commits of the format name that version.
    :raises OSError: the file cannot be read; FileNotFoundError if a commit removed it.
    :raises IndexDamagedError: there is no commit file, or its content is not what was written.
    """
    generation = latest_generation(folder)
    if generation < 0:
        raise _damaged(folder, "it has no commit file")
    return _read(folder, generation, names_analysis=names_analysis)


def _check_analysis(folder: Path, commit: Commit) -> Commit:
    if commit.analysis != ANALYSIS_VERSION:
        raise IndexFormatError(
            f"the texts of the index at {folder} were analysed by version {commit.analysis} of the "
            f"text analysis, this version needs {ANALYSIS_VERSION}: {CARRY_OVER}"
        )
    return commit


def _read(folder: Path, generation: int, *, names_analysis: bool = True) -> Commit:
    data = _path(folder, generation).read_bytes()
    end = len(data) - _TRAILER.size
    if end < _LENGTH.size or _TRAILER.unpack_from(data, end) != _trailer(data[:end]):
        raise _damaged(folder, "its commit file is not what was written")
    try:
        return _parse_own_part(data[:end], generation, names_analysis=names_analysis)
    except (ValueError, LookupError, TypeError, RecursionError) as error:
        raise _damaged(folder, f"its commit file has impossible content: {error}") from error


def write(folder: Path, generation: int, segments: list[SegmentEntry]) -> None:
    """Write the commit file of a generation, fsynced before and after it gets its name.

    :raises OSError: it cannot be written; then it did not appear, or was removed again.
    """
    # Whoosh is imported by the first commit, and without its warnings: reading an index needs
    # nothing of it.
    import danvan_search.whoosh  # noqa: F401
    from danvan_search.index.folder.whoosh_segment import whoosh_part

    path = _path(folder, generation)
    own = {
        "generation": generation,
        "analysis": ANALYSIS_VERSION,
        "segments": [segment.to_json() for segment in segments],
    }
    raw = json.dumps(own).encode()
    data = whoosh_part(segments, generation) + raw + _LENGTH.pack(len(raw))
    unfinished = folder / unfinished_commit_file_name(generation)
    write_file(unfinished, data, _TRAILER.pack(*_trailer(data)))
    sync_folder(folder)  # for the names of the segment files, too
    unfinished.replace(path)
    try:
        sync_folder(folder)
    except OSError:
        # The disk may hold either state, but the caller is told that the commit failed.
        path.unlink()
        raise


class CommitStamp(NamedTuple):
    """Identifies a commit: after one is withdrawn, the next has the same generation number.

    :ivar inode: the inode of the commit file.
    :ivar written_ns: when the file was written, in nanoseconds since 1970 in UTC.
    """

    inode: int
    written_ns: int

    @property
    def committed(self) -> datetime.datetime:
        """The time of the commit, in UTC."""
        return datetime.datetime.fromtimestamp(self.written_ns / 1e9, datetime.UTC)


def stamp(folder: Path, generation: int) -> CommitStamp:
    """Return the stamp of the commit that made a generation.

    :raises OSError: the commit file cannot be accessed.
    """
    status = _path(folder, generation).stat()
    return CommitStamp(status.st_ino, status.st_mtime_ns)


def remove_leftovers(folder: Path, generation: int, segments: list[SegmentEntry]) -> None:
    """Remove the files that the newest generation does not need; see :func:`.leftovers`.

    Only the holder of the lock may call this. A file that cannot be removed stays for the next
    call.

    :raises OSError: the folder cannot be read.
    """
    needed = {segment.segment_id() for segment in segments}
    names = [entry.name for entry in folder.iterdir()]
    for name in leftovers(names, generation, needed):
        with contextlib.suppress(OSError):
            remove(folder / name)


def _path(folder: Path, generation: int) -> Path:
    return folder / commit_file_name(generation)


def _damaged(folder: Path, why: str) -> IndexDamagedError:
    return IndexDamagedError.of(f"the index at {folder}", why)


def _trailer(data: bytes) -> tuple[int, bytes]:
    return checksum(data), _MAGIC


def _parse_own_part(data: bytes, generation: int, *, names_analysis: bool) -> Commit:
    """Return the commit that the JSON describes.

    :param data: the file without its trailer.
    """
    end = len(data) - _LENGTH.size
    (length,) = _LENGTH.unpack_from(data, end)
    if length > end:
        raise ValueError("its list of segments is longer than the file")
    values: dict[str, Any] = json.loads(data[end - length : end])
    if values["generation"] != generation:
        raise ValueError("it names another generation than its file name")
    analysis = values["analysis"] if names_analysis else 0
    if type(analysis) is not int or not 0 <= analysis <= _MAX_VERSION:
        raise ValueError("its version of the text analysis is out of range")
    segments = [SegmentEntry.from_json(one) for one in values["segments"]]
    if len({segment.segid for segment in segments}) < len(segments):
        raise ValueError("it lists a segment twice")
    return Commit(generation, segments, analysis)
