"""Old Office: documents of Word (``.doc``) and sheets of Excel (``.xls``), 97 to 2003.

The suffix ``.doc`` stands for other formats as well: their content is recognised before, and what
is left is text.
"""

from collections.abc import Mapping
from typing import Any, Final

from danvan_search.ingest.isolated.process import parse
from danvan_search.ingest.isolated.values import runs_of, string_of, strings_of
from danvan_search.ingest.reader import BINARY_BYTES, Documents, Source
from danvan_search.ingest.runs import End, Paragraph, document_of
from danvan_search.ingest.sheet_file import sheet_documents
from danvan_search.ingest.textfile import PLAIN_TEXT

_PARSER: Final = "danvan_search.ingest.isolated.ole"
_MAGIC: Final = b"\xd0\xcf\x11\xe0"


def read_office97(source: Source) -> Documents:
    """Yield the document of a file of Word, or those of the sheets of Excel."""
    if not source.head(len(_MAGIC)).startswith(_MAGIC):
        yield from PLAIN_TEXT.read(source)
        return
    first, *values = parse(_PARSER, source.all_bytes(BINARY_BYTES))
    if first.get("format") == "sheets":
        yield from sheet_documents(values, source, {})
    else:
        properties = strings_of(first, "properties")
        yield document_of(map(_paragraph, values), properties, source)


def _paragraph(value: Mapping[str, Any]) -> Paragraph:
    ends = {end.value: end for end in End}
    return Paragraph(
        runs_of(value),
        value.get("heading") is True,
        value.get("table") is True,
        ends.get(string_of(value, "end"), End.PARAGRAPH),
    )
