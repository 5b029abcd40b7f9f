"""The codec that the commit file names: it opens a segment for Whoosh, and writes none."""

import os
from pathlib import Path
from typing import Any

from whoosh.codec import base
from whoosh.filedb.filestore import Storage

from danvan_search.errors import IndexStorageError, StoreError
from danvan_search.index.codec.segment_files import OpenSegment
from danvan_search.whoosh.codec.documents import ArticleDocumentReader
from danvan_search.whoosh.codec.terms_reader import ArticleTermsReader, SegmentTerms


class ArticleCodec(base.Codec):  # type: ignore[misc]
    """Opens one segment for Whoosh; its two readers share the files."""

    def __init__(self) -> None:
        self._opened: dict[str, SegmentTerms] = {}

    def new_segment(self, _storage: Storage, _indexname: str) -> None:
        """Refuse: Whoosh's writers cannot write the two files of a segment.

        :raises StoreError: always.
        """
        raise StoreError(
            "Whoosh's own writer cannot write segments of articles: use danvan_search.whoosh.index"
        )

    per_document_writer = field_writer = new_segment

    def per_document_reader(self, storage: Storage, segment: base.Segment) -> ArticleDocumentReader:
        """Return Whoosh's reader of documents."""
        return ArticleDocumentReader(self._terms(storage, segment), segment)

    def terms_reader(self, storage: Storage, segment: base.Segment) -> ArticleTermsReader:
        """Return Whoosh's reader of terms."""
        return ArticleTermsReader(self._terms(storage, segment))

    def _terms(self, storage: Any, segment: base.Segment) -> SegmentTerms:  # noqa: ANN401
        """Return the fields of a segment, and keep them for the second reader.

        :raises FileNotFoundError: a commit removed the segment; Whoosh tries again.
        :raises StoreError: the storage is no folder, or the segment cannot be read.
        """
        name = segment.segment_id()
        if name not in self._opened:
            folder = getattr(storage, "folder", None)
            if not folder:
                raise StoreError("the segments of this index are mapped: open it in its folder")
            try:
                opened = OpenSegment(Path(os.fspath(folder)), name, segment.doc_count_all())
            except IndexStorageError as error:
                if isinstance(error.__cause__, FileNotFoundError):
                    raise error.__cause__ from None
                raise
            self._opened[name] = SegmentTerms(opened)
        return self._opened[name]
