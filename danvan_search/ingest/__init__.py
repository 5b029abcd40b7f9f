"""Ingest: reads articles from files and streams.

Data flows one way::

    folder ── scan ──> SourceFile ── read_file ──> Loaded(article) | Skipped(reason)
    standard input ──────────────── read_stream ──┘

- ``scanning``: finds the files in a folder.
- ``formats``: the table of file name suffixes and their readers.
- ``read_file``: opens a file, or takes a stream, and calls its reader.
- ``textfile``: the reader of text and Markdown. It uses the heuristics of ``head``, the date
  grammar of :mod:`danvan_search.dates` and the front matter parser of ``frontmatter``.
- ``jsonlines``: the reader of JSON lines. ``compressed``: decompression of gzip and xz streams.
- ``records``: the values that these modules exchange.

No content of a file raises an error: what cannot be read as an article is yielded as
:class:`Skipped`, with a reason for people.
"""

from danvan_search.dates import parse_date
from danvan_search.ingest.formats import READERS, describe_formats
from danvan_search.ingest.read_file import read_file, read_stream
from danvan_search.ingest.records import (
    MAX_BYTES,
    STANDARD_INPUT,
    Loaded,
    Skipped,
    SourceFile,
)
from danvan_search.ingest.scanning import Scan, locate, scan

__all__ = [
    "MAX_BYTES",
    "READERS",
    "STANDARD_INPUT",
    "Loaded",
    "Scan",
    "Skipped",
    "SourceFile",
    "describe_formats",
    "locate",
    "parse_date",
    "read_file",
    "read_stream",
    "scan",
]
