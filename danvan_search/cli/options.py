"""The options that several commands share."""

import datetime
import re
from collections.abc import Callable
from pathlib import Path
from typing import Final, TypeVar

import click

from danvan_search.ingest import parse_date

Function = TypeVar("Function", bound=Callable[..., object])

DEFAULT_INDEX: Final = Path("indexes/default")


def index_option(function: Function) -> Function:
    """Add --index: the option beats the environment variable, which beats the default."""
    return click.option(
        "--index",
        "index_path",
        type=click.Path(path_type=Path),
        default=DEFAULT_INDEX,
        show_default=True,
        envvar="DVSEARCH_INDEX",
        show_envvar=True,
        metavar="DIR",
        help="The folder of the index.",
    )(function)


def wait_option(function: Function) -> Function:
    """Add --wait, to a command that writes."""
    return click.option(
        "--wait",
        type=click.FloatRange(min=0),
        default=0,
        show_default=True,
        metavar="SECONDS",
        help="Wait so long for another process that writes to the index; 0 gives up at once.",
    )(function)


def output_options(function: Function) -> Function:
    """Add --json, --jsonl and --csv; the function gets `output`, None for people."""
    for name, text in (
        ("csv", "Print CSV, with a line of headings."),
        ("jsonl", "Print JSON lines, one for each."),
        ("json", "Print one JSON document."),
    ):
        function = click.option(f"--{name}", "output", flag_value=name, help=text)(function)
    return function


def color_option(function: Function) -> Function:
    """Add --color."""
    return click.option(
        "--color",
        type=click.Choice(["auto", "always", "never"]),
        default="auto",
        show_default=True,
        help="Colours: auto is on a terminal; NO_COLOR and FORCE_COLOR are heeded.",
    )(function)


def day(value: str) -> datetime.date:
    """Return the day that a person wrote: 2024-02-16 or 16/2/2024."""
    parsed = parse_date(value)
    if parsed is None:
        raise click.BadParameter(f"{value!r} is not a date: write 2024-02-16 or 16/2/2024")
    return parsed


_SIZE: Final = re.compile(r"(\d+(?:\.\d+)?)\s*([kmg]?)b?", re.IGNORECASE | re.ASCII)
_MAX_SIZE: Final = 1e15
_UNITS: Final = {"": 1, "k": 1000, "m": 1000**2, "g": 1000**3}


def size(value: str) -> int:
    """Return the number of bytes that a person wrote: 500000, 500k, 20MB or 1.5G."""
    form = _SIZE.fullmatch(value.strip())
    number = float(form[1]) * _UNITS[form[2].lower()] if form else 0.0
    if not 1 <= number <= _MAX_SIZE:
        raise click.BadParameter(f"{value!r} is not a size: write a number of bytes, or 20MB")
    return int(number)
