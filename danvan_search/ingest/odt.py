"""OpenDocument texts (``.odt``): their text, with what is deleted, hidden or repeated left out."""

import re
from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

from danvan_search.ingest.archive import LOCKED, Archive
from danvan_search.ingest.flow import TITLE, Events, Flow, describe_flow
from danvan_search.ingest.ooxml import NO_TEXT, office_fields, optional_part
from danvan_search.ingest.problems import ReadError
from danvan_search.ingest.properties import read_properties
from danvan_search.ingest.reader import Documents, Source
from danvan_search.ingest.records import Cause
from danvan_search.ingest.unpacking import LimitError
from danvan_search.ingest.xml_parser import Attributes, Start, XmlHandlers, attribute, parse_xml

_OASIS: Final = "urn:oasis:names:tc:opendocument:xmlns"
PREFIXES: Final = {
    f"{_OASIS}:text:1.0": "text",
    f"{_OASIS}:table:1.0": "table",
    f"{_OASIS}:office:1.0": "office",
    f"{_OASIS}:style:1.0": "style",
    f"{_OASIS}:drawing:1.0": "draw",
    f"{_OASIS}:xsl-fo-compatible:1.0": "fo",
    f"{_OASIS}:svg-compatible:1.0": "svg",
    f"{_OASIS}:presentation:1.0": "presentation",
    "http://purl.org/dc/elements/1.1/": "dc",
    "http://www.w3.org/1998/Math/MathML": "math",
}
"""The namespaces of text."""

_HIDDEN: Final = frozenset(
    (
        *(
            "text:tracked-changes",
            "office:annotation",
            "office:annotation-end",
            "text:note-citation",
        ),
        *("text:table-of-content", "text:alphabetical-index", "text:table-index"),
        *("text:illustration-index", "text:user-index", "text:object-index", "text:hidden-text"),
        *("text:sequence-decls", "text:variable-decls", "text:user-field-decls", "text:ruby-text"),
        *("office:forms", "office:scripts", "svg:title", "svg:desc", "presentation:notes"),
    )
)
_MAX_SPACES: Final = 100
_MAX_CHAIN: Final = 20
_BLANKS: Final = re.compile(r"[ \t\r\n]+")


def read_odt(source: Source) -> Documents:
    """Yield the document of an OpenDocument text."""
    archive = source.archive()
    if b"encryption-data" in optional_part(archive, "META-INF/manifest.xml"):
        raise ReadError(LOCKED, Cause.LOCKED)
    styles = _Styles()
    try:
        styles.parse(optional_part(archive, "styles.xml"))
    except LimitError:
        raise
    except ReadError:
        styles = _Styles()  # the text is more than its looks
    body = _Body(styles, source.max_bytes)
    body.parse(archive.read("content.xml"))
    found = body.flow.finish()
    if not found.text.strip() and any(name.startswith("Pictures/") for name in archive.names):
        raise ReadError(NO_TEXT, Cause.SCANNED)
    fields = _fields(archive, source.file_name, found.encoding)
    yield describe_flow(found, source, fields)


def _fields(archive: Archive, file_name: str, encoding: str) -> dict[str, object]:
    try:
        return office_fields(
            read_properties(optional_part(archive, "meta.xml"), file_name, encoding)
        )
    except LimitError:
        raise
    except ReadError:
        return {}


@dataclass(slots=True)
class _Style:
    """A style as written: its parent, its font, and whether its text is hidden."""

    parent: str = ""
    font: str = ""
    is_hidden: bool = False


class _Styles:
    """The styles of a document: fonts, and hidden text."""

    def __init__(self) -> None:
        self._styles: dict[tuple[str, str], _Style] = {}
        self._faces: dict[str, str] = {}
        self._current = _Style()
        self._fonts: dict[tuple[str, str], str] = {}

    def parse(self, content: bytes) -> None:
        """Add the styles of a part.

        :raises ReadError: it is no XML, or hostile.
        """
        parse_xml(content, XmlHandlers(self.starts(), {}, _ignore), PREFIXES)

    def starts(self) -> dict[str, Start]:
        """Return the handlers of styles, which stand before the text that has them."""
        return {
            "style:font-face": self._face,
            "style:style": self._start,
            "style:default-style": self._start,
            "style:text-properties": self._text,
        }

    def font(self, family: str, name: str) -> str:
        """Return the font of a style; "" if it says none."""
        key = family, name
        if key not in self._fonts:
            fonts = (style.font for style in self._chain(family, name))
            font = next(filter(None, fonts), "")
            self._fonts[key] = self._faces.get(font, font)
        return self._fonts[key]

    def is_hidden(self, family: str, name: str) -> bool:
        """Return whether text of a style is hidden."""
        return any(style.is_hidden for style in self._chain(family, name))

    def is_title(self, name: str) -> bool:
        """Return whether paragraphs of a style are the title of the document."""
        return name == "Title" or any(
            style.parent == "Title" for style in self._chain("paragraph", name)
        )

    def _chain(self, family: str, name: str) -> list[_Style]:
        chain: list[_Style] = []
        while (style := self._styles.get((family, name))) and len(chain) < _MAX_CHAIN:
            chain.append(style)
            name = style.parent
        return chain

    def _face(self, attributes: Attributes) -> None:
        family = attribute(attributes, "font-family").split(",")[0].strip("' \"")
        self._faces[attribute(attributes, "name")] = family

    def _start(self, attributes: Attributes) -> None:
        self._current = _Style(attribute(attributes, "parent-style-name"))
        name = attribute(attributes, "name")
        self._styles[attribute(attributes, "family"), name] = self._current

    def _text(self, attributes: Attributes) -> None:
        font = attribute(attributes, "font-name") or attribute(attributes, "font-family")
        self._current.font = font.strip("' \"")
        display = attribute(attributes, "display")
        self._current.is_hidden = display in ("none", "true")


@dataclass(slots=True)
class _Paragraph:
    """A paragraph that is not ended.

    :ivar level: that of a heading, or ``TITLE``; 0 for other text.
    :ivar fonts: its font, and those of the spans in it.
    :ivar hidden: for each of these, whether it is hidden.
    """

    level: int
    fonts: list[str]
    hidden: list[bool]


class _Body:
    """Collects the text of a document.

    :ivar flow: the text.
    """

    def __init__(self, styles: _Styles, max_chars: int) -> None:
        self.flow = Flow(max_chars)
        self._styles = styles
        self._usual = styles.font("paragraph", "Standard") or styles.font("paragraph", "")
        self._open: list[_Paragraph] = []
        self._marks: list[int] = []
        self._boxes: list[Events] = []
        self._notes: list[Events] = []

    def parse(self, content: bytes) -> None:
        """Add the text of a part, with its notes at the end.

        :raises ReadError: it is no XML, or hostile, or its text is too long.
        """
        starts: dict[str, Start] = {
            **self._styles.starts(),
            "text:p": self._start_paragraph,
            "text:h": self._start_heading,
            "text:span": self._start_span,
            "text:section": lambda attributes: attribute(attributes, "display") == "none",
            "text:s": self._spaces,
            "text:tab": lambda _: self._add("\t"),
            "text:line-break": lambda _: self._add("\n"),
            "table:table-row": lambda _: self.flow.start_row(),
            "table:covered-table-cell": lambda _: True,
            "draw:text-box": self._start_aside,
            "text:note-body": self._start_aside,
        }
        ends: dict[str, Callable[[], None]] = {
            "text:p": self._end_paragraph,
            "text:h": self._end_paragraph,
            "text:span": self._end_span,
            "table:table-cell": self.flow.end_cell,
            "table:table-row": self.flow.end_row,
            "draw:text-box": lambda: self._end_aside(self._boxes),
            "text:note-body": lambda: self._end_aside(self._notes),
        }
        parse_xml(content, XmlHandlers(starts, ends, self._data, _HIDDEN), PREFIXES)
        for events in self._notes:
            self.flow.paste(events)

    def _start_paragraph(self, attributes: Attributes, level: int = 0) -> None:
        name = attribute(attributes, "style-name")
        if self._styles.is_title(name):
            level = TITLE
        font = self._styles.font("paragraph", name) or self._usual
        hidden = self._styles.is_hidden("paragraph", name)
        self._open.append(_Paragraph(level, [font], [hidden]))

    def _start_heading(self, attributes: Attributes) -> None:
        level = attribute(attributes, "outline-level")
        self._start_paragraph(attributes, min(int(level), 9) if level.isdecimal() else 1)

    def _end_paragraph(self) -> None:
        self.flow.end_paragraph(self._open.pop().level)
        if not self._open:
            for events in self._boxes:
                self.flow.paste(events)
            self._boxes.clear()

    def _start_span(self, attributes: Attributes) -> None:
        if self._open:
            name = attribute(attributes, "style-name")
            paragraph = self._open[-1]
            paragraph.fonts.append(self._styles.font("text", name) or paragraph.fonts[-1])
            hidden = paragraph.hidden[-1] or self._styles.is_hidden("text", name)
            paragraph.hidden.append(hidden)

    def _end_span(self) -> None:
        if self._open and len(self._open[-1].fonts) > 1:
            self._open[-1].fonts.pop()
            self._open[-1].hidden.pop()

    def _spaces(self, attributes: Attributes) -> None:
        count = attribute(attributes, "c")
        is_number = count.isdecimal() and len(count) < 9
        self._add(" " * (min(int(count), _MAX_SPACES) if is_number else 1))

    def _data(self, text: str) -> None:
        if self._open:
            self._add(_BLANKS.sub(" ", text))

    def _add(self, text: str) -> None:
        if self._open and not self._open[-1].hidden[-1]:
            self.flow.add(text, self._open[-1].fonts[-1])

    def _start_aside(self, _: Attributes) -> None:
        """Begin what stands in a paragraph and is read after it."""
        self._marks.append(self.flow.mark())

    def _end_aside(self, asides: list[Events]) -> None:
        start = self._marks.pop()
        if self._open:
            asides.append(self.flow.cut(start))


def _ignore(_: str) -> None:
    pass
