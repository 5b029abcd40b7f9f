"""An index with Whoosh's interface, to read and to write.

``open_dir`` is ``whoosh.index.open_dir`` for an index of articles: it reads our part of the commit
file, so no pickle is loaded, and it has a writer. The writer goes through that of danvan-search:
one commit, synced, or nothing.
"""

import datetime
import os
from collections.abc import Callable
from pathlib import Path
from typing import Any, Final

from whoosh.fields import FieldType, UnknownFieldError
from whoosh.filedb.filestore import FileStorage
from whoosh.index import TOC, FileIndex, LockError
from whoosh.query import Query, Term
from whoosh.reading import IndexReader
from whoosh.util.times import long_to_datetime
from whoosh.writing import CLEAR, MERGE_SMALL, NO_MERGE, OPTIMIZE, IndexingError, IndexWriter

from danvan_search.article import Article
from danvan_search.errors import IndexLockedError, StoreError
from danvan_search.index.folder import commit_file
from danvan_search.index.folder.file_names import INDEX_NAME
from danvan_search.index.folder.index_folder import (
    check_format,
    retry_while_committed,
    storage_errors,
)
from danvan_search.index.folder.segment_entry import SegmentEntry
from danvan_search.index.folder.whoosh_segment import ArticleSegment
from danvan_search.index.writing import index_writer
from danvan_search.whoosh.codec.schema import ACCENTED, WORDS, article_schema

_FIXED: Final = "the fields of an index of articles are fixed: put other values into `extra`"


def open_dir(path: str | os.PathLike[str]) -> "ArticleIndex":
    """Open an index for Whoosh.

    :param path: the folder of the index.
    :raises IndexNotFoundError: there is no index.
    :raises IndexFormatError: it has another format.
    """
    return ArticleIndex(Path(path))


class ArticleIndex(FileIndex):  # type: ignore[misc]
    """An index of articles as Whoosh's ``FileIndex``.

    :param path: the folder of the index.
    """

    def __init__(self, path: Path) -> None:
        check_format(path)
        self.path = path
        self.storage = FileStorage(str(path))
        self.indexname = INDEX_NAME
        self._schema = None

    def writer(self, procs: int = 1, **options: Any) -> "ArticleWriter":  # noqa: ANN401
        """Return a writer; it has the lock of the index until it is committed or cancelled.

        :param procs: the number of processes that analyse texts.
        :param options: see :class:`ArticleWriter`.
        :raises LockError: another writer is at work.
        """
        return ArticleWriter(self, procs=procs, **options)

    def delete_by_query(self, q: Query, searcher: Any = None) -> int:  # noqa: ANN401
        """Delete the articles that a query finds, in one commit; return how many."""
        with self.writer() as writer:
            return int(writer.delete_by_query(q, searcher=searcher))

    def delete_by_term(self, fieldname: str, text: str, searcher: Any = None) -> int:  # noqa: ANN401
        """Delete the articles that have a term, in one commit; return how many."""
        return self.delete_by_query(Term(fieldname, text), searcher)

    def add_field(self, _fieldname: str, _fieldspec: FieldType) -> None:
        """Refuse: the schema is that of articles.

        :raises StoreError: always.
        """
        raise StoreError(_FIXED)

    def remove_field(self, _fieldname: str) -> None:
        """Refuse: the schema is that of articles.

        :raises StoreError: always.
        """
        raise StoreError(_FIXED)

    def read(self) -> commit_file.Commit:
        """Return the newest commit.

        :raises IndexDamagedError: the commit file is not what was written.
        :raises IndexStorageError: it cannot be read.
        """
        with storage_errors(self.path):
            return retry_while_committed(lambda: commit_file.read_latest(self.path))

    def _read_toc(self) -> TOC:
        commit = self.read()
        segments = [ArticleSegment(entry) for entry in commit.segments]
        return TOC(article_schema(), segments, commit.generation)


class ArticleWriter(IndexWriter):  # type: ignore[misc]
    """Whoosh's writer for an index of articles.

    An id is unique: to add an article replaces the one that has its id. A deletion of a document of
    the index, and all else, is done by :meth:`commit`, or not at all.

    :param index: the index.
    :param procs: the number of processes that analyse texts.
    :param timeout: how long to wait for another writer, in seconds.
    :param words: whether to segment the texts into words.
    :param options: ``delay``, ``limitmb`` and ``multisegment`` of Whoosh's writers, without effect.
    :raises LockError: another writer is at work.
    """

    def __init__(
        self,
        index: ArticleIndex,
        *,
        procs: int = 1,
        timeout: float = 0.0,
        words: bool = True,
        **options: object,
    ) -> None:
        unknown = options.keys() - {"delay", "limitmb", "multisegment"}
        if unknown:
            raise TypeError(f"the writer of an index of articles has no option {min(unknown)!r}")
        try:
            self._writer = index_writer.IndexWriter(
                index.path, words=words, jobs=procs, wait=timeout
            )
        except IndexLockedError as error:
            raise LockError(str(error)) from error
        self._index = index
        self._committed: list[SegmentEntry] = self._writer.segments
        self.schema = article_schema()
        self.generation = self._writer.generation + 1
        self.is_closed = False
        # As with Whoosh's writer, they may be set before a context ends, which commits.
        self.mergetype: Callable[..., Any] | None = None
        self.optimize = False
        self.merge = True

    def reader(self, reuse: IndexReader | None = None) -> IndexReader:
        """Return a reader of the commit, without the documents that were deleted so far."""
        self._check_open()
        segments = [ArticleSegment(entry) for entry in self._committed]
        storage = self._index.storage
        return FileIndex._reader(storage, self.schema, segments, self.generation - 1, reuse=reuse)

    def add_document(self, **fields: Any) -> None:  # noqa: ANN401
        """Add an article, or replace the one with the same id.

        :param fields: id, title, body, date, category, source, extra and details; a date may be a
            datetime, a date, or a string such as ``20240216``.
        :raises UnknownFieldError: there is no such field.
        :raises ArticleError: a value has the wrong type, or the id is missing.
        :raises StoreError: the value of a field is made of another one, or there are boosts.
        """
        self._check_open()
        values = {name: value for name, value in fields.items() if value is not None}
        for name in values:
            self._check_field(name)
        date = values.get("date")
        if isinstance(date, str):
            date = long_to_datetime(self.schema["date"].prepare_datetime(date))
        article = Article(
            values.get("id", ""),
            values.get("title", ""),
            values.get("body", ""),
            date.date() if isinstance(date, datetime.datetime) else date,
            values.get("category"),
            values.get("source"),
            values.get("extra", {}),
            values.get("details", ""),
        )
        self._writer.put(article)

    update_document = add_document

    def add_reader(self, reader: IndexReader) -> None:
        """Add the articles whose values another reader has stored.

        :raises UnknownFieldError: it has stored another field.
        """
        for _, stored in reader.iter_docs():
            self.add_document(**stored)

    def delete_document(self, docnum: int, delete: bool = True) -> None:
        """Delete a document of the index, by its number.

        :raises IndexingError: there is no such document.
        :raises StoreError: ``delete`` is False: what is deleted cannot be brought back.
        """
        self._check_open()
        if not delete:
            raise StoreError("a deleted article cannot be brought back: add it again")
        entry, doc = self._entry(docnum)
        if not entry.is_deleted(doc):
            self._writer.remove(self._writer.id_of(entry, doc))

    def is_deleted(self, docnum: int) -> bool:
        """Say whether a document of the index is deleted.

        :raises IndexingError: there is no such document.
        """
        entry, doc = self._entry(docnum)
        return entry.is_deleted(doc)

    def deleted_count(self) -> int:
        """Return the number of documents of the index that are deleted."""
        return sum(entry.deleted_count() for entry in self._committed)

    def has_deletions(self) -> bool:
        """Say whether documents of the index are deleted."""
        return self.deleted_count() > 0

    def delete_by_query(self, q: Query, searcher: Any = None) -> int:  # noqa: ANN401
        """Delete the documents of the index that a query finds; return how many."""
        self._check_open()
        return int(super().delete_by_query(q, searcher=searcher))

    def add_field(self, _fieldname: str, _fieldtype: FieldType, **_options: object) -> None:
        """Refuse: the schema is that of articles.

        :raises StoreError: always.
        """
        raise StoreError(_FIXED)

    def remove_field(self, _fieldname: str, **_options: object) -> None:
        """Refuse: the schema is that of articles.

        :raises StoreError: always.
        """
        raise StoreError(_FIXED)

    def commit(
        self,
        mergetype: Callable[..., Any] | None = None,
        optimize: bool | None = None,
        merge: bool | None = None,
    ) -> None:
        """Make all changes visible in one step, and close the writer.

        :param mergetype: ``OPTIMIZE`` and ``CLEAR`` of ``whoosh.writing`` do what they do there.
        :param optimize: rewrite all segments as few large ones.
        :param merge: without effect: small segments are merged when there are more than eight.
        :raises StoreError: ``mergetype`` is a function of the caller.
        :raises IndexStorageError: the changes cannot be written; the index is unchanged.
        """
        del merge
        self._check_open()
        mergetype = mergetype or self.mergetype
        if mergetype not in {None, CLEAR, MERGE_SMALL, NO_MERGE, OPTIMIZE}:
            raise StoreError("segments of articles are merged by danvan-search: give no mergetype")
        if mergetype is CLEAR:
            for known in list(self._writer.known()):
                self._writer.remove(known.id)
        elif mergetype is OPTIMIZE or (self.optimize if optimize is None else optimize):
            self._writer.optimize()
        self.is_closed = True
        self._writer.commit()

    def cancel(self) -> None:
        """Drop all changes, and close the writer."""
        self._check_open()
        self.is_closed = True
        self._writer.cancel()

    def _check_open(self) -> None:
        if self.is_closed:
            raise IndexingError("This writer is closed")

    def _check_field(self, name: str) -> None:
        if name.startswith("_"):
            raise StoreError(f"an article has one weight and one text for each field: drop {name}")
        if name not in self.schema:
            raise UnknownFieldError(f"No field named {name!r} in {self.schema}")
        if name.endswith(ACCENTED) or name == WORDS:
            raise StoreError(f"the field {name!r} is made of the texts: give the texts alone")

    def _entry(self, docnum: int) -> tuple[SegmentEntry, int]:
        """Return the segment of a document of the index, and its number there."""
        doc = docnum
        for entry in self._committed:
            if 0 <= doc < entry.doc_count_all():
                return entry, doc
            doc -= entry.doc_count_all()
        raise IndexingError(f"No document ID {docnum!r} in this index")
