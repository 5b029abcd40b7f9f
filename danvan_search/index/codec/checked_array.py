"""Arrays that are checked as they are read: no byte of a file is used before its checksum fits.

An array of a file has a checksum for every 16 KiB of it. A block is checked when it is first
touched, and remembered as good; an array of few blocks is checked whole. So a query reads what it
needs, and at most some times as much, however large the file is. There is no other way to
the values than the methods here, and what they return was checked. An array in memory passes
through the same methods, with nothing to check.

Any number of threads may read at once: two may check the same block, none can skip it.
"""

from bisect import bisect_left
from collections.abc import Mapping, Sized
from typing import Any, Final, Literal, Self

import numpy as np
import numpy.typing as npt
from xxhash import xxh3_64_intdigest

from danvan_search.errors import IndexDamagedError

BLOCK_BITS: Final = 14
BLOCK_BYTES: Final = 1 << BLOCK_BITS
"""Large enough that 8 bytes of checksum for each do not matter, and small enough that a gather of a
few hundred places from all over an array is not felt: checking one takes a microsecond."""
_FEW_BLOCKS: Final = 4
_REST_FROM: Final = 4
"""When a quarter of an array was touched, the rest is checked as well: then nothing is left to look
up, and all in all no more than four times of what was needed is read."""

_GATHERED_BYTES: Final = frozenset(1 << bits for bits in range(BLOCK_BITS + 1))

_NO_BLOCKS: Final = np.zeros(0, dtype=np.uint8)

checksum: Final = xxh3_64_intdigest


def block_checksums(raw: memoryview) -> list[int]:
    """Return the checksum of each block of some bytes; the last block may be short."""
    return [checksum(raw[at : at + BLOCK_BYTES]) for at in range(0, len(raw), BLOCK_BYTES)]


def block_count(size: int) -> int:
    """Return how many blocks so many bytes have."""
    return -(-size // BLOCK_BYTES)


class CheckedArray:
    """An array whose blocks are checked when they are first touched.

    Rows are counted along the first axis. Rows that an array does not have are damage, not a
    mistake of the caller: their numbers come from other arrays of the same file.

    :ivar shape: of the array.
    :ivar dtype: of the array.

    :param array: contiguous, and never written to again.
    :param checksums: uint64[blocks], of the bytes of the array; None when there is nothing to
        check.
    :param name: what to call the array in errors.
    :param where: what to call its file.
    """

    __slots__ = (
        "_array",
        "_checksums",
        "_good",
        "_index_shift",
        "_is_good",
        "_items",
        "_name",
        "_raw",
        "_rest_seen",
        "_row_bytes",
        "_rows",
        "_where",
        "dtype",
        "shape",
    )

    def __init__(
        self,
        array: np.ndarray,
        checksums: np.ndarray | None = None,
        name: str = "",
        where: str = "memory",
    ) -> None:
        self._array = array
        self._items = array.data
        self._raw = array.reshape(-1).view(np.uint8).data
        self._checksums = None if checksums is None else checksums.data
        self._name = name
        self._where = where
        self.shape = array.shape
        self.dtype = array.dtype
        self._rows = len(array)
        self._row_bytes = array.nbytes // max(1, len(array))
        self._index_shift = BLOCK_BITS - (self._row_bytes.bit_length() - 1)
        # One byte per block, 1 when it was found good; None when nothing is left to check.
        self._good: bytearray | None = None
        self._is_good = _NO_BLOCKS
        self._rest_seen = False
        if checksums is not None and len(checksums):
            self._good = bytearray(len(checksums))
            self._is_good = np.frombuffer(self._good, dtype=np.uint8)

    def __len__(self) -> int:
        return self._rows

    def of(self, *dtypes: npt.DTypeLike, axes: int = 1) -> Self:
        """Return the array itself, if it is of one of some dtypes.

        Numbers of a sign, where there should be none, would be places before the beginning.

        :raises IndexDamagedError: when it is not, or has another number of axes.
        """
        if len(self.shape) != axes or all(self.dtype != dtype for dtype in dtypes):
            raise self._damaged("is of another kind")
        return self

    def whole(self) -> np.ndarray:
        """Return all of the array.

        :raises IndexDamagedError: when it is not what was written.
        """
        if self._good is not None:
            self._check_bytes(0, self._raw.nbytes)
        return self._array

    def slice(self, start: int, stop: int) -> np.ndarray:
        """Return the rows from ``start`` to before ``stop``.

        :raises IndexDamagedError: when they are not what was written, or not there.
        """
        if not 0 <= start <= stop <= self._rows:
            raise self._outside()
        # A query does this often: the look at what was found good is written out where it counts.
        if (good := self._good) is not None and start < stop:
            first, end = start * self._row_bytes, stop * self._row_bytes
            if good.find(0, first >> BLOCK_BITS, (end - 1 >> BLOCK_BITS) + 1) >= 0:
                self._check_bytes(first, end)
        return self._array[start:stop]

    def raw(self, start: int, stop: int) -> memoryview:
        """Return the numbers from ``start`` to before ``stop`` as :meth:`slice` does, in a view."""
        if not 0 <= start <= stop <= self._rows:
            raise self._outside()
        if self._good is not None:
            self._check_bytes(start * self._row_bytes, stop * self._row_bytes)
        return self._items[start:stop]

    def row(self, index: int) -> np.ndarray:
        """Return one row of a table.

        :raises IndexDamagedError: when it is not what was written, or not there.
        """
        if not 0 <= index < self._rows:
            raise self._outside()
        width = self._row_bytes
        self._check_bytes(index * width, (index + 1) * width)
        row: np.ndarray = self._array[index]
        return row

    def item(self, index: int) -> Any:  # noqa: ANN401 - a number
        """Return one number of an array of one axis, as Python's own.

        :raises IndexDamagedError: when it is not what was written, or not there.
        """
        if not 0 <= index < self._rows:
            raise self._outside()
        if (good := self._good) is not None and not good[index >> self._index_shift]:
            self._check_bytes(index * self._row_bytes, (index + 1) * self._row_bytes)
        return self._items[index]

    def pair(self, index: int) -> tuple[Any, Any]:
        """Return a number and the next one; of offsets, where a run starts and where it ends.

        :raises IndexDamagedError: when they are not what was written, or not there.
        """
        after = index + 1
        if not 0 < after < self._rows:
            raise self._outside()
        if (good := self._good) is not None:
            shift = self._index_shift
            if not (good[index >> shift] and good[after >> shift]):
                self._check_bytes(index * self._row_bytes, (after + 1) * self._row_bytes)
        items = self._items
        return items[index], items[after]

    def take(self, indices: np.ndarray, mode: Literal["raise", "clip"] = "raise") -> np.ndarray:
        """Return the rows at some places; each is 1, 2, 4, 8… bytes long, and so in one block.

        :param indices: integers[n], in any order.
        :param mode: with ``"clip"`` places before the first are the first, and so at the end.
        :raises IndexDamagedError: when they are not what was written, or not there.
        """
        if self._good is not None:
            self._check_places(indices)
        try:
            return self._array.take(indices, axis=0, mode=mode)
        except IndexError as error:
            raise self._outside() from error

    def find(self, value: int, low: int, high: int) -> int:
        """Return the place of a number among those from ``low`` to before ``high``, -1 for none.

        :param low: the numbers from here on ascend.
        :raises IndexDamagedError: when these are not what was written, or not there.
        """
        if not 0 <= low <= high <= self._rows:
            raise self._outside()
        if (good := self._good) is not None and low < high:
            shift = self._index_shift
            if good.find(0, low >> shift, (high - 1 >> shift) + 1) >= 0:
                self._check_bytes(low * self._row_bytes, high * self._row_bytes)
        items = self._items
        place = bisect_left(items, value, low, high)
        return place if place < high and items[place] == value else -1

    def verify(self) -> None:
        """Check every block anew, whatever was found of it before.

        :raises IndexDamagedError: when one is not what was written.
        """
        blocks = 0 if self._checksums is None else len(self._checksums)
        if not all(map(self._is_true, range(blocks))):
            raise self._damaged("is not what was written")

    def _check_bytes(self, start: int, stop: int) -> None:
        """Check the blocks of a run of bytes, if there are any."""
        good = self._good
        if good is None or start == stop:
            return
        first, end = start >> BLOCK_BITS, block_count(stop)
        if good.find(0, first, end) >= 0:
            self._check(good, np.flatnonzero(self._is_good[first:end] == 0) + first)

    def _check_places(self, indices: np.ndarray) -> None:
        """Check the blocks of some places."""
        good = self._good
        if good is None:
            return
        if self._row_bytes not in _GATHERED_BYTES:
            raise self._damaged("has rows of another length")
        blocks = indices >> self._index_shift
        are_good = self._is_good.take(blocks, mode="clip")
        if np.count_nonzero(are_good) < len(are_good):
            wanted = np.zeros(len(good), dtype=bool)
            wanted[blocks[are_good == 0].clip(0, len(good) - 1)] = True
            self._check(good, np.flatnonzero(wanted))

    def _check(self, good: bytearray, blocks: np.ndarray) -> None:
        """Check some blocks, and remember that they are good."""
        for block in range(len(good)) if len(good) <= _FEW_BLOCKS else blocks.tolist():
            if not self._is_true(block):
                raise self._damaged("is not what was written")
            good[block] = 1
        if not self._rest_seen and good.count(1) * _REST_FROM >= len(good):
            # A damaged block of the rest is not good, and an error as soon as it is touched.
            self._rest_seen = True
            for block in np.flatnonzero(self._is_good == 0).tolist():
                good[block] = self._is_true(block)
        # No count is kept: two threads that check one block would count it twice.
        if good.find(0) < 0:
            self._good = None

    def _is_true(self, block: int) -> bool:
        """Say whether a block is what was written."""
        raw = self._raw[block << BLOCK_BITS : (block + 1) << BLOCK_BITS]
        return self._checksums is None or checksum(raw) == self._checksums[block]

    def _outside(self) -> IndexDamagedError:
        return self._damaged("is asked for what it does not hold")

    def _damaged(self, what: str) -> IndexDamagedError:
        return IndexDamagedError.of(self._where, f"array {self._name!r} {what}")


Arrays = dict[str, np.ndarray]
"""Arrays by name, to be written."""

StoredArrays = Mapping[str, CheckedArray]
"""The arrays of a file by name, to be read."""


def check_offsets(offsets: np.ndarray, end: int) -> None:
    """Check that offsets start at 0, never fall, and end where they should.

    :param offsets: integers[runs + 1], where each run starts, and the end of the last.
    :raises ValueError: they do not.
    """
    if not len(offsets) or offsets[0] or offsets[-1] != end or (offsets[1:] < offsets[:-1]).any():
        raise ValueError("offsets lead nowhere")


def check_ascending(values: np.ndarray, stop: int) -> None:
    """Check that integers ascend strictly, from 0 or more to less than ``stop``.

    :raises ValueError: they do not.
    """
    if len(values) and not (
        values[0] >= 0 and values[-1] < stop and (values[1:] > values[:-1]).all()
    ):
        raise ValueError("numbers that should ascend do not")


def check(holds: object, what: str) -> None:
    """Check a fact about values that were read.

    :param what: what is wrong if it does not hold, for the error.
    :raises ValueError: it does not hold.
    """
    if not holds:
        raise ValueError(what)


def check_lengths(length: int, *arrays: Sized) -> None:
    """Check that arrays have so many rows.

    :raises ValueError: one has not.
    """
    if any(len(array) != length for array in arrays):
        raise ValueError("arrays that belong together have different lengths")
