"""Sheets: XLSX, XLSB and ODS, and those of XLS. Each sheet is an article: its rows as lines."""

import re
from collections import Counter
from collections.abc import Iterable, Mapping
from typing import Any, Final

from danvan_search.ingest.described import describe
from danvan_search.ingest.isolated.process import parse
from danvan_search.ingest.isolated.values import rows_of, string_of, whole_number_of
from danvan_search.ingest.reader import (
    BINARY_BYTES,
    Documents,
    Problem,
    Source,
)
from danvan_search.ingest.records import EMPTY, Cause
from danvan_search.ingest.shown_numbers import Shown, shown_numbers, with_shown
from danvan_search.text.encodings.font_runs import convert_runs

_PARSER: Final = "danvan_search.ingest.isolated.sheets"
_UNNAMED: Final = re.compile(r"(?:sheet|trang[ _]?tính|bảng|table|feuil)[ _]?\d*", re.IGNORECASE)


def read_sheets(source: Source) -> Documents:
    """Yield the documents of the sheets of a file."""
    sheets = parse(_PARSER, source.all_bytes(BINARY_BYTES))
    yield from sheet_documents(sheets, source, shown_numbers(source))


def sheet_documents(
    sheets: Iterable[Mapping[str, Any]], source: Source, shown: Mapping[str, Shown]
) -> Documents:
    """Yield a document for each sheet that is not empty, the name of the sheet as its part.

    :param sheets: the name, the first column and the rows of each.
    :param shown: what is shown of numbers, by the name of the sheet.
    """
    seen: Counter[str] = Counter()
    is_empty = True
    for sheet in sheets:
        name = string_of(sheet, "name").strip() or "?"
        seen[name] += 1
        part = f"{name}-{seen[name]}" if seen[name] > 1 else name
        first = whole_number_of(sheet, "column")
        rows = _rows(rows_of(sheet), first, shown.get(string_of(sheet, "name"), {}))
        runs = [
            (cell + ("\n" if number == len(row) else "\t"), "")
            for row in rows
            for number, cell in enumerate(row, 1)
        ]
        converted = convert_runs(runs)
        text = "".join(converted.texts).rstrip("\n")
        if not text.strip():
            continue
        source.check_length(text)
        source.found_encoding = converted.encoding
        is_empty = False
        yield describe(
            text,
            source.file_name,
            fields={"file_name": source.file_name},
            heading="" if _UNNAMED.fullmatch(name) else name,
            part=part,
        )
    if is_empty:
        yield Problem(EMPTY, cause=Cause.EMPTY)


def _rows(rows: list[list[str]], first: int, shown: Shown) -> list[list[str]]:
    """Return the rows that are not empty, with what is shown of their numbers."""
    for (row, column), text in shown.items():
        if row < len(rows) and 0 <= column - first < len(rows[row]):
            cells = rows[row]
            cells[column - first] = with_shown(cells[column - first], text)
    return [row for row in rows if row]
