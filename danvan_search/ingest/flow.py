"""The text of a word processor's document: runs, paragraphs, headings, tables.

A reader tells what it meets in the order of the document; :meth:`Flow.finish` makes text of it,
with the letters of old fonts converted (:mod:`danvan_search.text.encodings.font_runs`). A paragraph
is a line. A row of a table is a line, with tabs between its cells; a row with one cell in use is
layout, and its paragraphs are lines.
"""

import enum
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Final

from danvan_search.dates import parse_date
from danvan_search.ingest.described import describe
from danvan_search.ingest.legal import is_head_line
from danvan_search.ingest.problems import ReadError
from danvan_search.ingest.reader import Document, Problem, Source
from danvan_search.ingest.records import Cause
from danvan_search.places import Places
from danvan_search.text.encodings.font_runs import convert_runs

TITLE: Final = -1
"""The level of a paragraph that is the title of the document; headings have 1 to 9, others 0."""

_TITLE_WITHIN: Final = 500
"""How far from the start of the text a heading is its title, in characters."""


class _Kind(enum.IntEnum):
    TEXT = 0
    PARAGRAPH = 1
    CELL = 2
    ROW_START = 3
    ROW_END = 4
    PAGE = 5


_Event = tuple[_Kind, str, str, int]
"""Kind, text, font, level of the paragraph."""

Events = list[_Event]
"""A piece of a flow."""


@dataclass(frozen=True, slots=True)
class FlowText:
    """The text of a document.

    :ivar text: its lines.
    :ivar heading: the title in it, or else a heading near its start; "" for none.
    :ivar heading_start: where this stands in the text; -1 if it is not there.
    :ivar places: its headings and pages.
    :ivar encoding: the encoding of most of what was converted; ``UTF-8`` if nothing was.
    """

    text: str
    heading: str
    heading_start: int
    places: Places
    encoding: str


class Flow:
    """Collects the text of a document.

    :param max_chars: the most characters that it may have.
    """

    def __init__(self, max_chars: int) -> None:
        self._events: Events = []
        self._run: list[str] = []  # the pieces of a run that may go on, all in one font
        self._font = ""
        self._chars_left = max_chars
        self._max_chars = max_chars

    def add(self, text: str, font: str = "") -> None:
        """Add a run of text to the paragraph.

        :raises ReadError: the text is too long.
        """
        self._chars_left -= len(text)
        if self._chars_left < 0:
            reason = (
                f"has more than {self._max_chars:,} characters: split it, or raise the size limit"
            )
            raise ReadError(reason, Cause.TOO_LARGE)
        if font != self._font:
            self._end_run()
            self._font = font
        self._run.append(text)

    def end_paragraph(self, level: int = 0) -> None:
        """End the paragraph; a level is that of a heading, or :data:`TITLE`."""
        self._end(_Kind.PARAGRAPH, level)

    def end_cell(self) -> None:
        """End a cell of a row."""
        self._end(_Kind.CELL)

    def start_page(self) -> None:
        """Begin a page, between paragraphs."""
        self._end(_Kind.PAGE)

    def start_row(self) -> None:
        """Begin a row of a table, which may stand in a cell of another."""
        self._end(_Kind.ROW_START)

    def end_row(self) -> None:
        """End a row."""
        self._end(_Kind.ROW_END)

    def _end_run(self) -> None:
        if self._run:
            self._events.append((_Kind.TEXT, "".join(self._run), self._font, 0))
            self._run.clear()

    def _end(self, kind: _Kind, level: int = 0) -> None:
        if self._run:
            self._end_run()
        self._events.append((kind, "\n", "", level))

    def mark(self) -> int:
        """Return where the flow is now."""
        self._end_run()
        return len(self._events)

    def cut(self, mark: int) -> Events:
        """Remove and return what was added since a mark."""
        self._end_run()
        events = self._events[mark:]
        del self._events[mark:]
        return events

    def paste(self, events: Events) -> None:
        """Add what was cut before."""
        self._end_run()
        self._events += events

    def finish(self) -> FlowText:
        """Return the text."""
        self._end_run()
        converted = convert_runs([(text, font) for _, text, font, _ in self._events])
        lines = _Lines()
        for (kind, _, _, level), text in zip(self._events, converted.texts, strict=True):
            if kind is _Kind.TEXT:
                lines.run.append(text)
            elif kind is _Kind.PARAGRAPH:
                lines.end_paragraph(level)
            elif kind is _Kind.CELL:
                lines.end_cell()
            elif kind is _Kind.ROW_START:
                lines.start_row()
            elif kind is _Kind.PAGE:
                lines.start_page()
            else:
                lines.end_row()
        lines.close()
        # The motto of the state is a heading in many documents.
        headings = [one for one in lines.headings if not is_head_line(one[1])]
        sections = [(start, heading) for start, heading, level in headings if level != TITLE]
        heading, start = _title(headings)
        return FlowText(
            "\n".join(lines.done), heading, start, Places(sections, lines.pages), converted.encoding
        )


def describe_flow(
    found: FlowText, source: Source, fields: dict[str, Any], notices: Sequence[str] = ()
) -> Document | Problem:
    """Return the document of a text that was collected; a problem if it is empty.

    :param fields: what the file says of the text; ``created`` is the day on which it was made.
    :param notices: see :class:`Document`.
    """
    source.found_encoding = found.encoding
    created = fields.pop("created", None)
    return describe(
        found.text,
        source.file_name,
        fields=fields,
        heading=found.heading,
        heading_start=found.heading_start,
        finds_title="title" not in fields and not found.heading,
        notices=notices,
        places=found.places,
        made=parse_date(created) if isinstance(created, str) else None,
    )


_Paragraph = tuple[str, int]


@dataclass(slots=True)
class _Row:
    """A row that is not ended: the paragraphs of each cell."""

    cells: list[list[_Paragraph]]


class _Lines:
    """Makes lines of paragraphs and rows.

    :ivar run: the runs of the paragraph so far.
    :ivar done: the lines.
    :ivar headings: (offset, text, level) of each heading.
    :ivar pages: the offset of each page.
    """

    def __init__(self) -> None:
        self.run: list[str] = []
        self.done: list[str] = []
        self.headings: list[tuple[int, str, int]] = []
        self.pages: list[int] = []
        self._rows: list[_Row] = []
        self._offset = 0

    def end_paragraph(self, level: int = 0) -> None:
        text = "".join(self.run)
        self.run.clear()
        if self._rows:
            self._rows[-1].cells[-1].append((text, level))
        else:
            self._add(text, level)

    def start_page(self) -> None:
        self.pages.append(self._offset)

    def start_row(self) -> None:
        if self.run:
            self.end_paragraph()
        self._rows.append(_Row([[]]))

    def end_cell(self) -> None:
        if self.run:
            self.end_paragraph()
        if self._rows:
            self._rows[-1].cells.append([])

    def end_row(self) -> None:
        if self.run:
            self.end_paragraph()
        if not self._rows:
            return
        cells = self._rows.pop().cells
        used = [cell for cell in cells if any(text.strip() for text, _ in cell)]
        if len(used) == 1:
            paragraphs = used[0]
        else:
            # The cell after the last end of a cell is none, unless the end was missing.
            texts = [" ".join(" ".join(text for text, _ in cell).split()) for cell in cells]
            row = "\t".join(texts).rstrip("\t")
            # A row in a cell is a part of this cell.
            paragraphs = [(row.replace("\t", " ") if self._rows else row, 0)]
        for text, level in paragraphs if used else []:
            if self._rows:
                self._rows[-1].cells[-1].append((text, level))
            else:
                self._add(text, level)

    def close(self) -> None:
        """End what a document that is cut short left open."""
        while self._rows:
            self.end_row()
        if self.run:
            self.end_paragraph()
        while self.done and not self.done[-1]:
            self.done.pop()

    def _add(self, text: str, level: int) -> None:
        text = text.strip(" \n")
        if not text and (not self.done or not self.done[-1]):
            return
        if level and text.strip():
            self.headings.append((self._offset, " ".join(text.split()), level))
        self.done.append(text)
        self._offset += len(text) + 1


def _title(headings: Sequence[tuple[int, str, int]]) -> tuple[str, int]:
    """Return the title of a document and its offset: that of its style, or a heading near it."""
    for start, text, level in headings:
        if level == TITLE:
            return text, start
    if headings and headings[0][0] <= _TITLE_WITHIN:
        return headings[0][1], headings[0][0]
    return "", -1
