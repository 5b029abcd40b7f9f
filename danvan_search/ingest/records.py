"""The values that the ingest modules exchange: a file, a loaded article, a skipped part."""

import enum
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from danvan_search.article import Article

MAX_BYTES: Final = 20_000_000
"""The default size limit of a text file or a line of JSON, in bytes."""

WHAT_TO_CHECK: Final = "; check its type, its permissions and its disk"
"""The advice about a file or folder that cannot be read."""

EMPTY: Final = "is empty: write an article into it"
"""The reason to skip a file without an article."""

STANDARD_INPUT: Final = "-"
"""The path that stands for standard input."""


class Cause(enum.StrEnum):
    """Why something was skipped, in one or two words."""

    OTHER_KIND = "other kind"
    NO_PACKAGE = "package missing"
    EMPTY = "empty"
    RECORD = "no article"
    TOO_LARGE = "too large"
    ENCODING = "encoding unknown"
    LOCKED = "locked"
    SCANNED = "no text, only pictures"
    OLD_FORMAT = "old format"
    LIMIT = "over a limit"
    MALFORMED = "malformed"
    REFUSED = "refused"
    DAMAGED = "damaged"
    UNREADABLE = "cannot be read"

    @property
    def is_failure(self) -> bool:
        """Whether an article is missing: False if it is no file of a kind that can be read."""
        return self not in (Cause.OTHER_KIND, Cause.NO_PACKAGE, Cause.EMPTY)


@dataclass(frozen=True, slots=True)
class SourceFile:
    """A file to read.

    :ivar path: its absolute path.
    :ivar name: its path from the root folder, beginning with the name of this folder, with ``/``
        between the parts, in NFC.
    :ivar size: its size on disk, in bytes.
    :ivar any_text: whether a file of an unknown kind is read as plain text, because it was asked
        for by a pattern.
    """

    path: Path
    name: str
    size: int
    any_text: bool = False


@dataclass(frozen=True, slots=True)
class Loaded:
    """An article that was read.

    :ivar article: the article.
    :ivar origin: the absolute path of its file; ``-`` for standard input.
    :ivar notices: what people should know of how it was read, one sentence each; the sentence
        continues the name of the file and a colon.
    :ivar encoding: the encoding of its text.
    """

    article: Article
    origin: str
    notices: tuple[str, ...] = ()
    encoding: str = "UTF-8"

    @property
    def converted_from(self) -> str:
        """The encoding of its text, if it is not UTF-8; else ""."""
        return "" if self.encoding == "UTF-8" else self.encoding


@dataclass(frozen=True, slots=True)
class Skipped:
    """A file, folder or record that was skipped. ``str()`` gives one line for people.

    :ivar source: the name of the file or folder, or ``name:RECORD``.
    :ivar reason: why it was skipped, and what to do; it continues ``source`` and a colon.
    :ivar origin: the absolute path of the file or folder; ``-`` for standard input.
    :ivar unreadable: True if the file or folder, or the rest of it, could not be read, so its
        articles are unknown; False if only this record was skipped, or the file is empty.
    :ivar cause: the reason in one or two words, for counts.
    :ivar install: the command that installs the package that is missing; "" for other causes.
    :ivar part: the name of the part of the file that was skipped, such as a file in an archive;
        ``unreadable`` is about this part then. "" for the file.
    """

    source: str
    reason: str
    origin: str
    unreadable: bool
    cause: Cause = Cause.UNREADABLE
    install: str = ""
    part: str = ""

    def __str__(self) -> str:
        """Return the line for people."""
        return f"{self.source}: {self.reason}"


Record = Loaded | Skipped
Records = Iterator[Record]
OnBytes = Callable[[int], None]
"""Called with the number of bytes of the file on disk that have been read so far."""
