"""Segments on disk: two files each, written once and mapped when opened.

``<segment>.grid`` holds the arrays of the syllable grid and the texts, ``<segment>.docs`` the
rows of :mod:`danvan_search.index.codec.doc_values`.
"""

from pathlib import Path
from typing import Final

from danvan_search.article import Article
from danvan_search.errors import IndexDamagedError
from danvan_search.index.codec.array_file import ArrayFile
from danvan_search.index.codec.corruption import SUSPECT, CorruptionGuard, describe
from danvan_search.index.codec.doc_values import DocValues
from danvan_search.index.codec.segment_reader import SegmentReader

GRID_SUFFIX: Final = ".grid"
DOCUMENTS_SUFFIX: Final = ".docs"


class OpenSegment:
    """A segment, open for reading; immutable, and free to be used by many threads.

    :param doc_count: how many documents it has, as the table of contents says.

    :ivar name: the name that its files begin with.
    :ivar reader: its syllables and texts.
    :ivar doc_values: the rest of what it knows of its articles.

    :raises IndexStorageError: when a file cannot be read.
    :raises IndexFormatError: when a file is of another version.
    :raises IndexDamagedError: when a file is cut or altered, or the two do not fit.
    """

    def __init__(self, folder: Path, name: str, doc_count: int) -> None:
        self.name = name
        self._grid_path = folder / f"{name}{GRID_SUFFIX}"
        self._guard = CorruptionGuard(folder, self.check_values)
        self._is_possible = False
        self.reader = SegmentReader.open(self._grid_path)
        self._rows = ArrayFile(folder / f"{name}{DOCUMENTS_SUFFIX}")
        self.doc_values = DocValues(self._rows.arrays, str(self._rows.path))
        if not doc_count == len(self.doc_values) == self.reader.doc_count:
            raise IndexDamagedError.of(
                self._grid_path,
                f"it, {name}{DOCUMENTS_SUFFIX} and the table of contents are not of one piece",
            )

    def article(self, doc: int) -> Article:
        """Return a document as an article."""
        with self._guard:
            return self.doc_values.article(doc, self.reader.stored_text.body(doc))

    def check_values(self) -> None:
        """Check all values; once they were found possible, do nothing.

        Checksums tell what changed since it was written. This tells what no writer writes; it takes
        about as long as building the segment.

        :raises IndexDamagedError: naming the file with an impossible value.
        """
        if self._is_possible:
            return
        for path, check in (
            (self._grid_path, self.reader.check_values),
            (self._rows.path, self.doc_values.check_values),
        ):
            try:
                check()
            except IndexDamagedError:
                raise
            except SUSPECT as error:
                raise IndexDamagedError.of(path, describe(error)) from error
        self._is_possible = True

    def verify(self) -> None:
        """Compare all checksums.

        :raises IndexDamagedError: naming what does not fit.
        """
        self.reader.verify()
        self._rows.verify()
