"""The names of files, which are the ids of their articles: once given, a name stays.

A name is a path from a folder that was indexed, beginning with the name of that folder. The index
shows which names were given, so what was indexed between two runs changes no name:

- A file that the index knows keeps its name.
- Another file in a folder that was indexed before gets its name from that folder; of nested ones,
  from the innermost.
- Any other file gets its name from the folder that is indexed now; of nested ones, from the
  outermost. If another folder that exists has the same first part, as many parents are added as are
  needed: ``reports/a.txt`` and ``2024/reports/a.txt``.
- A file that is indexed alone gets its name from its own folder, which does not count as indexed.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

from danvan_search.ingest import printable
from danvan_search.store import IndexedArticle


@dataclass(frozen=True, slots=True)
class Place:
    """What a file is called.

    :ivar name: its name.
    :ivar root: the folder that was indexed, as a path; "" for a file that was indexed alone.
    """

    name: str
    root: str


class Names:
    """The names that an index has given, and those that it will give.

    :param known: the articles of the index.
    """

    def __init__(self, known: Iterable[IndexedArticle]) -> None:
        self._names: dict[str, str] = {}
        self._roots: dict[str, str] = {}
        self._prefixes: dict[Path, str] = {}
        self._exists: dict[Path, bool] = {}
        bases: dict[str, str] = {}
        for article in known:
            origin = article.origin
            if not origin or origin in self._names:
                continue
            if origin not in bases:
                bases[origin] = printable([Path(origin).name])
                self._roots[origin] = article.root
            if name := _name_in(article.id, bases[origin]):
                self._names[origin] = name
                self._learn_prefix(Path(origin), name)
        self._folders = {Path(root) for root in self._roots.values() if root}
        # The ids of records do not show the names of their files.
        for origin in self._roots:
            self._prefix(self._folder_of(Path(origin)))

    def place(self, path: Path, folders: Sequence[Path]) -> Place:
        """Return what a file is called.

        :param path: its absolute path.
        :param folders: the folders that are indexed now.
        """
        origin = str(path)
        if origin not in self._roots:
            before = [folder for folder in self._folders if path.is_relative_to(folder)]
            now = [folder for folder in folders if path.is_relative_to(folder)]
            if before:
                self._roots[origin] = str(max(before, key=lambda folder: len(folder.parts)))
            elif now:
                self._roots[origin] = str(min(now, key=lambda folder: len(folder.parts)))
            else:
                self._roots[origin] = ""
        if origin not in self._names:
            folder = self._folder_of(path)
            rest = printable(path.relative_to(folder).parts)
            self._names[origin] = _joined(self._prefix(folder), rest)
        return Place(self._names[origin], self._roots[origin])

    def _folder_of(self, path: Path) -> Path:
        """Return the folder with which the name of a file begins."""
        root = Path(self._roots[str(path)] or path.parent)
        return root if path.is_relative_to(root) else path.parent

    def _prefix(self, folder: Path) -> str:
        """Return what the names in a folder begin with."""
        if folder not in self._prefixes:
            self._prefixes[folder] = self._new_prefix(folder)
        return self._prefixes[folder]

    def _learn_prefix(self, path: Path, name: str) -> None:
        """Note what the names in a folder begin with, from that of one file."""
        folder = self._folder_of(path)
        if folder in self._prefixes:
            return
        rest = printable(path.relative_to(folder).parts)
        if name == rest or name.endswith(f"/{rest}"):
            self._prefixes[folder] = name[: -len(rest)].removesuffix("/")

    def _new_prefix(self, folder: Path) -> str:
        """Return the first part of the names in a folder: with as few parents as tell it apart."""
        parts = [part for part in folder.parts if part != folder.anchor]
        prefix = ""
        for count in range(1, len(parts) + 1):
            prefix = printable(parts[-count:])
            if self._is_free(prefix, folder):
                return prefix
        number = 2
        while not self._is_free(f"{prefix}-{number}", folder):
            number += 1
        return f"{prefix}-{number}" if parts else ""

    def _is_free(self, prefix: str, folder: Path) -> bool:
        """Return whether no other folder that exists has names that begin with a prefix."""
        return not any(
            other != folder and _overlap(prefix, taken) and self._is_folder(other)
            for other, taken in self._prefixes.items()
        )

    def _is_folder(self, path: Path) -> bool:
        if path not in self._exists:
            self._exists[path] = path.is_dir()
        return self._exists[path]


def _name_in(article_id: str, base: str) -> str:
    """Return the name of a file at the start of an id; "" if the id does not begin with one.

    :param base: the last part of the name.
    """
    if article_id == base:
        return base
    start = article_id.find(f"/{base}")
    while start >= 0:
        end = start + 1 + len(base)
        if end == len(article_id) or article_id[end] == "#":
            return article_id[:end]
        start = article_id.find(f"/{base}", start + 1)
    return ""


def _overlap(first: str, second: str) -> bool:
    """Return whether one of two paths is the other, or contains it."""
    return f"{first}/".startswith(f"{second}/") or f"{second}/".startswith(f"{first}/")


def _joined(prefix: str, rest: str) -> str:
    return f"{prefix}/{rest}" if prefix else rest
