"""Which encodings the articles of a synchronisation were converted from, counted by path."""

from collections import Counter, defaultdict
from collections.abc import Iterator

from danvan_search.reports import Notice


class Conversions:
    """Counts articles whose text was not UTF-8."""

    def __init__(self) -> None:
        self._counts: defaultdict[str, Counter[str]] = defaultdict(Counter)

    def add(self, path: str, encoding: str) -> None:
        """Count an article.

        :param path: the path that was indexed.
        :param encoding: the name of the encoding.
        """
        self._counts[path][encoding] += 1

    def report(self) -> Iterator[Notice]:
        """Yield a notice for each path, with the most frequent encodings first."""
        for path, counts in self._counts.items():
            parts = ", ".join(f"{count:,} from {name}" for name, count in counts.most_common())
            verb = "was" if counts.total() == 1 else "were"
            yield Notice(path, f"{verb} converted: {parts}", counts.total())
