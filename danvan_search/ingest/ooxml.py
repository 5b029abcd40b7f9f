"""Packages of Office Open XML: the parts of a ``.docx`` or ``.pptx``, and their relations."""

import posixpath
from collections.abc import Iterator
from typing import Any, Final

from danvan_search.ingest.archive import Archive
from danvan_search.ingest.problems import ReadError
from danvan_search.ingest.properties import read_properties
from danvan_search.ingest.unpacking import LimitError
from danvan_search.ingest.xml_parser import Attributes, XmlHandlers, attribute, parse_xml

NO_TEXT: Final = "has pictures and no text: run OCR on them, and index the result"
"""The reason to skip a document of pictures alone."""

_FAMILIES: Final = (
    ("w", "wordprocessingml/2006/main", "wordprocessingml/main"),
    ("a", "drawingml/2006/main", "drawingml/main"),
    ("p", "presentationml/2006/main", "presentationml/main"),
    ("m", "officeDocument/2006/math", "officeDocument/math"),
)

PREFIXES: Final = {
    **{f"http://schemas.openxmlformats.org/{name}": prefix for prefix, name, _ in _FAMILIES},
    **{f"http://purl.oclc.org/ooxml/{name}": prefix for prefix, _, name in _FAMILIES},
    "http://schemas.openxmlformats.org/markup-compatibility/2006": "mc",
}
"""The namespaces of text, in the two variants of the standard."""


def main_part(archive: Archive, default: str) -> str:
    """Return the name of the part with the document."""
    return related(archive, "", "officeDocument") or default


def related(archive: Archive, part: str, kind: str) -> str:
    """Return the name of the first part of a kind that another refers to; "" if there is none.

    :param part: the part that refers; "" for the package.
    :param kind: how the type of the relation ends, such as ``styles``.
    """
    return next((target for _, type_, target in relations(archive, part) if type_ == kind), "")


def relations(archive: Archive, part: str) -> list[tuple[str, str, str]]:
    """Return the id, the kind and the target of what a part refers to, without other targets.

    :raises LimitError: the file reached a limit.
    """
    folder, name = posixpath.split(part)
    content = optional_part(archive, posixpath.join(folder, "_rels", f"{name}.rels"))
    found: list[tuple[str, str, str]] = []

    def relation(attributes: Attributes) -> None:
        target = attribute(attributes, "Target").replace("\\", "/")
        path = target if target.startswith("/") else posixpath.join(folder, target)
        path = posixpath.normpath(path).lstrip("/")
        if attribute(attributes, "TargetMode") != "External" and path in archive:
            kind = attribute(attributes, "Type").rpartition("/")[2]
            found.append((attribute(attributes, "Id"), kind, path))

    try:
        parse_xml(content, XmlHandlers({":Relationship": relation}, {}, lambda _: None), {})
    except LimitError:
        raise
    except ReadError:
        return []  # usual names are tried then
    return found


def optional_part(archive: Archive, name: str) -> bytes:
    """Return a part of a package, an empty element if it is missing or cannot be read.

    :raises LimitError: the file reached a limit.
    """
    try:
        return archive.read(name) if name in archive else b"<none/>"
    except LimitError:
        raise
    except ReadError:
        return b"<none/>"


def core_fields(archive: Archive, file_name: str, encoding: str) -> dict[str, Any]:
    """Return the fields of the properties of a package; see :func:`office_fields`.

    :param encoding: the encoding of the text, which may be that of the properties.
    """
    name = related(archive, "", "core-properties") or "docProps/core.xml"
    try:
        return office_fields(read_properties(optional_part(archive, name), file_name, encoding))
    except LimitError:
        raise
    except ReadError:
        return {}


def office_fields(fields: dict[str, Any]) -> dict[str, Any]:
    """Return the fields of a document of an office suite.

    Its ``date`` is that of saving, and its second author the one who saved it.
    """
    fields.pop("date", None)
    author = fields.pop("first_author", None) or fields.get("author")
    if author:
        fields["author"] = author[0] if isinstance(author, list) else author
    return fields


def numbered(names: Iterator[str], start: str) -> list[str]:
    """Return the names that begin with something and go on with a number, by this number."""
    found = []
    for name in names:
        digits = name.removeprefix(start).removesuffix(".xml")
        if name.startswith(start) and digits.isdecimal() and len(digits) < 9:
            found.append((int(digits), name))
    return [name for _, name in sorted(found)]
