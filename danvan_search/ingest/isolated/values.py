"""The values that a parser gave, with the types that they should have.

A hostile file may have made them, so what is of another type is as if it were missing.
"""

from collections.abc import Mapping
from typing import Any

from danvan_search.text.surrogates import without_surrogates


def string_of(values: Mapping[str, Any], key: str) -> str:
    """Return a string without single surrogates; "" if there is none."""
    value = values.get(key)
    return without_surrogates(value) if isinstance(value, str) else ""


def strings_of(values: Mapping[str, Any], key: str) -> dict[str, str]:
    """Return the strings of an object by name."""
    found = values.get(key)
    return {name: string_of(found, name) for name in found} if isinstance(found, dict) else {}


def whole_number_of(values: Mapping[str, Any], key: str) -> int:
    """Return a whole number from 0 on; 0 if there is none."""
    value = values.get(key)
    return value if isinstance(value, int) and value >= 0 else 0


def runs_of(values: Mapping[str, Any]) -> list[tuple[str, str]]:
    """Return the runs of a text: the text of each, and the name of its font."""
    runs = values.get("runs")
    return [
        (without_surrogates(run[0]), without_surrogates(run[1]))
        for run in (runs if isinstance(runs, list) else [])
        if isinstance(run, list) and len(run) == 2 and all(isinstance(one, str) for one in run)
    ]


def rows_of(values: Mapping[str, Any]) -> list[list[str]]:
    """Return the rows of a sheet: lists of cells."""
    rows = values.get("rows")
    return [
        [without_surrogates(cell) if isinstance(cell, str) else "" for cell in row]
        for row in (rows if isinstance(rows, list) else [])
        if isinstance(row, list)
    ]
