"""The index: a Whoosh index in a folder, and the arrays that a search reads from it.

::

    store      the folder: made, opened, told apart, its errors in words
    schema     which fields an article becomes
    writer     articles in, one commit at a time
    snapshot   one generation out, as arrays of document numbers

Nothing here knows of query strings, of ranking or of the terminal.
"""

from danvan_search.index.snapshot import (
    PhraseMatches,
    PhraseSyllable,
    Postings,
    Snapshot,
)
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
    "create",
    "create_beside",
    "is_index",
    "open_index",
    "replace",
    "size_on_disk",
]
