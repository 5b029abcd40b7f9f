"""Reads the intact articles of a damaged segment, or of one that this version cannot search.

Checksums are ignored, since each covers a block of many articles. An article counts as intact if
its content has the content hash that is stored apart from it. So a changed byte loses only the
article that contains it, unless it is in data that all articles share, such as a dictionary. The
content hash does not cover the origin of an article, which is therefore read with its checksums.
"""

from collections.abc import Callable
from pathlib import Path
from typing import Final, NamedTuple, Protocol, TypeVar

from danvan_search.article import Article
from danvan_search.errors import IndexDamagedError, StoreError
from danvan_search.index.codec.array_file import FORMAT_VERSION, ArrayFile
from danvan_search.index.codec.checked_array import StoredArrays
from danvan_search.index.codec.corruption import SUSPECT
from danvan_search.index.codec.doc_values import DocValues
from danvan_search.index.codec.segment_files import DOCUMENTS_SUFFIX, GRID_SUFFIX
from danvan_search.index.codec.stored_text import StoredText
from danvan_search.index.folder.index_folder import storage_errors
from danvan_search.store import IndexedArticle

Read = TypeVar("Read")

# The exceptions that reading changed bytes may raise.
_DAMAGE: Final = (StoreError, *SUSPECT)


class Rows(Protocol):
    """The doc values of a segment; see :class:`.DocValues`."""

    def __len__(self) -> int: ...

    def article(self, doc: int, body: str) -> Article:
        """Return the article of a document, given its body."""

    def content_hash(self, doc: int) -> str:
        """Return the content hash of a document, in hexadecimal."""

    def origin_and_root(self, doc: int) -> tuple[str, str]:
        """Return the origin and root of a document, "" for none."""

    def id(self, doc: int) -> str:
        """Return the id of a document."""

    def find(self, article_id: str) -> list[int]:
        """Return the documents with an article id."""


class Bodies(Protocol):
    """The stored texts of a segment; see :class:`.StoredText`."""

    def body(self, doc: int) -> str:
        """Return the body of a document."""


class Layout(NamedTuple):
    """How the files of a segment are read.

    :ivar version: the version of the array files.
    :ivar rows: opens the doc values, given the arrays and the file for errors.
    :ivar bodies: opens the texts, given the same and the number of documents.
    """

    version: int
    rows: Callable[[StoredArrays, str], Rows]
    bodies: Callable[[StoredArrays, str, int], Bodies]


CURRENT: Final = Layout(FORMAT_VERSION, DocValues, StoredText)


class DamagedSegment:
    """The readable part of a segment with a damaged or missing file.

    :param layout: how its files are read.

    :ivar name: the segment's name, with which its files begin.
    :ivar doc_count: the number of its documents; None if no file tells it.
    :ivar had_words: whether its texts were segmented into words.
    """

    def __init__(self, folder: Path, name: str, layout: Layout = CURRENT) -> None:
        self.name = name
        self._folder = folder
        self._version = layout.version
        self._documents: Rows | None = None
        self._texts: Bodies | None = None
        self.had_words = False
        self.doc_count: int | None = None
        self._checked: Rows | None = None
        if (grid := self._open(GRID_SUFFIX, checked=False)) is not None:
            self.had_words = bool(grid.meta.get("segmenters"))
            self.doc_count = self._try(lambda: int(grid.meta["docs"]))
            count = self.doc_count or 0
            self._texts = self._try(lambda: layout.bodies(grid.arrays, str(grid.path), count))
        if (rows := self._open(DOCUMENTS_SUFFIX, checked=False)) is not None:
            self._documents = self._try(lambda: layout.rows(rows.arrays, str(rows.path)))
        if (checked := self._open(DOCUMENTS_SUFFIX, checked=True)) is not None:
            self._checked = self._try(lambda: layout.rows(checked.arrays, str(checked.path)))
        if self._documents is not None:
            self.doc_count = len(self._documents)

    def article(self, doc: int) -> tuple[Article, IndexedArticle] | None:
        """Return an intact document and its metadata; None if the document is not intact.

        The origin and the root are empty if their checksums are wrong.
        """

        def read() -> tuple[Article, IndexedArticle]:
            if self._documents is None or self._texts is None:
                raise IndexDamagedError(f"a file of {self.name} is lost")
            article = self._documents.article(doc, self._texts.body(doc))
            proof = self._documents.content_hash(doc)
            if article.content_hash() != proof:
                raise IndexDamagedError(f"document {doc} of {self.name} is not what was written")
            return article, IndexedArticle(article.id, proof, *self._origin_and_root(doc))

        return self._try(read)

    def id(self, doc: int) -> str | None:
        """Return the id of a document; None if it may be damaged."""

        def read() -> str | None:
            if self._documents is None:
                return None
            found = self._documents.id(doc)
            # The lookup table of ids is stored apart from the records.
            return found if doc in self._documents.find(found) else None

        return self._try(read)

    def source(self, doc: int) -> str | None:
        """Return the folder, or else the file, that a document came from; None if unknown."""
        origin, root = self._origin_and_root(doc)
        return root or origin or None

    def _origin_and_root(self, doc: int) -> tuple[str, str]:
        checked = self._checked
        return (checked and self._try(lambda: checked.origin_and_root(doc))) or ("", "")

    def _open(self, suffix: str, *, checked: bool) -> ArrayFile | None:
        path = self._folder / f"{self.name}{suffix}"
        return self._try(lambda: ArrayFile(path, checked=checked, version=self._version))

    def _try(self, read: Callable[[], Read]) -> Read | None:
        """Return what a function reads; None if it raises an exception that damage may cause."""
        try:
            with storage_errors(self._folder):
                return read()
        except _DAMAGE:
            return None
