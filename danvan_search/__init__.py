"""danvan-search: Vietnamese full-text search, with or without accents.

::

    from danvan_search import Article, Index

    index = Index.open("indexes/default", create=True)
    index.add([Article("1", "Dân vận khéo", "Phong trào thi đua “Dân vận khéo” …")])
    for hit in index.search('"dan van kheo"'):
        print(hit.id, hit.title, hit.snippet.text)
"""

from danvan_search.api import Index, restore_accents
from danvan_search.article import Article
from danvan_search.embedder import Embedder
from danvan_search.errors import (
    ArgumentTypeError,
    ArticleError,
    BackupError,
    ConflictError,
    DanvanError,
    DecodingError,
    IndexDamagedError,
    IndexExistsError,
    IndexFormatError,
    IndexLockedError,
    IndexNotFoundError,
    IndexStorageError,
    OptionError,
    PartialWriteError,
    QueryError,
    QueryTimeoutError,
    StoreError,
    StoreUnavailableError,
    UnsupportedError,
)
from danvan_search.query import Note, Query, Synonyms, parse
from danvan_search.reports import (
    BackupReport,
    Changes,
    ClusterStats,
    Damage,
    EmbedReport,
    Notice,
    NotRead,
    RepairReport,
    Stats,
    SyncReport,
    Verification,
)
from danvan_search.rescue.check import verify_index
from danvan_search.search import (
    Explanation,
    Hit,
    MissingPart,
    Results,
    ScorePart,
    SearchOptions,
    Snippet,
    TermDetails,
    marked_html,
    utf16_spans,
)
from danvan_search.search.marked_article import MarkedArticle
from danvan_search.search.word_list import Word
from danvan_search.store_index import StoreIndex
from danvan_search.stores import Store
from danvan_search.study import Concordance, ConcordanceOptions, Count, Line, Term
from danvan_search.suggest import Completion, Suggestion
from danvan_search.sync_options import BuildOptions, SyncOptions, WriteOptions
from danvan_search.text import Analysis, AnalyzedSyllable, Syllable, analyze, segment_words
from danvan_search.text.encodings import ENCODINGS, Decoded, decode
from danvan_search.version import __version__

__all__ = [
    "ENCODINGS",
    "Analysis",
    "AnalyzedSyllable",
    "ArgumentTypeError",
    "Article",
    "ArticleError",
    "BackupError",
    "BackupReport",
    "BuildOptions",
    "Changes",
    "ClusterStats",
    "Completion",
    "Concordance",
    "ConcordanceOptions",
    "ConflictError",
    "Count",
    "Damage",
    "DanvanError",
    "Decoded",
    "DecodingError",
    "EmbedReport",
    "Embedder",
    "Explanation",
    "Hit",
    "Index",
    "IndexDamagedError",
    "IndexExistsError",
    "IndexFormatError",
    "IndexLockedError",
    "IndexNotFoundError",
    "IndexStorageError",
    "Line",
    "MarkedArticle",
    "MissingPart",
    "NotRead",
    "Note",
    "Notice",
    "OptionError",
    "PartialWriteError",
    "Query",
    "QueryError",
    "QueryTimeoutError",
    "RepairReport",
    "Results",
    "ScorePart",
    "SearchOptions",
    "Snippet",
    "Stats",
    "Store",
    "StoreError",
    "StoreIndex",
    "StoreUnavailableError",
    "Suggestion",
    "Syllable",
    "SyncOptions",
    "SyncReport",
    "Synonyms",
    "Term",
    "TermDetails",
    "UnsupportedError",
    "Verification",
    "Word",
    "WriteOptions",
    "__version__",
    "analyze",
    "decode",
    "marked_html",
    "parse",
    "restore_accents",
    "segment_words",
    "utf16_spans",
    "verify_index",
]
