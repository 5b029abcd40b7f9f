"""The file formats. A new format needs a reader and an entry in :data:`READERS`."""

from collections.abc import Callable, Mapping
from typing import BinaryIO, Final

from danvan_search.ingest.jsonlines import read_gzip_lines, read_json_lines, read_xz_lines
from danvan_search.ingest.records import OnBytes, Records, SourceFile
from danvan_search.ingest.textfile import read_markdown, read_text

Reader = Callable[[SourceFile, BinaryIO, int, OnBytes], Records]
"""A function that reads an open file. Its arguments: the file, its binary stream (at the start),
the maximum size of one article in bytes, and a callback for progress. It yields a record for each
article and for each skipped part; no content of the file makes it raise."""

READERS: Final[Mapping[str, Reader]] = {
    ".txt": read_text,
    ".md": read_markdown,
    ".jsonl": read_json_lines,
    ".jsonl.gz": read_gzip_lines,
    ".jsonl.xz": read_xz_lines,
}
"""The reader of each file name suffix, in lower case."""


def reader_of(name: str) -> Reader | None:
    """Return the reader for a file name, regardless of case; None if its format is unknown."""
    lower = name.lower()
    return next((reader for suffix, reader in READERS.items() if lower.endswith(suffix)), None)


def describe_formats() -> str:
    """Return the suffixes as a phrase, for messages and help: ``.txt, .md or .jsonl``."""
    *others, last = READERS
    return f"{', '.join(others)} or {last}"
