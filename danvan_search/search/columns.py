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
    :param first_alone: whether the first row that is asked for is read alone.
    """

    __slots__ = ("_first_alone", "_owner", "_read", "_together")

    def __init__(
        self, owner: Owner, read: Read[Value], together: int, *, first_alone: bool
    ) -> None:
        self._owner, self._read, self._together = owner, read, together
        self._first_alone = first_alone

    def __missing__(self, row: int) -> Value:
        owner = self._owner
        first = row - row % self._together
        rows = range(first, min(first + self._together, len(owner)))
        if self._first_alone and not self:
            rows = range(row, row + 1)
        try:
            values = owner.guard.call(self._read, owner, rows)
        except IndexDamagedError:
            if len(rows) == 1:
                raise
            rows = range(row, row + 1)
            values = owner.guard.call(self._read, owner, rows)
        self.update(zip(rows, values, strict=True))
        return values[row - rows.start]


Column = list[Value] | LazyColumn[Value]


class ColumnOf(Generic[Value]):
    """A column as an attribute of its owner; see :func:`column`."""

    def __init__(self, read: Read[Value], together: int | None, *, first_alone: bool) -> None:
        self._read, self._together, self._first_alone = read, together, first_alone
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
        made: Column[Value]
        if self._together is None:
            try:
                made = owner.guard.call(self._read, owner, range(len(owner)))
            except IndexDamagedError:
                made = LazyColumn(owner, self._read, 1, first_alone=False)
        else:
            made = LazyColumn(owner, self._read, self._together, first_alone=self._first_alone)
        owner.__dict__[self._name] = made
        return made


def column(
    *, together: int | None = None, first_alone: bool = False
) -> Callable[[Read[Value]], ColumnOf[Value]]:
    """Make a column of a method that takes some rows, and returns their values.

    :param together: so many neighbours are read together; None for all rows.
    :param first_alone: whether the first row that is asked for is read alone, as it may be the only
        one.
    """
    return lambda read: ColumnOf(read, together, first_alone=first_alone)
