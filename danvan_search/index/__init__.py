"""The index: a folder of immutable segments, with its reader and its writer.

::

    codec/      a segment: term dictionary, postings, positions, stored text, doc values
    writing/    articles to segments: analysis, inversion, merges, and the one writer
    folder/     file names, locks and commits, and Whoosh's view of them
    snapshot    one generation: its segments, and which of their documents are live
    live        the newest generation, reopened after each commit
    statistics  the counts that ``Index.stats`` reports

``codec`` imports neither ``folder`` nor ``writing``, ``folder`` imports ``codec``, and ``writing``
imports both. None of them knows query strings or the terminal.
"""

from danvan_search.index.codec.segment_files import OpenSegment
from danvan_search.index.folder.file_lock import call_after_fork
from danvan_search.index.folder.index_folder import (
    FORMAT,
    check_format,
    check_index,
    is_index,
    size_on_disk,
    write_lock,
)
from danvan_search.index.folder.publish import await_index, build, create, put_back
from danvan_search.index.folder.verify import damages
from danvan_search.index.live import LiveSnapshot
from danvan_search.index.snapshot import Snapshot
from danvan_search.index.writing.index_writer import IndexWriter

__all__ = [
    "FORMAT",
    "IndexWriter",
    "LiveSnapshot",
    "OpenSegment",
    "Snapshot",
    "await_index",
    "build",
    "call_after_fork",
    "check_format",
    "check_index",
    "create",
    "damages",
    "is_index",
    "put_back",
    "size_on_disk",
    "write_lock",
]
