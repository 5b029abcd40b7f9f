"""The options that several commands share, and those made of the library's options objects."""

import dataclasses
import functools
from collections.abc import Callable
from pathlib import Path
from typing import Any, Final, Literal, TypeVar, cast, get_args, get_origin, get_type_hints

import click
from click.core import ParameterSource

from danvan_search.arguments import checked_path
from danvan_search.cli.completion import files, folders
from danvan_search.cli.parents import index_above
from danvan_search.errors import DanvanError
from danvan_search.options import CommandOption
from danvan_search.parsing import parse_seconds, parse_size, parse_whole_number

Function = TypeVar("Function", bound=Callable[..., object])

DEFAULT_INDEX: Final = Path("indexes/default")


def index_option(function: Function) -> Function:
    """Add --index. The option beats the environment variable, which beats the default."""
    return _index_option("The folder of the index.")(function)


def reading_index_option(function: Function) -> Function:
    """Add --index for a command that only reads: by default it also looks in parent folders."""
    text = "The folder of the index. The default is looked for in this folder and those above."
    return _index_option(text, _in_parents)(function)


def _index_option(
    text: str, callback: Callable[[click.Context, click.Parameter, Path], Path] | None = None
) -> Callable[[Function], Function]:
    return click.option(
        "--index",
        "index_path",
        type=_parsed(checked_path),
        default=DEFAULT_INDEX,
        show_default=True,
        envvar="DVSEARCH_INDEX",
        show_envvar=True,
        metavar="DIR",
        shell_complete=folders,
        help=text,
        callback=callback,
    )


def _in_parents(context: click.Context, parameter: click.Parameter, path: Path) -> Path:
    """Return the index of the nearest parent folder if nobody named one, and there is none here."""
    source = context.get_parameter_source(parameter.name or "")
    return index_above(path) if source is ParameterSource.DEFAULT else path


def wait_option(function: Function) -> Function:
    """Add --wait, for a command that writes to the index."""
    return click.option(
        "--wait",
        type=_parsed(parse_seconds),
        default=0,
        show_default=True,
        metavar="SECONDS",
        help="How long to wait while another process writes to the index; 0 fails at once.",
    )(function)


def output_options(function: Function) -> Function:
    """Add --json, --jsonl and --csv. The function gets one of them as `output`, or None."""

    @functools.wraps(function)
    def run(*args: Any, **values: Any) -> object:  # noqa: ANN401
        given = [name for name in ("json", "jsonl", "csv") if values.pop(f"output_{name}")]
        if len(given) > 1:
            flags = " and ".join(f"--{name}" for name in given)
            context = click.get_current_context()
            raise click.UsageError(f"{flags} exclude each other: give one of them", context)
        return function(*args, output=given[0] if given else None, **values)

    decorated = cast("Function", run)
    for name, text in (
        ("csv", "Print CSV, with a header line."),
        ("jsonl", "Print JSON lines, one object per line."),
        ("json", "Print one JSON document."),
    ):
        decorated = click.option(f"--{name}", f"output_{name}", is_flag=True, help=text)(decorated)
    return decorated


def whole_number(text: str) -> int:
    """Return the value of an option that is a whole number."""
    return int(_parsed(parse_whole_number)(text))


def color_option(function: Function) -> Function:
    """Add --color."""
    return click.option(
        "--color",
        type=click.Choice(["auto", "always", "never"]),
        default="auto",
        show_default=True,
        help="When to print colours. auto: on a terminal; NO_COLOR and FORCE_COLOR override auto.",
    )(function)


def options_of(options: type, *names: str) -> Callable[[Function], Function]:
    """Add an option for each field of an options object that commands offer.

    The function gets them by the names of the fields. A flag of a field that is true by default
    makes it false, so its name says so.

    :param names: the fields; none for all.
    """
    hints = get_type_hints(options)

    def decorate(function: Function) -> Function:
        for field in reversed(dataclasses.fields(options)):
            shown = field.metadata.get(CommandOption)
            if shown is not None and (not names or field.name in names):
                add = _click_option(field, shown, hints[field.name])
                function = add(function)
        return function

    return decorate


def _click_option(
    field: "dataclasses.Field[Any]", shown: CommandOption, hint: object
) -> Callable[[Function], Function]:
    name = f"--{shown.name or field.name.replace('_', '-')}"
    if isinstance(field.default, bool):
        return click.option(
            name,
            field.name,
            is_flag=True,
            flag_value=not field.default,
            default=field.default,
            help=shown.help,
        )
    if isinstance(field.default, tuple) and shown.parse is None:
        return click.option(name, field.name, multiple=True, metavar=shown.metavar, help=shown.help)
    choices = [str(choice) for choice in get_args(hint)] if get_origin(hint) is Literal else None
    default: Any = field.default
    parse = parse_whole_number if isinstance(default, int) and not shown.parse else shown.parse
    if shown.parse is parse_size:
        default = f"{default // 1_000_000}MB"
    return click.option(
        name,
        field.name,
        type=click.Choice(choices) if choices else parse and _parsed(parse),
        default=default,
        show_default=default not in (None, ()),
        metavar=shown.metavar,
        shell_complete=files if shown.metavar == "FILE" else None,
        help=shown.help,
    )


def _parsed(parse: Callable[[str], Any]) -> Callable[[str], Any]:
    """Return a type of option values; click names the option in its error."""

    def convert(value: str) -> Any:  # noqa: ANN401
        try:
            return parse(value)
        except DanvanError as error:
            raise click.BadParameter(str(error)) from error

    convert.__name__ = parse.__name__
    return convert
