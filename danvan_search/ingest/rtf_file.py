"""Rich Text Format: the text with the fonts of its runs, as they say how it is encoded.

A file is groups in braces, control words and text. Some groups are no text (tables of fonts, styles
and colours, pictures, running heads) and are passed over; notes stand at the end of the text.
"""

import re
from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Final

from danvan_search.ingest.problems import ReadError
from danvan_search.ingest.reader import BINARY_BYTES, Documents, Source, too_long
from danvan_search.ingest.records import Cause
from danvan_search.ingest.runs import End, Paragraph, document_of

_TOKEN: Final = re.compile(
    rb"\\(?:([a-zA-Z]{1,32})(-?[0-9]{1,10})?[ ]?|'([0-9a-fA-F]{2})|([^a-zA-Z']))"
    rb"|([{}])|([^\\{}\r\n]+)|[\r\n]+|(?s:.)"
)
_PASSED_OVER: Final = frozenset((
    "colortbl", "stylesheet", "pict", "header", "headerl", "headerr", "headerf", "footer",
    "footerl", "footerr", "footerf", "template", "nonshppict", "fldinst", "datafield",
    "themedata", "colorschememapping", "latentstyles", "generator", "revtbl", "rsidtbl",
    "filetbl", "listtable", "listoverridetable", "pgptbl", "xmlnstbl", "mmathPr", "sp", "shprslt",
    "xe", "tc", "txe", "rxe", "objdata", "private", "comment", "operator", "company", "manager",
    "category", "nonesttables",
))  # fmt: skip
_READ_STARRED: Final = ("shpinst", "nesttableprops")
_NOTES: Final = ("footnote", "endnote")
_PROPERTIES: Final = {"title": "title", "author": "author", "keywords": "tags"}
"""The properties that are read, and the fields that they are."""

_SPECIAL: Final = {
    "tab": "\t", "nestcell": "\t", "emdash": "—", "endash": "–", "bullet": "•",
    "lquote": "‘", "rquote": "’", "ldblquote": "“", "rdblquote": "”", "emspace": " ",
    "enspace": " ", "qmspace": " ",
}  # fmt: skip
_BREAKS: Final = {
    **dict.fromkeys(("par", "line", "sect", "page", "nestrow", "column"), End.PARAGRAPH),
    "cell": End.CELL,
    "row": End.ROW,
}
_SYMBOLS: Final = {b"~": " ", b"-": "\u00ad", b"_": "-", b"{": "{", b"}": "}", b"\\": "\\"}
_BREAK_SYMBOLS: Final = (b"\r", b"\n")
_CODE_PAGES: Final = {
    0: "", 128: "cp932", 129: "cp949", 134: "cp936", 136: "cp950", 161: "cp1253", 162: "cp1254",
    163: "cp1258", 177: "cp1255", 178: "cp1256", 186: "cp1257", 204: "cp1251", 222: "cp874",
    238: "cp1250",
}  # fmt: skip
"""The code page of each charset of a font; "" for that of the file."""

_CP1252: Final = "".join(
    bytes((code,)).decode("cp1252", "ignore") or chr(code) for code in range(256)
)
_MAX_DEPTH: Final = 10_000
_MAX_NAME_CHARS: Final = 200
_MAX_PROPERTY_CHARS: Final = 2_000
_BODY_LEVEL: Final = 9
"""The outline level of text; those before are of headings."""


@dataclass(frozen=True, slots=True)
class _State:
    """What a group inherits.

    :ivar into: where its text goes; None if it is passed over.
    :ivar font: the number of its font.
    :ivar skipped: how many characters stand for a Unicode letter, for programs that know none.
    :ivar is_hidden: whether it is hidden, or was deleted.
    """

    into: str | None
    font: int
    skipped: int = 1
    is_hidden: bool = False


class _Parser:
    """Parses a file of RTF.

    :ivar paragraphs: those of the text, then those of its notes.
    :ivar properties: what the file says of itself.
    """

    def __init__(self, content: bytes, max_chars: int) -> None:
        """Parse a file.

        :param max_chars: the most characters that its text may have.
        :raises ReadError: it has more, or is nested too deeply.
        """
        self._max_chars = max_chars
        self._chars_left = max_chars
        self.properties: dict[str, str] = {}
        self._content = content
        self._names: dict[int, str] = {}
        self._charsets: dict[int, int] = {}
        self._code_page = "cp1252"
        self._default_font = 0
        self._state = _State("text", 0)
        self._stack: list[_State] = []
        self._found: dict[str, list[Paragraph]] = {"text": [], "notes": []}
        self._runs: dict[str, list[tuple[list[str], str]]] = {"text": [], "notes": []}
        self._pending = bytearray()
        self._surrogate = 0
        self._to_skip = 0
        self._is_star = False
        self._is_heading = False
        self._in_table = False
        self._parse()

    @property
    def paragraphs(self) -> list[Paragraph]:
        """The paragraphs of the text, then those of its notes."""
        return [*self._found["text"], *self._found["notes"]]

    def _parse(self) -> None:
        place = 0
        content = self._content
        match_at: Callable[[bytes, int], re.Match[bytes] | None] = _TOKEN.match
        while token := match_at(content, place):
            place = token.end()
            word, number, code, symbol, brace, text = token.groups()
            if text is not None:
                self._add_bytes(text)
            elif code is not None:
                self._add_bytes(bytes((int(code, 16),)))
            elif word is not None:
                name = word.decode("ascii")
                value = int(number) if number else None
                if name == "bin":
                    place += max(0, value or 0)
                else:
                    self._do(name, value)
            elif brace == b"{":
                self._flush()
                self._stack.append(self._state)
                if len(self._stack) > _MAX_DEPTH:
                    reason = f"has groups that are nested deeper than {_MAX_DEPTH:,}: save it again"
                    raise ReadError(reason, Cause.MALFORMED)
            elif brace == b"}":
                self._close()
            elif symbol is not None:
                self._add_symbol(symbol)
        self._flush()
        for into in ("text", "notes"):
            self._end_paragraph(into)

    def _close(self) -> None:
        self._flush()
        self._to_skip = 0
        if self._stack:
            before, self._state = self._state, self._stack.pop()
            if before.into == "notes" and self._state.into != "notes":
                self._end_paragraph("notes")

    def _do(self, name: str, value: int | None) -> None:
        is_star, self._is_star = self._is_star, False
        if name == "u":
            self._add_unicode(value or 0)
            return
        if self._pending or self._surrogate:
            self._flush()
        state = self._state
        if name == "f" and value is not None:
            self._state = replace(state, font=value)
        elif name == "uc":
            self._state = replace(state, skipped=min(max(0, value or 0), 100))
        elif name == "plain":
            self._state = replace(state, font=self._default_font, is_hidden=False)
        elif name in ("v", "deleted"):
            self._state = replace(state, is_hidden=value != 0)
        elif name in _BREAKS:
            if state.into in self._found:
                self._end_paragraph(state.into, _BREAKS[name])
        elif name in _SPECIAL:
            self._add(_SPECIAL[name])
        elif name == "pard":
            self._is_heading = self._in_table = False
        elif name == "intbl":
            self._in_table = True
        elif name == "outlinelevel":
            self._is_heading = (value or 0) < _BODY_LEVEL
        elif name == "fcharset":
            self._charsets[state.font] = value or 0
        elif name == "ansicpg":
            self._code_page = _known(f"cp{value}")
        elif name == "deff":
            self._default_font = value or 0
        else:
            self._enter(name, is_star=is_star)

    def _enter(self, name: str, *, is_star: bool) -> None:
        """Begin a destination, if a control word is one."""
        into = self._state.into
        if into is None:
            return
        if name == "fonttbl":
            into = "fonts"
        elif name == "info":
            into = "info"
        elif name in _NOTES:
            into = "notes"
        elif name in _PROPERTIES and into == "info":
            into = _PROPERTIES[name]
            self.properties[into] = ""  # the same in Unicode may follow
        elif name == "ud" and into == "info":
            return
        elif name in _PASSED_OVER or (is_star and name not in _READ_STARRED):
            into = None
        else:
            return
        self._state = replace(self._state, into=into)

    def _add_symbol(self, symbol: bytes) -> None:
        if symbol == b"*":
            self._is_star = True
        elif symbol in _BREAK_SYMBOLS:
            self._do("par", None)
        elif symbol in _SYMBOLS:
            self._flush()
            self._add(_SYMBOLS[symbol])

    def _add_bytes(self, data: bytes) -> None:
        if self._to_skip:
            skipped = min(self._to_skip, len(data))
            self._to_skip -= skipped
            data = data[skipped:]
        if data and self._state.into is not None:
            self._surrogate = 0
            self._pending += data

    def _add_unicode(self, value: int) -> None:
        code = value % (1 << 16)
        surrogate, self._surrogate = self._surrogate, 0
        if 0xD800 <= code < 0xDC00:
            self._surrogate = code
        elif 0xDC00 <= code < 0xE000:
            if surrogate:
                self._flush()
                self._add(chr(0x10000 + ((surrogate - 0xD800) << 10) + code - 0xDC00))
        else:
            self._flush()
            self._add(chr(code))
        self._to_skip = self._state.skipped

    def _flush(self) -> None:
        """Decode the bytes that were read, and add them to the text."""
        self._surrogate = 0
        data = bytes(self._pending)
        self._pending.clear()
        if data:
            page = _CODE_PAGES.get(self._charsets.get(self._state.font, 0), "")
            page = page or self._code_page
            if page == "cp1252":
                self._add(data.decode("latin-1").translate(_CP1252))
            else:
                self._add(data.decode(page, "replace"))

    def _add(self, text: str) -> None:
        into = self._state.into
        if into is None or self._state.is_hidden:
            return
        if into == "fonts":
            known = self._names.get(self._state.font, "")
            if not known.endswith(";") and len(known) < _MAX_NAME_CHARS:
                self._names[self._state.font] = known + text.partition(";")[0] + ";" * (";" in text)
        elif into in _PROPERTIES.values():
            known = self.properties.get(into, "")
            if len(known) < _MAX_PROPERTY_CHARS:
                self.properties[into] = known + text
        elif into in self._runs:
            font = self._names.get(self._state.font, "").rstrip(";")
            text = text.replace("\n", " ").replace("\r", " ")
            self._chars_left -= len(text)
            if self._chars_left < 0:
                raise ReadError(too_long(self._max_chars), Cause.TOO_LARGE)
            runs = self._runs[into]
            if not runs or runs[-1][1] != font:
                runs.append(([], font))
            runs[-1][0].append(text)

    def _end_paragraph(self, into: str, end: End = End.PARAGRAPH) -> None:
        runs = [("".join(pieces), font) for pieces, font in self._runs[into]]
        if into == "text":
            paragraph = Paragraph(runs, self._is_heading, self._in_table, end)
            self._found[into].append(paragraph)
        elif runs:
            self._found[into].append(Paragraph(runs))
        self._runs[into] = []


def read_rtf(source: Source) -> Documents:
    """Yield the document of a file of RTF."""
    parser = _Parser(source.all_bytes(BINARY_BYTES), source.max_bytes)
    yield document_of(parser.paragraphs, parser.properties, source)


def _known(encoding: str) -> str:
    """Return a code page if Python knows it; else that of Western Europe."""
    try:
        "".encode(encoding)
    except LookupError:
        return "cp1252"
    return encoding
