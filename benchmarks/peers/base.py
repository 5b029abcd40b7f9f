"""What an engine must offer to be measured."""

from abc import ABC, abstractmethod
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any, ClassVar, Final, NamedTuple

from benchmarks.corpora import Collection
from benchmarks.sampling import Query

SNIPPET_CHARS: Final = 200
"""How long a snippet is."""

SNIPPET_BYTES: Final = 260
"""How long it is for engines that count bytes: a character of Vietnamese news takes 1.3."""


class Found(NamedTuple):
    """What an engine found.

    :ivar keys: its own names of the documents, best first; ``Engine.number`` reads them.
    :ivar total: how many documents match, if that was asked.
    :ivar shown: what a page of results shows of each of them, as the engine gives it, if snippets
        were asked; ``Engine.shown`` reads it.
    """

    keys: Sequence[Any]
    total: int | None
    shown: Sequence[Any] = ()


class Shown(NamedTuple):
    """What a page of results shows of one document; ``<b>`` and ``</b>`` mark what matched."""

    number: int
    title: str
    snippet: str


class Engine(ABC):
    """An engine with an index of one collection.

    :cvar name: its name in files.
    :cvar title: its name in tables.
    :cvar setup: how it is set up, for the report.
    :cvar edition: which edition of its index ``build`` writes; part of the folder's name, so that
        an index that an earlier ``build`` left in a cache is not taken for a new one.
    """

    name: ClassVar[str]
    title: ClassVar[str]
    setup: ClassVar[str]
    edition: ClassVar[str] = ""

    @staticmethod
    def is_installed() -> bool:
        """Whether it can be measured here; True for all that pip installs with us."""
        return True

    @staticmethod
    @abstractmethod
    def build(collection: Collection, folder: Path) -> None:
        """Build the index in an empty folder."""

    @abstractmethod
    def __init__(self, collection: Collection, folder: Path) -> None:
        """Open the index."""

    @abstractmethod
    def search(
        self, query: Query, *, limit: int = 10, total: bool = False, snippets: bool = False
    ) -> Found:
        """Return the best documents.

        With snippets it reads what a page of results shows of each: number, title and a piece of
        the body of some 200 characters, both as written, and in both what matched.
        """

    def can(self, query: Query, *, total: bool = False, snippets: bool = False) -> bool:
        """Say whether the engine has a counterpart of a search."""
        raise NotImplementedError

    def number(self, key: Any) -> int:  # noqa: ANN401 - each engine has keys of its own
        """Return the number of a document."""
        return int(key)

    def shown(self, item: Any) -> Shown:  # noqa: ANN401
        """Return one of ``Found.shown`` in the form that all engines have in common."""
        raise NotImplementedError


def marked(text: str, spans: Iterable[tuple[int, int]]) -> str:
    """Return a text with marks around spans: (start, end) in characters, ascending, apart."""
    parts, done = [], 0
    for start, end in spans:
        parts += [text[done:start], "<b>", text[start:end], "</b>"]
        done = end
    return "".join((*parts, text[done:]))


def encodable(text: str) -> str:
    """Return a text that can be written in UTF-8: without halves of surrogate pairs."""
    return text.encode("utf-8", "replace").decode()
