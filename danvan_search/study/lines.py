"""Reads the lines of a concordance: occurrences in the segments, with the text around them."""

import datetime
from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from typing import Any, Final

import numpy as np

from danvan_search.index import OpenSegment
from danvan_search.index.codec.stored_text import CHUNK_CHARS
from danvan_search.query.nodes import Field
from danvan_search.search.highlight.snippets import reader_of

_FIELDS: Final[tuple[Field, ...]] = ("title", "body", "details")


@dataclass(frozen=True, slots=True)
class Line:
    """An occurrence in its context, as written: ``left + match + right`` is a piece of a text.

    A context ends where the text does, in details at the end of the line, or before the syllable
    that would make it too long.

    :ivar id: the id of the article.
    :ivar title: its title.
    :ivar date: its date.
    :ivar category: its category.
    :ivar field: the text that it stands in: ``title``, ``body`` or ``details``.
    :ivar offset: the offset of the match in that text, in characters.
    :ivar left: the context before it.
    :ivar match: the match.
    :ivar right: the context after it.
    """

    id: str
    title: str
    date: datetime.date | None
    category: str | None
    field: Field
    offset: int
    left: str
    match: str
    right: str

    def to_json(self) -> dict[str, Any]:
        """Return the line as plain JSON values."""
        return {
            "id": self.id,
            "title": self.title,
            "date": self.date.isoformat() if self.date else None,
            "category": self.category,
            "field": self.field,
            "offset": self.offset,
            "left": self.left,
            "match": self.match,
            "right": self.right,
        }


def read_lines(segment: OpenSegment, runs: np.ndarray, width: int) -> list[Line]:
    """Return the lines of some occurrences in a segment, in their order.

    :param runs: int64[n, 2], see :mod:`.occurrences`.
    :param width: the characters of context on each side, at most.
    """
    reader, values = segment.reader, segment.doc_values
    grid = reader.grid
    docs = grid.docs_at(runs[:, 0]).astype(np.int64)
    origins = np.stack([grid.doc_slot.take(docs), grid.body_slot.take(docs)])
    if grid.details_slot is not None:
        origins = np.concatenate([origins, grid.details_slot.take(docs)[None]])
    fields = (origins <= runs[:, 0]).sum(axis=0) - 1
    origin = origins[fields, np.arange(len(docs))]
    firsts, borders = reader.offsets.borders(
        runs[:, 0].tolist(), [*runs[:, 1].tolist(), *origin.tolist()]
    )
    distinct = np.unique(docs).tolist()
    row_of = {doc: row for row, doc in enumerate(distinct)}
    ids, titles = values.ids(distinct), values.titles(distinct)
    dates, categories = values.dates_of(distinct), values.category_of_each(distinct)
    lines = []
    texts: dict[int, _Text] = {}
    for at, (doc, number) in enumerate(zip(docs.tolist(), fields.tolist(), strict=True)):
        start, stop = (one - borders[len(docs) + at] for one in (firsts[at], borders[at]))
        field, row = _FIELDS[number], row_of[doc]
        if field == "body":
            text = texts.get(doc)
            if text is None:
                text = texts[doc] = _Text(partial(reader.stored_text.piece, doc))
            cut = text.around(start, stop, width)
        elif field == "title":
            cut = _Text(reader_of(titles[row])).around(start, stop, width)
        else:
            details = values.details(doc)
            before = details.rfind("\n", 0, start) + 1
            line = details[before:].split("\n", 1)[0]
            cut = _Text(reader_of(line)).around(start - before, stop - before, width)
        facts = ids[row], titles[row], dates[row], categories[row]
        lines.append(Line(*facts, field, start, *cut))
    return lines


class _Text:
    """A text of which pieces are read; the chunks of the last piece are kept.

    :param read: returns the characters between two offsets, clipped to the text, and the offset of
        the first.
    """

    def __init__(self, read: Callable[[int, int], tuple[str, int, bool]]) -> None:
        self._read = read
        self._piece, self._first, self._stop = "", 0, 0

    def around(self, start: int, stop: int, width: int) -> tuple[str, str, str]:
        """Return the context before a match, the match, and the context after it.

        :param start: the offset of its first character.
        :param stop: the offset after its last.
        """
        first, last = max(0, start - width - 1), stop + width + 1
        if first < self._first or last > self._stop:
            # Whole chunks cost no more to read, and hold what stands near.
            self._first = first - first % CHUNK_CHARS
            self._stop = last + -last % CHUNK_CHARS
            self._piece = self._read(self._first, self._stop)[0]
        at = self._first
        piece = self._piece
        left, match = piece[first - at : start - at], piece[start - at : stop - at]
        right = piece[stop - at : last - at]
        return _cut_left(left, width), match, _cut_right(right, width)


def _cut_left(text: str, width: int) -> str:
    """Return the end of a text: at most ``width`` characters, without a part of a syllable."""
    if len(text) <= width:
        return text
    if not text[0].isspace():
        words = text.split(None, 1)
        if len(words) > 1:
            return words[1]
        if text[-1].isspace():
            return ""
    return text[1:]


def _cut_right(text: str, width: int) -> str:
    """Return the beginning of a text, as :func:`_cut_left` returns its end."""
    if len(text) <= width:
        return text
    if not text[-1].isspace():
        words = text.rsplit(None, 1)
        if len(words) > 1:
            return words[0]
        if text[0].isspace():
            return ""
    return text[:-1]
