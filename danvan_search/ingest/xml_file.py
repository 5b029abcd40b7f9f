"""XML as text: what stands in its elements. Entities that a file defines are refused."""

import re
from typing import Final
from xml.parsers import expat

from danvan_search.ingest.described import describe
from danvan_search.ingest.fields import field_name
from danvan_search.ingest.reader import Documents, Reader, Source
from danvan_search.ingest.xml_parser import MAX_DEPTH, create_parser, malformed, too_deep

_ENCODING: Final = re.compile(rb"<\?xml[^>]{0,100}encoding=[\"']([\w.-]{2,30})")
_DECLARATION: Final = re.compile(r"\s*<\?xml[^>]{0,200}\?>")
_FIELDS: Final = ("title", "date", "author", "category", "description", "number", "issuer", "url")
_MAX_FIELD_CHARS: Final = 300


def read_xml(source: Source) -> Documents:
    """Yield the document of an XML file."""
    content = source.content()
    declared = _ENCODING.match(content.lstrip())
    text = source.decode(content, declared[1].decode("ascii") if declared else "")
    collector = _Collector()
    try:
        collector.parse(_DECLARATION.sub("", text, count=1))
    except expat.ExpatError as error:
        raise malformed(error) from error
    fields = collector.fields
    heading = fields.pop("title", "")
    body = "".join(collector.pieces).strip()
    yield describe(
        re.sub(r"[ \t]*\n\s*", "\n", body),
        source.file_name,
        fields=fields,
        heading=heading,
        heading_start=0 if heading and body.startswith(heading) else -1,
    )


class _Collector:
    """Collects the text of elements, and the first value of each known field.

    :ivar pieces: the text; elements that touch each other are on lines of their own.
    :ivar fields: the values, by the names of :mod:`~danvan_search.ingest.fields`.
    """

    def __init__(self) -> None:
        self.pieces: list[str] = []
        self.fields: dict[str, str] = {}
        self._open: list[tuple[str, int]] = []
        self._after_tag = False

    def parse(self, text: str) -> None:
        """Read a text of XML."""
        parser = create_parser()
        parser.StartElementHandler = self._start
        parser.EndElementHandler = self._end
        parser.CharacterDataHandler = self._data
        parser.Parse(text.encode("utf-8", "replace"), True)

    def _start(self, name: str, attributes: dict[str, str]) -> None:
        del attributes
        if len(self._open) >= MAX_DEPTH:
            raise too_deep()
        self._touch()
        self._open.append((name.rpartition(":")[2], len(self.pieces)))

    def _end(self, name: str) -> None:
        del name
        name, start = self._open.pop()
        field = field_name(name)
        if field in _FIELDS and field not in self.fields:
            value = " ".join("".join(self.pieces[start:]).split())
            if 0 < len(value) <= _MAX_FIELD_CHARS:
                self.fields[field] = value
        self._touch()

    def _data(self, data: str) -> None:
        if data.strip():
            self._after_tag = False
        self.pieces.append(data)

    def _touch(self) -> None:
        """Part elements between which there is no text."""
        if self._after_tag:
            self.pieces.append("\n")
        self._after_tag = True


XML: Final = Reader(
    "XML",
    (".xml",),
    read_xml,
    matches=lambda head: head.lstrip(b"\xef\xbb\xbf \t\r\n").startswith(b"<?xml"),
)
