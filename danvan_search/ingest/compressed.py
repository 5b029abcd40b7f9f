"""Decompression of gzip and xz streams.

The streams decompress in chunks and limit the memory of the decoder, so a small file cannot exhaust
the memory.
"""

import gzip
import io
import lzma
import zlib
from collections.abc import Callable, Mapping
from typing import BinaryIO, Final, cast

XZ_MEMORY: Final = 256 * 1024 * 1024
"""The memory limit of the xz decoder, in bytes. The strongest preset, ``xz -9``, needs 65 MiB; a
header may demand 4 GiB."""

DAMAGED: Final = (EOFError, zlib.error, lzma.LZMAError, gzip.BadGzipFile)
"""The errors that reading raises if the data are damaged or truncated."""

_CHUNK: Final = 1 << 16


def damage_reason(error: Exception, where: str) -> str:
    """Return the reason to skip a stream, or the rest of it.

    :param error: one of :data:`DAMAGED`.
    :param where: how much was read before.
    """
    if "Memory usage limit" in str(error):
        memory = XZ_MEMORY // (1024 * 1024)
        return f"needs more than {memory} MB of memory to decompress: compress it with `xz -9`"
    return f"is damaged or cut short {where} ({error}): make it again"


def open_gzip(raw: BinaryIO) -> io.BufferedReader:
    """Return the decompressed stream of a gzip file. Closing it leaves ``raw`` open."""
    return io.BufferedReader(cast("io.RawIOBase", gzip.GzipFile(fileobj=raw, mode="rb")), _CHUNK)


def open_xz(raw: BinaryIO) -> io.BufferedReader:
    """Return the decompressed stream of an xz file. Closing it leaves ``raw`` open."""
    return io.BufferedReader(_XzReader(raw), _CHUNK)


COMPRESSIONS: Final[Mapping[str, Callable[[BinaryIO], io.BufferedReader]]] = {
    ".gz": open_gzip,
    ".xz": open_xz,
}
"""The function that decompresses the files of a suffix. It leaves their streams open."""


class _XzReader(io.RawIOBase):
    """The decompressed bytes of concatenated xz streams.

    Unlike ``lzma.LZMAFile``, it limits the memory of the decoder.
    """

    def __init__(self, raw: BinaryIO) -> None:
        super().__init__()
        self._raw = raw
        self._decoder: lzma.LZMADecompressor | None = None

    def readable(self) -> bool:
        """Return True."""
        return True

    def readinto(self, buffer: bytearray | memoryview) -> int:  # type: ignore[override]
        """Write decompressed bytes into the buffer and return their number, 0 at the end.

        :raises EOFError: the file ends within a stream.
        :raises lzma.LZMAError: the file is damaged, or needs more memory than :data:`XZ_MEMORY`.
        """
        while True:
            if self._decoder is None or self._decoder.eof:
                data = self._next_stream(self._decoder)
                if not data:
                    return 0
                self._decoder = lzma.LZMADecompressor(lzma.FORMAT_XZ, memlimit=XZ_MEMORY)
            elif self._decoder.needs_input:
                data = self._raw.read(_CHUNK)
                if not data:
                    raise EOFError("the compressed data end too early")
            else:
                data = b""
            piece = self._decoder.decompress(data, max_length=len(buffer))
            if piece:
                buffer[: len(piece)] = piece
                return len(piece)

    def _next_stream(self, finished: lzma.LZMADecompressor | None) -> bytes:
        """Return the first bytes of the next stream; b"" at the end of the file.

        Zeros between streams are skipped: the format pads with them.

        :param finished: the decoder of the stream before, if any.
        """
        data = finished.unused_data if finished else b""
        while not (data := data.lstrip(b"\0")):
            data = self._raw.read(_CHUNK)
            if not data:
                return b""
        return data
