"""The index: a Whoosh index in a folder, and what a search reads from it.

::

    articles ── building (analysis, jobs) ──> columns ── arrays ──> a segment: two files
    writer     one commit: new segments, removals, merges (merging), table of contents
    snapshot   one generation, open for searching
    wordlist   the words of a snapshot by frequency
    store      the folder: opened, locked, told apart, its errors in words
    place      an index made, and put in its place
    swap       one folder in the place of another
    locks      locks between processes
    disk       the disk made to hold names and files
    contents   the table of contents, read and written safely
    codec      what Whoosh keeps of a segment, and reads
    documents  what a segment knows of articles beside their texts
    segments   the two files of a segment
    damage     what comes of values that no index has
    verify     which files of an index are damaged

Schema, table of contents, generations, segments and deletions are Whoosh's, and so is the place of
the lock; the contents of segments are ours. Nothing here knows of query strings or of the terminal.
"""

import warnings

with warnings.catch_warnings():
    # Whoosh 2.7.4 has escapes that newer Pythons warn of when they first compile it.
    warnings.simplefilter("ignore")
    import whoosh.codec.base
    import whoosh.index
    import whoosh.reading  # noqa: F401

from danvan_search.index.documents import Heading, Known
from danvan_search.index.locks import call_after_fork
from danvan_search.index.place import await_index, build, create, put_back
from danvan_search.index.segments import OpenSegment
from danvan_search.index.snapshot import Doc, SegmentCache, Snapshot
from danvan_search.index.store import (
    FORMAT,
    check_format,
    check_index,
    is_index,
    size_on_disk,
    write_lock,
)
from danvan_search.index.verify import Damage, damages
from danvan_search.index.wordlist import Word, plain_prefix
from danvan_search.index.writer import ArticleWriter

__all__ = [
    "FORMAT",
    "ArticleWriter",
    "Damage",
    "Doc",
    "Heading",
    "Known",
    "OpenSegment",
    "SegmentCache",
    "Snapshot",
    "Word",
    "await_index",
    "build",
    "call_after_fork",
    "check_format",
    "check_index",
    "create",
    "damages",
    "is_index",
    "plain_prefix",
    "put_back",
    "size_on_disk",
    "write_lock",
]
