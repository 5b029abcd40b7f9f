"""Maps exceptions that corrupt index data causes to :class:`~danvan_search.IndexDamagedError`.

Checksums reveal bytes that changed by accident. Somebody who forges an index can make them fit, with
offsets that lead nowhere, or text that is no text. Reading such values stays within bounds, but may
raise any of ``SUSPECT``, long after the bytes were read. So may a bug. To tell the two apart, the
values of the index are checked when such an exception comes out of the engine: if the check finds
an impossible value the exception becomes ``IndexDamagedError``; if not, it passes unchanged. A lack
of memory proves nothing about the data, so ``MemoryError`` is never caught.
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
    ValueError,  # of decoding and of JSON, too
    ZstdError,
)
"""What reading corrupt values may raise."""

Value = TypeVar("Value")


def describe(error: BaseException) -> str:
    """Return an exception in one short line."""
    return " ".join(f"{type(error).__name__}: {error}".split())[:200]


class CorruptionGuard:
    """Guards code that reads an index; a context manager, to be entered by many threads at once.

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
        """Return what a function returns; costs less than ``with``."""
        try:
            return read(*args)
        except SUSPECT as error:
            self._explain(error)
            raise

    def __enter__(self) -> None:
        """Begin to read."""

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        if isinstance(error, SUSPECT):
            self._explain(error)

    def _explain(self, error: Exception) -> None:
        """Raise ``IndexDamagedError`` if the values of the index explain an exception."""
        if isinstance(error, DanvanError):
            return
        try:
            self._check()
        except IndexDamagedError as damage:
            raise damage from error
        except SUSPECT:
            raise IndexDamagedError.of(f"the index at {self._path}", describe(error)) from error
