"""The parameters of a run."""

import sys
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

from benchmarks.corpora import Collection


@dataclass(frozen=True)
class Plan:
    """The parameters of a run.

    :ivar corpora: files of documents; most tasks use the first one only.
    :ivar relevance: the folder of relevance sets; None to skip the task ``relevance``.
    :ivar cache: the folder in which indexes are built and reused.
    :ivar queries: the number of queries per class.
    :ivar limit: the number of documents per corpus; None for all.
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
    """Print progress on stderr."""
    print(text, file=sys.stderr, flush=True)
