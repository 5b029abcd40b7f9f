"""The tasks: each takes a :class:`Plan`, and returns its figures as plain values for the report."""

from collections.abc import Callable
from typing import Any, Final

from benchmarks.tasks.build import build
from benchmarks.tasks.encodings import encodings
from benchmarks.tasks.growth import growth
from benchmarks.tasks.plan import Plan
from benchmarks.tasks.relevance import relevance
from benchmarks.tasks.segmentation import segmentation
from benchmarks.tasks.speed import speed
from benchmarks.tasks.suggestions import suggestions
from benchmarks.tasks.typing import typing

__all__ = ["TASKS", "Plan"]

TASKS: Final[dict[str, Callable[[Plan], dict[str, Any]]]] = {
    "speed": speed,
    "growth": growth,
    "build": build,
    "relevance": relevance,
    "segmentation": segmentation,
    "suggestions": suggestions,
    "typing": typing,
    "encodings": encodings,
}
