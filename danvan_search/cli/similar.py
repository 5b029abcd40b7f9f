"""`dvsearch similar`: find articles like an article."""

from pathlib import Path
from typing import Any

import click

from danvan_search import Index, SearchOptions
from danvan_search.cli.options import color_option, options_of, output_options, reading_index_option
from danvan_search.cli.query import show_results
from danvan_search.cli.render import Color


@click.command("similar")
@click.argument("article_id", metavar="ID")
@reading_index_option
@options_of(SearchOptions, "limit", "since", "until", "category", "collapse")
@output_options
@color_option
def similar_command(
    article_id: str,
    index_path: Path,
    output: str | None,
    color: Color,
    **options: Any,  # noqa: ANN401
) -> int:
    """Find articles like an article: those with the syllables that stand out in it.

    \b
    Examples:
      dvsearch similar 000_010290c72eb7b5ac.txt --limit 5
    """
    with Index.open(index_path) as index:
        results = index.similar(article_id, **options)
    if results is None:
        click.echo("no such article", err=True)
        return 1
    show_results(results, SearchOptions(**options), output, color)
    return 0 if results.total else 1
