"""The table of contents: which segments make up a generation of the index.

The file begins as Whoosh's own, which is made of pickles and has no checksum. Whoosh reads that
part; here it is only written. What is read here stands behind it: the same as JSON, and a
checksum of all. So no pickle is ever loaded, and no changed byte goes unnoticed. A new generation
is a new file that appears whole, and synced, or not at all::

    Whoosh's   pickles
    own        JSON       {"generation": ..., "segments": [...]}
    length     4 bytes    of the JSON
    trailer    16 bytes   checksum of all before, magic
"""

import contextlib
import datetime
import json
import os
import re
import struct
from pathlib import Path
from typing import Final, NamedTuple

from whoosh.filedb.filestore import RamStorage
from whoosh.index import TOC

from danvan_search.errors import IndexDamagedError
from danvan_search.index.codec.checked_array import checksum
from danvan_search.index.folder.fsync import sync_folder, write_file
from danvan_search.index.folder.whoosh_segment import INDEX_NAME, ArticleSegment, schema

_FILE: Final = re.compile(rf"_{INDEX_NAME}_([0-9]+)\.toc")
_SEGMENT_FILE: Final = re.compile(rf"({INDEX_NAME}_[0-9a-z]+)\..+")
_LENGTH: Final = struct.Struct("<I")
_TRAILER: Final = struct.Struct("<Q8s")  # checksum, magic
_MAGIC: Final = b"DVSTABLE"
_OWN_FILE: Final = re.compile(
    rf"_{INDEX_NAME}_[0-9]+\.toc(\.new)?|{INDEX_NAME}_[0-9a-f]{{16}}\.(grid|docs)"
)
_LISTINGS: Final = 5


def latest_generation(folder: Path) -> int:
    """Return the newest generation; -1 if there is none.

    :raises OSError: when the folder cannot be read.
    """
    # A listing may miss a file that appears meanwhile, and the one that is removed for it.
    for _ in range(_LISTINGS):
        found = (_FILE.fullmatch(entry) for entry in os.listdir(folder))  # noqa: PTH208
        generations = [int(match[1]) for match in found if match]
        if generations:
            return max(generations)
    return -1


class Commit(NamedTuple):
    """A generation of an index.

    :ivar generation: its number; each commit makes the next.
    :ivar segments: what it is made of, in their order.
    """

    generation: int
    segments: list[ArticleSegment]


def read_latest(folder: Path) -> Commit:
    """Read the newest generation.

    :raises OSError: when the file cannot be read; FileNotFoundError if a commit removed it.
    :raises IndexDamagedError: when there is none, or it is not what was written.
    """
    generation = latest_generation(folder)
    if generation < 0:
        raise _damaged(folder, "it has no table of contents")
    return Commit(generation, read(folder, generation))


def read(folder: Path, generation: int) -> list[ArticleSegment]:
    """Read which segments make up a generation.

    :raises OSError: when the file cannot be read.
    :raises IndexDamagedError: when it is not what was written.
    """
    data = _path(folder, generation).read_bytes()
    end = len(data) - _TRAILER.size
    if end < _LENGTH.size or _TRAILER.unpack_from(data, end) != _trailer(data[:end]):
        raise _damaged(folder, "its table of contents is not what was written")
    try:
        return _segments(data[:end], generation)
    except (ValueError, LookupError, TypeError, RecursionError) as error:
        raise _damaged(folder, f"its table of contents makes no sense ({error})") from error


def write(folder: Path, generation: int, segments: list[ArticleSegment]) -> None:
    """Write a generation, and have the disk hold it before and after it appears.

    :raises OSError: when it cannot be written; it has not appeared then, or is withdrawn.
    """
    memory = RamStorage()
    TOC(schema(), segments, generation).write(memory, INDEX_NAME)
    path = _path(folder, generation)
    own = {"generation": generation, "segments": [segment.to_json() for segment in segments]}
    raw = json.dumps(own).encode()
    data = bytes(memory.files[path.name]) + raw + _LENGTH.pack(len(raw))
    unfinished = path.with_name(f"{path.name}.new")
    write_file(unfinished, data, _TRAILER.pack(*_trailer(data)))
    sync_folder(folder)  # the segments' names, too
    unfinished.replace(path)
    try:
        sync_folder(folder)
    except OSError:
        # Nobody knows what the disk holds: who is told that it failed must find it so.
        path.unlink()
        raise


class CommitStamp(NamedTuple):
    """What tells a generation from another of its number, made after it was withdrawn.

    :ivar inode: the number of its file.
    :ivar written_ns: when it was written, in nanoseconds since 1970 in UTC.
    """

    inode: int
    written_ns: int

    @property
    def committed(self) -> datetime.datetime:
        """When the generation was committed, in UTC."""
        return datetime.datetime.fromtimestamp(self.written_ns / 1e9, datetime.UTC)


def stamp(folder: Path, generation: int) -> CommitStamp:
    """Return what tells a generation apart.

    :raises OSError: when its file cannot be reached.
    """
    status = _path(folder, generation).stat()
    return CommitStamp(status.st_ino, status.st_mtime_ns)


def remove_leftovers(folder: Path, generation: int, segments: list[ArticleSegment]) -> None:
    """Remove the files that a generation, the newest one, does not need.

    Only the holder of the lock may do so. What cannot be removed now, the next one removes.

    :raises OSError: when the folder cannot be read.
    """
    needed = {segment.segment_id() for segment in segments}
    for file in list(folder.iterdir()):
        toc, segment = _FILE.match(file.name), _SEGMENT_FILE.fullmatch(file.name)
        if toc:
            unneeded = file.name != _path(folder, generation).name
        else:
            unneeded = segment is not None and segment[1] not in needed
        if unneeded:
            with contextlib.suppress(OSError):
                file.unlink()


def is_own_name(name: str) -> bool:
    """Say whether a file may be a table of contents of ours, or of one of our segments."""
    return bool(_OWN_FILE.fullmatch(name))


def file_name(generation: int) -> str:
    """Return the name of the file of a generation."""
    return f"_{INDEX_NAME}_{generation}.toc"


def _path(folder: Path, generation: int) -> Path:
    return folder / file_name(generation)


def _damaged(folder: Path, why: str) -> IndexDamagedError:
    return IndexDamagedError.of(f"the index at {folder}", why)


def _trailer(data: bytes) -> tuple[int, bytes]:
    return checksum(data), _MAGIC


def _segments(data: bytes, generation: int) -> list[ArticleSegment]:
    """Read the part that is ours."""
    end = len(data) - _LENGTH.size
    (length,) = _LENGTH.unpack_from(data, end)
    if length > end:
        raise ValueError("it is longer than its file")
    values = json.loads(data[end - length : end])
    if values["generation"] != generation:
        raise ValueError("it is of another generation")
    segments = [ArticleSegment.from_json(one) for one in values["segments"]]
    if len({segment.segid for segment in segments}) < len(segments):
        raise ValueError("a segment is there twice")
    return segments
