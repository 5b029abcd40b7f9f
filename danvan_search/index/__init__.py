"""The index: a Whoosh index in a folder, and what a search reads from it.

::

    articles ── building ──> columns ── arrays ──> a segment: two files
    writer     one commit: new segments, removals, merges (merging), table of contents
    snapshot   one generation, open for searching
    store      the folder: made, opened, told apart, its errors in words
    codec      what Whoosh keeps of a segment, and reads
    documents  what a segment knows of articles beside their texts
    segments   the two files of a segment

Schema, table of contents, generations, lock, segments and deletions are Whoosh's; the contents
of segments are ours. Nothing here knows of query strings or of the terminal.
"""

from danvan_search.index.documents import Known
from danvan_search.index.snapshot import Doc, SegmentCache, Snapshot
from danvan_search.index.store import (
    FORMAT,
    check_format,
    create,
    create_beside,
    is_index,
    open_index,
    replace,
    size_on_disk,
)
from danvan_search.index.writer import ArticleWriter

__all__ = [
    "FORMAT",
    "ArticleWriter",
    "Doc",
    "Known",
    "SegmentCache",
    "Snapshot",
    "check_format",
    "create",
    "create_beside",
    "is_index",
    "open_index",
    "replace",
    "size_on_disk",
]
