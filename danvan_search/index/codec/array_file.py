"""One file that holds many named arrays, opened by mapping it.

The arrays are written one after the other, each at a multiple of 64 bytes, so that a builder
can drop one as soon as it is written; what is needed to read them comes last::

    preamble   16 bytes   magic, format version, zero
    arrays                each padded to 64 bytes, with zeros
    checksums  uint64     of the blocks of all arrays, see ``blocks``
    table      JSON       {"meta": {...}, "arrays": [[name, dtype, shape, offset], ...]}
    trailer    40 bytes   offset of the checksums, their number, the length of the table, the
                          checksum of both, version, magic

Opening reads preamble, checksums, table and trailer only, and trusts none of them before they fit
each other and the size of the file. The arrays are checked as they are read. A checksum is XXH3, of
64 bits. :meth:`ArrayFile.verify` reads everything.
"""

import json
import math
import mmap
import struct
from pathlib import Path
from types import TracebackType
from typing import Any, BinaryIO, Final, Self

import numpy as np

from danvan_search.errors import (
    REBUILD,
    RESCUE,
    IndexDamagedError,
    IndexFormatError,
    IndexStorageError,
)
from danvan_search.index.codec.checked_array import (
    CheckedArray,
    block_checksums,
    block_count,
    checksum,
)

MAGIC: Final = b"DVARRAYS"
FORMAT_VERSION: Final = 3
ALIGNMENT: Final = 64
MAX_ARRAYS: Final = 1000
MAX_TABLE_BYTES: Final = 1 << 20

_PREAMBLE: Final = struct.Struct("<8sII")  # magic, version, zero
# Offset, number of checksums, length of the table, checksum of both, version, zero, magic.
_TRAILER: Final = struct.Struct("<QIIQII8s")
_CHECKSUM: Final = np.dtype("<u8")
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
        self._checksums: list[int] = []
        self._at = file.write(_PREAMBLE.pack(MAGIC, FORMAT_VERSION, 0))

    def add(self, name: str, array: np.ndarray) -> None:
        """Write one array.

        :param name: unique in this file.
        :param array: of at least one axis, and of an unsigned 1, 2, 4 or 8 byte, signed 4 or 8
            byte, or float dtype.
        :raises ValueError: when the dtype cannot be stored, or the name was used before.
        """
        dtype = array.dtype.newbyteorder("<").str
        full = len(self._table) >= MAX_ARRAYS
        if dtype not in _DTYPES or not array.ndim or name in self._table or full:
            raise ValueError(f"cannot store array {name!r} of dtype {dtype}")
        contiguous = np.ascontiguousarray(array, dtype=_DTYPES[dtype])
        raw = contiguous.reshape(-1).view(np.uint8).data
        self._pad()
        shape = [int(size) for size in array.shape]
        self._table[name] = [dtype, shape, self._at]
        self._checksums += block_checksums(raw)
        self._at += self._file.write(raw)

    def finish(self, meta: dict[str, Any]) -> None:
        """Write the table and the trailer; the writer is of no more use.

        :param meta: JSON values to keep beside the arrays.
        """
        self._pad()
        rows = [[name, *row] for name, row in self._table.items()]
        checksums = np.array(self._checksums, dtype=_CHECKSUM).tobytes()
        table = json.dumps({"meta": meta, "arrays": rows}, ensure_ascii=True).encode("ascii")
        end = checksums + table
        self._file.write(end)
        self._file.write(
            _TRAILER.pack(
                self._at,
                len(self._checksums),
                len(table),
                checksum(end),
                FORMAT_VERSION,
                0,
                MAGIC,
            )
        )

    def _pad(self) -> None:
        self._at += self._file.write(bytes(-self._at % ALIGNMENT))


class ArrayFile:
    """An array file, mapped for reading.

    :param checked: whether the arrays are checked as they are read. Without it, what is read
        may be anything: for those who have another proof of what they read.

    :ivar path: where it is.
    :ivar meta: the JSON values that were given to :meth:`ArrayFileWriter.finish`.
    :ivar arrays: the arrays by name, checked as they are read; they keep the mapping alive.

    :raises IndexStorageError: when the file cannot be opened.
    :raises IndexFormatError: when it is one of another version.
    :raises IndexDamagedError: when it is no array file, or its parts do not fit each other.
    """

    def __init__(self, path: Path, *, checked: bool = True) -> None:
        self.path = path
        self._checked = checked
        try:
            with path.open("rb") as file:
                size = file.seek(0, 2)
                if size < _PREAMBLE.size + _TRAILER.size:
                    raise self._damaged("it is cut short")
                self._map = mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ)
        except FileNotFoundError as error:
            raise IndexStorageError(f"{path} is missing from the index: {RESCUE}") from error
        except OSError as error:
            raise IndexStorageError(f"cannot open {path}: {error.strerror}") from error
        self.arrays: dict[str, CheckedArray] = {}
        self.meta: dict[str, Any] = {}
        # Where zeros fill the places between arrays: first, and one past the last.
        self._padding: list[tuple[int, int]] = []
        end, checksums, table = self._read_end(size)
        try:
            self._map_arrays(table, checksums, end)
        except (KeyError, TypeError, ValueError, OverflowError, RecursionError) as error:
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

    def release(self) -> None:
        """Give the system the memory back that holds what was read; asking again reads again."""
        if hasattr(mmap, "MADV_DONTNEED"):
            self._map.madvise(mmap.MADV_DONTNEED)

    def close(self) -> None:
        """Drop the arrays; the mapping goes when nobody holds an array of it any more."""
        self.arrays = {}

    def verify(self) -> None:
        """Read every array and compare its checksums; takes about a second for ten gigabytes.

        :raises IndexDamagedError: naming the first array that does not fit.
        """
        for array in self.arrays.values():
            array.verify()
        if any(any(self._map[start:end]) for start, end in self._padding):
            raise self._damaged("there is something between its arrays")

    def _damaged(self, what: str) -> IndexDamagedError:
        return IndexDamagedError.of(self.path, what)

    def _read_end(self, size: int) -> tuple[int, np.ndarray, bytes]:
        """Check all but the arrays; return where these end, their checksums, and the table."""
        magic, version, zero = _PREAMBLE.unpack_from(self._map, 0)
        if magic != MAGIC:
            raise self._damaged("its beginning is not that of such a file")
        if version != FORMAT_VERSION:
            raise IndexFormatError(
                f"{self.path} has format {version}, this version reads {FORMAT_VERSION}: {REBUILD}"
            )
        trailer_at = size - _TRAILER.size
        at, blocks, length, found, version_again, zero_again, magic_again = _TRAILER.unpack_from(
            self._map, trailer_at
        )
        if (magic_again, version_again, zero, zero_again) != (MAGIC, FORMAT_VERSION, 0, 0):
            raise self._damaged("its end is missing")
        table_at = at + blocks * _CHECKSUM.itemsize
        if (
            length > MAX_TABLE_BYTES
            or at % ALIGNMENT
            or at < _PREAMBLE.size
            or table_at + length != trailer_at
        ):
            raise self._damaged("its trailer makes no sense")
        if checksum(memoryview(self._map)[at:trailer_at]) != found:
            raise self._damaged("the checksum of its table differs")
        checksums = np.frombuffer(self._map, dtype=_CHECKSUM, count=blocks, offset=at)
        return at, checksums, self._map[table_at:trailer_at]

    def _map_arrays(self, table: bytes, checksums: np.ndarray, arrays_end: int) -> None:
        """Make the arrays of the table; they must follow each other, and fill the file."""
        values = json.loads(table)
        self.meta = dict(values["meta"])
        if len(values["arrays"]) > MAX_ARRAYS:
            raise ValueError("too many arrays")
        end = _PREAMBLE.size
        block = 0
        where = str(self.path)
        for name, dtype_name, shape, offset in values["arrays"]:
            dtype = _DTYPES[dtype_name]
            if not all(type(n) is int and 0 <= n <= arrays_end for n in (offset, *shape)):
                raise ValueError("a size out of range")
            if type(name) is not str or name in self.arrays or not shape:
                raise ValueError("an array without a name or an axis of its own")
            if offset != _aligned(end):
                raise ValueError("an array out of place")
            self._padding.append((end, offset))
            count = math.prod(shape)
            end = offset + count * dtype.itemsize
            if end > arrays_end:
                raise ValueError("an array reaches past the end of all")
            array = np.frombuffer(self._map, dtype=dtype, count=count, offset=offset)
            blocks = block_count(array.nbytes)
            own = checksums[block : block + blocks] if self._checked else None
            block += blocks
            self.arrays[name] = CheckedArray(array.reshape(shape), own, name, where)
        if _aligned(end) != arrays_end or block != len(checksums):
            raise ValueError("there is more than the arrays")
        self._padding.append((end, arrays_end))


def _aligned(offset: int) -> int:
    return offset + -offset % ALIGNMENT
