"""What a synchronisation did not read, counted by cause and kind."""

from collections import Counter
from collections.abc import Mapping
from pathlib import Path

from danvan_search.ingest import STANDARD_INPUT, Cause, Skipped, describe_formats, kind_of
from danvan_search.reports import NotRead


class Unread:
    """Counts what was not read."""

    def __init__(self) -> None:
        self._counts: Counter[tuple[Cause, str, str]] = Counter()

    def add(self, skipped: Skipped) -> None:
        """Count a file, folder or record that was skipped."""
        self._counts[skipped.cause, _kind(skipped), skipped.install] += 1

    def add_others(self, kinds: Mapping[str, int]) -> None:
        """Count the files of other kinds in a folder."""
        for kind, count in kinds.items():
            self._counts[Cause.OTHER_KIND, kind, ""] += count

    def report(self) -> tuple[NotRead, ...]:
        """Return the counts by cause, those of the most files first."""
        order = list(Cause)
        counted = sorted(
            self._counts.items(), key=lambda item: (order.index(item[0][0]), -item[1], item[0])
        )
        return tuple(
            NotRead(str(cause), kind, count, install) for (cause, kind, install), count in counted
        )


def nothing_in(path: Path, others: Mapping[str, int], indexed: int) -> str:
    """Return the error about a path without a file to read.

    :param path: the path.
    :param others: the number of files of each other kind in it.
    :param indexed: the number of articles from it in the index.
    """
    kinds = ", ".join(f"{kind} {count:,}" for kind, count in sorted(others.items()))
    but = f", but {kinds}" if kinds else ""
    stay = f"; its {indexed:,} articles stay in the index" if indexed else ""
    formats = describe_formats()
    return f"there is nothing to index in {path}: it holds no {formats} file{but}{stay}"


def _kind(skipped: Skipped) -> str:
    if skipped.part:
        return kind_of(skipped.part.rpartition("#")[2].rpartition("/")[2])
    origin = skipped.origin
    if origin == STANDARD_INPUT:
        return "standard input"
    path = Path(origin)
    return "folder" if path.is_dir() else kind_of(path.name)
