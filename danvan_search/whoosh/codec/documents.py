"""The documents of a segment for Whoosh: stored fields, lengths, vectors, columns and deletions."""

from collections.abc import Iterator
from typing import Any

import numpy as np
from whoosh.codec import base
from whoosh.columns import Column
from whoosh.formats import Format

from danvan_search.whoosh.codec.columns import DocValueColumn
from danvan_search.whoosh.codec.postings import PostingMatcher
from danvan_search.whoosh.codec.schema import COLUMNS, VALUE_FIELDS, moment
from danvan_search.whoosh.codec.terms_reader import INDEXED, SegmentTerms


class ArticleDocumentReader(base.PerDocumentReader):  # type: ignore[misc]
    """Whoosh's reader of the documents of a segment.

    :param terms: the fields of the segment.
    :param segment: Whoosh's object of the segment, which has the deletions.
    """

    def __init__(self, terms: SegmentTerms, segment: base.Segment) -> None:
        self._terms = terms
        self._open = terms.segment
        self._segment = segment
        self._doc_count = len(self._open.doc_values)

    def doc_count(self) -> int:
        """Return the number of documents that are not deleted."""
        return self._doc_count - int(self._segment.deleted_count())

    def doc_count_all(self) -> int:
        """Return the number of documents."""
        return self._doc_count

    def has_deletions(self) -> bool:
        """Say whether documents are deleted."""
        return bool(self._segment.has_deletions())

    def is_deleted(self, docnum: int) -> bool:
        """Say whether a document is deleted."""
        return bool(self._segment.is_deleted(docnum))

    def deleted_docs(self) -> Iterator[int]:
        """Yield the deleted documents."""
        deleted: Iterator[int] = self._segment.deleted_docs()
        return deleted

    def stored_fields(self, docnum: int) -> dict[str, Any]:
        """Return the stored values of a document by field name, without those that are None.

        The date is a datetime, as Whoosh's field of dates stores it.
        """
        article = self._open.article(docnum)
        stored = {name: value for name, value in article.to_json().items() if value is not None}
        if article.date is not None:
            stored["date"] = moment(article.date)
        return stored

    # Columns

    def supports_columns(self) -> bool:
        """Return True: there are fields to sort by."""
        return True

    def has_column(self, fieldname: str) -> bool:
        """Say whether a field can be sorted by."""
        return fieldname in COLUMNS

    def list_columns(self) -> list[str]:
        """Return the names of the fields that can be sorted by."""
        return list(COLUMNS)

    def column_reader(self, fieldname: str, column: Column) -> DocValueColumn:
        """Return a reader of the values of a field; they have the type that the schema gives it.

        :raises KeyError: the field has no column.
        """
        del column
        return DocValueColumn(self._open.doc_values, self._open.guard, COLUMNS[fieldname])

    # Lengths

    def doc_field_length(self, docnum: int, fieldname: str, default: int = 0) -> int:
        """Return the number of terms of a field of texts or words in a document."""
        lengths = self._lengths(fieldname)
        return default if lengths is None else int(lengths[docnum])

    def field_length(self, fieldname: str) -> int:
        """Return the number of terms of a field in all documents, deleted ones included."""
        lengths = self._lengths(fieldname)
        return 0 if lengths is None else int(lengths.sum(dtype=np.int64))

    def min_field_length(self, fieldname: str) -> int:
        """Return the number of terms of a field in the document that has the fewest."""
        lengths = self._lengths(fieldname)
        return 0 if lengths is None or not len(lengths) else int(lengths.min())

    def max_field_length(self, fieldname: str) -> int:
        """Return the number of terms of a field in the document that has the most."""
        lengths = self._lengths(fieldname)
        return 0 if lengths is None else int(lengths.max(initial=0))

    def _lengths(self, fieldname: str) -> np.ndarray | None:
        """Return the lengths of a field, integers[d]; None for a field without lengths."""
        if fieldname in VALUE_FIELDS or fieldname not in INDEXED:
            return None
        with self._open.guard:
            return self._terms.field(fieldname).lengths

    # Vectors

    def has_vector(self, docnum: int, fieldname: str) -> bool:
        """Say whether a document has a term vector of a field: where its text has syllables."""
        terms = self._terms.text_field(fieldname)
        return terms is not None and int(terms.lengths[docnum]) > 0

    def vector(self, docnum: int, fieldname: str, format_: Format) -> PostingMatcher:
        """Return a matcher over the terms of a text of a document; its ids are the terms.

        :raises KeyError: there is no such vector.
        """
        terms = self._terms.text_field(fieldname)
        if terms is None or not terms.lengths[docnum]:
            raise KeyError(f"Field {fieldname!r} has no vector in document {docnum}")
        with self._open.guard:
            vector = terms.vector(docnum)
        return PostingMatcher(vector, vector.terms, format_, self._open.guard)
