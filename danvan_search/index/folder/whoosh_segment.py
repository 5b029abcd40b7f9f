"""A segment as Whoosh sees it: its entry in the commit file, its codec, and the schema.

The index is a Whoosh index: Whoosh defines its schema, table of contents (which the commit file
contains), generations, lock, list of segments and deletions. The content of a segment has a format
of its own, in two mapped files. No field is indexed in Whoosh's sense, so Whoosh never iterates
over tokens. Whoosh finds the codec through the pickled segments in the commit file, so the names
of these classes are part of the format.

Whoosh can read the index, but not write it: :class:`ArticleSchema` refuses the commit of a Whoosh
writer. What the writer had created until then, the next commit of :class:`.IndexWriter` removes.
"""

import os
import re
import secrets
from collections.abc import Iterator
from pathlib import Path
from typing import Any, Final, Self

import numpy as np
from whoosh import fields
from whoosh.codec import base
from whoosh.filedb.filestore import FileStorage
from whoosh.reading import TermNotFound

from danvan_search.errors import StoreError
from danvan_search.index.codec.segment_files import OpenSegment
from danvan_search.index.folder.file_names import INDEX_NAME, SEGMENT_ID

_READ_ONLY: Final = "this index is written by danvan_search.Index: use its add and remove"

_MAX_COUNT: Final = (1 << 32) - 1


class ArticleSegment(base.Segment):  # type: ignore[misc]
    """The entry of a segment in the commit file: name, counts, deletions, and the codec.

    :ivar segid: the random part of its name, 16 hexadecimal digits.
    :ivar syllables: the number of its syllables, those of deleted documents included.
    """

    def __init__(self, indexname: str = INDEX_NAME, doc_count: int = 0, syllables: int = 0) -> None:
        self.indexname = indexname
        # Whoosh's own ids come from the global random generator: a program that sets the same
        # seed before two commits would get the same name twice.
        self.segid = secrets.token_hex(8)
        self.compound = False
        self.syllables = syllables
        self._doc_count = doc_count
        self._deleted: set[int] = set()

    def to_json(self) -> dict[str, Any]:
        """Return the segment as plain JSON values."""
        return {
            "name": self.segid,
            "documents": self._doc_count,
            "syllables": self.syllables,
            "deleted": sorted(self._deleted),
        }

    @classmethod
    def from_json(cls, values: Any) -> Self:  # noqa: ANN401
        """Return the segment that JSON values describe; they are not trusted.

        :raises ValueError: :meth:`to_json` never returns such values.
        """
        if not isinstance(values, dict):
            raise ValueError("a segment is not an object")
        name, deleted = values.get("name"), values.get("deleted")
        documents, syllables = values.get("documents"), values.get("syllables")
        if not (
            isinstance(name, str)
            and re.fullmatch(SEGMENT_ID, name)
            and isinstance(deleted, list)
            and isinstance(documents, int)
            and isinstance(syllables, int)
            and all(type(count) is int for count in (documents, syllables, *deleted))
            and 0 <= documents <= _MAX_COUNT
            and 0 <= syllables <= _MAX_COUNT
            and all(0 <= doc < documents for doc in deleted)
        ):
            raise ValueError("a segment has impossible values")
        made = cls(doc_count=documents, syllables=syllables)
        made.segid = name
        made._deleted = set(deleted)
        return made

    def codec(self) -> "ArticleCodec":
        """Return the codec that reads the segment's files."""
        return ArticleCodec()

    def should_assemble(self) -> bool:
        """Return False: Whoosh must not pack the files into one, because they are mapped."""
        return False

    def doc_count_all(self) -> int:
        """Return the number of documents, deleted ones included."""
        return self._doc_count

    def set_doc_count(self, count: int) -> None:
        """Set the number of documents."""
        self._doc_count = count

    def deleted_count(self) -> int:
        """Return the number of deleted documents."""
        return len(self._deleted)

    def deleted_docs(self) -> Iterator[int]:
        """Yield the deleted documents."""
        return iter(self._deleted)

    def delete_document(self, docnum: int, delete: bool = True) -> None:
        """Mark a document as deleted, or as live again."""
        (self._deleted.add if delete else self._deleted.discard)(docnum)

    def is_deleted(self, docnum: int) -> bool:
        """Say whether a document is deleted."""
        return docnum in self._deleted


def live_mask(segment: ArticleSegment) -> np.ndarray | None:
    """Return which documents of a segment are live, bool[docs]; None if all are."""
    if not segment.has_deletions():
        return None
    mask = np.ones(segment.doc_count_all(), dtype=np.bool_)
    mask[np.fromiter(segment.deleted_docs(), np.int64, segment.deleted_count())] = False
    return mask


class ArticleCodec(base.Codec):  # type: ignore[misc]
    """Opens segments for Whoosh; only :class:`.IndexWriter` writes them."""

    def new_segment(self, _storage: FileStorage, indexname: str) -> ArticleSegment:
        """Return a new, empty segment."""
        return ArticleSegment(indexname)

    def per_document_writer(self, _storage: FileStorage, _segment: ArticleSegment) -> None:
        """Refuse: a Whoosh writer neither writes the two files nor fsyncs them.

        :raises StoreError: always.
        """
        raise StoreError(_READ_ONLY)

    field_writer = per_document_writer

    def per_document_reader(
        self, storage: FileStorage, segment: ArticleSegment
    ) -> "ArticleDocumentReader":
        """Return Whoosh's reader of stored fields and lengths."""
        return ArticleDocumentReader(storage, segment)

    def terms_reader(self, _storage: FileStorage, _segment: ArticleSegment) -> "NoTerms":
        """Return Whoosh's reader of terms, which has none."""
        return NoTerms()


class ArticleDocumentReader(base.PerDocumentReader):  # type: ignore[misc]
    """Reads the documents of a segment for Whoosh."""

    def __init__(self, storage: FileStorage, segment: ArticleSegment) -> None:
        self._segment = segment
        self._open = OpenSegment(
            Path(os.fspath(storage.folder)), segment.segment_id(), segment.doc_count_all()
        )

    def doc_count(self) -> int:
        """Return the number of documents that are not deleted."""
        return int(self._segment.doc_count())

    def doc_count_all(self) -> int:
        """Return the number of documents."""
        return self._segment.doc_count_all()

    def has_deletions(self) -> bool:
        """Say whether documents are deleted."""
        return self._segment.deleted_count() > 0

    def is_deleted(self, docnum: int) -> bool:
        """Say whether a document is deleted."""
        return self._segment.is_deleted(docnum)

    def deleted_docs(self) -> Iterator[int]:
        """Yield the deleted documents."""
        return self._segment.deleted_docs()

    def supports_columns(self) -> bool:
        """Return False: the segment has no Whoosh columns."""
        return False

    def stored_fields(self, docnum: int) -> dict[str, Any]:
        """Return the stored values of a document by field name, without those that are None."""
        values = self._open.article(docnum).to_json()
        return {name: value for name, value in values.items() if value is not None}

    def doc_field_length(self, docnum: int, fieldname: str, default: int = 0) -> int:
        """Return the number of syllables of a title, a body or details."""
        lengths = self._lengths(fieldname)
        return default if lengths is None else int(lengths[docnum])

    def field_length(self, fieldname: str) -> int:
        """Return the number of syllables of all titles, bodies or details."""
        lengths = self._lengths(fieldname)
        return 0 if lengths is None else int(lengths.sum(dtype=np.int64))

    def min_field_length(self, fieldname: str) -> int:
        """Return the number of syllables of the shortest title, body or details."""
        lengths = self._lengths(fieldname)
        return int(lengths.min()) if lengths is not None and len(lengths) else 0

    def max_field_length(self, fieldname: str) -> int:
        """Return the number of syllables of the longest title, body or details."""
        lengths = self._lengths(fieldname)
        return 0 if lengths is None else int(lengths.max(initial=0))

    def _lengths(self, fieldname: str) -> np.ndarray | None:
        """Return the syllables of a text of each document: integers[docs]; None for others."""
        grid = self._open.reader.grid
        if fieldname == "details":
            none = np.zeros(self.doc_count_all(), dtype=np.int64)
            return none if grid.details is None else grid.details.syllables
        return {"title": grid.title_lengths, "body": grid.body_lengths}.get(fieldname)


class NoTerms:
    """A terms reader without terms."""

    def __contains__(self, _term: object) -> bool:
        return False

    def terms(self) -> Iterator[tuple[str, bytes]]:
        """Yield nothing."""
        return iter(())

    items = terms

    def terms_from(self, _fieldname: str, _prefix: bytes) -> Iterator[tuple[str, bytes]]:
        """Yield nothing."""
        return iter(())

    items_from = terms_from

    def indexed_field_names(self) -> list[str]:
        """Return no names."""
        return []

    def frequency(self, _fieldname: str, _text: bytes) -> int:
        """Return 0."""
        return 0

    doc_frequency = frequency

    def term_info(self, fieldname: str, text: bytes) -> None:
        """Find no term.

        :raises TermNotFound: always.
        """
        raise TermNotFound(f"{fieldname}:{text!r}")

    def cursor(self, _fieldname: str, _field: object) -> base.EmptyCursor:
        """Return a cursor over nothing."""
        return base.EmptyCursor()

    def matcher(
        self, fieldname: str, text: bytes, _format: object = None, *, scorer: object = None
    ) -> None:
        """Find no term.

        :param scorer: Whoosh's name for what would score the postings.
        :raises TermNotFound: always.
        """
        del scorer
        raise TermNotFound(f"{fieldname}:{text!r}")

    def close(self) -> None:
        """Do nothing: no file is open."""


class ArticleSchema(fields.Schema):  # type: ignore[misc]
    """A schema that can be written once: after it is read from an index, writing it fails.

    A Whoosh writer would use the schema of the index, and put segments in Whoosh's format, which
    this package cannot read, into the next commit file, or copy articles into such segments. It
    writes the commit file before it removes anything, so an error at that point leaves the index
    unchanged. It cannot be refused before it creates its files: up to there it calls nothing that
    a Whoosh reader does not call, too.
    """

    _was_read = False

    def __setstate__(self, state: dict[str, Any]) -> None:
        self.__dict__.update(state)
        self._was_read = True

    def clean(self) -> None:
        """Prepare the schema for writing.

        :raises StoreError: the schema was read from an index.
        """
        if self._was_read:
            raise StoreError(_READ_ONLY)
        super().clean()


def schema() -> ArticleSchema:
    """Return the schema of a new index: one stored field for each value of an article."""
    names = ("id", "title", "body", "date", "category", "source", "extra", "details")
    return ArticleSchema(**dict.fromkeys(names, fields.STORED))
