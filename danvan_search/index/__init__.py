"""The index: a folder of immutable segments, and what reads and writes it.

::

    codec/     what one segment is: term dictionary, postings, positions, stored text, doc values
    writing/   articles to segments: analysis, inversion, merges; the one writer
    folder/    names, locks and commits; what Whoosh sees of them
    snapshot   one generation: its segments, and which of their documents are live
    live       the newest generation, followed as commits come

``codec`` knows nothing of the other two, ``folder`` knows ``codec``, and ``writing`` knows both.
Nothing here knows of query strings or of the terminal.
"""

import warnings

with warnings.catch_warnings():
    # Whoosh 2.7.4 has escapes that newer Pythons warn of when they first compile it.
    warnings.simplefilter("ignore")
    import whoosh.codec.base
    import whoosh.index
    import whoosh.reading  # noqa: F401

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
