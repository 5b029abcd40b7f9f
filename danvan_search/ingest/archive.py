"""ZIP archives as they come from anywhere: their members, read within limits.

Nothing is written to disk. The names of members are names only, whatever folders they lead to.
"""

import errno
import io
import struct
import unicodedata
import zipfile
import zlib
from collections import Counter
from collections.abc import Iterator
from typing import BinaryIO, Final

from danvan_search.ingest.part_names import unused_name
from danvan_search.ingest.problems import ReadError
from danvan_search.ingest.records import Cause
from danvan_search.ingest.unpacking import Unpacking, check_ratio

LOCKED: Final = "is locked with a password: save it without one"
"""The reason to skip what is encrypted."""

MAX_DIRECTORY_BYTES: Final = 8_000_000
"""The maximum size of the table of members: some 100,000 of them."""

_CHUNK: Final = 1 << 18
_METHODS: Final = (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED, zipfile.ZIP_BZIP2)
_IS_UTF8: Final = 0x800
_IS_ENCRYPTED: Final = 0x1
_UNICODE_PATH: Final = 0x7075
_END: Final = b"PK\x05\x06"
_END_BYTES: Final = 22
_MAX_COMMENT: Final = 1 << 16
_LOCATOR: Final = b"PK\x06\x07"
_LOCATOR_BYTES: Final = 20
_DAMAGED: Final = (
    zipfile.BadZipFile,
    zlib.error,
    EOFError,
    struct.error,
    ValueError,
    OverflowError,
    IndexError,
    RuntimeError,
    NotImplementedError,
)


class Archive:
    """A ZIP archive.

    :ivar names: the names of its files in their order, each once, with ``/`` between the parts.
    """

    def __init__(self, stream: BinaryIO, unpacking: Unpacking) -> None:
        """Read the table of members.

        :param stream: the bytes, at any place.
        :raises ReadError: it is no archive, or one with too many members.
        """
        self._unpacking = unpacking
        try:
            _check_directory(stream)
            # The caller closes the stream; the archive holds nothing else.
            self._zip = zipfile.ZipFile(stream)
        except _DAMAGED as error:
            raise _damaged(error) from error
        except OSError as error:
            raise _damaged(error) if error.errno == errno.EINVAL else error from error
        self._members: dict[str, zipfile.ZipInfo] = {}
        used: Counter[str] = Counter()
        for info in self._zip.infolist():
            name = _name(info)
            if name.endswith("/"):
                continue
            self._members[unused_name(name, used)] = info
        self.names = tuple(self._members)

    def __contains__(self, name: str) -> bool:
        return name in self._members

    def read(self, name: str) -> bytes:
        """Return a member.

        :raises ReadError: there is none of this name, it is locked or damaged, or reaches a limit.
        """
        info = self._members.get(name)
        if info is None:
            raise ReadError(
                f"has no part {name!r}, so it is cut short: save it again", Cause.DAMAGED
            )
        if info.flag_bits & _IS_ENCRYPTED:
            raise ReadError(LOCKED, Cause.LOCKED)
        if info.compress_type not in _METHODS:
            reason = (
                f"is packed in a way that is not read (method {info.compress_type}): pack it again "
                "with deflate"
            )
            raise ReadError(reason, Cause.REFUSED)
        try:
            return b"".join(self._chunks(info))
        except _DAMAGED as error:
            raise _damaged(error) from error
        except OSError as error:  # of bzip2, or a place before the first byte
            raise _damaged(error) if error.errno in (None, errno.EINVAL) else error from error

    def start_of(self, name: str, count: int) -> bytes:
        """Return the first bytes of a member, b"" if it cannot be read."""
        info = self._members.get(name)
        if info is None or info.flag_bits & _IS_ENCRYPTED or info.compress_type not in _METHODS:
            return b""
        try:
            with self._zip.open(info) as member:
                return member.read(count)
        except (*_DAMAGED, OSError):
            return b""

    def _chunks(self, info: zipfile.ZipInfo) -> Iterator[bytes]:
        size = 0
        with self._zip.open(info) as member:
            while chunk := member.read(_CHUNK):
                size += len(chunk)
                self._unpacking.count_bytes(len(chunk))
                check_ratio(size, info.compress_size)
                yield chunk


def _damaged(error: Exception) -> ReadError:
    what = " ".join(str(error).split())[:200] or type(error).__name__
    return ReadError(f"is damaged or cut short ({what}): make it again", Cause.DAMAGED)


def _check_directory(stream: BinaryIO) -> None:
    """Refuse an archive whose table of members is too large, before it is read."""
    size = stream.seek(0, io.SEEK_END)
    start = max(0, size - _END_BYTES - _MAX_COMMENT - _LOCATOR_BYTES)
    stream.seek(start)
    tail = stream.read(size - start)
    end = tail.rfind(_END)
    if end < 0 or end + _END_BYTES > len(tail):
        raise zipfile.BadZipFile("the table of members at its end is missing")
    (directory,) = struct.unpack_from("<L", tail, end + 12)
    if end >= _LOCATOR_BYTES and tail.startswith(_LOCATOR, end - _LOCATOR_BYTES):
        (place,) = struct.unpack_from("<Q", tail, end - _LOCATOR_BYTES + 8)
        stream.seek(min(place, size))
        (directory,) = struct.unpack_from("<Q", stream.read(56).ljust(56, b"\0"), 40)
    if directory > MAX_DIRECTORY_BYTES:
        raise ReadError(
            "has more members than an archive of documents: unpack it yourself", Cause.TOO_LARGE
        )


def _name(info: zipfile.ZipInfo) -> str:
    """Return the name of a member in NFC; programs that know only one code page write UTF-8 too."""
    name = info.filename
    if not info.flag_bits & _IS_UTF8 and not name.isascii():
        raw = name.encode("cp437", "replace")
        try:
            name = _unicode_path(info.extra) or raw.decode("utf-8")
        except UnicodeDecodeError:
            pass
    name = name.replace("\\", "/")
    printable = name.encode("utf-8", "backslashreplace").decode("utf-8")
    return unicodedata.normalize("NFC", printable).lstrip("/") or "-"


def _unicode_path(extra: bytes) -> str:
    """Return the name that Info-ZIP keeps beside that of a code page; "" for none."""
    place = 0
    while place + 4 <= len(extra):
        kind, size = struct.unpack_from("<HH", extra, place)
        if kind == _UNICODE_PATH and size > 5:
            return extra[place + 9 : place + 4 + size].decode("utf-8")
        place += 4 + size
    return ""
