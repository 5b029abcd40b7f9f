"""Presentations (``.pptx``): the text of the slides and their notes; a slide is a page."""

from collections.abc import Callable
from typing import Final

from danvan_search.ingest.archive import Archive
from danvan_search.ingest.flow import Flow, describe_flow
from danvan_search.ingest.ooxml import (
    NO_TEXT,
    PREFIXES,
    core_fields,
    main_part,
    numbered,
    relations,
)
from danvan_search.ingest.problems import ReadError
from danvan_search.ingest.reader import Documents, Source
from danvan_search.ingest.records import Cause
from danvan_search.ingest.unpacking import LimitError
from danvan_search.ingest.xml_parser import Attributes, Start, XmlHandlers, attribute, parse_xml

_HIDDEN: Final = frozenset(("mc:Fallback", "a:extLst", "p:extLst", "p:timing", "p:transition"))
_TITLES: Final = ("title", "ctrTitle")
_REPEATED: Final = ("sldNum", "dt", "ftr", "hdr", "sldImg")


def read_pptx(source: Source) -> Documents:
    """Yield the document of a presentation."""
    archive = source.archive()
    main = main_part(archive, "ppt/presentation.xml")
    deck = _Deck(source.max_bytes)
    notices = []
    for number, slide in enumerate(_slides(archive, main), start=1):
        deck.flow.start_page()
        try:
            is_shown = deck.add(archive.read(slide))
            for _, kind, part in relations(archive, slide) if is_shown else ():
                if kind in ("notesSlide", "diagramData"):
                    deck.add(archive.read(part))
        except LimitError:
            raise
        except ReadError as error:
            if error.cause is Cause.TOO_LARGE:
                raise
            notices.append(f"without slide {number}, which cannot be read")
    found = deck.flow.finish()
    if not found.text.strip():
        if notices:
            raise ReadError("has no slide that can be read: make it again", Cause.DAMAGED)
        if any("/media/" in name for name in archive.names):
            raise ReadError(NO_TEXT, Cause.SCANNED)
    fields = core_fields(archive, source.file_name, found.encoding)
    yield describe_flow(found, source, fields, notices)


def _slides(archive: Archive, main: str) -> list[str]:
    """Return the names of the slides in their order."""
    targets = {id_: path for id_, kind, path in relations(archive, main) if kind == "slide"}
    order: list[str] = []

    def slide(attributes: Attributes) -> None:
        # There is an id without a namespace, too, which is a number.
        order.extend(
            targets[value]
            for name, value in attributes.items()
            if name.endswith(" id") and value in targets
        )

    parse_xml(archive.read(main), XmlHandlers({"p:sldId": slide}, {}, lambda _: None), PREFIXES)
    return order or numbered(iter(archive.names), "ppt/slides/slide")


class _Deck:
    """Collects the text of slides.

    :ivar flow: the text.
    """

    def __init__(self, max_chars: int) -> None:
        self.flow = Flow(max_chars)
        self._level = 0
        self._font = ""
        self._in_text = self._is_repeated = self._is_hidden = False

    def add(self, content: bytes) -> bool:
        """Add the text of a slide, of its notes or of a diagram; return whether it is shown.

        :raises ReadError: it is no XML, or hostile, or its text is too long.
        """
        self._level, self._font, self._is_repeated, self._is_hidden = 0, "", False, False
        self._in_text = False
        starts: dict[str, Start] = {
            "p:sld": self._start_slide,
            "p:sp": self._start_shape,
            "p:ph": self._placeholder,
            "a:r": self._start_run,
            "a:latin": self._latin,
            "a:t": self._start_text,
            "a:br": lambda _: self._add("\n"),
            "a:tab": lambda _: self._add("\t"),
            "a:tr": lambda _: self.flow.start_row(),
        }
        ends: dict[str, Callable[[], None]] = {
            "a:t": self._end_text,
            "a:p": self._end_paragraph,
            "a:tc": self.flow.end_cell,
            "a:tr": self.flow.end_row,
            "p:sp": self._end_shape,
        }
        parse_xml(content, XmlHandlers(starts, ends, self._data, _HIDDEN), PREFIXES)
        return not self._is_hidden

    def _start_slide(self, attributes: Attributes) -> bool:
        self._is_hidden = attribute(attributes, "show") in ("0", "false")
        return self._is_hidden

    def _start_shape(self, _: Attributes) -> None:
        self._level, self._is_repeated = 0, False

    def _end_shape(self) -> None:
        self._level, self._is_repeated = 0, False

    def _placeholder(self, attributes: Attributes) -> None:
        kind = attribute(attributes, "type")
        self._level = 1 if kind in _TITLES else 0
        self._is_repeated = kind in _REPEATED

    def _start_run(self, _: Attributes) -> None:
        self._font = ""

    def _latin(self, attributes: Attributes) -> None:
        font = attribute(attributes, "typeface")
        self._font = "" if font.startswith("+") else font  # one of the theme

    def _start_text(self, _: Attributes) -> None:
        self._in_text = True

    def _end_text(self) -> None:
        self._in_text = False

    def _data(self, text: str) -> None:
        if self._in_text:
            self._add(text)

    def _add(self, text: str) -> None:
        if not self._is_repeated:
            self.flow.add(text, self._font)

    def _end_paragraph(self) -> None:
        if not self._is_repeated:
            self.flow.end_paragraph(self._level)
