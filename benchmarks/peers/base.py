"""What an engine must offer to be measured."""

from abc import ABC, abstractmethod
from collections.abc import Sequence
from pathlib import Path
from typing import Any, ClassVar, NamedTuple

from benchmarks.corpora import Collection
from benchmarks.sampling import Query


class Found(NamedTuple):
    """What an engine found.

    :ivar keys: its own names of the documents, best first; ``Engine.number`` reads them.
    :ivar total: how many documents match, if that was asked.
    """

    keys: Sequence[Any]
    total: int | None


class Engine(ABC):
    """An engine with an index of one collection.

    :cvar name: its name in files.
    :cvar title: its name in tables.
    :cvar setup: how it is set up, for the report.
    """

    name: ClassVar[str]
    title: ClassVar[str]
    setup: ClassVar[str]

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
        """Return the best documents."""

    def can(self, query: Query, *, total: bool = False, snippets: bool = False) -> bool:
        """Say whether the engine has a counterpart of a search."""
        raise NotImplementedError

    def number(self, key: Any) -> int:  # noqa: ANN401 - each engine has keys of its own
        """Return the number of a document."""
        return int(key)
