"""Whoosh's side: analysis components for any Whoosh index, and the reader and writer of an index.

::

    analysis    tokenizers and filters of Vietnamese, which compose with those of Whoosh
    codec       what Whoosh reads of an index: terms, postings, columns, stored fields
    index       ``open_dir``: an index that Whoosh reads, and that its writer can write

``whoosh.index.open_dir`` opens an index, too. It finds the codec through the commit file, and has
no writer. Only this package, and the module that writes Whoosh's part of the commit file, import
Whoosh. The classes of ``analysis`` are pickled by their names into other indexes: the names stay.
"""

import warnings

with warnings.catch_warnings():
    # Newer Pythons warn of invalid escapes in Whoosh 2.7.4 when they first compile it.
    warnings.simplefilter("ignore")
    import whoosh.codec.base
    import whoosh.index
    import whoosh.qparser
    import whoosh.query
    import whoosh.reading
    import whoosh.writing  # noqa: F401

from danvan_search.whoosh.analysis import (
    FoldFilter,
    SegmentWordsTokenizer,
    SyllableAnalyzer,
    SyllableTokenizer,
)

__all__ = ["FoldFilter", "SegmentWordsTokenizer", "SyllableAnalyzer", "SyllableTokenizer"]
