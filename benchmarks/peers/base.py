"""The interface of an engine, and its results."""

from abc import ABC, abstractmethod
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any, ClassVar, Final, NamedTuple

from benchmarks.corpora import Collection
from benchmarks.sampling import Query

SNIPPET_CHARS: Final = 200
"""The length of a snippet, in characters."""

SNIPPET_BYTES: Final = 260
"""The length for engines that count bytes: a character of Vietnamese news takes 1.3 bytes."""


class Found(NamedTuple):
    """The result of a search.

    :ivar keys: the engine's own keys of the documents, best first; ``Engine.number`` converts them.
    :ivar total: the number of matching documents; None if unknown.
    :ivar shown: with snippets, one value of the engine's own type per document;
        ``Engine.shown`` converts it.
    """

    keys: Sequence[Any]
    total: int | None
    shown: Sequence[Any] = ()


class Shown(NamedTuple):
    """One document on a page of results; ``<b>`` and ``</b>`` mark matches."""

    number: int
    title: str
    snippet: str


class Engine(ABC):
    """An engine with an index of one collection.

    :cvar name: its name in files.
    :cvar title: its name in tables.
    :cvar setup: its set-up, for the report.
    :cvar edition: the edition of the index that ``build`` writes. It is part of the folder's name,
        so that an index of an earlier ``build`` in a cache is not reused.
    """

    name: ClassVar[str]
    title: ClassVar[str]
    setup: ClassVar[str]
    edition: ClassVar[str] = ""

    @staticmethod
    def is_installed() -> bool:
        """Whether the engine is installed; True for engines of the extra ``bench``."""
        return True

    @classmethod
    @abstractmethod
    def build(cls, collection: Collection, folder: Path) -> None:
        """Build the index in an empty folder."""

    @abstractmethod
    def __init__(self, collection: Collection, folder: Path) -> None:
        """Open the index."""

    @abstractmethod
    def search(
        self, query: Query, *, limit: int = 10, total: bool = False, snippets: bool = False
    ) -> Found:
        """Return the best documents.

        :param limit: the maximum number of documents.
        :param total: also count the matching documents.
        :param snippets: also read for each document its number, its title and a snippet of some 200
            characters of its body, both as written and with marks.
        """

    def can(self, query: Query, *, total: bool = False, snippets: bool = False) -> bool:
        """Return whether the engine supports a search."""
        raise NotImplementedError

    def number(self, key: Any) -> int:  # noqa: ANN401 - each engine has keys of its own
        """Convert an item of ``Found.keys`` to a document number."""
        return int(key)

    def shown(self, item: Any) -> Shown:  # noqa: ANN401
        """Convert an item of ``Found.shown``."""
        raise NotImplementedError


def marked(text: str, spans: Iterable[tuple[int, int]]) -> str:
    """Return a text with marks around spans: (start, end) offsets, ascending, not overlapping."""
    parts, done = [], 0
    for start, end in spans:
        parts += [text[done:start], "<b>", text[start:end], "</b>"]
        done = end
    return "".join((*parts, text[done:]))


def encodable(text: str) -> str:
    """Return a text that UTF-8 can encode: lone surrogates become question marks."""
    return text.encode("utf-8", "replace").decode()
