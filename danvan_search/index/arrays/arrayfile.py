"""One file that holds many named arrays, opened by mapping it.

The arrays are written one after the other, each at a multiple of 64 bytes, so that a builder
can drop one as soon as it is written; the table of what is where comes last::

    preamble   16 bytes   magic, format version, zero
    arrays                each padded to 64 bytes
    table      JSON       {"meta": {...}, "arrays": [[name, dtype, shape, offset, crc32], ...]}
    trailer    32 bytes   offset and length of the table, its CRC-32, version, magic

Opening reads preamble, trailer and table only, and trusts none of them before they fit each
other and the size of the file. :meth:`ArrayFile.verify` reads everything.
"""

import json
import mmap
import struct
import zlib
from pathlib import Path
from types import TracebackType
from typing import Any, BinaryIO, Final, Self

import numpy as np

from danvan_search.errors import (
    REBUILD,
    IndexDamagedError,
    IndexFormatError,
    IndexStorageError,
)

MAGIC: Final = b"DVARRAYS"
FORMAT_VERSION: Final = 1
ALIGNMENT: Final = 64
MAX_ARRAYS: Final = 1000
MAX_TABLE_BYTES: Final = 1 << 20

_PREAMBLE: Final = struct.Struct("<8sII")  # magic, version, zero
_TRAILER: Final = struct.Struct("<QIIII8s")  # table offset, length, CRC-32, version, zero, magic
_DTYPES: Final = {
    name: np.dtype(name) for name in ("|u1", "<u2", "<u4", "<u8", "<i4", "<i8", "<f4", "<f8")
}


class ArrayFileWriter:
    """Writes an array file to a binary file object, from its current place on.

    :param file: open for writing. Its owner flushes, syncs and closes it.
    """

    def __init__(self, file: BinaryIO) -> None:
        self._file = file
        self._table: dict[str, list[Any]] = {}
        self._at = file.write(_PREAMBLE.pack(MAGIC, FORMAT_VERSION, 0))

    def add(self, name: str, array: np.ndarray) -> None:
        """Write one array.

        :param name: unique in this file.
        :param array: of an unsigned 1, 2, 4 or 8 byte, signed 4 or 8 byte, or float dtype.
        :raises ValueError: when the dtype cannot be stored, or the name was used before.
        """
        dtype = array.dtype.newbyteorder("<").str
        if dtype not in _DTYPES or name in self._table or len(self._table) >= MAX_ARRAYS:
            raise ValueError(f"cannot store array {name!r} of dtype {dtype}")
        contiguous = np.ascontiguousarray(array, dtype=_DTYPES[dtype])
        raw = contiguous.reshape(-1).view(np.uint8).data
        self._pad()
        shape = [int(size) for size in array.shape]
        self._table[name] = [dtype, shape, self._at, zlib.crc32(raw)]
        self._at += self._file.write(raw)

    def finish(self, meta: dict[str, Any]) -> None:
        """Write the table and the trailer; the writer is of no more use.

        :param meta: JSON values to keep beside the arrays.
        """
        self._pad()
        rows = [[name, *row] for name, row in self._table.items()]
        table = json.dumps({"meta": meta, "arrays": rows}, ensure_ascii=True).encode("ascii")
        self._file.write(table)
        self._file.write(
            _TRAILER.pack(self._at, len(table), zlib.crc32(table), FORMAT_VERSION, 0, MAGIC)
        )

    def _pad(self) -> None:
        self._at += self._file.write(bytes(-self._at % ALIGNMENT))


class ArrayFile:
    """An array file, mapped for reading.

    :ivar path: where it is.
    :ivar meta: the JSON values that were given to :meth:`ArrayFileWriter.finish`.
    :ivar arrays: the read-only arrays by name; they keep the mapping alive.

    :raises IndexStorageError: when the file cannot be opened.
    :raises IndexFormatError: when it is one of another version.
    :raises IndexDamagedError: when it is no array file, or its parts do not fit each other.
    """

    def __init__(self, path: Path) -> None:
        self.path = path
        try:
            with path.open("rb") as file:
                size = file.seek(0, 2)
                if size < _PREAMBLE.size + _TRAILER.size:
                    raise self._damaged("it is cut short")
                self._map = mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ)
        except FileNotFoundError as error:
            raise IndexStorageError(f"{path} is missing from the index: {REBUILD}") from error
        except OSError as error:
            raise IndexStorageError(f"cannot open {path}: {error.strerror}") from error
        self._crcs: dict[str, int] = {}
        self.arrays: dict[str, np.ndarray] = {}
        self.meta: dict[str, Any] = {}
        table_at, table = self._read_table(size)
        try:
            self._map_arrays(table, table_at)
        except (KeyError, TypeError, ValueError, OverflowError) as error:
            raise self._damaged("its table of arrays makes no sense") from error

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.close()

    def close(self) -> None:
        """Drop the arrays; the mapping goes when nobody holds an array of it any more."""
        self.arrays = {}

    def verify(self) -> None:
        """Read every array and compare its checksum; takes about a second per gigabyte.

        :raises IndexDamagedError: naming the first array that does not fit.
        """
        for name, array in self.arrays.items():
            if zlib.crc32(array.reshape(-1).view(np.uint8).data) != self._crcs[name]:
                raise self._damaged(f"array {name!r} is not what was written")

    def fits(self, name: str) -> bool:
        """Say whether an array is there and what was written."""
        array = self.arrays.get(name)
        return array is not None and (
            zlib.crc32(array.reshape(-1).view(np.uint8).data) == self._crcs[name]
        )

    def _damaged(self, what: str) -> IndexDamagedError:
        return IndexDamagedError(f"{self.path} is damaged ({what}): {REBUILD}")

    def _read_table(self, size: int) -> tuple[int, bytes]:
        """Check preamble and trailer; return where the table is, and its bytes."""
        magic, version, zero = _PREAMBLE.unpack_from(self._map, 0)
        if magic != MAGIC:
            raise self._damaged("its beginning is not that of such a file")
        if version != FORMAT_VERSION:
            raise IndexFormatError(
                f"{self.path} has format {version}, this version reads {FORMAT_VERSION}: {REBUILD}"
            )
        trailer_at = size - _TRAILER.size
        at, length, crc, version_again, zero_again, magic_again = _TRAILER.unpack_from(
            self._map, trailer_at
        )
        if (magic_again, version_again, zero, zero_again) != (MAGIC, FORMAT_VERSION, 0, 0):
            raise self._damaged("its end is missing")
        if length > MAX_TABLE_BYTES or at % ALIGNMENT or at + length != trailer_at:
            raise self._damaged("its trailer makes no sense")
        table = self._map[at:trailer_at]
        if zlib.crc32(table) != crc:
            raise self._damaged("the checksum of its table differs")
        return at, table

    def _map_arrays(self, table: bytes, table_at: int) -> None:
        """Make the arrays of the table; they must follow each other and end where it begins."""
        values = json.loads(table)
        self.meta = dict(values["meta"])
        if len(values["arrays"]) > MAX_ARRAYS:
            raise ValueError("too many arrays")
        end = _PREAMBLE.size
        for name, dtype_name, shape, offset, crc in values["arrays"]:
            dtype = _DTYPES[dtype_name]
            if not all(isinstance(n, int) and 0 <= n <= table_at for n in (offset, *shape)):
                raise ValueError("a size out of range")
            count = int(np.prod(np.asarray(shape, dtype=object))) if shape else 1
            if offset % ALIGNMENT or not end <= offset < end + ALIGNMENT or name in self.arrays:
                raise ValueError("an array out of place")
            end = offset + count * dtype.itemsize
            if end > table_at:
                raise ValueError("an array reaches past the table")
            flat = np.frombuffer(self._map, dtype=dtype, count=count, offset=offset)
            self.arrays[name] = flat.reshape(shape)
            self._crcs[name] = crc
