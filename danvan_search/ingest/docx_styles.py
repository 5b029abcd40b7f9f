"""The styles of a ``.docx``: what they say of fonts, headings and hidden text."""

import re
from dataclasses import dataclass
from typing import Final

from danvan_search.ingest.flow import TITLE
from danvan_search.ingest.ooxml import PREFIXES
from danvan_search.ingest.xml_parser import Attributes, XmlHandlers, attribute, parse_xml

_HEADING: Final = re.compile(r"(?:heading|tiêu đề|đề mục) ?([1-9])\b", re.IGNORECASE)
_CONTENTS: Final = re.compile(r"toc\b|toc ?[1-9]|tocheading", re.IGNORECASE)
_MAX_CHAIN: Final = 20
_OFF: Final = frozenset(("0", "false", "off"))
# The styles of tables, most of the part, are cut out first, which is faster than to parse them.
_NOT_READ: Final = re.compile(
    rb"<w:style w:type=\"table\"[^<>]*>.*?</w:style>|<w:latentStyles[ >].*?</w:latentStyles>",
    re.DOTALL,
)
_NOT_NOW: Final = frozenset(("w:rPrChange", "w:pPrChange", "w:latentStyles", "w:tblStylePr"))


@dataclass(frozen=True, slots=True)
class Style:
    """What is known of a style, its ancestors included.

    :ivar font: the name of its font; "" if it says none.
    :ivar level: that of a heading, 1 to 9, or ``TITLE``; 0 for other text.
    :ivar is_hidden: whether its text is hidden.
    :ivar has_capitals: whether its small letters are shown as capitals.
    :ivar is_contents: whether it is that of an entry in a table of contents.
    """

    font: str = ""
    level: int = 0
    is_hidden: bool = False
    has_capitals: bool = False
    is_contents: bool = False


@dataclass(slots=True)
class _Written:
    name: str = ""
    parent: str = ""
    font: str = ""
    outline: str = ""
    hidden: bool | None = None
    capitals: bool | None = None


class Styles:
    """The styles of a document.

    :param content: the part of them, or any other element.
    """

    def __init__(self, content: bytes) -> None:
        self._written: dict[str, _Written] = {}
        self._default = _Written()
        self._current = _Written()
        self._paragraph = ""
        self._resolved: dict[str, Style] = {}
        starts = {
            "w:style": self._start,
            "w:rPrDefault": self._start_default,
            "w:name": self._name,
            "w:basedOn": self._based_on,
            "w:rFonts": self._font,
            "w:outlineLvl": self._outline,
            "w:vanish": self._vanish,
            "w:caps": self._capitals,
        }
        content = _NOT_READ.sub(b"", content)
        parse_xml(content, XmlHandlers(starts, {}, _ignore, _NOT_NOW), PREFIXES)

    def paragraph(self, style: str = "") -> Style:
        """Return a style of paragraphs by its id; "" for the usual one."""
        return self._get(style or self._paragraph)

    def character(self, style: str) -> Style:
        """Return a style of runs, by its id."""
        return self._get(style)

    @property
    def font(self) -> str:
        """The font of all text that has no other."""
        return self._default.font

    def _get(self, style: str) -> Style:
        found = self._resolved.get(style)
        if found is None:
            found = self._resolved[style] = self._resolve(style)
        return found

    def _resolve(self, style: str) -> Style:
        chain: list[_Written] = []
        name = style
        while (one := self._written.get(name)) is not None and len(chain) < _MAX_CHAIN:
            chain.append(one)
            name = one.parent
        hidden = next((one.hidden for one in chain if one.hidden is not None), False)
        capitals = next((one.capitals for one in chain if one.capitals is not None), False)
        names = [one.name for one in chain[:1]] or [style]
        return Style(
            next((one.font for one in chain if one.font), ""),
            self._level(chain, names[0]),
            bool(hidden),
            bool(capitals),
            any(_CONTENTS.match(one) for one in names),
        )

    @staticmethod
    def _level(chain: list[_Written], name: str) -> int:
        if name.casefold() == "title":
            return TITLE
        outline = next((one.outline for one in chain if one.outline), "")
        if outline:
            return outline_level(outline)
        headings = (_HEADING.match(one.name) for one in chain)
        match = _HEADING.match(name) or next((one for one in headings if one), None)
        return int(match[1]) if match else 0

    def _start(self, attributes: Attributes) -> None:
        self._current = _Written()
        style = attribute(attributes, "styleId")
        self._written.setdefault(style, self._current)
        is_paragraph = attribute(attributes, "type") == "paragraph"
        if is_paragraph and attribute(attributes, "default") in ("1", "true", "on"):
            self._paragraph = style

    def _start_default(self, _: Attributes) -> None:
        self._current = self._default

    def _name(self, attributes: Attributes) -> None:
        self._current.name = attribute(attributes, "val")

    def _based_on(self, attributes: Attributes) -> None:
        self._current.parent = attribute(attributes, "val")

    def _font(self, attributes: Attributes) -> None:
        self._current.font = font_of(attributes)

    def _outline(self, attributes: Attributes) -> None:
        self._current.outline = attribute(attributes, "val")

    def _vanish(self, attributes: Attributes) -> None:
        self._current.hidden = is_on(attributes)

    def _capitals(self, attributes: Attributes) -> None:
        self._current.capitals = is_on(attributes)


def font_of(attributes: Attributes) -> str:
    """Return the font of letters of Latin scripts that ``w:rFonts`` names."""
    return attribute(attributes, "hAnsi") or attribute(attributes, "ascii")


def is_on(attributes: Attributes) -> bool:
    """Return whether a property that is on by being there is on."""
    return attribute(attributes, "val") not in _OFF


def outline_level(value: str) -> int:
    """Return the level of a heading of ``w:outlineLvl``; 0 for other text."""
    return int(value) + 1 if value in tuple("012345678") else 0


def _ignore(_: str) -> None:
    pass
