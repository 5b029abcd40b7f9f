"""The kinds of files that can be read. A new kind is a reader and a line in :data:`READERS`."""

from collections.abc import Callable, Mapping
from typing import BinaryIO, Final

from danvan_search.ingest.jsonlines import read_gzip_lines, read_json_lines, read_xz_lines
from danvan_search.ingest.records import Progress, Records, SourceFile
from danvan_search.ingest.textfile import read_markdown, read_text

Reader = Callable[[SourceFile, BinaryIO, int, Progress], Records]
"""Is given a file, its bytes (opened, at their beginning), the most bytes of one article, and what
to tell its progress to. It yields a record for all that it meets, and raises for no content."""

READERS: Final[Mapping[str, Reader]] = {
    ".txt": read_text,
    ".md": read_markdown,
    ".jsonl": read_json_lines,
    ".jsonl.gz": read_gzip_lines,
    ".jsonl.xz": read_xz_lines,
}
"""The reader for each ending of a file name, in lower case."""


def reader_of(name: str) -> Reader | None:
    """Return the reader for a file of this name, in whatever case; None if there is none."""
    lower = name.lower()
    return next((reader for suffix, reader in READERS.items() if lower.endswith(suffix)), None)


def describe_formats() -> str:
    """Return the endings in words, for messages and help: ``.txt, .md or .jsonl``."""
    *others, last = READERS
    return f"{', '.join(others)} or {last}"
