"""Paragraphs of runs in fonts to a document: old word processors, where fonts are encodings."""

import enum
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from danvan_search.ingest.flow import Flow, describe_flow
from danvan_search.ingest.properties import fields_of
from danvan_search.ingest.reader import Document, Problem, Source
from danvan_search.text.encodings.font_runs import UNICODE, convert_runs

_FONTS: Final = {"TCVN3": ".VnTime", "VNI": "VNI-Times"}


class End(enum.Enum):
    """What a paragraph ends."""

    PARAGRAPH = ""
    CELL = "cell"
    ROW = "row"


@dataclass(frozen=True, slots=True)
class Paragraph:
    """A paragraph, or a line of it.

    :ivar runs: the text of each run and the name of its font; "" if that is not known.
    :ivar is_heading: whether it is a heading.
    :ivar in_table: whether it stands in a table.
    :ivar end: what else ends with it.
    """

    runs: Sequence[tuple[str, str]]
    is_heading: bool = False
    in_table: bool = False
    end: End = End.PARAGRAPH


def document_of(
    paragraphs: Iterable[Paragraph], properties: Mapping[str, str], source: Source
) -> Document | Problem:
    """Return the document of paragraphs; a problem if they are empty.

    :param properties: what the file says of itself, under the names of fields.
    :raises ReadError: the text is longer than an article may be.
    """
    flow = Flow(source.max_bytes)
    in_row = False
    for paragraph in paragraphs:
        in_table = paragraph.in_table or paragraph.end is not End.PARAGRAPH
        if in_table != in_row:
            flow.start_row() if in_table else flow.end_row()
        in_row = in_table
        for text, font in paragraph.runs:
            flow.add(text, font)
        flow.end_paragraph(1 if paragraph.is_heading else 0)
        if paragraph.end is End.CELL:
            flow.end_cell()
        elif paragraph.end is End.ROW:
            flow.end_row()
            in_row = False
    found = flow.finish()
    fields = fields_of(
        {name: _in_unicode(value, found.encoding) for name, value in properties.items()},
        source.file_name,
    )
    return describe_flow(found, source, fields)


def _in_unicode(value: str, encoding: str) -> str:
    """Return a property in Unicode: it has no font, and is in the encoding of the text or none."""
    if encoding == UNICODE:
        return value
    return convert_runs([(value, _FONTS.get(encoding, ""))]).texts[0]
