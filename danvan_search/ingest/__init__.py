"""Ingest: reads articles from files and streams.

Data flows one way::

    folder ── scan ──> SourceFile ── read_file ──> Loaded(article) | Skipped(reason)
    standard input ──────────────── read_stream ──┘       │
    file in an archive, in a mail ── read_part ───────────┘

- ``scanning``: finds the files in a folder.
- ``read_ahead``: reads many files in their order, most of them in worker processes.
- ``read_file``: opens a file, or takes a stream, decompresses it (``compressed``), and makes
  articles of its documents (``article_of``). ``choosing``: chooses the reader, and makes problems
  of whatever it raises.
- ``reader``: the protocol of readers. ``formats``: the table of them, and those that other packages
  add.
- ``textfile``, ``markdown``, ``markup``, ``html_file``, ``mhtml``, ``table``, ``json_file``,
  ``jsonlines``, ``subtitles``, ``xml_file``, ``docx`` (with ``docx_body`` and
  ``docx_styles``), ``odt``, ``pptx``, ``epub``, ``pdf_file``, ``office97_file``, ``rtf_file``,
  ``sheet_file``: the readers.
- ``zip_file``, ``mail``, ``mbox``: the readers of containers. ``parts``, ``part_names``: what is in
  them, as files of their own. ``unpacking``: the limits over all nesting.
- ``archive``: members of ZIP archives. ``xml_parser``: XML that may be hostile. ``ooxml``: parts of
  office files. ``flow``, ``runs``, ``paragraphs``: their text. ``properties``, ``mail_headers``:
  what they say of themselves.
- ``isolated``: the parsers of binary formats, in a process with limits. ``document_formats``: the
  entries of documents in the table, which import their readers late.
- ``decoding``: bytes to text. ``mending``, ``html_text`` over ``html_elements``: text as people
  read it. ``lines``: its lines.
- ``described``: what a file says of its text, weighed against ``legal`` (the head of an act;
  ``act_kinds``: its kind) and ``head`` (the first lines). ``frontmatter``, ``fields``: the names
  and values in files. ``details``: what of it is searched.
- ``records``, ``problems``: the values and the exception that these modules exchange.

No content of a file raises an error: what cannot be read as an article is yielded as
:class:`Skipped`, with a reason for people.
"""

from danvan_search.dates import parse_date
from danvan_search.ingest.formats import READERS, describe_formats, kind_of, reader_by_suffix
from danvan_search.ingest.problems import ReadError
from danvan_search.ingest.read_ahead import read_files
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
    "read_files",
    "read_stream",
    "reader_by_suffix",
    "scan",
]
