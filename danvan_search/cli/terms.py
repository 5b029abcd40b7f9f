"""`dvsearch terms`, `keywords` and `collocations`: the words that stand out."""

import sys
from pathlib import Path
from typing import Any, Final

import click

from danvan_search import ConcordanceOptions, Index, SearchOptions, Term
from danvan_search.cli.grammar import QueryCommand
from danvan_search.cli.options import (
    color_option,
    options_of,
    output_options,
    reading_index_option,
    whole_number,
)
from danvan_search.cli.output import emit
from danvan_search.cli.query import without_blank
from danvan_search.cli.render import Color, console, print_table

_COLUMNS: Final = ("term", "score", "occurrences", "articles", "all_occurrences", "all_articles")

_limit_option: Final = click.option(
    "--limit",
    type=whole_number,
    default=20,
    show_default=True,
    metavar="N",
    help="The maximum number of terms.",
)


@click.command("terms", cls=QueryCommand)
@click.argument("words", nargs=-1, metavar="[QUERY...]", callback=without_blank)
@reading_index_option
@_limit_option
@options_of(ConcordanceOptions, "match")
@options_of(SearchOptions, "accents", "since", "until", "category")
@output_options
@color_option
def terms_command(
    words: tuple[str, ...],
    index_path: Path,
    limit: int,
    output: str | None,
    color: Color,
    **options: Any,  # noqa: ANN401
) -> int:
    """List the words that are in more of the articles of a query than of all.

    Pairs of syllables, where articles of the index were indexed without words. Without QUERY,
    filters choose the articles.

    \b
    Examples:
      dvsearch terms "dân vận"
      dvsearch terms --category "thể thao"
      dvsearch terms "biến đổi khí hậu" --since 2020 --csv
    """
    with Index.open(index_path) as index:
        found = index.terms(" ".join(words), limit=limit, **options)
    return _show(found, output, color)


@click.command("keywords")
@click.argument("article_id", metavar="ID")
@reading_index_option
@_limit_option
@output_options
@color_option
def keywords_command(
    article_id: str, index_path: Path, limit: int, output: str | None, color: Color
) -> int:
    """List the words that stand out in an article, by tf · idf.

    Pairs of syllables, where articles of the index were indexed without words.

    \b
    Examples:
      dvsearch keywords 000_010290c72eb7b5ac.txt --limit 10
    """
    with Index.open(index_path) as index:
        found = index.keywords(article_id, limit=limit)
    if found is None:
        click.echo("no such article", err=True)
        return 1
    return _show(found, output, color)


@click.command("collocations", cls=QueryCommand)
@click.argument("words", nargs=-1, required=True, metavar="QUERY...", callback=without_blank)
@reading_index_option
@_limit_option
@click.option(
    "--window",
    type=whole_number,
    default=5,
    show_default=True,
    metavar="N",
    help="How many syllables on each side are near.",
)
@click.option(
    "--measure",
    type=click.Choice(["log-likelihood", "pmi"]),
    default="log-likelihood",
    show_default=True,
    help="What stands out; pmi favours what is rare.",
)
@options_of(SearchOptions, "accents")
@output_options
@color_option
def collocations_command(
    words: tuple[str, ...],
    index_path: Path,
    output: str | None,
    color: Color,
    **options: Any,  # noqa: ANN401
) -> int:
    """List the words that occur near a word or a phrase more often than elsewhere.

    Pairs of syllables, where articles of the index were indexed without words.

    \b
    Examples:
      dvsearch collocations "công tác"
      dvsearch collocations "dân vận" --window 3 --measure pmi
    """
    with Index.open(index_path) as index:
        found = index.collocations(" ".join(words), **options)
    return _show(found, output, color)


def _show(found: list[Term], output: str | None, color: Color) -> int:
    if output:
        rows = [one.to_json() for one in found]
        emit(output, {"terms": rows}, rows, _COLUMNS)
    elif found:
        cells = [
            (
                *(one.text, f"{one.score:,.2f}", f"{one.occurrences:,}", f"{one.articles:,}"),
                *(f"{one.all_occurrences:,}", f"{one.all_articles:,}"),
            )
            for one in found
        ]
        headings = [name.replace("_", " ") for name in _COLUMNS]
        print_table(console(color, sys.stdout), headings, cells)
    else:
        click.echo("no term stands out", err=True)
    return 0 if found else 1
