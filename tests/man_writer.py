"""Writes the man pages of the commands into packaging/man, as click describes the commands.

``make docs`` runs it; a test keeps them up to date. The wheel puts them where ``man`` looks.
"""

import inspect
import re
from collections.abc import Iterator
from pathlib import Path

import click

from danvan_search.cli import cli
from danvan_search.version import __version__
from tests.docs_writer import ROOT

FOLDER = ROOT / "packaging" / "man"
PROGRAM = "dvsearch"


def pages() -> dict[str, str]:
    """Return all man pages by their file names."""
    made = {f"{PROGRAM}.1": _page(PROGRAM, cli)}
    for name, command in sorted(cli.commands.items()):
        made[f"{PROGRAM}-{name}.1"] = _page(f"{PROGRAM} {name}", command)
    return made


def write(folder: Path = FOLDER) -> None:
    """Write all man pages, and remove those of commands that are gone."""
    folder.mkdir(parents=True, exist_ok=True)
    made = pages()
    for file in folder.iterdir():
        if file.name not in made:
            file.unlink()
    for name, text in made.items():
        (folder / name).write_text(text, "utf-8")


def _page(name: str, command: click.Command) -> str:
    # click keeps the help option that it makes for the first context.
    context = whole = click.Context(cli, info_name=PROGRAM, **cli.context_settings)
    if command is not cli:
        context = click.Context(command, info_name=command.name, parent=whole)
    title = name.replace(" ", "-")
    short = command.get_short_help_str(limit=1_000).rstrip(".")
    usage = " ".join(command.collect_usage_pieces(context))
    lines = [
        f'.TH "{title.upper()}" "1" "" "danvan-search {__version__}" "danvan-search"',
        ".SH NAME",
        f"{escaped(title)} \\- {escaped(short)}",
        ".SH SYNOPSIS",
        f".B {escaped(name)}",
        escaped(usage),
        ".SH DESCRIPTION",
        *_paragraphs(inspect.cleandoc(command.help or "")),
    ]
    if isinstance(command, click.Group):
        lines.append(".SH COMMANDS")
        for own, one in sorted(command.commands.items()):
            reference = f"\\fB{escaped(f'{title}-{own}')}\\fR(1)"
            lines += [".TP", reference, escaped(one.get_short_help_str(limit=1_000))]
    lines.append(".SH OPTIONS")
    for parameter in command.get_params(context):
        record = parameter.get_help_record(context)
        if record is not None and record[0].startswith("-"):
            lines += [".TP", f"\\fB{escaped(record[0])}\\fR", escaped(" ".join(record[1].split()))]
    if command.epilog:
        lines += [".SH EXIT STATUS", escaped(command.epilog)]
    if not isinstance(command, click.Group):
        lines += [".SH SEE ALSO", f"\\fB{PROGRAM}\\fR(1)"]
    return "\n".join(lines) + "\n"


def _paragraphs(text: str) -> Iterator[str]:
    """Yield the paragraphs of a help text; those that click keeps as they are stay so."""
    for number, paragraph in enumerate(re.split(r"\n\s*\n", text)):
        if number:
            yield ".PP"
        kept = paragraph.startswith("\b\n")
        lines = paragraph.removeprefix("\b\n").split("\n")
        if kept:
            yield from (".nf", *map(escaped, lines), ".fi")
        else:
            yield escaped(" ".join(line.strip() for line in lines))


def escaped(text: str) -> str:
    """Return a line of text in which man sees no requests, and leaves hyphens as they are."""
    shown = text.replace("\\", "\\e").replace("-", "\\-")
    shown = shown.replace("'", "\\(aq").replace("`", "\\(ga").replace("^", "\\(ha")
    shown = shown.replace("~", "\\(ti").replace('"', "\\(dq")
    return f"\\&{shown}" if shown.startswith(".") else shown


if __name__ == "__main__":
    write()
