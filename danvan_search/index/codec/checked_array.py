"""Checked arrays: no byte of a file is used before the checksum of its block was compared.

An array of a file has one checksum per block of 16 KiB. A block is checked when it is first read,
and then remembered as good. An array of at most four blocks is checked whole at the first read, and
once a quarter of the blocks of any array is good, its other blocks are checked as well. So a query
checks at most four times the blocks it needs, however large the file is. The methods of
:class:`CheckedArray` are the only way to the values, and return only checked ones. An array in
memory has the same methods, and no checksums to compare.

Any number of threads may read at once: two may check the same block, none can skip it.
"""

from bisect import bisect_left
from collections.abc import Mapping, Sequence
from typing import Any, Final, Literal, Self

import numpy as np
import numpy.typing as npt
from xxhash import xxh3_64_intdigest

from danvan_search.errors import IndexDamagedError

BLOCK_BITS: Final = 14
BLOCK_BYTES: Final = 1 << BLOCK_BITS
"""The size of a block: large enough that its 8 bytes of checksum do not matter, small enough that
checking the blocks of a few hundred rows from all over an array is not felt. Checking one takes a
microsecond."""
_FEW_BLOCKS: Final = 4
"""An array of at most this many blocks is checked whole at the first read."""
_REST_SHARE: Final = 4
"""Once a quarter of the blocks is good, the others are checked as well: reads then skip the look-up
of blocks, and at most four times the needed blocks are checked in all."""

_TAKEN_ROW_BYTES: Final = frozenset(1 << bits for bits in range(BLOCK_BITS + 1))
"""The row sizes that :meth:`CheckedArray.take` supports: no such row crosses a block boundary."""

_NO_BLOCKS: Final = np.zeros(0, dtype=np.uint8)

checksum: Final = xxh3_64_intdigest


def block_checksums(raw: memoryview) -> list[int]:
    """Return the checksum of each block of an array's bytes; the last block may be shorter."""
    return [checksum(raw[at : at + BLOCK_BYTES]) for at in range(0, len(raw), BLOCK_BYTES)]


def block_count(size: int) -> int:
    """Return the number of blocks of ``size`` bytes."""
    return -(-size // BLOCK_BYTES)


class CheckedArray:
    """A read-only array whose blocks are checked when they are first read.

    Every index counts rows, along the first axis. An index out of bounds is damage, not a mistake
    of the caller, because indices come from other arrays of the same file.

    :ivar shape: the shape of the array.
    :ivar dtype: the dtype of the array.

    :param array: contiguous, of at least one axis; never written to again.
    :param checksums: uint64[blocks], the checksums of the blocks of ``array``; None if there is
        nothing to compare.
    :param name: the name of the array, for errors.
    :param where: the file of the array, for errors.
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
        "_rest_checked",
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
        # One byte per block, 1 once the block was found good; None when all blocks are good.
        # ``_is_good`` is a view of the same bytes.
        self._good: bytearray | None = None
        self._is_good = _NO_BLOCKS
        self._rest_checked = False
        if checksums is not None and len(checksums):
            self._good = bytearray(len(checksums))
            self._is_good = np.frombuffer(self._good, dtype=np.uint8)

    def __len__(self) -> int:
        return self._rows

    def of(self, *dtypes: npt.DTypeLike, axes: int = 1) -> Self:
        """Return the array itself if it has one of the given dtypes.

        A signed dtype in place of an unsigned one would let a file hold negative indices.

        :param axes: the number of axes it must have.
        :raises IndexDamagedError: it has another dtype or number of axes.
        """
        if len(self.shape) != axes or all(self.dtype != dtype for dtype in dtypes):
            raise self._damaged("has another dtype or number of axes than it should")
        return self

    def whole(self) -> np.ndarray:
        """Return the whole array.

        :raises IndexDamagedError: a block differs from its checksum.
        """
        if self._good is not None:
            self._check_bytes(0, self._raw.nbytes)
        return self._array

    def slice(self, start: int, stop: int) -> np.ndarray:
        """Return the rows ``start`` to ``stop - 1``.

        :raises IndexDamagedError: a block of theirs differs from its checksum, or they are out of
            bounds.
        """
        if not 0 <= start <= stop <= self._rows:
            raise self._out_of_bounds()
        # A query reads often: the look-up of good blocks is inlined in the hottest methods.
        if (good := self._good) is not None and start < stop:
            first, end = start * self._row_bytes, stop * self._row_bytes
            if good.find(0, first >> BLOCK_BITS, (end - 1 >> BLOCK_BITS) + 1) >= 0:
                self._check_bytes(first, end)
        return self._array[start:stop]

    def raw(self, start: int, stop: int) -> memoryview:
        """Return the rows ``start`` to ``stop - 1`` as a memoryview; see :meth:`slice`."""
        if not 0 <= start <= stop <= self._rows:
            raise self._out_of_bounds()
        if self._good is not None:
            self._check_bytes(start * self._row_bytes, stop * self._row_bytes)
        return self._items[start:stop]

    def row(self, index: int) -> np.ndarray:
        """Return one row of an array of several axes; it may span several blocks.

        :raises IndexDamagedError: a block of it differs from its checksum, or ``index`` is out of
            bounds.
        """
        if not 0 <= index < self._rows:
            raise self._out_of_bounds()
        width = self._row_bytes
        self._check_bytes(index * width, (index + 1) * width)
        row: np.ndarray = self._array[index]
        return row

    def item(self, index: int) -> Any:  # noqa: ANN401 - a number
        """Return one item of an array of one axis, as a Python number.

        :raises IndexDamagedError: its block differs from its checksum, or ``index`` is out of
            bounds.
        """
        if not 0 <= index < self._rows:
            raise self._out_of_bounds()
        if (good := self._good) is not None and not good[index >> self._index_shift]:
            self._check_bytes(index * self._row_bytes, (index + 1) * self._row_bytes)
        return self._items[index]

    def pair(self, index: int) -> tuple[Any, Any]:
        """Return the items ``index`` and ``index + 1``: of offsets, the start and end of a range.

        :raises IndexDamagedError: a block of theirs differs from its checksum, or ``index`` is out
            of bounds.
        """
        after = index + 1
        if not 0 < after < self._rows:
            raise self._out_of_bounds()
        if (good := self._good) is not None:
            shift = self._index_shift
            if not (good[index >> shift] and good[after >> shift]):
                self._check_bytes(index * self._row_bytes, (after + 1) * self._row_bytes)
        items = self._items
        return items[index], items[after]

    def pairs(self, indices: Sequence[int]) -> list[tuple[Any, Any]]:
        """Return :meth:`pair` of some indices."""
        if self._good is not None:
            return list(map(self.pair, indices))
        if indices and (min(indices) < 0 or max(indices) + 1 >= self._rows):
            raise self._out_of_bounds()
        items = self._items
        return [(items[index], items[index + 1]) for index in indices]

    def pieces(self, ranges: Sequence[tuple[int, int]]) -> list[bytes]:
        """Return the bytes of some ranges of rows; see :meth:`raw`."""
        if self._good is not None:
            return [self.raw(start, stop).tobytes() for start, stop in ranges]
        items, rows, found = self._items, self._rows, []
        for start, stop in ranges:
            if not 0 <= start <= stop <= rows:
                raise self._out_of_bounds()
            found.append(items[start:stop].tobytes())
        return found

    def take(self, indices: np.ndarray, mode: Literal["raise", "clip"] = "raise") -> np.ndarray:
        """Return the rows at some indices.

        The size of a row must be a power of two, at most that of a block, so that no row crosses
        a block boundary.

        :param indices: integers[n], in any order.
        :param mode: ``"clip"`` takes the first row for indices below 0, and the last one for
            indices past the end.
        :raises IndexDamagedError: a block of theirs differs from its checksum, an index is out of
            bounds, or the rows have another size.
        """
        if self._good is not None:
            self._check_rows(indices)
        try:
            return self._array.take(indices, axis=0, mode=mode)
        except IndexError as error:
            raise self._out_of_bounds() from error

    def take_blocks(self, indices: np.ndarray, size: int) -> np.ndarray:
        """Return the rows of some blocks of equal size, end to end; of an array of one axis.

        :param indices: integers[n], the numbers of the blocks, in any order.
        :param size: the rows of a block, a power of two; a block has at most 16 KiB. Rows after
            the last full block cannot be read.
        :raises IndexDamagedError: see :meth:`take`.
        """
        if self._good is not None:
            self._check_rows(indices * size)
        blocks = self._array[: self._rows // size * size].reshape(-1, size)
        try:
            return blocks.take(indices, axis=0).reshape(-1)
        except IndexError as error:
            raise self._out_of_bounds() from error

    def find(self, value: int, low: int, high: int) -> int:
        """Return the index of ``value`` among the items ``low`` to ``high - 1``; -1 if absent.

        The array has one axis, and these items ascend.

        :raises IndexDamagedError: a block of theirs differs from its checksum, or they are out of
            bounds.
        """
        if not 0 <= low <= high <= self._rows:
            raise self._out_of_bounds()
        if (good := self._good) is not None and low < high:
            shift = self._index_shift
            if good.find(0, low >> shift, (high - 1 >> shift) + 1) >= 0:
                self._check_bytes(low * self._row_bytes, high * self._row_bytes)
        items = self._items
        index = bisect_left(items, value, low, high)
        return index if index < high and items[index] == value else -1

    def verify(self) -> None:
        """Check every block again, good or not.

        :raises IndexDamagedError: a block differs from its checksum.
        """
        blocks = 0 if self._checksums is None else len(self._checksums)
        if not all(map(self._is_intact, range(blocks))):
            raise self._damaged("is not what was written")

    def _check_bytes(self, start: int, stop: int) -> None:
        """Check the blocks of the bytes ``start`` to ``stop - 1``."""
        good = self._good
        if good is None or start == stop:
            return
        first, end = start >> BLOCK_BITS, block_count(stop)
        if good.find(0, first, end) >= 0:
            self._check(good, [block for block in range(first, end) if not good[block]])

    def _check_rows(self, indices: np.ndarray) -> None:
        """Check the blocks of the rows at some indices."""
        good = self._good
        if good is None:
            return
        if self._row_bytes not in _TAKEN_ROW_BYTES:
            raise self._damaged("has rows that cross block boundaries")
        blocks = indices >> self._index_shift
        are_good = self._is_good.take(blocks, mode="clip")
        if np.count_nonzero(are_good) < len(are_good):
            wanted = np.zeros(len(good), dtype=bool)
            wanted[blocks[are_good == 0].clip(0, len(good) - 1)] = True
            self._check(good, np.flatnonzero(wanted).tolist())

    def _check(self, good: bytearray, blocks: Sequence[int]) -> None:
        """Check some blocks, and mark them as good."""
        for block in range(len(good)) if len(good) <= _FEW_BLOCKS else blocks:
            if not self._is_intact(block):
                raise self._damaged("is not what was written")
            good[block] = 1
        if not self._rest_checked and good.count(1) * _REST_SHARE >= len(good):
            # A damaged block among the others stays unmarked, and is an error when it is read.
            self._rest_checked = True
            for block in np.flatnonzero(self._is_good == 0).tolist():
                good[block] = self._is_intact(block)
        # Searched, not counted: two threads that check one block would count it twice.
        if good.find(0) < 0:
            self._good = None

    def _is_intact(self, block: int) -> bool:
        """Return whether a block matches its checksum."""
        raw = self._raw[block << BLOCK_BITS : (block + 1) << BLOCK_BITS]
        return self._checksums is None or checksum(raw) == self._checksums[block]

    def _out_of_bounds(self) -> IndexDamagedError:
        return self._damaged("is indexed out of bounds")

    def _damaged(self, what: str) -> IndexDamagedError:
        return IndexDamagedError.of(self._where, f"array {self._name!r} {what}")


Arrays = dict[str, np.ndarray]
"""Arrays by name, before they are written."""

StoredArrays = Mapping[str, CheckedArray]
"""The arrays of a file by name."""
