"""The entries of PDF, old Office, RTF and sheets in the table of formats.

Their readers are imported with the first file of a kind: a search reads no files, and starts
faster.
"""

from collections.abc import Collection
from typing import Final

from danvan_search.ingest.reader import Documents, Reader, Source

DOCUMENTS: Final = "pip install 'danvan-search[documents]'"
"""The command that installs the parsers of binary formats."""

_OLE: Final = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_BEFORE: Final = b"\xef\xbb\xbf\0 \t\r\n"
_ODS: Final = b"application/vnd.oasis.opendocument.spreadsheet"


def _read_pdf(source: Source) -> Documents:
    from danvan_search.ingest.pdf_file import read_pdf

    return read_pdf(source)


def _read_office97(source: Source) -> Documents:
    from danvan_search.ingest.office97_file import read_office97

    return read_office97(source)


def _read_rtf(source: Source) -> Documents:
    from danvan_search.ingest.rtf_file import read_rtf

    return read_rtf(source)


def _read_sheets(source: Source) -> Documents:
    from danvan_search.ingest.sheet_file import read_sheets

    return read_sheets(source)


def _are_sheets(names: Collection[str], mimetype: bytes) -> bool:
    """Return whether an archive is one of sheets, by the names in it and its type."""
    is_office = "[Content_Types].xml" in names
    has_book = any(name.startswith("xl/workbook.") for name in names)
    return mimetype.startswith(_ODS) or (is_office and has_book)


PDF: Final = Reader(
    "PDF",
    (".pdf",),
    _read_pdf,
    matches=lambda head: head.lstrip(_BEFORE).startswith(b"%PDF-"),
    package="pypdfium2",
    install=DOCUMENTS,
)
OFFICE97: Final = Reader(
    "old Office",
    (".doc", ".dot", ".xls", ".xlt"),
    _read_office97,
    matches=lambda head: head.startswith(_OLE),
    package="olefile",
    install=DOCUMENTS,
)
RTF: Final = Reader(
    "RTF",
    (".rtf",),
    _read_rtf,
    matches=lambda head: head.lstrip(_BEFORE).startswith(b"{\\rtf"),
)
SHEETS: Final = Reader(
    "sheets",
    (".xlsx", ".xlsm", ".xltx", ".xltm", ".xlsb", ".ods"),
    _read_sheets,
    matches_archive=_are_sheets,
    package="python_calamine",
    install=DOCUMENTS,
)
