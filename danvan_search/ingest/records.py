"""The plain values that pass through this part: a file found, an article read, a thing skipped."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from danvan_search.article import Article

MAX_BYTES: Final = 20_000_000
"""The largest text file, or line of JSON, that is read unless told otherwise; in bytes."""

STANDARD_INPUT: Final = "-"
"""Stands for standard input where a path would stand."""


@dataclass(frozen=True, slots=True)
class SourceFile:
    """A file of a kind that can be read.

    :ivar path: where it is, absolute.
    :ivar name: the path from the root folder's name on, with ``/`` between its parts, in NFC.
    :ivar size: its bytes on disk.
    """

    path: Path
    name: str
    size: int


@dataclass(frozen=True, slots=True)
class Loaded:
    """An article that was read.

    :ivar article: the article.
    :ivar origin: the absolute path of the file it came from; ``-`` for standard input.
    """

    article: Article
    origin: str


@dataclass(frozen=True, slots=True)
class Skipped:
    """Something that was not read, and why. ``str()`` of it is one line for a person.

    :ivar source: what it is: a file's name, or ``name:LINE``.
    :ivar reason: why, and what to do about it; reads on from ``source`` and a colon.
    :ivar origin: the absolute path of the file, or of the folder with all that is in it; ``-``
        for standard input.
    :ivar unreadable: True if (the rest of) the file or folder could not be read, so that nothing is
        known of the articles it holds; False if just this record is missing, or the file is empty.
    """

    source: str
    reason: str
    origin: str
    unreadable: bool

    def __str__(self) -> str:
        """Return the line for a person."""
        return f"{self.source}: {self.reason}"


Record = Loaded | Skipped
Records = Iterator[Record]
Progress = Callable[[int], None]
"""Is told how many bytes of the file on disk have been consumed so far."""
