"""The values that a parser gave, with the types that they should have.

A hostile file may have made them, so what is of another type is as if it were missing.
"""

from collections.abc import Mapping
from typing import Any


def string_of(values: Mapping[str, Any], key: str) -> str:
    """Return a string without single surrogates; "" if there is none."""
    value = values.get(key)
    return _clean(value) if isinstance(value, str) else ""


def whole_number_of(values: Mapping[str, Any], key: str) -> int:
    """Return a whole number from 0 on; 0 if there is none."""
    value = values.get(key)
    return value if isinstance(value, int) and value >= 0 else 0


def runs_of(values: Mapping[str, Any]) -> list[tuple[str, str]]:
    """Return the runs of a text: the text of each, and the name of its font."""
    runs = values.get("runs")
    return [
        (_clean(run[0]), _clean(run[1]))
        for run in (runs if isinstance(runs, list) else [])
        if isinstance(run, list) and len(run) == 2 and all(isinstance(one, str) for one in run)
    ]


def _clean(text: str) -> str:
    return text if text.isascii() else text.encode("utf-8", "replace").decode("utf-8")
