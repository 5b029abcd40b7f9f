"""The values that the ingest modules exchange: a file, a loaded article, a skipped part."""

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


@dataclass(frozen=True, slots=True)
class SourceFile:
    """A file in a known format.

    :ivar path: its absolute path.
    :ivar name: its path from the root folder, beginning with the name of this folder, with ``/``
        between the parts, in NFC.
    :ivar size: its size on disk, in bytes.
    """

    path: Path
    name: str
    size: int


@dataclass(frozen=True, slots=True)
class Loaded:
    """An article that was read.

    :ivar article: the article.
    :ivar origin: the absolute path of its file; ``-`` for standard input.
    """

    article: Article
    origin: str


@dataclass(frozen=True, slots=True)
class Skipped:
    """A file, folder or line that was skipped. ``str()`` gives one line for people.

    :ivar source: the name of the file or folder, or ``name:LINE``.
    :ivar reason: why it was skipped, and what to do; it continues ``source`` and a colon.
    :ivar origin: the absolute path of the file or folder; ``-`` for standard input.
    :ivar unreadable: True if the file or folder, or the rest of it, could not be read, so its
        articles are unknown; False if only this line was skipped, or the file is empty.
    """

    source: str
    reason: str
    origin: str
    unreadable: bool

    def __str__(self) -> str:
        """Return the line for people."""
        return f"{self.source}: {self.reason}"


Record = Loaded | Skipped
Records = Iterator[Record]
OnBytes = Callable[[int], None]
"""Called with the number of bytes of the file on disk that have been read so far."""
