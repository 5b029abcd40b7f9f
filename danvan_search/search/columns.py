"""Columns that are read at the first access, for several rows together."""

from collections.abc import Callable, Sequence
from typing import Any, Generic, Protocol, Self, TypeVar, overload

from danvan_search.errors import IndexDamagedError
from danvan_search.index.codec.corruption import CorruptionGuard

Value = TypeVar("Value")

Read = Callable[[Any, Sequence[int]], list[Value]]
"""Takes the owner of a column and some rows: returns their values."""


class Owner(Protocol):
    """What has columns: its length is the number of rows."""

    guard: CorruptionGuard

    def __len__(self) -> int: ...


class LazyColumn(dict[int, Value]):
    """The values that were read, by row. A row that is missing is read with its neighbours.

    Safe to share among threads: two that read the same row at once find equal values. Where one
    row of many is damaged, the others are read one by one.

    :param owner: the owner of the column.
    :param read: reads some rows.
    :param together: so many neighbours are read together.
    """

    __slots__ = ("_owner", "_read", "_together")

    def __init__(self, owner: Owner, read: Read[Value], together: int) -> None:
        self._owner, self._read, self._together = owner, read, together

    def __missing__(self, row: int) -> Value:
        owner = self._owner
        if self._together == 1:
            (value,) = owner.guard.call(self._read, owner, (row,))
            self[row] = value
            return value
        first = row - row % self._together
        rows = range(first, min(first + self._together, len(owner)))
        try:
            values = owner.guard.call(self._read, owner, rows)
        except IndexDamagedError:
            rows = range(row, row + 1)
            values = owner.guard.call(self._read, owner, rows)
        self.update(zip(rows, values, strict=True))
        return values[row - rows.start]


Column = list[Value] | LazyColumn[Value]


class ColumnOf(Generic[Value]):
    """A column as an attribute of its owner; see :func:`column`."""

    def __init__(self, read: Read[Value], together: int | None) -> None:
        self._read, self._together = read, together
        self.__doc__ = read.__doc__

    def __set_name__(self, kind: type, name: str) -> None:
        self._name = name

    @overload
    def __get__(self, owner: None, kind: type) -> Self: ...
    @overload
    def __get__(self, owner: Owner, kind: type) -> Column[Value]: ...
    def __get__(self, owner: Owner | None, kind: type) -> Self | Column[Value]:
        if owner is None:
            return self
        count, together = len(owner), self._together
        made: Column[Value]
        if together is not None and (together == 1 or count > together):
            made = LazyColumn(owner, self._read, together)
        else:
            try:
                made = owner.guard.call(self._read, owner, range(count))
            except IndexDamagedError:
                made = LazyColumn(owner, self._read, 1)
        owner.__dict__[self._name] = made
        return made


def column(*, together: int | None = None) -> Callable[[Read[Value]], ColumnOf[Value]]:
    """Make a column of a method that takes some rows, and returns their values.

    :param together: so many neighbours are read together; None for all rows.
    """
    return lambda read: ColumnOf(read, together)
