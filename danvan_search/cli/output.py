"""Output for programs: JSON, JSON lines and CSV, always UTF-8.

JSON preserves every character. CSV is what people open in a spreadsheet: control characters are
replaced, and a text that would be a formula gets an apostrophe.
"""

import json
import re
import sys
from collections.abc import Iterable, Mapping, Sequence
from typing import Any, Final

from danvan_search.cli.render import visible, visible_lines

# Characters that JSON leaves unescaped although a terminal may act on them (C1 controls, direction
# marks), or a program may split lines at them (line separators).
_UNSAFE: Final = re.compile("[\x7f-\x9f\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069\ud800-\udfff]")
_FORMULA: Final = ("=", "+", "-", "@", "\t", "\r")
"""A spreadsheet computes a text that begins so; an apostrophe before it makes it a text."""
_NEEDS_QUOTES: Final = re.compile('[",\r\n]')


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
        _write(f"{_dumps(document)}\n")
    elif output == "jsonl":
        for row in rows:
            _write(f"{_dumps(row)}\n")
    else:
        _write(_csv_line(headings))
        for row in rows:
            _write(_csv_line([row[name] for name in headings]))


def _dumps(value: Any) -> str:  # noqa: ANN401
    text = json.dumps(value, ensure_ascii=False)
    return _UNSAFE.sub(lambda match: f"\\u{ord(match[0]):04x}", text)


def _csv_line(cells: Iterable[Any]) -> str:
    return f"{','.join(map(csv_cell, cells))}\n"


def csv_cell(value: Any) -> str:  # noqa: ANN401
    """Return a value as a cell of CSV."""
    # The csv module writes a bare carriage return without quotes, and then cannot read it back.
    if value is None:
        return ""
    if isinstance(value, str):
        text = visible(value) if sys.stdout.isatty() else visible_lines(value)
        if text.startswith(_FORMULA):
            text = f"'{text}"
    else:
        text = _dumps(value) if isinstance(value, dict | list | tuple | bool) else str(value)
    if _NEEDS_QUOTES.search(text):
        text = text.replace('"', '""')
        return f'"{text}"'
    return text


def _write(text: str) -> None:
    # UTF-8 cannot encode half a surrogate pair; it is written as in JSON: \udXXX.
    sys.stdout.buffer.write(text.encode("utf-8", "backslashreplace"))
