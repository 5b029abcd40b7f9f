"""The table of contents: which segments make up a generation of the index.

The file is Whoosh's, and Whoosh reads it. It is made of pickles, and Whoosh neither syncs nor
checks it; so it is read and written here. Reading builds nothing but segments, whatever the
file says; a checksum behind what Whoosh reads tells when it is not what was written. A new
generation is a new file that appears whole, and synced, or not at all.
"""

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

_FILE: Final = re.compile(rf"_{INDEX_NAME}_([0-9]+)\.toc")
_SEGMENT_FILE: Final = re.compile(rf"({INDEX_NAME}_[0-9a-z]+)\..+")
_TRAILER: Final = struct.Struct("<I8s")  # CRC-32 of all before, magic
_MAGIC: Final = b"DVTOCCRC"
_ALLOWED: Final = {
    ("danvan_search.index.codec", "ArticleSegment"): ArticleSegment,
    ("builtins", "set"): set,
    ("__builtin__", "set"): set,
}


def latest_generation(folder: Path) -> int:
    """Return the newest generation; -1 if there is none.

    :raises OSError: when the folder cannot be read.
    """
    found = (_FILE.fullmatch(entry) for entry in os.listdir(folder))  # noqa: PTH208
    return max((int(match[1]) for match in found if match), default=-1)


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

    :raises OSError: when it cannot be written.
    """
    memory = RamStorage()
    TOC(schema(), segments, generation).write(memory, INDEX_NAME)
    path = _path(folder, generation)
    data = bytes(memory.files[path.name])
    unfinished = path.with_name(f"{path.name}.new")
    with unfinished.open("wb") as file:
        file.write(data)
        file.write(_TRAILER.pack(zlib.crc32(data), _MAGIC))
        file.flush()
        os.fsync(file.fileno())
    sync_folder(folder)  # the segments' names, too
    unfinished.replace(path)
    sync_folder(folder)


def committed_at(folder: Path, generation: int) -> datetime.datetime:
    """Return when a generation was committed, in UTC."""
    modified = _path(folder, generation).stat().st_mtime
    return datetime.datetime.fromtimestamp(modified, datetime.UTC)


def remove_leftovers(folder: Path) -> None:
    """Remove the files that the newest generation does not need.

    :raises OSError: when one cannot be removed.
    """
    newest = read_latest(folder)
    needed = {segment.segment_id() for segment in newest.segments}
    for file in folder.iterdir():
        toc, segment = _FILE.match(file.name), _SEGMENT_FILE.fullmatch(file.name)
        if toc:
            unneeded = file.name != _path(folder, newest.generation).name
        else:
            unneeded = segment is not None and segment[1] not in needed
        if unneeded:
            file.unlink(missing_ok=True)


def sync_folder(folder: Path) -> None:
    """Have the disk hold the names in a folder, where the system can be asked to."""
    if not hasattr(os, "O_DIRECTORY"):
        return
    handle = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def file_name(generation: int) -> str:
    """Return the name of the file of a generation."""
    return f"_{INDEX_NAME}_{generation}.toc"


def _path(folder: Path, generation: int) -> Path:
    return folder / file_name(generation)


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
