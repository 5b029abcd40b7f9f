"""The index: a Whoosh index in a folder, and the arrays that a search reads from it.

::

    store      the folder: opened, locked, told apart, its errors in words
    place      an index made, and put in its place
    schema     which fields an article becomes
    writer     articles in, one commit at a time
    snapshot   one generation out, as arrays of document numbers

Nothing here knows of query strings, of ranking or of the terminal.
"""

import warnings

with warnings.catch_warnings():
    # Whoosh 2.7.4 has escapes that newer Pythons warn of when they first compile it.
    warnings.simplefilter("ignore")
    import whoosh.codec.whoosh3
    import whoosh.writing  # noqa: F401

from danvan_search.index.place import check_free, create, new_index, put_in_place, write_empty
from danvan_search.index.snapshot import (
    PhraseMatches,
    PhraseSyllable,
    Postings,
    Snapshot,
)
from danvan_search.index.store import (
    FORMAT,
    check_format,
    is_index,
    open_index,
    size_on_disk,
    write_lock,
)
from danvan_search.index.writer import ArticleWriter, Known

__all__ = [
    "FORMAT",
    "ArticleWriter",
    "Known",
    "PhraseMatches",
    "PhraseSyllable",
    "Postings",
    "Snapshot",
    "check_format",
    "check_free",
    "create",
    "is_index",
    "new_index",
    "open_index",
    "put_in_place",
    "size_on_disk",
    "write_empty",
    "write_lock",
]
