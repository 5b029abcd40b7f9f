"""The table of contents: which segments make up a generation of the index.

The file is Whoosh's, and Whoosh reads it. It is made of pickles, and Whoosh neither syncs nor
checks it; so it is read and written here. Reading builds nothing but segments, whatever the
file says; a checksum behind what Whoosh reads tells when it is not what was written. A new
generation is a new file that appears whole, and synced, or not at all.
"""

import contextlib
import datetime
import io
import os
import pickle
import re
import struct
import zlib
from pathlib import Path
from typing import Any, Final, NamedTuple

from whoosh.filedb.filestore import RamStorage
from whoosh.filedb.structfile import StructFile
from whoosh.index import TOC

from danvan_search.errors import IndexDamagedError
from danvan_search.index.codec import INDEX_NAME, ArticleSegment, schema
from danvan_search.index.disk import sync_folder, write_file

_FILE: Final = re.compile(rf"_{INDEX_NAME}_([0-9]+)\.toc")
_SEGMENT_FILE: Final = re.compile(rf"({INDEX_NAME}_[0-9a-z]+)\..+")
_OWN_FILE: Final = re.compile(
    rf"_{INDEX_NAME}_[0-9]+\.toc(\.new)?|{INDEX_NAME}_[0-9a-f]{{16}}\.(grid|docs)"
)
_TRAILER: Final = struct.Struct("<I8s")  # CRC-32 of all before, magic
_MAGIC: Final = b"DVTOCCRC"
_LISTINGS: Final = 5
_ALLOWED: Final = {
    ("danvan_search.index.codec", "ArticleSegment"): ArticleSegment,
    ("builtins", "set"): set,
    ("__builtin__", "set"): set,
}


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


class Contents(NamedTuple):
    """A generation of an index.

    :ivar generation: its number; each commit makes the next.
    :ivar segments: what it is made of, in their order.
    """

    generation: int
    segments: list[ArticleSegment]


def read_latest(folder: Path) -> Contents:
    """Read the newest generation.

    :raises OSError: when the file cannot be read; FileNotFoundError if a commit removed it.
    :raises IndexDamagedError: when there is none, or it is not what was written.
    """
    generation = latest_generation(folder)
    if generation < 0:
        raise _damaged(folder, "it has no table of contents")
    return Contents(generation, read(folder, generation))


def read(folder: Path, generation: int) -> list[ArticleSegment]:
    """Read which segments make up a generation.

    :raises OSError: when the file cannot be read.
    :raises IndexDamagedError: when it is not what was written.
    """
    data = _path(folder, generation).read_bytes()
    crc, magic = _TRAILER.unpack(data[-_TRAILER.size :]) if len(data) > _TRAILER.size else (0, b"")
    if magic != _MAGIC or zlib.crc32(data[: -_TRAILER.size]) != crc:
        raise _damaged(folder, "its table of contents is not what was written")
    try:
        segments = _segments(data, generation)
        for segment in segments:
            segment.check()
    except Exception as error:  # pickles fail in every way there is
        raise _damaged(folder, f"its table of contents makes no sense ({error})") from error
    return segments


def write(folder: Path, generation: int, segments: list[ArticleSegment]) -> None:
    """Write a generation, and have the disk hold it before and after it appears.

    :raises OSError: when it cannot be written; it has not appeared then, or is withdrawn.
    """
    memory = RamStorage()
    TOC(schema(), segments, generation).write(memory, INDEX_NAME)
    path = _path(folder, generation)
    data = bytes(memory.files[path.name])
    unfinished = path.with_name(f"{path.name}.new")
    write_file(unfinished, data, _TRAILER.pack(zlib.crc32(data), _MAGIC))
    sync_folder(folder)  # the segments' names, too
    unfinished.replace(path)
    try:
        sync_folder(folder)
    except OSError:
        # Nobody knows what the disk holds: who is told that it failed must find it so.
        path.unlink()
        raise


class Stamp(NamedTuple):
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


def stamp(folder: Path, generation: int) -> Stamp:
    """Return what tells a generation apart.

    :raises OSError: when its file cannot be reached.
    """
    status = _path(folder, generation).stat()
    return Stamp(status.st_ino, status.st_mtime_ns)


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


def _path(folder: Path, generation: int) -> Path:
    return folder / f"_{INDEX_NAME}_{generation}.toc"


def _damaged(folder: Path, why: str) -> IndexDamagedError:
    return IndexDamagedError.of(f"the index at {folder}", why)


def _segments(data: bytes, generation: int) -> list[ArticleSegment]:
    """Take the segments out of Whoosh's file; :meth:`whoosh.index.TOC.read` is the model."""
    stream = StructFile(io.BytesIO(data))
    for _ in range(3):
        stream.read_varint()  # sizes of int, long and float where it was written
    stream.read_int()  # byte order
    stream.read_int()  # version
    for _ in range(3):
        stream.read_varint()  # Whoosh's release
    stream.skip_string()  # the schema: ours is known
    if stream.read_int() != generation:
        raise ValueError("it is of another generation")
    stream.read_int()
    segments = _Unpickler(io.BytesIO(data[stream.tell() :])).load()
    if not isinstance(segments, list):
        raise TypeError("it lists no segments")
    return segments


class _Unpickler(pickle.Unpickler):
    """Builds segments and plain values, and nothing else."""

    def find_class(self, module: str, name: str) -> Any:  # noqa: ANN401
        """Return what a pickle asks for by name, if it is one of the few allowed."""
        try:
            return _ALLOWED[module, name]
        except KeyError:
            raise pickle.UnpicklingError(f"{module}.{name} is not allowed") from None
