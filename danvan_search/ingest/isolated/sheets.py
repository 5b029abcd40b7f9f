"""Sheets, by calamine: XLS, XLSX, XLSB and ODS.

A sheet is a value: ``{"name": …, "column": …, "rows": [[cell, …], …]}``. A cell is text as people
read it. The rows are all from the first of the sheet on; their cells begin in a column, from 0.
"""

import datetime
import io
from collections.abc import Iterator
from typing import Any, Final

from danvan_search.ingest.isolated.reply import MAX_PARTS, Failure, ParseError

_DIGITS: Final = 15
"""How many digits of a number mean something, as Excel shows them."""


def parse(content: bytes) -> Iterator[dict[str, Any]]:
    """Yield the sheets that people see."""
    import python_calamine as calamine

    try:
        book = calamine.load_workbook(io.BytesIO(content))
    except calamine.PasswordError as error:
        raise ParseError(Failure.LOCKED) from error
    except calamine.CalamineError as error:
        raise ParseError(Failure.DAMAGED, str(error)) from error
    sheets = [
        one
        for one in book.sheets_metadata
        if one.typ == calamine.SheetTypeEnum.WorkSheet
        and one.visible == calamine.SheetVisibleEnum.Visible
    ]
    if len(sheets) > MAX_PARTS:
        raise ParseError(Failure.PARTS, f"{MAX_PARTS:,} sheets")
    for sheet in sheets:
        rows = []
        found = book.get_sheet_by_name(sheet.name)
        for row in found.iter_rows():
            cells = [_shown(cell) for cell in row]
            while cells and not cells[-1]:
                cells.pop()
            rows.append(cells)
        while rows and not rows[-1]:
            rows.pop()
        column = found.start[1] if found.start else 0
        yield {"name": sheet.name, "column": column, "rows": rows}


def _shown(value: object) -> str:
    """Return a cell as text: numbers and days as people write them."""
    if isinstance(value, bool):
        return "TRUE" if value else "FALSE"
    if isinstance(value, float):
        return str(int(value)) if value.is_integer() else f"{value:.{_DIGITS}g}"
    if isinstance(value, datetime.datetime):
        if value.time() == datetime.time.min:
            return value.date().isoformat()
        return value.isoformat(sep=" ", timespec="minutes")
    if isinstance(value, datetime.time):
        return value.isoformat(timespec="minutes")
    if isinstance(value, datetime.timedelta):
        return str(value)
    return " ".join(str(value).split())
