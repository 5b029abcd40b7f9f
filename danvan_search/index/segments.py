"""Segments on disk: two files each, written once and mapped when opened.

``<segment>.grid`` holds the arrays of the syllable grid and the texts, ``<segment>.docs`` the
rows of :mod:`danvan_search.index.documents`.
"""

import os
from collections.abc import Callable
from pathlib import Path
from typing import BinaryIO, Final

from danvan_search.article import Article
from danvan_search.errors import IndexDamagedError
from danvan_search.index.arrays import Columns, Segment, write_segment
from danvan_search.index.arrays.arrayfile import ArrayFile, ArrayFileWriter
from danvan_search.index.documents import Arrays, Documents

GRID_SUFFIX: Final = ".grid"
DOCUMENTS_SUFFIX: Final = ".docs"


class OpenSegment:
    """A segment, open for reading; immutable, and free to be used by many threads.

    :param doc_count: how many documents it has, as the table of contents says.

    :ivar name: the name that its files begin with.
    :ivar grid: its syllables and texts.
    :ivar documents: the rest of what it knows of its articles.

    :raises IndexStorageError: when a file cannot be read.
    :raises IndexFormatError: when a file is of another version.
    :raises IndexDamagedError: when a file is cut or altered, or the two do not fit.
    """

    def __init__(self, folder: Path, name: str, doc_count: int) -> None:
        self.name = name
        self.grid = Segment.open(folder / f"{name}{GRID_SUFFIX}")
        self._rows = ArrayFile(folder / f"{name}{DOCUMENTS_SUFFIX}")
        self.documents = Documents(self._rows.arrays, str(self._rows.path))
        if not doc_count == len(self.documents) == self.grid.doc_count:
            raise IndexDamagedError.of(
                folder / f"{name}{GRID_SUFFIX}",
                f"it, {name}{DOCUMENTS_SUFFIX} and the table of contents are not of one piece",
            )

    def article(self, doc: int) -> Article:
        """Return a document as an article."""
        return self.documents.article(doc, self.grid.texts.texts(doc)[1])

    def verify(self) -> None:
        """Compare all checksums.

        :raises IndexDamagedError: naming what does not fit.
        """
        self.grid.verify()
        self._rows.verify()


def write_files(folder: Path, name: str, columns: Columns, rows: Arrays) -> None:
    """Write the two files of a segment, and have the disk hold them.

    :raises OSError: when they cannot be written.
    """

    def write_rows(file: BinaryIO) -> None:
        writer = ArrayFileWriter(file)
        for array_name, array in rows.items():
            writer.add(array_name, array)
        writer.finish({})

    _write(folder / f"{name}{GRID_SUFFIX}", lambda file: write_segment(columns, file))
    _write(folder / f"{name}{DOCUMENTS_SUFFIX}", write_rows)


def _write(path: Path, write: Callable[[BinaryIO], None]) -> None:
    with path.open("xb") as file:
        write(file)
        file.flush()
        os.fsync(file.fileno())
