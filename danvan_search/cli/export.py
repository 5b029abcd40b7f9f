"""`dvsearch export`: articles as JSON lines."""

from itertools import chain
from pathlib import Path
from typing import Any, Literal

import click

from danvan_search import Index, SearchOptions
from danvan_search.cli.grammar import QueryCommand
from danvan_search.cli.options import options_of, reading_index_option
from danvan_search.cli.output import emit
from danvan_search.cli.query import without_blank
from danvan_search.cli.streams import is_output_lost


@click.command("export", cls=QueryCommand)
@click.argument("words", nargs=-1, metavar="[QUERY...]", callback=without_blank)
@reading_index_option
@click.option(
    "--match",
    type=click.Choice(["all", "most", "any", "phrase"]),
    default="all",
    show_default=True,
    help="What an article must hold of a query without operators; as of `dvsearch query`.",
)
@options_of(SearchOptions, "accents", "since", "until", "category")
def export_command(
    words: tuple[str, ...],
    index_path: Path,
    match: Literal["all", "most", "any", "phrase"],
    **options: Any,  # noqa: ANN401
) -> int:
    """Print articles as JSON lines: all, or those that match a query and filters.

    One whole article a line, in the order of the index. `dvsearch index` reads the lines back to
    the same articles.

    \b
    Examples:
      dvsearch export > articles.jsonl
      dvsearch export "dân vận" --category "chính trị" --since 2020 > some.jsonl
      dvsearch export | dvsearch index - --index indexes/copy
    """
    with Index.open(index_path) as index:
        articles = index.articles(" ".join(words), match=match, **options)
        first = next(articles, None)
        if first is None:
            click.echo("no article found", err=True)
            return 1
        rows = (one.to_json() for one in chain([first], articles) if not is_output_lost())
        emit("jsonl", None, rows, ())
    return 0
