"""The entries of documents in the table of formats: of word processors, sheets, slides, books, PDF.

Their readers are imported with the first file of a kind: a search reads no files, and starts
faster.
"""

from collections.abc import Callable, Collection
from typing import Final

from danvan_search.ingest.reader import Documents, Reader, Source

DOCUMENTS: Final = "pip install 'danvan-search[documents]'"
"""The command that installs the parsers of binary formats."""

_OLE: Final = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_BEFORE: Final = b"\xef\xbb\xbf\0 \t\r\n"
_ODS: Final = b"application/vnd.oasis.opendocument.spreadsheet"


def _read_docx(source: Source) -> Documents:
    from danvan_search.ingest.docx import read_docx

    return read_docx(source)


def _read_odt(source: Source) -> Documents:
    from danvan_search.ingest.odt import read_odt

    return read_odt(source)


def _read_epub(source: Source) -> Documents:
    from danvan_search.ingest.epub import read_epub

    return read_epub(source)


def _read_pptx(source: Source) -> Documents:
    from danvan_search.ingest.pptx import read_pptx

    return read_pptx(source)


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
    return mimetype.startswith(_ODS) or _is_office("xl/workbook.")(names, mimetype)


def _is_office(folder: str) -> Callable[[Collection[str], bytes], bool]:
    """Return what tells an Office archive with files in a folder, by the names in it."""

    def matches(names: Collection[str], mimetype: bytes) -> bool:  # noqa: ARG001
        return "[Content_Types].xml" in names and any(name.startswith(folder) for name in names)

    return matches


def _is_open_text(names: Collection[str], mimetype: bytes) -> bool:
    if not mimetype:
        return "content.xml" in names and "META-INF/manifest.xml" in names
    return mimetype.startswith(b"application/vnd.oasis.opendocument.text")


def _is_book(names: Collection[str], mimetype: bytes) -> bool:
    return mimetype.startswith(b"application/epub+zip") or (
        "META-INF/container.xml" in names and any(name.endswith(".opf") for name in names)
    )


DOCX: Final = Reader(
    "Word", (".docx", ".docm", ".dotx"), _read_docx, matches_archive=_is_office("word/")
)
ODT: Final = Reader("OpenDocument", (".odt", ".ott"), _read_odt, matches_archive=_is_open_text)
EPUB: Final = Reader("EPUB", (".epub",), _read_epub, matches_archive=_is_book)
PPTX: Final = Reader(
    "PowerPoint",
    (".pptx", ".pptm", ".ppsx"),
    _read_pptx,
    matches_archive=_is_office("ppt/slides/"),
)
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
