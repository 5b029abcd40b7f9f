"""`dvsearch query`: find articles."""

import difflib
import re
import sys
from collections.abc import Iterator
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
    "section",
    "page",
)


class QueryCommand(click.Command):
    """A command whose arguments may begin with a minus: ``-hà nội`` is no row of options."""

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        """Put a blank before each argument that excludes something; ``_without_blank`` drops it."""
        with_value = {
            name
            for option in self.get_params(ctx)
            if isinstance(option, click.Option) and not option.is_flag
            for name in option.opts
        }
        before = [None, *args]
        return super().parse_args(
            ctx,
            [
                f" {arg}" if _EXCLUDES(arg) and last not in with_value else arg
                for last, arg in zip(before, args, strict=False)
            ],
        )


_EXCLUDES: Final = re.compile(r"-[^-\s].").match
"""Matches one minus with more than one character behind it. All short options have one."""


def _without_blank(
    _ctx: click.Context, _param: click.Parameter, words: tuple[str, ...]
) -> tuple[str, ...]:
    return tuple(word.removeprefix(" ") if _EXCLUDES(word[1:]) else word for word in words)


@click.command("query", cls=QueryCommand)
@click.argument("words", nargs=-1, required=True, metavar="QUERY...", callback=_without_blank)
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
    by side. `dvsearch help queries` shows all that a query can say.

    \b
    Examples:
      dvsearch query "dân vận khéo"
      dvsearch query '"dan van kheo"' --limit 3
      dvsearch query 'dân vận -"hà nội"'
      dvsearch query '"Hòa Bình" OR title:"dân vận"' --since 2020-01-01 --sort date
      dvsearch query '"dân vận"' --accents exact --json
    """
    text = " ".join(words)
    try:
        with Index.open(index_path) as index:
            results = index.search(text, **options)
    except IndexNotFoundError:
        _hint(words)
        raise
    for line in _remarks(results):
        click.echo(visible(line), err=True)
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


def _remarks(results: Results) -> Iterator[str]:
    """Yield how the query was understood, if it is more than words, and what it found instead."""
    if not results.understood.is_words:
        yield f"read as: {results.read_as}"
    for note in results.notes:
        yield f"note: {note.message}"
    if results.replaced_by is not None:
        yield f"searched for {results.replaced_by}; quote the keys to search as typed"
    if results.relaxed:
        yield "no article has all of these syllables: showing those with any"


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
