"""Paragraphs of runs in fonts to a document: old word processors, where fonts are encodings."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from danvan_search.dates import parse_date
from danvan_search.ingest.described import describe
from danvan_search.ingest.flow import Flow
from danvan_search.ingest.properties import fields_of
from danvan_search.ingest.reader import Document, Problem, Source
from danvan_search.text.encodings.font_runs import UNICODE, convert_runs

_FONTS: Final = {"TCVN3": ".VnTime", "VNI": "VNI-Times"}


@dataclass(frozen=True, slots=True)
class Paragraph:
    """A paragraph, a line of it, or a row of a table with tabs between its cells.

    :ivar runs: the text of each run and the name of its font; "" if that is not known.
    :ivar is_heading: whether it is a heading.
    """

    runs: Sequence[tuple[str, str]]
    is_heading: bool = False


def document_of(
    paragraphs: Iterable[Paragraph], properties: Mapping[str, str], source: Source
) -> Document | Problem:
    """Return the document of paragraphs; a problem if they are empty.

    :param properties: what the file says of itself, under the names of fields.
    :raises ReadError: the text is longer than an article may be.
    """
    flow = Flow(source.max_bytes)
    for paragraph in paragraphs:
        for text, font in _stripped(paragraph.runs):
            flow.add(text, font)
        flow.end_paragraph(1 if paragraph.is_heading else 0)
    found = flow.finish()
    source.found_encoding = found.encoding
    fields = fields_of(
        {name: _in_unicode(value, found.encoding) for name, value in properties.items()},
        source.file_name,
    )
    created = fields.pop("created", None)
    return describe(
        found.text,
        source.file_name,
        fields=fields,
        heading=found.heading,
        heading_start=found.heading_start,
        finds_title="title" not in fields and not found.heading,
        places=found.places,
        made=parse_date(created) if isinstance(created, str) else None,
    )


def _stripped(runs: Sequence[tuple[str, str]]) -> list[tuple[str, str]]:
    """Return runs without the white space at their end, as the tab after the last cell of a row."""
    kept = list(runs)
    while kept:
        text, font = kept.pop()
        if text := text.rstrip(" \t"):
            return [*kept, (text, font)]
    return kept


def _in_unicode(value: str, encoding: str) -> str:
    """Return a property in Unicode: it has no font, and is in the encoding of the text or none."""
    if encoding == UNICODE:
        return value
    return convert_runs([(value, _FONTS.get(encoding, ""))]).texts[0]
