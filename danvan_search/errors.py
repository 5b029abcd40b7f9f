"""The exceptions of danvan-search.

Each message is one or two sentences for people: what is wrong, and what to do next. ``code`` tells
programs what kind of error it is::

    DanvanError
     ├── ArticleError          an article, or an article file, cannot be used
     ├── QueryError            a query cannot be understood; .position points at the character
     ├── QueryTimeoutError     a search took longer than its time limit
     ├── OptionError           an option has an invalid value, or a path is none
     ├── DecodingError         the encoding of bytes cannot be told
     ├── ArgumentTypeError     an argument is of the wrong type
     └── StoreError            an index, or a backup of one, cannot be used
          ├── IndexNotFoundError    there is no index at the path
          ├── IndexExistsError      an index, or something else, exists at the path
          ├── IndexFormatError      the format is that of another version, or is unknown
          ├── IndexLockedError      another process is writing to the index
          ├── IndexDamagedError     a checksum or a structure of the index is wrong
          ├── IndexStorageError     a file of the index cannot be read or written
          ├── BackupError           a backup cannot be written or used
          ├── StoreUnavailableError a cluster does not answer, or not with all of its shards
          ├── PartialWriteError     a cluster refused some of the articles; .failures has them
          ├── ConflictError         another writer changed the same articles; .ids has them
          └── UnsupportedError      the store of the articles cannot do this
"""

from collections import abc
from typing import ClassVar, Final, Self

REBUILD: Final = "rebuild the index with `dvsearch index --rebuild FOLDER`"
"""The advice of messages about an index that this version cannot read."""

CARRY_OVER: Final = (
    "carry its articles over with `dvsearch repair`, or read the folders anew with "
    "`dvsearch index --rebuild FOLDER`"
)
"""The advice of messages about an index that this version can only read to carry it over."""

RESCUE: Final = f"repair the index with `dvsearch repair`, or {REBUILD}"
"""The advice of messages about a damaged index."""


class DanvanError(Exception):
    """The base class of all errors of danvan-search.

    :cvar code: what kind of error it is, for programs; each class has its own, which stays.
    """

    code: ClassVar[str] = "error"


class ArticleError(DanvanError):
    """An article, or a file of articles, cannot be used."""

    code: ClassVar[str] = "article-invalid"


class OptionError(DanvanError, ValueError):
    """An option has an invalid value, or no file can have a path: it is empty, for example."""

    code: ClassVar[str] = "option-invalid"


class ArgumentTypeError(DanvanError, TypeError):
    """An argument is of the wrong type."""

    code: ClassVar[str] = "argument-type"


class DecodingError(DanvanError, ValueError):
    """The encoding of bytes cannot be told."""

    code: ClassVar[str] = "encoding-unknown"


class QueryError(DanvanError):
    """A query cannot be understood.

    :ivar query: the query as typed.
    :ivar position: the offset of the wrong character in ``query``; None if the error concerns the
        whole query.
    """

    code: ClassVar[str] = "query-syntax"

    def __init__(self, message: str, query: str = "", position: int | None = None) -> None:
        super().__init__(message)
        self.query = query
        self.position = position


class QueryTimeoutError(DanvanError):
    """A search took longer than its time limit."""

    code: ClassVar[str] = "query-timeout"


class StoreError(DanvanError):
    """An index, or a backup of one, cannot be used; the subclasses say why."""

    code: ClassVar[str] = "index-unusable"


class IndexNotFoundError(StoreError):
    """There is no index at the path."""

    code: ClassVar[str] = "index-missing"


class IndexExistsError(StoreError):
    """The path exists already: as an index, or as something else."""

    code: ClassVar[str] = "index-exists"


class IndexFormatError(StoreError):
    """The index has the format of another version, or an unknown one."""

    code: ClassVar[str] = "index-format"


class IndexLockedError(StoreError):
    """Another process, or thread, is writing to the index."""

    code: ClassVar[str] = "index-locked"


class IndexDamagedError(StoreError):
    """The content of an index is not what was written: repair or rebuild the index.

    :ivar where: the damaged file, or the folder of the index.
    :ivar problem: the damage, in a few words.
    """

    code: ClassVar[str] = "index-damaged"

    def __init__(self, message: str, where: str = "", problem: str = "") -> None:
        super().__init__(message)
        self.where = where
        self.problem = problem or message

    @classmethod
    def of(cls, where: object, problem: str) -> Self:
        """Return the error for a damaged file or index."""
        return cls(f"{where} is damaged ({problem}): {RESCUE}", str(where), problem)


class IndexStorageError(StoreError):
    """A file of the index cannot be read or written: disk full, no permission, file missing."""

    code: ClassVar[str] = "index-storage"


class BackupError(StoreError):
    """A backup cannot be written or used."""

    code: ClassVar[str] = "backup-unusable"


class StoreUnavailableError(StoreError):
    """A cluster does not answer, is overloaded, or lacks some of its shards: try again."""

    code: ClassVar[str] = "store-unavailable"


class PartialWriteError(StoreError):
    """A store refused some articles, and has written the others.

    :ivar failures: the reason of each refusal, by the id of the article.
    """

    code: ClassVar[str] = "write-partial"

    def __init__(self, message: str, failures: abc.Mapping[str, str] | None = None) -> None:
        super().__init__(message)
        self.failures: abc.Mapping[str, str] = failures or {}


class ConflictError(StoreError):
    """Another writer changed articles at the same time; what it wrote is kept.

    :ivar ids: the ids of these articles.
    """

    code: ClassVar[str] = "write-conflict"

    def __init__(self, message: str, ids: abc.Sequence[str] = ()) -> None:
        super().__init__(message)
        self.ids = tuple(ids)


class UnsupportedError(StoreError):
    """The store cannot do what was asked for; the message says what does it instead."""

    code: ClassVar[str] = "store-unsupported"
