"""What goes wrong when an index says what no writer wrote, turned into one error.

Checksums tell what was altered by accident. Somebody who makes an index on purpose can make them
fit, and have numbers lead nowhere, texts be no text and records no records. Whatever is read is in
bounds all the same: NumPy and memory views see to that, and so does ``BlockArray``. What they raise
is none of the caller's business, so it is turned into :class:`~danvan_search.IndexDamagedError`
here, for all ways of reading an index.
"""

from collections.abc import Callable
from pathlib import Path
from types import TracebackType
from typing import Final, TypeVar

from zstandard import ZstdError

from danvan_search.errors import DanvanError, IndexDamagedError

MISREAD: Final = (
    ArithmeticError,
    AttributeError,
    LookupError,
    MemoryError,
    RecursionError,
    TypeError,
    ValueError,  # of decoding and of JSON, too
    ZstdError,
)
"""What reading raises when it meets values that no writer wrote."""

Value = TypeVar("Value")


class reading:  # noqa: N801 - a context manager, used like a function
    """Turns what reading an index may raise into an error for people.

    A class, and no generator: every part of every hit is read through it.

    :param path: the folder of the index, or the file.
    :raises IndexDamagedError: in place of what comes of values that no index has.
    """

    __slots__ = ("_path",)

    def __init__(self, path: Path) -> None:
        self._path = path

    def call(self, read: Callable[..., Value], *args: object) -> Value:
        """Return what a function returns; the same, in less time than ``with`` takes."""
        try:
            return read(*args)
        except MISREAD as error:
            self.__exit__(type(error), error, error.__traceback__)
            raise

    def __enter__(self) -> None:
        """Begin to read."""

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        if isinstance(error, MISREAD) and not isinstance(error, DanvanError):
            what = " ".join(f"{type(error).__name__}: {error}".split())[:200]
            raise IndexDamagedError.of(f"the index at {self._path}", what) from error
