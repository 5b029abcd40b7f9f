"""Which files of a folder are wanted: patterns of names."""

import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from fnmatch import fnmatchcase


@dataclass(frozen=True, slots=True)
class Selection:
    """Patterns of names with ``*``, ``?`` and ``[…]``, compared regardless of case.

    A pattern with a ``/`` is compared with the path of a file below the folder that is indexed, any
    other with each part of this path: ``drafts`` is every folder or file of this name.

    :ivar include: if there are any, only files that one of them matches are wanted, whatever their
        kind.
    :ivar exclude: files and folders that one of them matches are not wanted.
    """

    include: Sequence[str] = ()
    exclude: Sequence[str] = ()

    def asks_for(self, path: str) -> bool:
        """Return whether a pattern asks for a file.

        :param path: its path below the folder that is indexed.
        """
        return any(_matches(path, pattern) for pattern in self.include)

    def refuses(self, path: str) -> bool:
        """Return whether a pattern excludes a file or a folder, but not a folder above it."""
        return any(_matches(path, pattern) for pattern in self.exclude)

    def wants(self, path: str) -> bool:
        """Return whether to read a file whose folders are not excluded."""
        return not self.refuses(path) and (not self.include or self.asks_for(path))


def _matches(path: str, pattern: str) -> bool:
    path, pattern = _plain(path), _plain(pattern).removeprefix("./").strip("/")
    parts = [path] if "/" in pattern else path.split("/")
    return any(fnmatchcase(part, pattern) for part in parts)


def _plain(text: str) -> str:
    return unicodedata.normalize("NFC", text).casefold()
