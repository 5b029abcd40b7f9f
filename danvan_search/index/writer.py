"""Writing: articles into the index, in one commit or not at all."""

import secrets
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path
from types import TracebackType
from typing import Any, Self

from whoosh.codec.whoosh3 import W3Codec, W3Segment
from whoosh.filedb.filestore import FileStorage
from whoosh.index import FileIndex
from whoosh.reading import TermNotFound
from whoosh.writing import CLEAR, MERGE_SMALL, SegmentWriter

from danvan_search.article import Article
from danvan_search.index.schema import NO_DATE, PARTS, field_name
from danvan_search.index.store import storage_errors
from danvan_search.text import syllable_grid, word_starts, words


class ArticleCodec(W3Codec):  # type: ignore[misc]
    """Whoosh's own codec, with segment names that cannot collide.

    Whoosh draws them from the global random generator: a program that seeds it twice alike
    would get two segments of one name.
    """

    def new_segment(self, storage: FileStorage, indexname: str) -> W3Segment:
        """Return a new segment with a random name."""
        segment = super().new_segment(storage, indexname)
        segment.segid = secrets.token_hex(8)
        return segment


@dataclass(frozen=True, slots=True)
class Known:
    """What the index knows of an article without reading its text.

    :ivar id: its id.
    :ivar hash: its content hash.
    :ivar origin: the absolute path of the file it came from; "" if it came from none.
    :ivar root: the absolute path of the folder that was indexed; "" if there was none.
    """

    id: str
    hash: str
    origin: str
    root: str


class ArticleWriter:
    """The one writer of an index; a context manager.

    Leaving the context commits; leaving it by an exception, Ctrl-C too, leaves the index as it
    was. Only one can be open at a time.

    :raises IndexLockedError: another writer is at work.
    :raises IndexStorageError: the folder cannot be read or written.
    """

    def __init__(self, path: Path, index: FileIndex, *, clear: bool = False) -> None:
        """Open the writer of an index; with clear, the commit drops all that was there."""
        self._path = path
        self._index = index
        self._clear = clear
        self._added: dict[str, int] = {}
        self._changed = clear
        with storage_errors(path):
            self._writer = SegmentWriter(index, codec=ArticleCodec())
            self._reader = index.reader()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        if kind is None:
            self.commit()
        else:
            self.cancel()

    def find(self, article_id: str) -> Known | None:
        """Return what the committed index knows of an article; None if it is not there."""
        docnum = self._docnum(article_id)
        return None if docnum is None else _known(self._reader.stored_fields(docnum))

    def known(self) -> Iterator[Known]:
        """Yield what the committed index knows of each of its articles."""
        if not self._clear:
            for _, stored in self._reader.iter_docs():
                yield _known(stored)

    def put(self, article: Article, *, origin: str = "", root: str = "") -> bool:
        """Add an article, or replace the one of the same id.

        :return: whether the committed index, or this writer, had one of that id before.
        """
        replaced = self.remove(article.id)
        with storage_errors(self._path):
            self._writer.add_document(**_document(article, origin, root))
        self._added[article.id] = self._writer.docnum - self._writer.docbase - 1
        self._changed = True
        return replaced

    def remove(self, article_id: str) -> bool:
        """Remove an article; return whether it was there."""
        removed = False
        mine = self._added.pop(article_id, None)
        if mine is not None:
            self._writer.newsegment.delete_document(mine)
            removed = True
        docnum = self._docnum(article_id)
        if docnum is not None and not self._writer.is_deleted(docnum):
            self._writer.delete_document(docnum)
            removed = True
        self._changed |= removed
        return removed

    def discard(self) -> None:
        """Drop the changes so far; the writer stays open."""
        self._changed = False

    def commit(self) -> None:
        """Make the changes visible, all at once; without changes the index stays as it is."""
        if not self._changed:
            self.cancel()
            return
        try:
            with storage_errors(self._path):
                self._reader.close()
                self._writer.commit(mergetype=CLEAR if self._clear else MERGE_SMALL)
        except BaseException:
            self._abandon()
            raise

    def cancel(self) -> None:
        """Drop the changes and release the lock."""
        self._reader.close()
        self._abandon()

    def _abandon(self) -> None:
        # A writer that failed halfway may not be able to close its files; its lock must go
        # all the same, and so must the files of its segment.
        with storage_errors(self._path):
            try:
                if not self._writer.is_closed:
                    self._writer.cancel()
            finally:
                if not self._writer.is_closed:
                    self._writer._finish()
                self._remove_segment_files()

    def _remove_segment_files(self) -> None:
        name = self._writer.newsegment.segment_id()
        # An interrupt can come when the commit was done but had not returned.
        if name in {segment.segment_id() for segment in self._index._segments()}:
            return
        for file in self._writer.storage.list():
            if name in file:
                self._writer.storage.delete_file(file)

    def _docnum(self, article_id: str) -> int | None:
        if self._clear:
            return None
        try:
            matcher = self._reader.postings("id", article_id)
        except TermNotFound:
            return None
        return int(matcher.id()) if matcher.is_active() else None


def _known(stored: dict[str, Any]) -> Known:
    return Known(stored["article"]["id"], stored["hash"], stored["origin"], stored["root"])


def category_key(category: str) -> str:
    """Return the form under which categories are compared: folded, one blank between."""
    return " ".join(syllable_grid(category).folded)


def _document(article: Article, origin: str, root: str) -> dict[str, Any]:
    document: dict[str, Any] = {
        "id": article.id,
        "article": article.to_json(),
        "hash": article.content_hash(),
        "origin": origin,
        "root": root,
        "date": article.date.toordinal() if article.date else NO_DATE,
    }
    if article.category and (key := category_key(article.category)):
        document["category"] = key
    for part in PARTS:
        text = getattr(article, part)
        grid = syllable_grid(text)
        starts = word_starts(text).flags
        document[field_name(part, "accented")] = grid.accented
        document[field_name(part, "folded")] = grid.folded
        document[field_name(part, "biword")] = biwords(grid.folded)
        document[field_name(part, "word")] = words(grid.accented, starts)
        document[f"{part}_length"] = len(grid)
    return document


def biwords(folded: Iterable[str]) -> list[str]:
    """Return each pair of neighbouring folded forms, joined by one blank."""
    return [f"{first} {second}" for first, second in pairwise(folded)]
