"""What a run is about."""

import sys
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

from benchmarks.corpora import Collection


@dataclass(frozen=True)
class Plan:
    """What a run is about.

    :ivar corpora: files of documents; the first one is the one that most tasks are about.
    :ivar relevance: folder of relevance sets, if there is one.
    :ivar cache: where indexes are built.
    :ivar queries: how many queries of each class.
    :ivar limit: how many documents to take of each corpus; None for all.
    """

    corpora: list[Path]
    relevance: Path | None
    cache: Path
    queries: int
    limit: int | None

    @cached_property
    def main(self) -> Collection:
        """The first corpus."""
        return Collection.read(self.corpora[0], self.limit)


def say(text: str) -> None:
    """Tell a person how far the run is."""
    print(text, file=sys.stderr, flush=True)
