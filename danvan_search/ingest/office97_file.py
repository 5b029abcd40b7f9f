"""Old Office: documents of Word (``.doc``) and sheets of Excel (``.xls``), 97 to 2003.

The suffix ``.doc`` stands for other formats as well: their content is recognised before, and what
is left is text.
"""

from typing import Final

from danvan_search.ingest.isolated.process import parse
from danvan_search.ingest.isolated.values import runs_of, strings_of
from danvan_search.ingest.reader import BINARY_BYTES, DOCUMENTS, Documents, Reader, Source
from danvan_search.ingest.runs import Paragraph, document_of
from danvan_search.ingest.sheet_file import sheet_documents
from danvan_search.ingest.textfile import PLAIN_TEXT

_PARSER: Final = "danvan_search.ingest.isolated.ole"
_MAGIC: Final = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"


def read_office97(source: Source) -> Documents:
    """Yield the document of a file of Word, or those of the sheets of Excel."""
    if not source.head(len(_MAGIC)).startswith(_MAGIC[:4]):
        yield from PLAIN_TEXT.read(source)
        return
    first, *values = parse(_PARSER, source.all_bytes(BINARY_BYTES))
    if first.get("format") == "sheets":
        yield from sheet_documents(values, source)
    else:
        paragraphs = [Paragraph(runs_of(one), one.get("heading") is True) for one in values]
        yield document_of(paragraphs, strings_of(first, "properties"), source)


OFFICE97: Final = Reader(
    "old Office",
    (".doc", ".dot", ".xls", ".xlt"),
    read_office97,
    matches=lambda head: head.startswith(_MAGIC),
    package="olefile",
    install=DOCUMENTS,
)
