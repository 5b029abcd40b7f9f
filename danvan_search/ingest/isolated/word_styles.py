"""Styles and fonts of a document of Word: which font a run has that names none of its own."""

import struct
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

from danvan_search.ingest.isolated.binary import u2

_OPERANDS: Final = (1, 1, 2, 4, 2, 2, -1, 3)
"""The size of an operand by the kind of its property, in bytes; -1 if it says its own."""

_FONT_ASCII, _FONT_OTHER, _STYLE = 0x4A4F, 0x4A51, 0x4A30
_DELETED, _HIDDEN, _SYMBOL = 0x0800, 0x083C, 0x6A09
_IN_TABLE, _ROW_END = 0x2416, 0x2417
_LONG_TABLE: Final = 0xD608
_NAME_AT: Final = 40
_DEPTH: Final = 12
"""How many styles may be based on each other."""

_PARAGRAPH: Final = 1


@dataclass(frozen=True, slots=True)
class Properties:
    """What the properties of a run or a paragraph say.

    :ivar font: the number of its font; None if they name none.
    :ivar style: the number of its style; None if they name none.
    :ivar is_hidden: whether it is hidden, or was deleted.
    :ivar is_symbol: whether it is a letter of a font of symbols, for which another stands.
    :ivar in_table: whether it stands in a table.
    :ivar ends_row: whether it ends a row of a table.
    """

    font: int | None
    style: int | None
    is_hidden: bool
    is_symbol: bool
    in_table: bool
    ends_row: bool


def properties_of(data: bytes) -> Properties:
    """Return what a list of properties says; what is damaged at its end is left out."""
    found = dict(_properties(data))
    other = found.get(_FONT_OTHER, found.get(_FONT_ASCII))
    is_hidden = 1 in (found.get(_HIDDEN), found.get(_DELETED))
    return Properties(
        other,
        found.get(_STYLE),
        is_hidden,
        _SYMBOL in found,
        found.get(_IN_TABLE) == 1,
        found.get(_ROW_END) == 1,
    )


def font_names(data: bytes) -> dict[int, str]:
    """Return the names of the fonts of a document by their numbers."""
    names = {}
    place = 4
    for number in range(u2(data, 0) if len(data) > 4 else 0):
        if place >= len(data):
            break
        end = place + 1 + data[place]
        name = data[place + _NAME_AT : end].decode("utf-16-le", "replace")
        names[number] = name.split("\0")[0]
        place = end
    return names


class Styles:
    """The styles of a document."""

    def __init__(self, data: bytes) -> None:
        self._fonts: dict[int, int] = {}
        self._bases: dict[int, int] = {}
        self._default = -1
        try:
            self._read(data)
        except (struct.error, IndexError):
            return  # the styles up to here count

    def font(self, paragraph: int, character: int | None = None) -> int:
        """Return the number of the font of a style; -1 if it is not known."""
        for style in (character, paragraph):
            for _ in range(_DEPTH):
                if style is None:
                    break
                if style in self._fonts:
                    return self._fonts[style]
                style = self._bases.get(style)
        return self._default

    def _read(self, data: bytes) -> None:
        size = u2(data, 0)
        count, base_size = u2(data, 2), u2(data, 4)
        self._default = u2(data, 2 + 16) if size >= 18 else -1
        place = 2 + size
        for number in range(count):
            length = u2(data, place)
            if length:
                self._read_style(number, data[place + 2 : place + 2 + length], base_size)
            place += 2 + length + length % 2

    def _read_style(self, number: int, style: bytes, base_size: int) -> None:
        kind, base = u2(style, 2) & 0xF, u2(style, 2) >> 4
        if base != 0xFFF:
            self._bases[number] = base
        parts = u2(style, 4) & 0xF
        place = base_size + 2 + 2 * u2(style, base_size) + 2
        for part in range(parts):
            size = u2(style, place)
            values = style[place + 2 : place + 2 + size]
            place += 2 + size + size % 2
            # A style of paragraphs has properties of paragraphs, then of characters.
            if part == (1 if kind == _PARAGRAPH else 0):
                font = properties_of(values).font
                if font is not None:
                    self._fonts[number] = font


def _properties(data: bytes) -> Iterator[tuple[int, int]]:
    """Yield the codes of properties, and the first bytes of their operands as a number."""
    place = 0
    while place + 3 <= len(data):
        code = u2(data, place)
        place += 2
        size = _OPERANDS[code >> 13]
        if size < 0:
            is_long = code == _LONG_TABLE and place + 2 <= len(data)
            size = 1 + (u2(data, place) if is_long else data[place])
        yield code, int.from_bytes(data[place : place + min(size, 2)], "little")
        place += size
