"""The numbers of sheets as they are shown: ``12,5%`` for 0.125.

OpenDocument holds the text of each cell. Excel holds numbers and their formats.
"""

import re
from collections.abc import Callable, Mapping
from typing import Final

from danvan_search.ingest.archive import Archive
from danvan_search.ingest.number_format import BUILT_IN, NumberFormat, number_format
from danvan_search.ingest.odt import PREFIXES as ODF_PREFIXES
from danvan_search.ingest.ooxml import main_part, optional_part, related, relations
from danvan_search.ingest.problems import ReadError
from danvan_search.ingest.reader import Source
from danvan_search.ingest.xml_parser import Attributes, XmlHandlers, attribute, parse_xml

Shown = dict[tuple[int, int], str]
"""The text of cells with a number, by the row and the column from 0."""

MAX_CELLS: Final = 1_000_000
"""How many cells of a file may have a text; others have their number alone."""

_MAX_CHARS: Final = 64
"""The length of a text up to which it is that of a number."""

_PREFIXES: Final = {
    "http://schemas.openxmlformats.org/spreadsheetml/2006/main": "x",
    "http://purl.oclc.org/ooxml/spreadsheetml/main": "x",
}
_CELL: Final = re.compile(r"([A-Z]{1,3})([1-9][0-9]{0,6})")
_NUMBER_TYPES: Final = ("float", "percentage", "currency")
_ODF_HIDDEN: Final = frozenset(
    ("table:tracked-changes", "table:dde-links", "table:shapes", "office:annotation")
)
_DIGITS: Final = re.compile(r"\d+")
_GROUPS: Final = re.compile(r"(?<=\d)[.,](?=\d{3}(?!\d))")
_MAX_GROUPED: Final = 12
"""How many digits a number may have that queries find with groups and without."""

_LETTER: Final = re.compile(r"[^\W\d_]")


def shown_numbers(source: Source) -> dict[str, Shown]:
    """Return what is shown of the numbers of a file, by the names of its sheets.

    It is empty where the file cannot be read so: the numbers themselves are more than their looks.
    """
    try:
        archive = source.archive()
        if "content.xml" in archive:
            return _OpenSheets().parse(archive.read("content.xml"))
        return _excel_sheets(archive)
    except ReadError:
        return {}


def with_shown(number: str, shown: str) -> str:
    """Return the text of a cell: its number, and what it shows if the number does not find that.

    Queries find a whole number with its thousands in groups and without, and a decimal comma like
    a dot.
    """
    if not number or number == shown or not _DIGITS.search(shown):
        return number
    digits = _DIGITS.findall(number)
    is_found = digits == _DIGITS.findall(shown)
    if len(digits) == 1 and len(digits[0]) <= _MAX_GROUPED:
        is_found = digits == _DIGITS.findall(_GROUPS.sub("", shown))
    return number if is_found and not _LETTER.search(shown) else f"{number} {shown}"


class _OpenSheets:
    """Collects the texts of the numbers of an OpenDocument sheet."""

    def __init__(self) -> None:
        self._sheets: dict[str, Shown] = {}
        self._sheet: Shown = {}
        self._is_open = False
        self._left = MAX_CELLS
        self._row = self._rows = self._column = self._columns = 0
        self._cells: list[tuple[int, int, str]] = []
        self._text: list[str] = []
        self._is_number = self._is_text = False

    def parse(self, content: bytes) -> dict[str, Shown]:
        """Return the texts of a part.

        :raises ReadError: it is no XML, or hostile.
        """
        starts: Mapping[str, Callable[[Attributes], bool | None]] = {
            "table:table": self._start_sheet,
            "table:table-row": self._start_row,
            "table:table-cell": self._start_cell,
            "table:covered-table-cell": self._start_cell,
            "text:p": self._start_text,
            "text:s": lambda _: self._data(" "),
        }
        ends = {
            "table:table": self._end_sheet,
            "table:table-row": self._end_row,
            "table:table-cell": self._end_cell,
            "table:covered-table-cell": self._end_cell,
            "text:p": self._end_text,
        }
        handlers = XmlHandlers(starts, ends, self._data, _ODF_HIDDEN)
        parse_xml(content, handlers, ODF_PREFIXES)
        return self._sheets

    def _start_sheet(self, attributes: Attributes) -> bool:
        if self._is_open:
            return True  # a table in a cell
        self._is_open = True
        self._sheet = self._sheets.setdefault(attribute(attributes, "name"), {})
        self._row = 0
        return False

    def _end_sheet(self) -> None:
        self._is_open = False

    def _start_row(self, attributes: Attributes) -> None:
        self._rows = _count(attribute(attributes, "number-rows-repeated"))
        self._column = 0
        self._cells.clear()

    def _end_row(self) -> None:
        for column, columns, text in self._cells:
            if self._rows * columns > self._left:
                break
            self._left -= self._rows * columns
            for row in range(self._row, self._row + self._rows):
                for one in range(column, column + columns):
                    self._sheet.setdefault((row, one), text)
        self._row += self._rows

    def _start_cell(self, attributes: Attributes) -> None:
        self._columns = _count(attribute(attributes, "number-columns-repeated"))
        self._is_number = attribute(attributes, "value-type") in _NUMBER_TYPES
        self._text.clear()

    def _end_cell(self) -> None:
        text = " ".join("".join(self._text).split())
        if self._is_number and 0 < len(text) <= _MAX_CHARS:
            self._cells.append((self._column, self._columns, text))
        self._is_number = False
        self._column += self._columns

    def _start_text(self, _: Attributes) -> None:
        self._is_text = self._is_number

    def _end_text(self) -> None:
        self._is_text = False
        self._data(" ")

    def _data(self, text: str) -> None:
        if self._is_text:
            self._text.append(text)


def _count(repeated: str) -> int:
    """Return how many times a row or a cell stands."""
    is_number = repeated.isdecimal() and len(repeated) < 9
    return max(int(repeated), 1) if is_number else 1


def _excel_sheets(archive: Archive) -> dict[str, Shown]:
    """Return the texts of the numbers of a file of Excel.

    :raises ReadError: a part is no XML, or hostile, or reaches a limit.
    """
    main = main_part(archive, "xl/workbook.xml")
    formats = _formats(optional_part(archive, related(archive, main, "styles")))
    if not formats:
        return {}
    parts = {id_: part for id_, _, part in relations(archive, main)}
    names: dict[str, str] = {}

    def sheet(attributes: Attributes) -> None:
        part = parts.get(attribute(attributes, "id"))
        if part is not None:
            names.setdefault(attribute(attributes, "name"), part)

    parse_xml(optional_part(archive, main), _handlers({"x:sheet": sheet}), _PREFIXES)
    found: dict[str, Shown] = {}
    for name, part in names.items():
        left = MAX_CELLS - sum(map(len, found.values()))
        found[name] = _ExcelSheet(formats, left).parse(archive.read(part))
    return found


def _formats(content: bytes) -> dict[str, NumberFormat]:
    """Return the formats that are understood, by the numbers of the styles of cells."""
    codes = dict(BUILT_IN)
    ids: list[int] = []
    is_cells = False

    def code(attributes: Attributes) -> None:
        codes[_id(attribute(attributes, "numFmtId"))] = attribute(attributes, "formatCode")

    def cells(_: Attributes) -> None:
        nonlocal is_cells
        is_cells = True

    def style(attributes: Attributes) -> None:
        if is_cells:
            ids.append(_id(attribute(attributes, "numFmtId")))

    def end() -> None:
        nonlocal is_cells
        is_cells = False

    starts = {"x:numFmt": code, "x:cellXfs": cells, "x:xf": style}
    handlers = XmlHandlers(starts, {"x:cellXfs": end}, _ignore)
    parse_xml(content, handlers, _PREFIXES)
    known = {one: number_format(codes[one]) for one in set(ids) if one in codes}
    styles = ((str(number), known.get(one)) for number, one in enumerate(ids))
    return {style: format_ for style, format_ in styles if format_ is not None}


def _id(value: str) -> int:
    return int(value) if value.isdecimal() and len(value) < 9 else -1


class _ExcelSheet:
    """Collects the texts of the numbers of a sheet.

    :param formats: the formats of styles, by their numbers.
    :param left: how many texts there may be.
    """

    def __init__(self, formats: Mapping[str, NumberFormat], left: int) -> None:
        self._formats = formats
        self._left = left
        self._found: Shown = {}
        self._row = self._column = -1
        self._place = ""
        self._format: NumberFormat | None = None
        self._is_value = False
        self._value = ""

    def parse(self, content: bytes) -> Shown:
        """Return the texts of a part.

        :raises ReadError: it is no XML, or hostile.
        """
        starts = {"x:row": self._start_row, "x:c": self._start_cell, "x:v": self._start_value}
        ends = {"x:v": self._end_value}
        parse_xml(content, XmlHandlers(starts, ends, self._data), _PREFIXES)
        return self._found

    def _start_row(self, attributes: Attributes) -> None:
        self._find_place()
        number = _id(attributes.get("r", ""))
        self._row = number - 1 if number > 0 else self._row + 1
        self._column = -1

    def _start_cell(self, attributes: Attributes) -> bool:
        """Note where a cell is; pass over one without a format that is understood."""
        place = attributes.get("r")
        if place is None:
            self._find_place()
            self._column += 1
        else:
            self._place = place
        self._format = None
        if attributes.get("t", "n") == "n":
            self._format = self._formats.get(attributes.get("s", "0"))
        return self._format is None

    def _find_place(self) -> None:
        """Take the row and the column from the name of the last cell, if it has one."""
        place = _CELL.fullmatch(self._place)
        self._place = ""
        if place is not None:
            self._column = -1
            for letter in place[1]:
                self._column = 26 * (self._column + 1) + ord(letter) - ord("A")
            self._row = int(place[2]) - 1

    def _start_value(self, _: Attributes) -> None:
        self._is_value = True
        self._value = ""

    def _data(self, text: str) -> None:
        if self._is_value:
            self._value += text

    def _end_value(self) -> None:
        if self._is_value and self._format is not None and len(self._found) < self._left:
            try:
                shown = self._format.shown(float(self._value))
            except ValueError:
                shown = ""
            if 0 < len(shown) <= _MAX_CHARS:
                self._find_place()
                self._found[self._row, self._column] = shown
        self._is_value = False


def _handlers(starts: Mapping[str, Callable[[Attributes], bool | None]]) -> XmlHandlers:
    return XmlHandlers(starts, {}, _ignore)


def _ignore(_: str) -> None:
    pass
