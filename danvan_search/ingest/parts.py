"""The parts of a container: each is read as a file of its own would be."""

import dataclasses
import io
from typing import Final

from danvan_search.ingest.compressed import COMPRESSIONS
from danvan_search.ingest.reader import Document, Documents, Problem, Reader, Source
from danvan_search.ingest.records import Cause
from danvan_search.ingest.unpacking import Unpacking

_BUFFER: Final = 1 << 16


def read_part(
    source: Source,
    part: str,
    content: bytes,
    *,
    file_name: str | None = None,
    reader: Reader | None = None,
) -> Documents:
    """Yield the documents and problems of a part of a container, under its name.

    :param part: its name in the container.
    :param content: all of its bytes.
    :param file_name: the name of the file that it is; None for the last part of its name.
    :param reader: reads it; None to choose one by its content and its name.
    :raises LimitError: the file reached a limit.
    """
    # It chooses among all readers, and those of containers import this module.
    from danvan_search.ingest.choosing import read_source, read_with
    from danvan_search.ingest.formats import compression_of, without_compression

    if file_name is None:
        file_name = part.rpartition("/")[2]
    compression = compression_of(file_name)
    raw: io.RawIOBase | io.BytesIO = io.BytesIO(content)
    if compression:
        raw = _Counted(COMPRESSIONS[compression](io.BytesIO(content)), source.unpacking)
    child = Source(
        f"{source.name}#{part}",
        io.BufferedReader(raw, _BUFFER),
        max_bytes=source.max_bytes,
        file_name=without_compression(file_name),
        encoding=source.encoding,
        is_seekable=not compression,
        unpacking=source.unpacking,
        depth=source.depth + 1,
    )
    for found in read_source(child) if reader is None else read_with(reader, child):
        if isinstance(found, Problem):
            yield _problem(found, part)
        else:
            document = _document(found, part, child)
            source.found_encoding = child.found_encoding
            yield document


def is_known(part: str) -> bool:
    """Return whether a part may be of a kind that is read, by its name."""
    from danvan_search.ingest.formats import reader_by_suffix, suffix_of

    name = part.rpartition("/")[2]
    return not suffix_of(name) or reader_by_suffix(name) is not None


def _problem(problem: Problem, part: str) -> Problem:
    full = f"{part}#{problem.part}" if problem.part else part
    # What was never an article is not missed when it is something else.
    unreadable = problem.unreadable and problem.cause is not Cause.OTHER_KIND
    return dataclasses.replace(problem, part=full, unreadable=unreadable)


def _document(document: Document, part: str, child: Source) -> Document:
    notices = (*document.notices, *child.take_notices())
    if document.id:
        return dataclasses.replace(document, notices=notices)
    metadata = document.metadata
    if not document.part and child.file_name:
        metadata = {**metadata, "file_name": child.file_name}
    full = f"{part}#{document.part}" if document.part else part
    return dataclasses.replace(document, part=full, notices=notices, metadata=metadata)


class _Counted(io.RawIOBase):
    """The bytes of a stream, counted."""

    def __init__(self, stream: io.BufferedReader, unpacking: Unpacking) -> None:
        super().__init__()
        self._stream = stream
        self._unpacking = unpacking

    def readable(self) -> bool:
        """Return True."""
        return True

    def readinto(self, buffer: bytearray | memoryview) -> int:  # type: ignore[override]
        """Write bytes into the buffer and return their number, 0 at the end."""
        count = self._stream.readinto(buffer)
        self._unpacking.count_bytes(count)
        return count
