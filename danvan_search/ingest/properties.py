"""What a document says of itself in its properties: title, author, date, keywords.

Office suites fill them in with little care. What no one wrote is left out: the names of programs,
of templates and of files.
"""

import re
from collections.abc import Mapping
from typing import Any, Final

from danvan_search.dates import parse_date
from danvan_search.ingest.fields import unique
from danvan_search.ingest.legal import is_head_line
from danvan_search.ingest.xml_parser import Attributes, XmlHandlers, parse_xml
from danvan_search.text.encodings.font_runs import UNICODE, convert_beside

PREFIXES: Final = {
    "http://purl.org/dc/elements/1.1/": "dc",
    "http://purl.org/dc/terms/": "dcterms",
    "http://schemas.openxmlformats.org/package/2006/metadata/core-properties": "cp",
    "urn:oasis:names:tc:opendocument:xmlns:meta:1.0": "meta",
    "urn:oasis:names:tc:opendocument:xmlns:office:1.0": "office",
    "http://www.idpf.org/2007/opf": "opf",
}
"""The namespaces of properties."""

_FIELDS: Final = {
    "dc:title": "title",
    "dc:creator": "author",
    "meta:initial-creator": "first_author",
    "dc:description": "description",
    "dc:subject": "tags",
    "cp:keywords": "tags",
    "meta:keyword": "tags",
    "cp:category": "category",
    "dc:publisher": "issuer",
    "dc:date": "date",
    "dcterms:created": "created",
    "meta:creation-date": "created",
}
_MAX_CHARS: Final = 2_000
_MAX_VALUES: Final = 50
_NO_TITLE: Final = re.compile(
    r"(?:microsoft (?:word|excel|powerpoint) - .*|document ?\d*|tài liệu ?\d*|untitled ?\d*"
    r"|doc ?\d+|powerpoint presentation|bản trình bày powerpoint|slide ?\d*|trang chiếu ?\d*|title"
    r"|\S+\.(?:docx?|rtf|odt|pptx?|xlsx?|pdf|indd|tmp|dotx?)|\S*_+\S*)",
    re.IGNORECASE,
)
_NO_AUTHOR: Final = re.compile(
    r"(?:python-docx|docx4j|apache poi|user|admin|administrator|owner|unknown|windows user|home"
    r"|microsoft(?: office)?(?: user)?|pc|acer|asus|dell|hp|lenovo|vnn\.r9|openxml sdk"
    r"|steve canny)",
    re.IGNORECASE,
)
_NO_DESCRIPTION: Final = re.compile(r"generated (?:by|using) .*", re.IGNORECASE)
_TEMPLATE_DATES: Final = ("2013-12-23", "2013-01-27")  # of the templates of two writers


class Properties:
    """Collects properties while a part of a document is parsed.

    :ivar values: the values of each field, in their order.
    """

    def __init__(self) -> None:
        self.values: dict[str, list[str]] = {}
        self._field = ""
        self._pieces: list[str] = []

    def handlers(self) -> XmlHandlers:
        """Return the handlers of the elements of properties."""
        starts = {name: self._starts(field) for name, field in _FIELDS.items()}
        return XmlHandlers(starts, dict.fromkeys(_FIELDS, self._end), self._data)

    def fields(self, file_name: str, encoding: str = UNICODE) -> dict[str, Any]:
        """Return the values that someone wrote, under the names of :mod:`~.fields`.

        ``created`` is the day on which the document was made, which is a date of last resort.

        :param file_name: the name of the file, which is no title.
        :param encoding: the encoding of the text, which may be that of the properties.
        """
        fields: dict[str, Any] = {}
        for field, written in self.values.items():
            values = (convert_beside(one, encoding) for one in written)
            kept = list(unique(one for one in values if _is_written(field, one, file_name)))
            if field == "tags":
                split = (tag.strip() for one in kept for tag in re.split(r"[,;]", one))
                kept = list(unique(tag for tag in split if tag))
            if kept:
                fields[field] = kept if field in ("tags", "category") else kept[0]
                if field == "author" and len(kept) > 1:
                    fields[field] = kept
        return fields

    def _starts(self, field: str) -> Any:  # noqa: ANN401 - a handler
        def start(_: Attributes) -> None:
            self._field = field
            self._pieces.clear()

        return start

    def _data(self, text: str) -> None:
        if self._field and len(self._pieces) < _MAX_CHARS:
            self._pieces.append(text[:_MAX_CHARS])

    def _end(self) -> None:
        value = " ".join("".join(self._pieces).split())[:_MAX_CHARS]
        values = self.values.setdefault(self._field, [])
        if value and len(values) < _MAX_VALUES:
            values.append(value)
        self._field = ""


def read_properties(content: bytes, file_name: str, encoding: str) -> dict[str, Any]:
    """Return the fields of a part of a document that holds properties; see :class:`Properties`.

    :raises ReadError: it is no XML, or hostile.
    """
    properties = Properties()
    parse_xml(content, properties.handlers(), PREFIXES)
    return properties.fields(file_name, encoding)


def fields_of(values: Mapping[str, str], file_name: str) -> dict[str, Any]:
    """Return the values that someone wrote of properties that have been read.

    :param values: the values under the names of fields.
    :param file_name: the name of the file, which is no title.
    """
    properties = Properties()
    for field, value in values.items():
        if words := " ".join(value[:_MAX_CHARS].split()):
            properties.values[field] = [words]
    return properties.fields(file_name)


def _is_written(field: str, value: str, file_name: str) -> bool:
    if field == "title":
        stem = file_name.rpartition(".")[0] or file_name
        # Word takes the first line for the title, which is the motto of the state in many.
        is_title = not (_NO_TITLE.fullmatch(value) or is_head_line(value))
        return is_title and value.casefold() != stem.casefold()
    if field in ("author", "first_author"):
        return not _NO_AUTHOR.fullmatch(value)
    if field == "description":
        return not _NO_DESCRIPTION.fullmatch(value)
    if field in ("created", "date"):
        return parse_date(value) is not None and not value.startswith(_TEMPLATE_DATES)
    return True
