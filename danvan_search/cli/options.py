"""The options that several commands share, and the types of option values."""

import datetime
from collections.abc import Callable
from pathlib import Path
from typing import Final, TypeVar

import click

from danvan_search.errors import OptionError
from danvan_search.parsing import parse_day, parse_size

Function = TypeVar("Function", bound=Callable[..., object])
_Value = TypeVar("_Value")

DEFAULT_INDEX: Final = Path("indexes/default")


def index_option(function: Function) -> Function:
    """Add --index. The option beats the environment variable, which beats the default."""
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
    """Add --wait, for a command that writes to the index."""
    return click.option(
        "--wait",
        type=click.FloatRange(min=0),
        default=0,
        show_default=True,
        metavar="SECONDS",
        help="How long to wait while another process writes to the index; 0 fails at once.",
    )(function)


def output_options(function: Function) -> Function:
    """Add --json, --jsonl and --csv. The function gets one of them as `output`, or None."""
    for name, text in (
        ("csv", "Print CSV, with a header line."),
        ("jsonl", "Print JSON lines, one object per line."),
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
        help="When to print colours. auto: on a terminal; NO_COLOR and FORCE_COLOR override auto.",
    )(function)


def day(value: str) -> datetime.date:
    """The type of an option that is a date: 2024-02-16 or 16/2/2024."""
    return _parsed(parse_day, value)


def size(value: str) -> int:
    """The type of an option that is a size: 500000, 500k, 20MB or 1.5G."""
    return _parsed(parse_size, value)


def _parsed(parse: Callable[[str], _Value], value: str) -> _Value:
    try:
        return parse(value)
    except OptionError as error:
        raise click.BadParameter(str(error)) from error  # click adds the name of the option
