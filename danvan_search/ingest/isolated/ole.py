"""OLE files: documents of Word and sheets of Excel, 97 to 2003, and what else they may hold.

The first value says which it is, with its properties: ``{"format": "word", "properties": {…}}``.
"""

import io
from collections.abc import Iterator
from typing import Any, Final

from danvan_search.ingest.isolated import sheets
from danvan_search.ingest.isolated.binary import u2
from danvan_search.ingest.isolated.ole_properties import summary_of
from danvan_search.ingest.isolated.reply import Failure, ParseError
from danvan_search.ingest.isolated.word import parse_word

_FIRST_RECORDS: Final = 10
_LOCK: Final = 0x2F
_SUMMARY: Final = "\x05SummaryInformation"


def parse(content: bytes) -> Iterator[dict[str, Any]]:
    """Yield the values of an OLE file."""
    import olefile

    with olefile.OleFileIO(io.BytesIO(content)) as ole:

        def open_stream(name: str) -> bytes:
            return ole.openstream(name).read() if ole.exists(name) else b""

        if ole.exists("EncryptedPackage"):
            raise ParseError(Failure.LOCKED)
        if ole.exists("WordDocument"):
            yield {"format": "word", "properties": summary_of(open_stream(_SUMMARY))}
            yield from parse_word(open_stream)
        elif book := open_stream("Workbook") or open_stream("Book"):
            if _is_locked(book):
                raise ParseError(Failure.LOCKED)
            yield {"format": "sheets", "properties": summary_of(open_stream(_SUMMARY))}
            yield from sheets.parse(content)
        elif ole.exists("PowerPoint Document"):
            raise ParseError(Failure.OTHER, "a presentation of PowerPoint 97 to 2003")
        else:
            raise ParseError(Failure.OTHER, "an OLE file of another kind")


def _is_locked(book: bytes) -> bool:
    """Return whether a record at the beginning of sheets says that they are encrypted."""
    place = 0
    for _ in range(_FIRST_RECORDS):
        if place + 4 > len(book):
            return False
        if u2(book, place) == _LOCK:
            return True
        place += 4 + u2(book, place + 2)
    return False
