"""`dvsearch vocabulary`: list the words of the index."""

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


@click.command("vocabulary")
@click.argument("prefix", default="")
@reading_index_option
@click.option(
    "--limit",
    type=whole_number,
    default=100,
    show_default=True,
    metavar="N",
    help="The maximum number of words.",
)
@click.option("--folded", is_flag=True, help="Merge words that differ only in accents.")
@click.option("--details", is_flag=True, help="Count the words of the details, too.")
@output_options
@color_option
def vocabulary_command(
    prefix: str,
    index_path: Path,
    limit: int,
    folded: bool,
    details: bool,
    output: str | None,
    color: Color,
) -> int:
    """List the words of the index, the most frequent first.

    The words are those of word segmentation, in titles and bodies. With PREFIX, only words that
    begin with it; a PREFIX without accents matches all accented forms.

    \b
    Examples:
      dvsearch vocabulary --limit 20
      dvsearch vocabulary "dân v"
      dvsearch vocabulary --folded --limit 100000 --csv > words.csv
    """
    with Index.open(index_path) as index:
        words = index.vocabulary(prefix, limit=limit, folded=folded, details=details)
    if output:
        rows = [one.to_json() for one in words]
        emit(output, {"words": rows}, rows, ("word", "articles", "occurrences"))
    elif words:
        cells = [(one.word, f"{one.articles:,}", f"{one.occurrences:,}") for one in words]
        headings = ("word", "articles", "occurrences")
        print_table(console(color, sys.stdout), headings, cells)
    else:
        click.echo("no word found", err=True)
    return 0 if words else 1
