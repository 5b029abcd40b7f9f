"""The corruption guard: turns exceptions that corrupt values cause into ``IndexDamagedError``.

Checksums reveal bytes that changed by accident. A forged index has checksums that fit, but may hold
offsets out of range, or bytes that decode to no text. Reading such values stays within bounds, but
may raise any exception of ``SUSPECT``, long after the bytes were read. So may a bug. To tell the
two apart, the guard checks the values of the index when such an exception leaves the guarded code:
if it finds an impossible value, it raises ``IndexDamagedError`` instead; if not, the exception
passes unchanged. A lack of memory proves nothing about the data: ``MemoryError`` is never caught.
"""

from collections.abc import Callable
from pathlib import Path
from types import TracebackType
from typing import Final, TypeVar

from zstandard import ZstdError

from danvan_search.errors import DanvanError, IndexDamagedError

SUSPECT: Final = (
    ArithmeticError,
    AttributeError,
    LookupError,
    RecursionError,
    TypeError,
    ValueError,  # includes the errors of decoding and of JSON
    ZstdError,
)
"""The exceptions that reading corrupt values may raise."""

Value = TypeVar("Value")


def describe(error: BaseException) -> str:
    """Return type and message of an exception in one line of at most 200 characters."""
    return " ".join(f"{type(error).__name__}: {error}".split())[:200]


class CorruptionGuard:
    """Guards code that reads an index; a reentrant, thread-safe context manager.

    :param path: the folder of the index, for the error.
    :param check: checks all values that the guarded code reads; raises
        :class:`~danvan_search.IndexDamagedError`, or any of ``SUSPECT``, if one is impossible.
    :raises IndexDamagedError: in place of an exception of ``SUSPECT``, if the check fails.
    """

    __slots__ = ("_check", "_path")

    def __init__(self, path: Path, check: Callable[[], None]) -> None:
        self._path = path
        self._check = check

    def call(self, read: Callable[..., Value], *args: object) -> Value:
        """Call a function under the guard; cheaper than ``with``."""
        try:
            return read(*args)
        except SUSPECT as error:
            self._explain(error)
            raise

    def __enter__(self) -> None:
        """Enter the guarded code."""

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        if isinstance(error, SUSPECT):
            self._explain(error)

    def _explain(self, error: Exception) -> None:
        """Raise ``IndexDamagedError`` if a value of the index is impossible."""
        if isinstance(error, DanvanError):
            return
        try:
            self._check()
        except IndexDamagedError as damage:
            raise damage from error
        except SUSPECT:
            raise IndexDamagedError.of(f"the index at {self._path}", describe(error)) from error
