"""Word 97 to 2003: the text of a document, with the fonts of its runs.

As Microsoft publishes the format ([MS-DOC]): the text is in pieces, which a table lists in reading
order, in one or two bytes a character. The properties of characters and paragraphs are
differences to their styles, for ranges of bytes of the file, in pages of 512 bytes.

A paragraph is a value: ``{"runs": [[text, font], …], "heading": whether it is one, "table": whether
it is in one, "end": what it ends, "cell", "row" or ""}``.
"""

import itertools
import re
from bisect import bisect_right
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any, Final

from danvan_search.ingest.isolated.binary import plex, u2, u4
from danvan_search.ingest.isolated.reply import Failure, ParseError
from danvan_search.ingest.isolated.word_styles import Styles, font_names, properties_of

_IDENT, _OLD_IDENTS, _FIRST_FIB = 0xA5EC, (0xA5DB, 0xA5DC), 0xC0
_ENCRYPTED, _TABLE_1 = 0x0100, 0x0200
_FLAGS: Final = 0x0A
_LENGTHS: Final = 0x4C
"""Where the lengths of text, footnotes, headers, macros, comments, endnotes, text boxes and those
of headers stand: in characters, 4 bytes each."""

_READ: Final = (True, True, False, False, False, True, True, False)
_STYLES, _CHARACTERS, _PARAGRAPHS, _FONTS, _PIECES = 0xA2, 0xFA, 0x102, 0x112, 0x1A2
"""Where the offset and the size of these tables stand."""

_HEADINGS: Final = range(1, 10)
"""The numbers of the styles of headings."""

_PAGE: Final = 512
_PAGE_NUMBER: Final = 0x3FFFFF
_COMPRESSED: Final = 1 << 30
_CP1252: Final = "".join(
    bytes((code,)).decode("cp1252", "ignore") or chr(code) for code in range(256)
)
_CONTROL: Final = re.compile(r"([\x00-\x1e])")
_BREAKS: Final = "\r\x0b\x0c\x0e"
_CELL, _FIELD, _RESULT, _FIELD_END, _HYPHEN = "\x07", "\x13", "\x14", "\x15", "\x1e"


def parse_word(open_stream: Callable[[str], bytes]) -> Iterator[dict[str, Any]]:
    """Yield the paragraphs of a document.

    :param open_stream: gives the bytes of a stream of the OLE file; b"" if there is none.
    """
    main = open_stream("WordDocument")
    ident = u2(main, 0)
    if ident in _OLD_IDENTS or (ident == _IDENT and u2(main, 2) < _FIRST_FIB):
        raise ParseError(Failure.OLD, "Word 6 or 95")
    if ident != _IDENT:
        raise ParseError(Failure.DAMAGED, "no head of a document of Word")
    flags = u2(main, _FLAGS)
    if flags & _ENCRYPTED:
        raise ParseError(Failure.LOCKED)
    names = ("1Table", "0Table") if flags & _TABLE_1 else ("0Table", "1Table")
    table = open_stream(names[0]) or open_stream(names[1])
    yield from _Document(main, table).paragraphs()


@dataclass(frozen=True, slots=True)
class _Ranges:
    """Properties of ranges of bytes of the file.

    :ivar starts: where each range begins, ascending.
    :ivar ends: where it ends.
    :ivar values: its properties.
    """

    starts: list[int]
    ends: list[int]
    values: list[bytes]

    def at(self, place: int) -> tuple[bytes, int]:
        """Return the properties of a byte, and where their range ends; b"" without any."""
        number = bisect_right(self.starts, place) - 1
        if number >= 0 and place < self.ends[number]:
            return self.values[number], self.ends[number]
        following = self.starts[number + 1] if number + 1 < len(self.starts) else 1 << 32
        return b"", following


@dataclass(frozen=True, slots=True)
class _Paragraph:
    """A paragraph: whether it is a heading, stands in a table, and ends a row."""

    is_heading: bool
    in_table: bool
    ends_row: bool


class _Document:
    """A document: its text, and what says how it looks."""

    def __init__(self, main: bytes, table: bytes) -> None:
        self._main = main
        self._table = table
        self._fonts = font_names(self._part(_FONTS))
        self._styles = Styles(self._part(_STYLES))
        self._characters = self._ranges(_CHARACTERS, _character_properties)
        self._paragraphs = self._ranges(_PARAGRAPHS, _paragraph_properties)

    def paragraphs(self) -> Iterator[dict[str, Any]]:
        """Yield the paragraphs."""
        runs: list[list[str]] = []
        fields: list[bool] = []
        for text, font, paragraph in self._runs():
            values = {"heading": paragraph.is_heading, "table": paragraph.in_table}
            for piece in _CONTROL.split(text):
                if piece == _FIELD:
                    fields.append(False)
                elif piece == _RESULT and fields:
                    fields[-1] = True
                elif piece == _FIELD_END and fields:
                    fields.pop()
                elif piece and piece in _BREAKS:
                    yield {"runs": runs, "end": "", **values}
                    runs = []
                    if not all(fields):
                        fields.clear()  # what makes a field is on one line: its end is missing
                elif not piece or not all(fields):
                    continue  # what makes a field is not read
                elif piece == _CELL:
                    yield {"runs": runs, "end": "row" if paragraph.ends_row else "cell", **values}
                    runs = []
                elif piece == _HYPHEN:
                    runs.append(["-", font])
                elif piece >= " " or piece in "\t\x1f":
                    runs.append([piece, font])
        if runs:
            yield {"runs": runs, "heading": False, "table": False, "end": ""}

    def _runs(self) -> Iterator[tuple[str, str, _Paragraph]]:
        """Yield (text, font, paragraph) of each run."""
        for start, end, width in self._pieces():
            place = start
            while place < end:
                raw, until = self._characters.at(place)
                paragraph, paragraph_until = self._paragraphs.at(place)
                stop = min(end, max(until, place + 1), max(paragraph_until, place + 1))
                stop += (stop - place) % width
                data = self._main[place:stop]
                place = stop
                properties = properties_of(raw)
                style = u2(paragraph, 0) if len(paragraph) > 1 else 0
                font = properties.font
                if font is None:
                    font = self._styles.font(style, properties.style)
                text = (
                    data.decode("utf-16-le", "replace")
                    if width > 1
                    else data.decode("latin-1").translate(_CP1252)
                )
                if properties.is_hidden or properties.is_symbol:
                    # The ends of paragraphs and the marks of fields count.
                    text = "".join(_CONTROL.findall(text))
                of_table = properties_of(paragraph[2:])
                is_heading = style in _HEADINGS
                yield (
                    text,
                    self._fonts.get(font, ""),
                    _Paragraph(is_heading, of_table.in_table, of_table.ends_row),
                )

    def _pieces(self) -> Iterator[tuple[int, int, int]]:
        """Yield (start, end, bytes per character) of the pieces of what is read."""
        kept = []
        first = 0
        for number, is_read in enumerate(_READ):
            count = u4(self._main, _LENGTHS + 4 * number)
            if is_read:
                kept.append((first, first + count))
            first += count
        bounds, pieces = plex(self._piece_table(), 8)
        for (start, end), piece in zip(itertools.pairwise(bounds), pieces, strict=True):
            place = u4(piece, 2)
            width = 1 if place & _COMPRESSED else 2
            place = (place & (_COMPRESSED - 1)) // (2 if width == 1 else 1)
            for low, high in kept:
                one, other = max(start, low), min(end, high)
                if one < other:
                    begin = place + (one - start) * width
                    yield begin, min(begin + (other - one) * width, len(self._main)), width

    def _piece_table(self) -> bytes:
        """Return the table of pieces, which stands behind properties of pieces."""
        data = self._part(_PIECES)
        place = 0
        while data[place : place + 1] == b"\x01":
            place += 3 + u2(data, place + 1)
        if data[place : place + 1] != b"\x02":
            raise ParseError(Failure.DAMAGED, "no table of its text")
        size = u4(data, place + 1)
        return data[place + 5 : place + 5 + size]

    def _part(self, place: int) -> bytes:
        start, size = u4(self._main, place), u4(self._main, place + 4)
        return self._table[start : start + size]

    def _ranges(
        self, place: int, read: Callable[[bytes, int], Iterator[tuple[int, int, bytes]]]
    ) -> _Ranges:
        """Return the ranges of properties that pages of 512 bytes hold."""
        found: list[tuple[int, int, bytes]] = []
        values = plex(self._part(place), 4)[1]
        for number in dict.fromkeys(u4(value, 0) & _PAGE_NUMBER for value in values):
            page = self._main[number * _PAGE : (number + 1) * _PAGE]
            if len(page) == _PAGE:
                found += read(page, page[-1])
        found.sort(key=lambda one: one[0])
        return _Ranges(*map(list, zip(*found, strict=True))) if found else _Ranges([], [], [])


def _character_properties(page: bytes, count: int) -> Iterator[tuple[int, int, bytes]]:
    """Yield (start, end, properties) of the runs of a page."""
    first = 4 * (count + 1)
    for number in range(min(count, (_PAGE - 5) // 5)):
        place = 2 * page[first + number]
        size = page[place] if place else 0
        values = page[place + 1 : place + 1 + size] if place else b""
        yield u4(page, 4 * number), u4(page, 4 * number + 4), values


def _paragraph_properties(page: bytes, count: int) -> Iterator[tuple[int, int, bytes]]:
    """Yield (start, end, style and properties) of the paragraphs of a page."""
    first = 4 * (count + 1)
    for number in range(min(count, (_PAGE - 5) // 17)):
        place = 2 * page[first + 13 * number]
        values = b""
        if 0 < place < _PAGE - 2:
            size = 2 * page[place] - 1
            if size < 0:
                place += 1
                size = 2 * page[place]
            values = page[place + 1 : place + 1 + size]
        yield u4(page, 4 * number), u4(page, 4 * number + 4), values
