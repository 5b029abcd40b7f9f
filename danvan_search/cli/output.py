"""Output that programs read: JSON, JSON lines and CSV, always UTF-8."""

import io
import json
import re
import sys
from collections.abc import Iterable, Mapping, Sequence
from typing import Any, Final

from danvan_search.cli.render import visible

# What JSON leaves as it is and a terminal may obey: C1 controls, marks of direction; and the
# line separators, at which some programs would end a line of JSON.
_UNSAFE: Final = re.compile("[\x7f-\x9f\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069\ud800-\udfff]")
_NEEDS_QUOTES: Final = re.compile('[",\r\n]')


def emit(
    output: str,
    document: Any,  # noqa: ANN401
    rows: Iterable[Mapping[str, Any]],
    headings: Sequence[str],
) -> None:
    """Print a result for programs.

    :param output: `json`, `jsonl` or `csv`.
    :param document: what one JSON document holds.
    :param rows: the same as rows, for JSON lines and CSV.
    :param headings: the names of the columns for CSV: keys of the rows.
    """
    if output == "json":
        _write(f"{_dumps(document)}\n")
    elif output == "jsonl":
        for row in rows:
            _write(f"{_dumps(row)}\n")
    else:
        _write(_csv_line(headings))
        for row in rows:
            _write(_csv_line([row[name] for name in headings]))


def safe_streams() -> None:
    """Let no character stop the output: what a stream cannot say becomes a question mark."""
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(errors="replace")


def _dumps(value: Any) -> str:  # noqa: ANN401
    written = json.dumps(value, ensure_ascii=False)
    return _UNSAFE.sub(lambda match: f"\\u{ord(match[0]):04x}", written)


def _csv_line(cells: Iterable[Any]) -> str:
    return f"{','.join(map(_csv_cell, cells))}\n"


def _csv_cell(value: Any) -> str:  # noqa: ANN401
    # The csv module leaves a bare carriage return without quotes, and then cannot read it.
    if value is None:
        return ""
    text = _dumps(value) if isinstance(value, dict | list | bool) else str(value)
    if sys.stdout.isatty():
        text = visible(text)
    if _NEEDS_QUOTES.search(text):
        text = text.replace('"', '""')
        return f'"{text}"'
    return text


def _write(text: str) -> None:
    # Half a surrogate pair has no UTF-8; \udXXX is how JSON writes it.
    sys.stdout.buffer.write(text.encode("utf-8", "backslashreplace"))
