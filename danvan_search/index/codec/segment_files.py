"""An open segment: the two array files of a segment on disk, mapped and checked against each other.

``<segment>.grid`` holds the arrays of :mod:`.segment_reader`, ``<segment>.docs`` those of
:mod:`.doc_values`. Both are written once and never change.
"""

from pathlib import Path
from typing import Final

import numpy as np

from danvan_search.article import Article
from danvan_search.errors import IndexDamagedError
from danvan_search.index.codec.array_file import ArrayFile
from danvan_search.index.codec.corruption import SUSPECT, CorruptionGuard, describe
from danvan_search.index.codec.doc_values import DocValues
from danvan_search.index.codec.segment_check import check_details, check_segment
from danvan_search.index.codec.segment_reader import SegmentReader
from danvan_search.index.codec.vectors import Vectors

GRID_SUFFIX: Final = ".grid"
DOCUMENTS_SUFFIX: Final = ".docs"


class OpenSegment:
    """A segment, open for reading; immutable and thread-safe.

    Both files have the same number of documents.

    :param folder: the folder of the index.
    :param name: the name of the segment, with which its files begin.
    :param doc_count: the number of its documents in the commit file.

    :ivar name: the name of the segment.
    :ivar reader: the arrays of its ``.grid`` file.
    :ivar doc_values: the arrays of its ``.docs`` file.
    :ivar vectors: the vectors in that file; None if it has none.
    :ivar guard: maps exceptions in code that reads the two; the methods here use it.

    :raises IndexStorageError: a file cannot be read.
    :raises IndexFormatError: a file has another format version.
    :raises IndexDamagedError: a file is cut or altered, or the numbers of documents differ.
    """

    def __init__(self, folder: Path, name: str, doc_count: int) -> None:
        self.name = name
        self._grid_path = folder / f"{name}{GRID_SUFFIX}"
        self.guard = CorruptionGuard(folder, self.check_values)
        self._is_checked = False
        self.reader = SegmentReader.open(self._grid_path)
        self._docs_file = ArrayFile(folder / f"{name}{DOCUMENTS_SUFFIX}")
        self.doc_values = DocValues(self._docs_file.arrays, str(self._docs_file.path))
        if not doc_count == len(self.doc_values) == self.reader.doc_count:
            raise IndexDamagedError.of(
                self._grid_path,
                f"its number of documents is not that of {name}{DOCUMENTS_SUFFIX} and the commit "
                "file",
            )
        docs = self._docs_file
        self.vectors = Vectors.open(docs.arrays, docs.meta, doc_count, str(docs.path))

    @property
    def docs_file(self) -> ArrayFile:
        """The file of the doc values, for a writer that copies them."""
        return self._docs_file

    def article(self, doc: int) -> Article:
        """Return the article of a document."""
        with self.guard:
            return self.doc_values.article(doc, self.reader.stored_text.body(doc))

    def check_values(self) -> None:
        """Check all values, once: later calls return at once if the first one succeeded.

        Checksums reveal bytes that changed since they were written; this check reveals values that
        no writer writes. It takes about as long as building the segment.

        :raises IndexDamagedError: a value is impossible; the error names the file.
        """
        if self._is_checked:
            return
        path = self._grid_path
        try:
            check_segment(self.reader)
            path = self._docs_file.path
            self.doc_values.check_values()
            if self.reader.has_details:
                chars = [len(self.doc_values.details(doc)) for doc in range(len(self.doc_values))]
                check_details(self.reader, np.array(chars, dtype=np.int64))
            if self.vectors is not None:
                docs = np.arange(self.reader.doc_count)
                self.vectors.check_values(self.reader.stored_text.lengths(docs)[1])
        except IndexDamagedError:
            raise
        except SUSPECT as error:
            raise IndexDamagedError.of(path, describe(error)) from error
        self._is_checked = True

    def verify(self) -> None:
        """Compare all checksums of both files.

        :raises IndexDamagedError: one differs; the error names file and array.
        """
        self.reader.verify()
        self._docs_file.verify()
