"""`dvsearch complete`: list phrases that begin as typed."""

import sys
from pathlib import Path

import click

from danvan_search import Index
from danvan_search.cli.options import (
    color_option,
    output_options,
    reading_index_option,
    whole_number,
)
from danvan_search.cli.output import emit
from danvan_search.cli.render import Color, console, print_table


@click.command("complete")
@click.argument("prefix")
@reading_index_option
@click.option(
    "--limit",
    type=whole_number,
    default=10,
    show_default=True,
    metavar="N",
    help="The maximum number of phrases.",
)
@output_options
@color_option
def complete_command(
    prefix: str, index_path: Path, limit: int, output: str | None, color: Color
) -> int:
    """List phrases of the index that begin as typed, those in titles and frequent ones first.

    A PREFIX without accents begins phrases with any accents. A blank at its end requires that
    another syllable follows.

    \b
    Examples:
      dvsearch complete "an toan g"
      dvsearch complete "thủ tướng " --limit 5
    """
    with Index.open(index_path) as index:
        found = index.complete(prefix, limit=limit)
    if output:
        rows = [one.to_json() for one in found]
        emit(output, {"completions": rows}, rows, ("text", "occurrences"))
    elif found:
        cells = [(one.text, f"{one.occurrences:,}") for one in found]
        print_table(console(color, sys.stdout), ("phrase", "occurrences"), cells)
    else:
        click.echo("no phrase found", err=True)
    return 0 if found else 1
