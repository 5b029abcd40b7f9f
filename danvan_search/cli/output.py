"""Output that programs read: JSON, JSON lines and CSV, always UTF-8."""

import csv
import io
import json
import sys
from collections.abc import Iterable, Mapping
from typing import Any


def emit(output: str, document: Any, rows: Iterable[Mapping[str, Any]]) -> None:  # noqa: ANN401
    """Print a result for programs.

    :param output: `json`, `jsonl` or `csv`.
    :param document: what one JSON document holds.
    :param rows: the same as rows, for JSON lines and CSV.
    """
    if output == "json":
        _write(f"{_dumps(document)}\n")
    elif output == "jsonl":
        for row in rows:
            _write(f"{_dumps(row)}\n")
    else:
        _write(_csv(list(rows)))


def safe_streams() -> None:
    """Let no character stop the output: what a stream cannot say becomes a question mark."""
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(errors="replace")


def _dumps(value: Any) -> str:  # noqa: ANN401
    return json.dumps(value, ensure_ascii=False)


def _csv(rows: list[Mapping[str, Any]]) -> str:
    buffer = io.StringIO()
    if rows:
        writer = csv.DictWriter(buffer, fieldnames=list(rows[0]), lineterminator="\n")
        writer.writeheader()
        for row in rows:
            writer.writerow({name: _cell(value) for name, value in row.items()})
    return buffer.getvalue()


def _cell(value: Any) -> Any:  # noqa: ANN401
    return _dumps(value) if isinstance(value, dict | list) else value


def _write(text: str) -> None:
    # Half a surrogate pair has no UTF-8; written as \udXXX it is what JSON calls it too.
    sys.stdout.buffer.write(text.encode("utf-8", "backslashreplace"))
