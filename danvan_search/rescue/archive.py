"""The backup format: a tar archive of the files of an index, compressed with Zstandard.

A backup may come from anywhere, so nothing in it is trusted. The reader accepts only regular files
with names of index files, each name once, and unpacks no more bytes than the headers announce.
"""

import contextlib
import io
import os
import shutil
import tarfile
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO, Final, cast

import zstandard

from danvan_search.errors import BackupError
from danvan_search.index.folder.file_names import COMMIT_FILE, MARKER, SEGMENT_FILE

_LEVEL: Final = 3
_BUFFER_BYTES: Final = 1 << 20

_MAGIC: Final = b"\x28\xb5\x2f\xfd"
_INPUT_BYTES: Final = 1 << 12
"""Compressed bytes per decompression step: it is small because four may expand to 128 kB."""

_MAX_WINDOW_BYTES: Final = 1 << 27
_MAX_HEADER_BYTES: Final = 1 << 20
_MAX_MEMBERS: Final = 10_000


@dataclass(frozen=True, slots=True)
class Member:
    """A file to pack.

    :ivar name: its name, without a folder.
    :ivar file: the file, open for reading at its start.
    """

    name: str
    file: BinaryIO


def pack(members: Iterable[Member], target: BinaryIO, progress: Callable[[int], None]) -> None:
    """Write files to an archive.

    :param target: the archive, open for writing.
    :param progress: called with the number of bytes of each read.
    :raises OSError: a file cannot be read, or the archive cannot be written.
    """
    compressor = zstandard.ZstdCompressor(level=_LEVEL, write_checksum=True)
    with (
        compressor.stream_writer(target, closefd=False) as packed,
        tarfile.open(
            fileobj=cast("BinaryIO", packed),
            mode="w|",
            format=tarfile.PAX_FORMAT,
            bufsize=_BUFFER_BYTES,
        ) as tar,
    ):
        for member in members:
            status = os.fstat(member.file.fileno())
            info = tarfile.TarInfo(member.name)
            info.size = status.st_size
            info.mtime = status.st_mtime
            tar.addfile(info, cast("BinaryIO", _ProgressFile(member.file, progress)))


class _ProgressFile(io.RawIOBase):
    """A file that reports the bytes read from it."""

    def __init__(self, file: BinaryIO, progress: Callable[[int], None]) -> None:
        super().__init__()
        self._file = file
        self._progress = progress

    def read(self, size: int = -1) -> bytes:
        """Read ``size`` bytes, or fewer at the end."""
        piece = self._file.read(size)
        self._progress(len(piece))
        return piece


def unpack(source: BinaryIO, name: str, folder: Path, progress: Callable[[int], None]) -> None:
    """Unpack an archive into an empty folder; each file is fsynced, the folder is not.

    :param source: the archive, open for reading.
    :param name: the name of the archive in error messages.
    :param progress: called with the number of compressed bytes of each read.
    :raises BackupError: :func:`pack` never writes such a file, or it is cut or altered, or the
        disk is too small for its content.
    :raises OSError: a file cannot be written, or the archive cannot be read.
    """
    stream = _DecompressedStream(source, name, progress)
    with (
        _damage_errors(name),
        tarfile.open(fileobj=cast("BinaryIO", stream), mode="r|", bufsize=_BUFFER_BYTES) as tar,
    ):
        for member in _checked_members(tar, name):
            if member.size > (free := shutil.disk_usage(folder).free):
                raise BackupError(
                    f"the backup {name} needs {member.size:,} bytes for {member.name}, and the "
                    f"disk has {free:,} left: make room, or name another place"
                )
            stream.allow(member.size)
            content = tar.extractfile(member)
            if content is None:
                raise foreign(name)
            with (folder / member.name).open("xb") as file:
                shutil.copyfileobj(content, file, _BUFFER_BYTES)
                file.flush()
                os.fsync(file.fileno())
            # The header may hold any number.
            with contextlib.suppress(ValueError, OverflowError):
                os.utime(folder / member.name, (member.mtime, member.mtime))
        stream.finish()


def _checked_members(tar: tarfile.TarFile, name: str) -> Iterator[tarfile.TarInfo]:
    """Yield the members of an archive; each is checked before its content is read."""
    seen: set[str] = set()
    for member in tar:
        has_index_name = (
            member.name == MARKER
            or SEGMENT_FILE.fullmatch(member.name)
            or COMMIT_FILE.fullmatch(member.name)
        )
        is_plain = member.type == tarfile.REGTYPE and not member.issparse()
        if not has_index_name or not is_plain or member.size < 0:
            raise foreign(name)
        if member.name in seen or len(seen) >= _MAX_MEMBERS:
            raise damaged(name, "it holds a file twice, or too many files")
        seen.add(member.name)
        yield member


class _DecompressedStream(io.RawIOBase):
    """The decompressed bytes of an archive, up to a limit.

    The limit is the size that the header of the current file announces, and a megabyte more for
    the headers before the next file, which tarfile holds in memory.
    """

    def __init__(self, source: BinaryIO, name: str, progress: Callable[[int], None]) -> None:
        super().__init__()
        self._source = source
        self._name = name
        self._progress = progress
        decompressor = zstandard.ZstdDecompressor(max_window_size=_MAX_WINDOW_BYTES)
        self._decoder = decompressor.decompressobj()
        self._has_magic = False
        self._allowed = _MAX_HEADER_BYTES + _BUFFER_BYTES

    def allow(self, size: int) -> None:
        """Set the limit for a file of ``size`` bytes and the headers after it."""
        self._allowed = size + _MAX_HEADER_BYTES + _BUFFER_BYTES

    def read(self, _size: int = -1) -> bytes:
        """Return the next bytes, any number of them; none at the end."""
        while not self._decoder.eof:
            data = self._source.read(_INPUT_BYTES)
            if not self._has_magic and not data.startswith(_MAGIC):
                raise foreign(self._name)
            if not data:
                raise damaged(self._name, "it is cut short")
            self._has_magic = True
            self._progress(len(data))
            piece = self._decoder.decompress(data)
            self._allowed -= len(piece)
            if self._allowed < 0:
                raise damaged(self._name, "it holds more than its headers announce")
            if piece:
                return piece
        return b""

    def finish(self) -> None:
        """Read the rest of the archive, and check that nothing follows it.

        :raises BackupError: it is cut or altered, or more bytes follow.
        """
        while self.read(_BUFFER_BYTES):
            pass
        if self._decoder.unused_data or self._source.read(1):
            raise damaged(self._name, "more bytes follow its end")


@contextlib.contextmanager
def _damage_errors(name: str) -> Iterator[None]:
    """Turn exceptions that damaged archives cause into ``BackupError``."""
    try:
        yield
    except tarfile.ReadError as error:
        raise damaged(name, str(error)) from error
    except (
        zstandard.ZstdError,
        tarfile.TarError,
        EOFError,
        LookupError,
        OverflowError,
        ValueError,
    ) as error:
        why = " ".join(f"{type(error).__name__}: {error}".split())[:200]
        raise damaged(name, why) from error


def damaged(name: str, why: str) -> BackupError:
    """Return the error for a backup whose content is not what was written."""
    return BackupError(f"the backup {name} is damaged ({why}): take another one")


def foreign(name: str) -> BackupError:
    """Return the error for a file that is not a backup."""
    return BackupError(
        f"the file {name} is no backup of an index: give one that `dvsearch backup` wrote"
    )
