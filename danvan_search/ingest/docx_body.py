"""The body of a Word document: its elements to the text, with what is no text left out."""

import re
from dataclasses import dataclass
from typing import Final

from danvan_search.ingest.docx_styles import Style, Styles, font_of, is_on, outline_level
from danvan_search.ingest.flow import Events, Flow
from danvan_search.ingest.ooxml import PREFIXES
from danvan_search.ingest.xml_parser import Attributes, Start, XmlHandlers, attribute, parse_xml
from danvan_search.text.encodings.font_runs import font_encoding

_HIDDEN: Final = frozenset(
    (
        *("w:moveFrom", "w:delText", "w:delInstrText", "mc:Fallback", "w:rt", "w:tblGrid"),
        *("w:rPrChange", "w:pPrChange", "w:tblPrChange", "w:trPrChange", "w:tcPrChange"),
        *("w:sectPr", "w:tblPr", "w:tcPr", "w:tblPrEx", "w:numPr"),
    )
)
_CONTENTS_FIELD: Final = re.compile(r"\s*(?:TOC|INDEX)\b", re.IGNORECASE)
_CODE: Final = re.compile(r"[0-9A-Fa-f]{1,4}")
_INSTRUCTION_CHARS: Final = 100
_RULES: Final = ("separator", "continuationSeparator", "continuationNotice")


@dataclass(slots=True)
class _State:
    """Where the reader is in a paragraph: a text box in it has paragraphs of its own.

    :ivar style: the style of the paragraph.
    :ivar outline: the level of its outline, as written; "" if only its style says it.
    :ivar font: the font of the run.
    :ivar is_hidden: whether the run is hidden.
    :ivar has_capitals: whether small letters of the run are shown as capitals.
    :ivar in_properties: whether properties of the paragraph are being read.
    :ivar in_run: whether a run is being read.
    """

    style: Style
    outline: str = ""
    font: str = ""
    is_hidden: bool = False
    has_capitals: bool = False
    in_properties: bool = False
    in_run: bool = False


class Body:
    """Collects the text of the parts of a document.

    :ivar flow: the text.
    """

    def __init__(self, styles: Styles, max_chars: int, *, shows_fields: bool = False) -> None:
        self.flow = Flow(max_chars)
        self._styles = styles
        self._shows_fields = shows_fields
        self._state = _State(styles.paragraph())
        self._in_text = self._in_instruction = self._in_row_properties = False
        self._hides_content = False
        self._fields: list[str | None] = []  # the instruction of each; None for one that is hidden
        self._rows: list[int] = []  # where each began
        self._deleted_rows: set[int] = set()
        self._boxes: list[tuple[_State, int]] = []
        self._boxed: list[list[Events]] = [[]]

    @property
    def has_open_contents(self) -> bool:
        """Whether a table of contents has no end."""
        return None in self._fields

    def parse(self, content: bytes, note: str = "") -> None:
        """Add the text of a part.

        :param note: the element of a note, if the part holds notes.
        :raises ReadError: it is no XML, or hostile, or its text is too long.
        """
        starts: dict[str, Start] = {
            "w:p": self._start_paragraph,
            "w:pPr": self._start_properties,
            "w:pStyle": self._paragraph_style,
            "w:outlineLvl": self._outline,
            "w:r": self._start_run,
            "w:rStyle": self._run_style,
            "w:rFonts": self._run_font,
            "w:vanish": self._vanish,
            "w:caps": self._capitals,
            "w:t": self._start_text,
            "m:t": self._start_text,
            "w:instrText": self._start_instruction,
            "w:fldChar": self._field,
            "w:tab": lambda _: self._sign("\t"),
            "w:ptab": lambda _: self._sign("\t"),
            "w:br": lambda _: self._sign("\n"),
            "w:cr": lambda _: self._sign("\n"),
            "w:noBreakHyphen": lambda _: self._sign("-"),
            "w:softHyphen": lambda _: self._sign("\xad"),
            "w:sym": self._symbol,
            "w:tr": self._start_row,
            "w:trPr": self._start_row_properties,
            "w:del": self._deleted,
            "w:sdt": self._start_control,
            "w:docPartGallery": self._gallery,
            "w:showingPlcHdr": self._placeholder,
            "w:sdtContent": self._start_content,
            "w:txbxContent": self._start_box,
        }
        if note:
            starts[note] = self._note
        ends = {
            "w:p": self._end_paragraph,
            "w:pPr": self._end_properties,
            "w:r": self._end_run,
            "w:t": self._end_text,
            "m:t": self._end_text,
            "w:instrText": self._end_text,
            "w:tc": self.flow.end_cell,
            "w:tr": self._end_row,
            "w:trPr": self._end_row_properties,
            "w:txbxContent": self._end_box,
        }
        parse_xml(content, XmlHandlers(starts, ends, self._data, _HIDDEN), PREFIXES)

    def _start_paragraph(self, _: Attributes) -> None:
        style = self._styles.paragraph()
        self._state = _State(style, font=style.font or self._styles.font)

    def _end_paragraph(self) -> None:
        state = self._state
        if not (state.style.is_contents or self.has_open_contents):
            level = state.style.level
            self.flow.end_paragraph(outline_level(state.outline) if state.outline else level)
        for events in self._boxed[-1]:
            self.flow.paste(events)
        self._boxed[-1].clear()

    def _start_properties(self, _: Attributes) -> None:
        self._state.in_properties = True

    def _end_properties(self) -> None:
        self._state.in_properties = False

    def _paragraph_style(self, attributes: Attributes) -> None:
        self._state.style = self._styles.paragraph(attribute(attributes, "val"))

    def _outline(self, attributes: Attributes) -> None:
        self._state.outline = attribute(attributes, "val")

    def _start_run(self, _: Attributes) -> None:
        state = self._state
        state.in_run = True
        state.font = state.style.font or self._styles.font
        state.is_hidden = state.style.is_hidden
        state.has_capitals = state.style.has_capitals

    def _end_run(self) -> None:
        self._state.in_run = False

    def _run_style(self, attributes: Attributes) -> None:
        if self._state.in_run:
            style = self._styles.character(attribute(attributes, "val"))
            self._state.font = style.font or self._state.font
            self._state.is_hidden = style.is_hidden or self._state.is_hidden
            self._state.has_capitals = style.has_capitals or self._state.has_capitals

    def _run_font(self, attributes: Attributes) -> None:
        if self._state.in_run:
            self._state.font = font_of(attributes) or self._state.font

    def _vanish(self, attributes: Attributes) -> None:
        if self._state.in_run:
            self._state.is_hidden = is_on(attributes)

    def _capitals(self, attributes: Attributes) -> None:
        if self._state.in_run:
            self._state.has_capitals = is_on(attributes)

    def _start_text(self, _: Attributes) -> None:
        self._in_text = True

    def _start_instruction(self, _: Attributes) -> None:
        self._in_instruction = True

    def _end_text(self) -> None:
        self._in_text = self._in_instruction = False

    def _data(self, text: str) -> None:
        if self._in_text:
            self._add(text, self._state.font)
        elif self._in_instruction and self._fields and self._fields[-1] is not None:
            self._fields[-1] += text[:_INSTRUCTION_CHARS]

    def _sign(self, text: str) -> None:
        if self._state.in_run and not self._state.in_properties:
            self._add(text, self._state.font)

    def _symbol(self, attributes: Attributes) -> None:
        code = attribute(attributes, "char")
        if _CODE.fullmatch(code):
            self._add(chr(int(code, 16)), attribute(attributes, "font"))

    def _add(self, text: str, font: str) -> None:
        state = self._state
        if not (state.is_hidden or state.style.is_contents or self.has_open_contents):
            if state.has_capitals:
                encoding = font_encoding(font)
                if encoding == "TCVN3":
                    font = f"{font}H"  # whose letters are capitals when they are converted
                text = text if encoding else text.upper()
            self.flow.add(text, font)

    def _field(self, attributes: Attributes) -> None:
        kind = attribute(attributes, "fldCharType")
        if kind == "begin":
            self._fields.append("")
        elif kind == "end" and self._fields:
            self._fields.pop()
        elif kind == "separate" and self._fields and not self._shows_fields:
            instruction = self._fields[-1]
            if instruction is None or _CONTENTS_FIELD.match(instruction):
                self._fields[-1] = None

    def _start_row(self, _: Attributes) -> None:
        self._rows.append(self.flow.mark())
        self.flow.start_row()

    def _end_row(self) -> None:
        start = self._rows.pop()
        self.flow.end_row()
        if len(self._rows) in self._deleted_rows:
            self._deleted_rows.discard(len(self._rows))
            self.flow.cut(start)

    def _start_row_properties(self, _: Attributes) -> None:
        self._in_row_properties = True

    def _end_row_properties(self) -> None:
        self._in_row_properties = False

    def _deleted(self, _: Attributes) -> bool:
        if self._in_row_properties and self._rows:
            self._deleted_rows.add(len(self._rows) - 1)
        return True

    def _start_control(self, _: Attributes) -> None:
        self._hides_content = False

    def _gallery(self, attributes: Attributes) -> None:
        if attribute(attributes, "val") == "Table of Contents":
            self._hides_content = True

    def _placeholder(self, _: Attributes) -> None:
        self._hides_content = True

    def _start_content(self, _: Attributes) -> bool:
        hides, self._hides_content = self._hides_content, False
        return hides

    def _start_box(self, _: Attributes) -> None:
        self._boxes.append((self._state, self.flow.mark()))
        self._boxed.append([])

    def _end_box(self) -> None:
        self._state, start = self._boxes.pop()
        self._boxed.pop()
        self._boxed[-1].append(self.flow.cut(start))

    def _note(self, attributes: Attributes) -> bool:
        return attribute(attributes, "type") in _RULES
