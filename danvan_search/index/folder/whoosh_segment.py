"""The Whoosh side of a segment: what Whoosh keeps in its table of contents, and reads.

The index is a Whoosh index: its schema, table of contents, generations, lock, segments and
deletions are Whoosh's. A segment's contents are ours, mapped from two files; none of its fields
is indexed in Whoosh's sense, so that Whoosh never walks over tokens. Whoosh finds the codec
through the segments in the table of contents, so the names of these classes are part of the
format.
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

_READ_ONLY: Final = "this index is written by danvan_search.Index: use its add and remove"


INDEX_NAME: Final = "MAIN"
"""The name of the index within its folder; Whoosh's own default."""

_SEGMENT_ID: Final = re.compile(r"[0-9a-f]{16}")
_MOST: Final = (1 << 32) - 1


class ArticleSegment(base.Segment):  # type: ignore[misc]
    """A segment as Whoosh's table of contents knows it: plain values, and which codec reads it.

    :ivar syllables: how many syllables it holds, of removed articles too.
    """

    def __init__(self, indexname: str = INDEX_NAME, doc_count: int = 0, syllables: int = 0) -> None:
        # Whoosh draws names from the global random generator: a program that seeds it twice
        # alike would get two segments of one name.
        self.indexname = indexname
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
        """Return the segment of JSON values that may come from anywhere.

        :raises ValueError: they are not what :meth:`to_json` gives.
        """
        if not isinstance(values, dict):
            raise ValueError("a segment is no object")
        name, deleted = values.get("name"), values.get("deleted")
        documents, syllables = values.get("documents"), values.get("syllables")
        if not (
            isinstance(name, str)
            and _SEGMENT_ID.fullmatch(name)
            and isinstance(deleted, list)
            and isinstance(documents, int)
            and isinstance(syllables, int)
            and all(type(count) is int for count in (documents, syllables, *deleted))
            and 0 <= documents <= _MOST
            and 0 <= syllables <= _MOST
            and all(0 <= doc < documents for doc in deleted)
        ):
            raise ValueError("a segment has impossible values")
        made = cls(doc_count=documents, syllables=syllables)
        made.segid = name
        made._deleted = set(deleted)
        return made

    def codec(self) -> "ArticleCodec":
        """Return what reads the files of the segment."""
        return ArticleCodec()

    def should_assemble(self) -> bool:
        """Keep the files apart, so that they can be mapped."""
        return False

    def doc_count_all(self) -> int:
        """Return the number of documents, deleted ones too."""
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
        """Mark a document as deleted, or as alive again."""
        (self._deleted.add if delete else self._deleted.discard)(docnum)

    def is_deleted(self, docnum: int) -> bool:
        """Say whether a document is deleted."""
        return docnum in self._deleted


def live_mask(segment: ArticleSegment) -> np.ndarray | None:
    """Return which documents of a segment are alive, bool[docs]; None if all are."""
    if not segment.has_deletions():
        return None
    mask = np.ones(segment.doc_count_all(), dtype=np.bool_)
    mask[np.fromiter(segment.deleted_docs(), np.int64, segment.deleted_count())] = False
    return mask


class ArticleCodec(base.Codec):  # type: ignore[misc]
    """Reads segments for Whoosh; they are written by :class:`IndexWriter` alone."""

    def new_segment(self, _storage: FileStorage, indexname: str) -> ArticleSegment:
        """Return a new, empty segment."""
        return ArticleSegment(indexname)

    def per_document_writer(self, _storage: FileStorage, _segment: ArticleSegment) -> None:
        """Refuse: Whoosh's writer knows nothing of the two files and their syncing."""
        raise StoreError(_READ_ONLY)

    field_writer = per_document_writer

    def per_document_reader(
        self, storage: FileStorage, segment: ArticleSegment
    ) -> "ArticleDocumentReader":
        """Return what Whoosh reads stored fields from."""
        return ArticleDocumentReader(storage, segment)

    def terms_reader(self, _storage: FileStorage, _segment: ArticleSegment) -> "NoTerms":
        """Return what Whoosh reads terms from: there are none that it could walk over."""
        return NoTerms()


class ArticleDocumentReader(base.PerDocumentReader):  # type: ignore[misc]
    """The documents of a segment, as Whoosh reads them."""

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
        """Say that there are no Whoosh columns."""
        return False

    def stored_fields(self, docnum: int) -> dict[str, Any]:
        """Return what is stored of a document, by field name; what is None is left out."""
        values = self._open.article(docnum).to_json()
        return {name: value for name, value in values.items() if value is not None}

    def doc_field_length(self, docnum: int, fieldname: str, default: int = 0) -> int:
        """Return the number of syllables of a title or body."""
        lengths = {
            "title": self._open.reader.grid.title_lengths,
            "body": self._open.reader.grid.body_lengths,
        }.get(fieldname)
        return default if lengths is None else int(lengths[docnum])

    def field_length(self, fieldname: str) -> int:
        """Return the number of syllables of all titles or bodies."""
        title = self._open.reader.title_syllables
        return {"title": title, "body": self._open.reader.syllables - title}.get(fieldname, 0)

    def min_field_length(self, fieldname: str) -> int:
        """Return the number of syllables of the shortest title or body."""
        return min(self._lengths(fieldname), default=0)

    def max_field_length(self, fieldname: str) -> int:
        """Return the number of syllables of the longest title or body."""
        return max(self._lengths(fieldname), default=0)

    def _lengths(self, fieldname: str) -> Iterator[int]:
        return (self.doc_field_length(doc, fieldname) for doc in range(self.doc_count_all()))


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
        """Refuse every term."""
        raise TermNotFound(f"{fieldname}:{text!r}")

    def matcher(self, fieldname: str, text: bytes, *_options: object) -> None:
        """Refuse every term."""
        raise TermNotFound(f"{fieldname}:{text!r}")

    def close(self) -> None:
        """Close nothing."""


class ArticleSchema(fields.Schema):  # type: ignore[misc]
    """A schema that is written once: the one that was read from an index refuses.

    Whoosh's writer would take the schema, and put segments of its own, which no search of ours
    can read, into the next table of contents, or copy our articles into them. It writes the
    table before it removes anything, so that refusing there leaves the index as it was.
    """

    _was_read = False

    def __setstate__(self, state: dict[str, Any]) -> None:
        self.__dict__.update(state)
        self._was_read = True

    def clean(self) -> None:
        """Make ready to be written.

        :raises StoreError: the schema was read from an index.
        """
        if self._was_read:
            raise StoreError(_READ_ONLY)
        super().clean()


def schema() -> ArticleSchema:
    """Return a new schema of an index: what is stored of an article, by name."""
    names = ("id", "title", "body", "date", "category", "source", "extra")
    return ArticleSchema(**dict.fromkeys(names, fields.STORED))
