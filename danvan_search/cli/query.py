"""`dvsearch query`: find articles."""

import difflib
import sys
from pathlib import Path
from typing import Any, Final

import click

from danvan_search import Index, IndexNotFoundError, Results, SearchOptions, Snippet
from danvan_search.cli.options import color_option, index_option, options_of, output_options
from danvan_search.cli.output import emit
from danvan_search.cli.render import Color, articles, console, hit_lines, visible

_COLUMNS: Final = (
    "id",
    "score",
    "exact",
    "title",
    "title_spans",
    "date",
    "category",
    "source",
    "snippet",
    "snippet_spans",
    "details_snippet",
    "details_spans",
)


@click.command("query")
@click.argument("words", nargs=-1, required=True, metavar="QUERY...")
@index_option
@options_of(SearchOptions)
@output_options
@color_option
def query_command(
    words: tuple[str, ...],
    index_path: Path,
    output: str | None,
    color: Color,
    **options: Any,  # noqa: ANN401
) -> int:
    """Find articles by syllables or phrases, with or without accents.

    Syllables without quotes may be anywhere in an article; those of a "quoted phrase" must be side
    by side, and those of word:"a phrase" must be one word.

    \b
    Examples:
      dvsearch query "dân vận khéo"
      dvsearch query '"dan van kheo"' --limit 3
      dvsearch query '"Hòa Bình" dân vận' --since 2020-01-01 --sort date
      dvsearch query '"dân vận"' --accents exact --json
      dvsearch query 'word:"dân vận" Hưng Yên'
    """
    text = " ".join(words)
    try:
        with Index.open(index_path) as index:
            results = index.search(text, **options)
    except IndexNotFoundError:
        _hint(words)
        raise
    if results.replaced_by is not None:
        click.echo(
            visible(f"searched for {results.replaced_by}; quote the keys to search as typed"),
            err=True,
        )
    if results.relaxed:
        click.echo("no article has all of these syllables: showing those with any", err=True)
    if output:
        emit(output, results.to_json(), map(_row, results.to_json()["hits"]), _COLUMNS)
    else:
        _show(results, SearchOptions(**options), color)
    if meant := _meant(results, SearchOptions(**options)):
        click.echo(visible(f"did you mean {meant}"), err=True)
    if not results.total or results.relaxed:
        _hint(words)
    return 0 if results.total else 1


def _show(results: Results, options: SearchOptions, color: Color) -> None:
    out = console(color, sys.stdout)
    # All hits are read before one is printed: a damaged index is an error, without half a page.
    shown = [hit_lines(rank, hit) for rank, hit in enumerate(results, options.offset + 1)]
    for lines in shown:
        for line in lines:
            out.print(line)
        out.print()
    click.echo(_summary(results, options), err=True)


def _meant(results: Results, options: SearchOptions) -> str | None:
    """Return the best suggestion that may find other articles.

    Accents alone find no others, unless they are demanded.
    """
    for one in results.suggestions if results.replaced_by is None else ():
        if one.kind != "accents" or options.accents == "exact":
            return one.query
    return None


def _summary(results: Results, options: SearchOptions) -> str:
    if not results.total:
        return f"no article found for {visible(results.query)}"
    took = f"{articles(results.total)} in {results.took_ms:.0f} ms"
    if not options.limit:
        return took
    last = options.offset + len(results)
    if not len(results):
        return f"{took}; none on this page"
    if results.total > len(results):
        more = "; --page for more" if last < results.total else ""
        return f"{took}; {options.offset + 1:,} to {last:,} shown{more}"
    return took


def _row(hit: dict[str, Any]) -> dict[str, Any]:
    """A hit as a flat row: text and spans of each snippet are two columns."""
    snippet, details = hit["snippet"], hit["details_snippet"] or Snippet("").to_json()
    return {
        **hit,
        "snippet": snippet["text"],
        "snippet_spans": snippet["spans"],
        "details_snippet": details["text"],
        "details_spans": details["spans"],
    }


def _hint(words: tuple[str, ...]) -> None:
    """Print a hint if the first word of the query resembles a command."""
    commands = click.get_current_context().find_root().command
    names = list(commands.commands) if isinstance(commands, click.Group) else []
    close = difflib.get_close_matches(words[0], names, n=1, cutoff=0.7)
    if close:
        click.echo(f"if you meant the command, type `dvsearch {close[0]}`", err=True)
