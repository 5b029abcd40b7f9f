"""The array file: many named arrays in one file, which is mapped when it is opened.

The arrays follow each other, each at a multiple of 64 bytes; a writer can drop an array as soon as
it is written, because the directory comes last::

    preamble   16 bytes   magic, format version, zero
    arrays                each padded with zeros to a multiple of 64 bytes
    checksums  uint64     one per block of each array, see ``checked_array``
    table      JSON       {"meta": {...}, "arrays": [[name, dtype, shape, offset], ...]}
    trailer    40 bytes   offset and number of the checksums, length of the table, checksum of
                          checksums and table, format version, zero, magic

All numbers are little-endian; an offset is in bytes from the start of the file; a checksum is a
64-bit XXH3. Opening reads only preamble, checksums, table and trailer, and refuses the file unless
they fit each other and its size. The arrays are checked block by block as they are read;
:meth:`ArrayFile.verify` reads everything.
"""

import json
import math
import mmap
import struct
from collections.abc import Iterable
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
    BLOCK_BYTES,
    CheckedArray,
    block_checksums,
    block_count,
    checksum,
)

MAGIC: Final = b"DVARRAYS"
FORMAT_VERSION: Final = 4
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
    """Writes an array file to a binary file object.

    :param file: empty, and open for writing; its owner flushes, syncs and closes it.
    """

    def __init__(self, file: BinaryIO) -> None:
        self._file = file
        self._table: dict[str, list[Any]] = {}
        self._checksums: list[int] = []
        self._offset = file.write(_PREAMBLE.pack(MAGIC, FORMAT_VERSION, 0))

    def add(self, name: str, array: np.ndarray) -> None:
        """Write one array.

        :param name: unique in this file.
        :param array: any shape of at least one axis; dtype uint8, uint16, uint32, uint64, int32,
            int64, float32 or float64.
        :raises ValueError: the array cannot be stored, its name was used before, or the file has
            ``MAX_ARRAYS`` arrays.
        """
        raw = _bytes_of(array, self._begin(name, array.dtype, array.shape))
        self._checksums += block_checksums(raw)
        self._offset += self._file.write(raw)

    def add_pieces(
        self, name: str, dtype: np.dtype[Any], shape: tuple[int, ...], pieces: Iterable[np.ndarray]
    ) -> None:
        """Write one array, which need not be in memory as a whole.

        :param name: see :meth:`add`.
        :param dtype: see :meth:`add`.
        :param shape: that of the whole array.
        :param pieces: its rows, in order.
        :raises ValueError: see :meth:`add`; or the pieces have other sizes than the array.
        """
        stored = self._begin(name, dtype, shape)
        end = self._offset + math.prod(shape) * stored.itemsize
        waiting = bytearray()
        for piece in pieces:
            waiting += _bytes_of(piece, stored)
            self._write(waiting, len(waiting) // BLOCK_BYTES * BLOCK_BYTES)
        self._write(waiting, len(waiting))
        if self._offset != end:
            raise ValueError(f"the pieces of {name!r} have another size than the array")

    def _begin(self, name: str, dtype: np.dtype[Any], shape: tuple[int, ...]) -> np.dtype[Any]:
        """Enter an array in the table; return the dtype in which it is stored."""
        stored = dtype.newbyteorder("<").str
        full = len(self._table) >= MAX_ARRAYS
        if stored not in _DTYPES or not shape or name in self._table or full:
            raise ValueError(f"cannot store array {name!r} of dtype {stored}")
        self._pad()
        self._table[name] = [stored, [int(size) for size in shape], self._offset]
        return _DTYPES[stored]

    def _write(self, waiting: bytearray, size: int) -> None:
        """Write the first bytes of an array that wait, and drop them."""
        with memoryview(waiting) as view, view[:size] as raw:
            self._checksums += block_checksums(raw)
            self._offset += self._file.write(raw)
        del waiting[:size]

    def finish(self, meta: dict[str, Any]) -> None:
        """Write checksums, table and trailer; the writer must not be used afterwards.

        :param meta: JSON values to store beside the arrays.
        """
        self._pad()
        rows = [[name, *row] for name, row in self._table.items()]
        checksums = np.array(self._checksums, dtype=_CHECKSUM).tobytes()
        table = json.dumps({"meta": meta, "arrays": rows}, ensure_ascii=True).encode("ascii")
        end = checksums + table
        self._file.write(end)
        self._file.write(
            _TRAILER.pack(
                self._offset,
                len(self._checksums),
                len(table),
                checksum(end),
                FORMAT_VERSION,
                0,
                MAGIC,
            )
        )

    def _pad(self) -> None:
        self._offset += self._file.write(bytes(-self._offset % ALIGNMENT))


class ArrayFile:
    """An array file, mapped for reading.

    Its arrays follow each other in the order of the table without overlap, fill the file between
    preamble and checksums, and have one checksum for each of their blocks.

    :param path: the path of the file.
    :param checked: whether the arrays are checked as they are read. If not, a read may return any
        bytes: for callers that verify what they read by other means.
    :param version: the format version that the file must have.

    :ivar path: the path of the file.
    :ivar meta: the JSON values that were given to :meth:`ArrayFileWriter.finish`.
    :ivar arrays: the arrays by name, checked as they are read; they keep the mapping alive.

    :raises IndexStorageError: the file cannot be opened.
    :raises IndexFormatError: it has another format version.
    :raises IndexDamagedError: it is no array file, or its parts do not fit each other.
    """

    def __init__(self, path: Path, *, checked: bool = True, version: int = FORMAT_VERSION) -> None:
        self.path = path
        self._checked = checked
        self._version = version
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
        # The padding between arrays: offset of its first byte, and of the byte after its last.
        self._padding: list[tuple[int, int]] = []
        end, checksums, table = self._read_end(size)
        try:
            self._map_arrays(table, checksums, end)
        except (KeyError, TypeError, ValueError, OverflowError, RecursionError) as error:
            raise self._damaged("its table of arrays is malformed") from error

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
        """Give the memory of the pages read so far back to the system; later reads reload them."""
        if hasattr(mmap, "MADV_DONTNEED"):
            self._map.madvise(mmap.MADV_DONTNEED)

    def close(self) -> None:
        """Drop the arrays; the file is unmapped once no array of it is referenced any more."""
        self.arrays = {}

    def verify(self) -> None:
        """Compare the checksums of every array; takes about a second for ten gigabytes.

        :raises IndexDamagedError: an array differs from its checksums (the first one is named), or
            the padding is not zero.
        """
        for array in self.arrays.values():
            array.verify()
        if any(any(self._map[start:end]) for start, end in self._padding):
            raise self._damaged("the padding between its arrays is not zero")

    def _damaged(self, what: str) -> IndexDamagedError:
        return IndexDamagedError.of(self.path, what)

    def _read_end(self, size: int) -> tuple[int, np.ndarray, bytes]:
        """Check preamble, checksums, table and trailer.

        :param size: of the file, in bytes.
        :return: the offset at which the arrays end; their checksums, uint64, shape (blocks,); the
            table.
        """
        magic, version, zero = _PREAMBLE.unpack_from(self._map, 0)
        if magic != MAGIC:
            raise self._damaged("it does not begin like an array file")
        if version != self._version:
            raise IndexFormatError(
                f"{self.path} has format {version}, this version reads {self._version}: {REBUILD}"
            )
        trailer_at = size - _TRAILER.size
        arrays_end, blocks, length, stored_checksum, version_again, zero_again, magic_again = (
            _TRAILER.unpack_from(self._map, trailer_at)
        )
        if (magic_again, version_again, zero, zero_again) != (MAGIC, version, 0, 0):
            raise self._damaged("its end is missing")
        table_at = arrays_end + blocks * _CHECKSUM.itemsize
        if (
            length > MAX_TABLE_BYTES
            or arrays_end % ALIGNMENT
            or arrays_end < _PREAMBLE.size
            or table_at + length != trailer_at
        ):
            raise self._damaged("its trailer contradicts its size")
        if checksum(memoryview(self._map)[arrays_end:trailer_at]) != stored_checksum:
            raise self._damaged("the checksum of its table differs")
        checksums = np.frombuffer(self._map, dtype=_CHECKSUM, count=blocks, offset=arrays_end)
        return arrays_end, checksums, self._map[table_at:trailer_at]

    def _map_arrays(self, table: bytes, checksums: np.ndarray, arrays_end: int) -> None:
        """Open the arrays of the table, which must follow each other and fill the file.

        :raises ValueError: they do not; other exceptions come from a table of other JSON values.
        """
        values = json.loads(table)
        self.meta = dict(values["meta"])
        if len(values["arrays"]) > MAX_ARRAYS:
            raise ValueError("too many arrays")
        end = _PREAMBLE.size
        block = 0
        path = str(self.path)
        for name, dtype_name, shape, offset in values["arrays"]:
            dtype = _DTYPES[dtype_name]
            if not all(type(n) is int and 0 <= n <= arrays_end for n in (offset, *shape)):
                raise ValueError("a size out of range")
            if type(name) is not str or name in self.arrays or not shape:
                raise ValueError("an array without an axis or a unique name")
            if offset != _aligned(end):
                raise ValueError("an array out of place")
            self._padding.append((end, offset))
            count = math.prod(shape)
            end = offset + count * dtype.itemsize
            if end > arrays_end:
                raise ValueError("an array reaches past the end of the arrays")
            array = np.frombuffer(self._map, dtype=dtype, count=count, offset=offset)
            blocks = block_count(array.nbytes)
            of_array = checksums[block : block + blocks] if self._checked else None
            block += blocks
            self.arrays[name] = CheckedArray(array.reshape(shape), of_array, name, path)
        if _aligned(end) != arrays_end or block != len(checksums):
            raise ValueError("bytes or checksums that belong to no array")
        self._padding.append((end, arrays_end))


def _bytes_of(array: np.ndarray, dtype: np.dtype[Any]) -> memoryview:
    contiguous = np.ascontiguousarray(array, dtype=dtype)
    return contiguous.reshape(-1).view(np.uint8).data


def _aligned(offset: int) -> int:
    return offset + -offset % ALIGNMENT
