"""The form of a backup: a tar file of the files of an index, compressed with Zstandard.

A backup may come from anywhere, so nothing in it is trusted: only plain files are taken, by the
names that files of an index have, each once; and no more is unpacked than its headers say.
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
from danvan_search.index.folder.index_folder import MARKER
from danvan_search.rescue.folder import CONTENTS_FILE, SEGMENT_FILE

_LEVEL: Final = 3
_PIECE: Final = 1 << 20

_MAGIC: Final = b"\x28\xb5\x2f\xfd"
_PACKED_PIECE: Final = 1 << 12
"""So much is decompressed at a time: four bytes may stand for 128 kB."""

_MAX_WINDOW: Final = 1 << 27
_MAX_HEADERS: Final = 1 << 20
_MAX_MEMBERS: Final = 10_000


@dataclass(frozen=True, slots=True)
class Member:
    """A file to pack.

    :ivar name: its name, without a folder.
    :ivar file: open for reading, at its beginning.
    """

    name: str
    file: BinaryIO


def pack(members: Iterable[Member], target: BinaryIO, progress: Callable[[int], None]) -> None:
    """Write files into an archive.

    :param progress: called with the size of each piece, in bytes.
    :raises OSError: a file cannot be read, or the archive cannot be written.
    """
    compressor = zstandard.ZstdCompressor(level=_LEVEL, write_checksum=True)
    with (
        compressor.stream_writer(target, closefd=False) as packed,
        tarfile.open(
            fileobj=cast("BinaryIO", packed),
            mode="w|",
            format=tarfile.PAX_FORMAT,
            bufsize=_PIECE,
        ) as tar,
    ):
        for member in members:
            status = os.fstat(member.file.fileno())
            info = tarfile.TarInfo(member.name)
            info.size = status.st_size
            info.mtime = status.st_mtime
            tar.addfile(info, cast("BinaryIO", _Watched(member.file, progress)))


class _Watched(io.RawIOBase):
    """A file whose reading is told of."""

    def __init__(self, file: BinaryIO, progress: Callable[[int], None]) -> None:
        super().__init__()
        self._file = file
        self._progress = progress

    def read(self, size: int = -1) -> bytes:
        """Read so many bytes, fewer at the end."""
        piece = self._file.read(size)
        self._progress(len(piece))
        return piece


def unpack(source: BinaryIO, name: str, folder: Path, progress: Callable[[int], None]) -> None:
    """Write the files of an archive into an empty folder, and have the disk hold them.

    :param name: what to call the archive in errors.
    :param progress: called with the size of each piece of the archive, in bytes.
    :raises BackupError: it is not what :func:`pack` writes, or it is cut or altered, or the disk
        has no room for what it holds.
    :raises OSError: a file cannot be written, or the archive cannot be read.
    """
    packed = _Packed(source, name, progress)
    with (
        _damage(name),
        tarfile.open(fileobj=cast("BinaryIO", packed), mode="r|", bufsize=_PIECE) as tar,
    ):
        for member in _members(tar, name):
            if member.size > (free := shutil.disk_usage(folder).free):
                raise BackupError(
                    f"the backup {name} needs {member.size:,} bytes for {member.name}, and the "
                    f"disk has {free:,} left: make room, or name another place with --index"
                )
            packed.allow(member.size)
            content = tar.extractfile(member)
            if content is None:
                raise foreign(name)
            with (folder / member.name).open("xb") as file:
                shutil.copyfileobj(content, file, _PIECE)
                file.flush()
                os.fsync(file.fileno())
            with contextlib.suppress(ValueError, OverflowError):  # the header may say anything
                os.utime(folder / member.name, (member.mtime, member.mtime))
        packed.finish()


def _members(tar: tarfile.TarFile, name: str) -> Iterator[tarfile.TarInfo]:
    """Yield the members of an archive, each checked before anything is done with it."""
    seen: set[str] = set()
    for member in tar:
        is_ours = (
            member.name == MARKER
            or SEGMENT_FILE.fullmatch(member.name)
            or CONTENTS_FILE.fullmatch(member.name)
        )
        if not is_ours or member.type != tarfile.REGTYPE or member.issparse() or member.size < 0:
            raise foreign(name)
        if member.name in seen or len(seen) >= _MAX_MEMBERS:
            raise damaged(name, "it holds a file twice, or too many")
        seen.add(member.name)
        yield member


class _Packed(io.RawIOBase):
    """The decompressed bytes of an archive, no more of them than were allowed.

    What stands between the files is not to take memory: it is allowed a megabyte at a time.
    """

    def __init__(self, source: BinaryIO, name: str, progress: Callable[[int], None]) -> None:
        super().__init__()
        self._source = source
        self._name = name
        self._progress = progress
        decompressor = zstandard.ZstdDecompressor(max_window_size=_MAX_WINDOW)
        self._decoder = decompressor.decompressobj()
        self._begun = False
        self._left = _MAX_HEADERS + _PIECE

    def allow(self, size: int) -> None:
        """Let so many bytes be read, beside what stands before the next file."""
        self._left = size + _MAX_HEADERS + _PIECE

    def read(self, _size: int = -1) -> bytes:
        """Return the next bytes, however many; none at the end."""
        while not self._decoder.eof:
            data = self._source.read(_PACKED_PIECE)
            if not self._begun and not data.startswith(_MAGIC):
                raise foreign(self._name)
            if not data:
                raise damaged(self._name, "it is cut short")
            self._begun = True
            self._progress(len(data))
            piece = self._decoder.decompress(data)
            self._left -= len(piece)
            if self._left < 0:
                raise damaged(self._name, "it holds more than it says")
            if piece:
                return piece
        return b""

    def finish(self) -> None:
        """Read what is left; nothing may come after the end.

        :raises BackupError: it is cut or altered, or goes on.
        """
        while self.read(_PIECE):
            pass
        if self._decoder.unused_data or self._source.read(1):
            raise damaged(self._name, "something comes after its end")


@contextlib.contextmanager
def _damage(name: str) -> Iterator[None]:
    """Turn what damaged archives raise into errors for people."""
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
    """Return the error of a backup that is not what was written."""
    return BackupError(f"the backup {name} is damaged ({why}): take another one")


def foreign(name: str) -> BackupError:
    """Return the error of a file that is no backup."""
    return BackupError(f"{name} is no backup of an index: name a file that `dvsearch backup` wrote")
