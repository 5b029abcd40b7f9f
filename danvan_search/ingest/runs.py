"""Paragraphs of runs in fonts to a document: old word processors, where fonts are encodings."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from danvan_search.ingest.described import describe
from danvan_search.ingest.properties import property_fields
from danvan_search.ingest.reader import Document, Problem, Source
from danvan_search.places import Places
from danvan_search.text.encodings.font_runs import UNICODE, convert_runs

_FONTS: Final = {"TCVN3": ".VnTime", "VNI": "VNI-Times"}
_PROPERTIES: Final = ("title", "author", "keywords", "subject")


@dataclass(frozen=True, slots=True)
class Paragraph:
    """A paragraph, a line of it, or a row of a table with tabs between its cells.

    :ivar runs: the text of each run and the name of its font; "" if that is not known.
    :ivar is_heading: whether it is a heading.
    """

    runs: Sequence[tuple[str, str]]
    is_heading: bool = False


def document_of(
    paragraphs: Sequence[Paragraph], properties: Mapping[str, str], source: Source
) -> Document | Problem:
    """Return the document of paragraphs; a problem if they are empty.

    :param properties: title, author, keywords and subject, as the file says.
    :raises ReadError: the text is longer than an article may be.
    """
    converted = convert_runs(
        [
            run
            for paragraph in paragraphs
            for run in (*paragraph.runs, ("\n", paragraph.runs[-1][1] if paragraph.runs else ""))
        ]
    )
    source.found_encoding = converted.encoding
    texts = iter(converted.texts)
    pieces: list[str] = []
    sections: list[tuple[int, str]] = []
    offset = 0
    for paragraph in paragraphs:
        text = "".join([next(texts) for _ in range(len(paragraph.runs) + 1)]).rstrip()
        if paragraph.is_heading and text:
            sections.append((offset, text))
        pieces.append(text + "\n")
        offset += len(text) + 1
    body = "".join(pieces).rstrip("\n")
    source.check_length(body)
    given = [_in_unicode(properties.get(name, ""), converted.encoding) for name in _PROPERTIES]
    return describe(
        body,
        source.file_name,
        fields=property_fields(source.file_name, *given),
        finds_title=True,
        places=Places(sections),
    )


def _in_unicode(value: str, encoding: str) -> str:
    """Return a property in Unicode: it has no font, and is in the encoding of the text or none."""
    if encoding == UNICODE:
        return value
    return convert_runs([(value, _FONTS.get(encoding, ""))]).texts[0]
