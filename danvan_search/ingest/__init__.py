"""Ingest: reads articles from files and streams.

Data flows one way::

    folder ── scan ──> SourceFile ── read_file ──> Loaded(article) | Skipped(reason)
    standard input ──────────────── read_stream ──┘

- ``scanning``: finds the files in a folder.
- ``read_file``: opens a file, or takes a stream, decompresses it (``compressed``), chooses its
  reader and makes articles of its documents (``article_of``).
- ``reader``: the protocol of readers. ``formats``: the table of them, and those that other packages
  add.
- ``textfile``, ``markdown``, ``markup``, ``html_file``, ``mhtml``, ``table``, ``json_file``,
  ``jsonlines``, ``subtitles``, ``xml_file``, ``pdf_file``,
  ``office97_file``, ``rtf_file``, ``sheet_file``: the readers.
- ``isolated``: the parsers of binary formats, in a process with limits. ``paragraphs``: lines of
  pages to paragraphs. ``runs``: paragraphs in fonts to a document. ``properties``: which properties
  of a document mean something.
- ``decoding``: bytes to text. ``mending``, ``html_text``: text as people read it. ``lines``: its
  lines.
- ``described``: what a file says of its text, weighed against ``legal`` (the head of an act) and
  ``head`` (the first lines). ``frontmatter``, ``fields``: the names and values in files.
  ``details``: what of it is searched.
- ``records``, ``problems``: the values and the exception that these modules exchange.

No content of a file raises an error: what cannot be read as an article is yielded as
:class:`Skipped`, with a reason for people.
"""

from danvan_search.dates import parse_date
from danvan_search.ingest.formats import READERS, describe_formats, kind_of, reader_by_suffix
from danvan_search.ingest.problems import ReadError
from danvan_search.ingest.read_file import read_file, read_stream
from danvan_search.ingest.reader import Document, Problem, Reader, Source
from danvan_search.ingest.records import (
    MAX_BYTES,
    STANDARD_INPUT,
    Cause,
    Loaded,
    Skipped,
    SourceFile,
)
from danvan_search.ingest.scanning import Scan, locate, printable, scan

__all__ = [
    "MAX_BYTES",
    "READERS",
    "STANDARD_INPUT",
    "Cause",
    "Document",
    "Loaded",
    "Problem",
    "ReadError",
    "Reader",
    "Scan",
    "Skipped",
    "Source",
    "SourceFile",
    "describe_formats",
    "kind_of",
    "locate",
    "parse_date",
    "printable",
    "read_file",
    "read_stream",
    "reader_by_suffix",
    "scan",
]
