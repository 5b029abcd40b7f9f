"""The file formats: one table of readers, in the order in which they are asked.

A package may add readers of its own under the entry point group ``danvan_search.readers``; they are
asked before those of the table.
"""

import functools
import importlib.util
import logging
from collections.abc import Collection, Iterable
from operator import itemgetter
from typing import Final

from danvan_search.ingest.compressed import COMPRESSIONS
from danvan_search.ingest.document_formats import (
    DOCX,
    EPUB,
    ODT,
    OFFICE97,
    PDF,
    PPTX,
    RTF,
    SHEETS,
)
from danvan_search.ingest.html_file import HTML
from danvan_search.ingest.json_file import JSON
from danvan_search.ingest.jsonlines import JSON_LINES
from danvan_search.ingest.mail import MAIL
from danvan_search.ingest.markdown import MARKDOWN
from danvan_search.ingest.markup import ORG, RST
from danvan_search.ingest.mbox import MBOX
from danvan_search.ingest.mhtml import MHTML
from danvan_search.ingest.reader import Reader, matches_none
from danvan_search.ingest.subtitles import SUBTITLES
from danvan_search.ingest.table import TABLE
from danvan_search.ingest.textfile import PLAIN_TEXT
from danvan_search.ingest.xml_file import XML
from danvan_search.ingest.zip_file import ZIP

READERS: Final[tuple[Reader, ...]] = (
    PLAIN_TEXT,
    MARKDOWN,
    RST,
    ORG,
    MAIL,
    MBOX,
    MHTML,
    HTML,
    TABLE,
    JSON,
    JSON_LINES,
    SUBTITLES,
    XML,
    DOCX,
    SHEETS,
    ODT,
    EPUB,
    PPTX,
    ZIP,
    PDF,
    OFFICE97,
    RTF,
)
"""The readers that are always there."""

GROUP: Final = "danvan_search.readers"
"""The entry point group of added readers: each entry is a :class:`Reader`."""

HEAD_BYTES: Final = 4096
"""How many of its first bytes decide the format of a file."""

SIGNATURES: Final = {
    b"\x89PNG": "picture",
    b"\xff\xd8\xff": "picture",
    b"GIF8": "picture",
    b"\x1f\x8b": "gzip",
    b"\xfd7zXZ": "xz",
    b"SQLite format 3": "SQLite",
    b"\x7fELF": "program",
}
"""The first bytes of common files that are no text, and their kinds."""

_STARTS: Final = tuple(SIGNATURES)
_LOG: Final = logging.getLogger("danvan_search")


class ReaderTable(tuple[Reader, ...]):
    """Readers in the order in which they are asked, and how to find one sooner."""

    @functools.cached_property
    def of_content(self) -> tuple[Reader, ...]:
        """Those that recognise content."""
        return tuple(reader for reader in self if reader.matches is not matches_none)

    @functools.cached_property
    def of_suffix(self) -> dict[str, tuple[int, Reader]]:
        """The first reader of each suffix, with its place in the order."""
        first: dict[str, tuple[int, Reader]] = {}
        for place, reader in enumerate(self):
            for suffix in reader.suffixes:
                first.setdefault(suffix, (place, reader))
        return first

    @functools.cached_property
    def longest_suffix(self) -> int:
        """The length of the longest suffix."""
        return max(map(len, self.of_suffix), default=0)


@functools.cache
def all_readers() -> ReaderTable:
    """Return the readers that other packages add, then those of :data:`READERS`."""
    from importlib.metadata import entry_points  # slow to import, and searches read no files

    added = []
    for entry in entry_points(group=GROUP):
        try:
            reader = entry.load()
        except Exception as error:  # noqa: BLE001 - the module of another package may raise anything
            _LOG.warning("the reader %s of %s cannot be loaded: %s", entry.name, entry.value, error)
            continue
        if isinstance(reader, Reader):
            added.append(reader)
        else:
            _LOG.warning("the reader %s of %s is no Reader", entry.name, entry.value)
    return ReaderTable((*added, *READERS))


def reader_by_suffix(name: str) -> Reader | None:
    """Return the reader for a file name, regardless of case; None if no reader has its suffix."""
    table = all_readers()
    lower = without_compression(name).lower()
    dot = lower.find(".", max(0, len(lower) - table.longest_suffix))
    found = []
    while dot >= 0:
        if one := table.of_suffix.get(lower[dot:]):
            found.append(one)
        dot = lower.find(".", dot + 1)
    return min(found, key=itemgetter(0))[1] if found else None


def reader_by_content(head: bytes) -> Reader | None:
    """Return the reader that recognises the first bytes of a file; None if none does."""
    for reader in all_readers().of_content:
        if reader.matches(head):
            return reader
    return None


def reader_by_archive(names: Collection[str], mimetype: bytes) -> tuple[Reader | None, str]:
    """Return the reader of a ZIP archive, or None and the kind of file that it is.

    :param names: the names of the files in it.
    :param mimetype: the first bytes of the one that is called ``mimetype``.
    """
    for reader in all_readers():
        if reader.matches_archive(names, mimetype):
            return reader, ""
    if "[Content_Types].xml" in names or mimetype.startswith(b"application/"):
        return None, "Office"
    return ZIP, ""


def foreign_kind(head: bytes) -> str:
    """Return the kind of a file that is no text, by its first bytes; "" if it is not known."""
    if not head.startswith(_STARTS):
        return ""
    return next(kind for start, kind in SIGNATURES.items() if head.startswith(start))


def kind_of(name: str) -> str:
    """Return the kind of a file for counts: its suffix, with that of a compression."""
    inner = without_compression(name)
    return f"{suffix_of(inner)}{compression_of(name)}" or "without suffix"


def suffix_of(name: str) -> str:
    """Return the suffix of a file name in lower case; "" if it has none.

    Blanks at the end of a name, which people do not see, do not count.
    """
    name = name.rstrip()
    start = name.rfind(".")
    return name[start:].lower() if 0 < start < len(name) - 1 else ""


def compression_of(name: str) -> str:
    """Return the suffix of a compression with which a file name ends; "" for none."""
    suffix = suffix_of(name)
    return suffix if suffix in COMPRESSIONS else ""


def without_compression(name: str) -> str:
    """Return a file name without the suffix of a compression."""
    name = name.rstrip()
    return name[: len(name) - len(compression_of(name))]


def is_missing(reader: Reader) -> bool:
    """Return whether the package that a reader needs is not installed."""
    return bool(reader.package) and importlib.util.find_spec(reader.package) is None


def describe_formats(readers: Iterable[Reader] = READERS) -> str:
    """Return the suffixes as a phrase, for messages and help: ``.txt, .md or .jsonl``."""
    *others, last = (suffix for reader in readers for suffix in reader.suffixes)
    return f"{', '.join(others)} or {last}"
