"""Output for programs: JSON, JSON lines and CSV, always UTF-8."""

import sys
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from danvan_search import plain
from danvan_search.plain import encoded, json_line, visible, visible_lines


def emit(
    output: str,
    document: Any,  # noqa: ANN401
    rows: Iterable[Mapping[str, Any]],
    headings: Sequence[str],
) -> None:
    """Print a result for programs.

    :param output: `json`, `jsonl` or `csv`.
    :param document: the value of the JSON document.
    :param rows: the rows of JSON lines and CSV.
    :param headings: the columns of CSV: keys of the rows.
    """
    if output == "json":
        _write(f"{json_line(document)}\n")
    elif output == "jsonl":
        for row in rows:
            _write(f"{json_line(row)}\n")
    else:
        _write(_csv_line(headings))
        for row in rows:
            _write(_csv_line([row[name] for name in headings]))


def csv_cell(value: Any) -> str:  # noqa: ANN401
    """Return a value as a cell of CSV; on a terminal it is one line."""
    return plain.csv_cell(value, visible if sys.stdout.isatty() else visible_lines)


def _csv_line(cells: Iterable[Any]) -> str:
    return f"{','.join(map(csv_cell, cells))}\n"


def _write(text: str) -> None:
    sys.stdout.buffer.write(encoded(text))
