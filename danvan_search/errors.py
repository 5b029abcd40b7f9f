"""The errors that danvan-search raises for its users to catch.

Each message is one sentence or two for a person: what is wrong, and what to do next::

    DanvanError
     ├── ArticleError          an article, or an article file, cannot be used
     ├── QueryError            a query cannot be understood; .position points at the character
     ├── OptionError           an option has a value that makes no sense
     └── StoreError            something about the index
          ├── IndexNotFoundError    there is none at that place
          ├── IndexExistsError      there is one already, or something else
          ├── IndexFormatError      it was written by another version, or is not ours
          ├── IndexLockedError      another process is writing to it
          ├── IndexDamagedError     its bytes are not those that were written
          ├── IndexStorageError     the disk, a permission or a missing file stood in the way
          └── BackupError           a backup cannot be written, or cannot be used
"""

from typing import Final, Self

REBUILD: Final = "rebuild the index with `dvsearch index --rebuild FOLDER`"
"""What to do about an index that this version cannot read: the end of many a message."""

RESCUE: Final = f"save what is whole with `dvsearch repair`, or {REBUILD}"
"""What to do about an index that is damaged."""


class DanvanError(Exception):
    """The root of all errors of danvan-search."""


class ArticleError(DanvanError):
    """An article, or a file of articles, cannot be used."""


class OptionError(DanvanError, ValueError):
    """An option has a value that makes no sense."""


class QueryError(DanvanError):
    """A query cannot be understood.

    :ivar query: the query as typed.
    :ivar position: the index of the character at fault in ``query``; None where it is all of it.
    """

    def __init__(self, message: str, query: str = "", position: int | None = None) -> None:
        super().__init__(message)
        self.query = query
        self.position = position


class StoreError(DanvanError):
    """Something about the index; the kinds below say what."""


class IndexNotFoundError(StoreError):
    """There is no index at that place."""


class IndexExistsError(StoreError):
    """There is an index at that place already, or files that are not an index."""


class IndexFormatError(StoreError):
    """The index was written in another format, or is not one of ours."""


class IndexLockedError(StoreError):
    """Another writer is at work on the index."""


class IndexDamagedError(StoreError):
    """The bytes of the index are not those that were written: repair it, or build it again.

    :ivar where: the file, or the folder of the index.
    :ivar problem: what is wrong with it, in a few words.
    """

    def __init__(self, message: str, where: str = "", problem: str = "") -> None:
        super().__init__(message)
        self.where = where
        self.problem = problem or message

    @classmethod
    def of(cls, where: object, problem: str) -> Self:
        """Return the error for a file, or for an index."""
        return cls(f"{where} is damaged ({problem}): {RESCUE}", str(where), problem)


class IndexStorageError(StoreError):
    """The disk, a permission or a missing file stood in the way."""


class BackupError(StoreError):
    """A backup cannot be written, or cannot be used."""
