"""The articles of a damaged segment, one by one.

Nothing that is read here is trusted: an article counts only if its content hash, which stands
apart from it, is that of what was read. So a changed byte costs the article that it is in, and
no other, though it lies in a block of many; only what all articles share, such as a dictionary,
costs more. What no content hash covers, where an article came from, is read with its checksums.
"""

from collections.abc import Callable
from pathlib import Path
from typing import Final, TypeVar

from danvan_search.article import Article
from danvan_search.errors import IndexDamagedError, StoreError
from danvan_search.index.codec.array_file import ArrayFile
from danvan_search.index.codec.corruption import SUSPECT
from danvan_search.index.codec.doc_values import DocValues
from danvan_search.index.codec.segment_files import DOCUMENTS_SUFFIX, GRID_SUFFIX
from danvan_search.index.codec.stored_text import StoredText
from danvan_search.index.folder.index_folder import storage_errors
from danvan_search.store import IndexedArticle

Read = TypeVar("Read")

# What comes of reading changed bytes as if they were what was written.
_DAMAGE: Final = (StoreError, *SUSPECT)


class DamagedSegment:
    """What can still be read of a segment of which a file is damaged or missing.

    :ivar name: the name that its files begin with.
    :ivar doc_count: how many documents it has, as far as a file tells; None if none does.
    :ivar had_words: whether its texts were segmented into words.
    """

    def __init__(self, folder: Path, name: str) -> None:
        self.name = name
        self._folder = folder
        self._documents: DocValues | None = None
        self._texts: StoredText | None = None
        self.had_words = False
        self.doc_count: int | None = None
        self._checked: DocValues | None = None
        if (grid := self._open(GRID_SUFFIX, checked=False)) is not None:
            self.had_words = bool(grid.meta.get("segmenters"))
            self.doc_count = self._try(lambda: int(grid.meta["docs"]))
            count = self.doc_count or 0
            self._texts = self._try(lambda: StoredText(grid.arrays, str(grid.path), count))
        if (rows := self._open(DOCUMENTS_SUFFIX, checked=False)) is not None:
            self._documents = self._try(lambda: DocValues(rows.arrays, str(rows.path)))
        if (checked := self._open(DOCUMENTS_SUFFIX, checked=True)) is not None:
            self._checked = self._try(lambda: DocValues(checked.arrays, str(checked.path)))
        if self._documents is not None:
            self.doc_count = len(self._documents)

    def article(self, doc: int) -> tuple[Article, IndexedArticle] | None:
        """Return a document if it is what was written, and what is known of it; else None.

        Where it came from is left empty when that cannot be proven.
        """

        def read() -> tuple[Article, IndexedArticle]:
            if self._documents is None or self._texts is None:
                raise IndexDamagedError(f"a file of {self.name} is lost")
            article = self._documents.article(doc, self._texts.body(doc))
            proof = self._documents.content_hash(doc)
            if article.content_hash() != proof:
                raise IndexDamagedError(f"document {doc} of {self.name} is not what was written")
            return article, IndexedArticle(article.id, proof, *self._places(doc))

        return self._try(read)

    def id(self, doc: int) -> str | None:
        """Return the id of a document, if it is the one that was written."""

        def read() -> str | None:
            if self._documents is None:
                return None
            found = self._documents.id(doc)
            # The index of ids stands apart from the records.
            return found if doc in self._documents.find(found) else None

        return self._try(read)

    def source(self, doc: int) -> str | None:
        """Return the folder, or the file, that a document came from, if that can be told."""
        origin, root = self._places(doc)
        return root or origin or None

    def _places(self, doc: int) -> tuple[str, str]:
        checked = self._checked
        return (checked and self._try(lambda: checked.places(doc))) or ("", "")

    def _open(self, suffix: str, *, checked: bool) -> ArrayFile | None:
        path = self._folder / f"{self.name}{suffix}"
        return self._try(lambda: ArrayFile(path, checked=checked))

    def _try(self, read: Callable[[], Read]) -> Read | None:
        """Return what a function reads; None if damaged bytes made it fail, however they did."""
        try:
            with storage_errors(self._folder):
                return read()
        except _DAMAGE:
            return None
