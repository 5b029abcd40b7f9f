"""Ingest: files and streams to articles.

Data flows one way::

    folder ── scan ──> SourceFile ── read_file ──> Loaded(article) | Skipped(reason)
    standard input ──────────────── read_stream ──┘

``scanning`` finds the files, ``formats`` knows the reader of each kind, ``reading`` opens them.
``textfile`` reads text and Markdown with the heuristics of ``head`` and ``dates`` and the fields
of ``frontmatter``; ``jsonlines`` reads JSON lines, with ``compressed`` below it. Nothing that a
file holds raises: what is no article is yielded as ``Skipped``, with a reason for people.
"""

from danvan_search.ingest.dates import parse_date
from danvan_search.ingest.formats import READERS, describe_formats
from danvan_search.ingest.reading import read_file, read_stream
from danvan_search.ingest.records import (
    MAX_BYTES,
    STANDARD_INPUT,
    Loaded,
    Skipped,
    SourceFile,
)
from danvan_search.ingest.scanning import Scan, scan

__all__ = [
    "MAX_BYTES",
    "READERS",
    "STANDARD_INPUT",
    "Loaded",
    "Scan",
    "Skipped",
    "SourceFile",
    "describe_formats",
    "parse_date",
    "read_file",
    "read_stream",
    "scan",
]
