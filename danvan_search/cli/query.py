"""`dvsearch query`: find articles."""

import difflib
import sys
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any, Final

import click
from rich.text import Text

from danvan_search import (
    Explanation,
    IndexNotFoundError,
    Results,
    SearchOptions,
    Snippet,
)
from danvan_search.cli.grammar import QueryCommand, excludes
from danvan_search.cli.options import color_option, options_of, output_options, reading_index_option
from danvan_search.cli.output import emit
from danvan_search.cli.render import Color, articles, console, hit_lines, print_table, visible
from danvan_search.cli.stores import opened, store_option

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


_MAX_VALUES: Final = 20
"""So many values of a facet are shown to people; --json has all."""


def without_blank(
    _ctx: click.Context, _param: click.Parameter, words: tuple[str, ...]
) -> tuple[str, ...]:
    """Return words without the blank that ``QueryCommand`` put before some."""
    return tuple(word.removeprefix(" ") if excludes(word[1:]) else word for word in words)


@click.command("query", cls=QueryCommand)
@click.argument("words", nargs=-1, metavar="[QUERY...]", callback=without_blank)
@reading_index_option
@store_option
@options_of(SearchOptions)
@click.option(
    "--explain",
    "is_explained",
    is_flag=True,
    help="Show why each hit has its place: its tier, and what its score is the sum of.",
)
@output_options
@color_option
def query_command(
    words: tuple[str, ...],
    index_path: Path,
    address: str | None,
    is_explained: bool,
    output: str | None,
    color: Color,
    **options: Any,  # noqa: ANN401
) -> int:
    """Find articles by syllables or phrases, with or without accents.

    Syllables without quotes may be anywhere in an article; those of a "quoted phrase" must be side
    by side. `dvsearch help queries` shows all that a query can say. Without QUERY, filters list
    what they let through, the newest first.

    \b
    Examples:
      dvsearch query "dân vận khéo"
      dvsearch query '"dan van kheo"' --limit 3
      dvsearch query 'dân vận -"hà nội"'
      dvsearch query '"Hòa Bình" OR title:"dân vận"' --since 2020-01-01 --sort date
      dvsearch query '"dân vận"' --accents exact --json
      dvsearch query "dân vận" --facets category,year --limit 0
      dvsearch query --category "chính trị" --since 2020 --sort title
      dvsearch query "dân vận khéo" --limit 3 --explain
    """
    text = " ".join(words)
    try:
        with opened(index_path, address) as index:
            results = index.search(text, **options)
            ids = [hit.id for hit in results if is_explained]
            explained = index.explain_many(text, ids, **options) if ids else []
    except IndexNotFoundError:
        _hint(words)
        raise
    used = SearchOptions(**options)
    for line in _remarks(results, used):
        click.echo(visible(line), err=True)
    show_results(results, used, output, color, explained)
    if meant := _meant(results, used):
        click.echo(visible(f"did you mean {meant}"), err=True)
    if not results.total or results.relaxed:
        _hint(words)
    return 0 if results.total else 1


def show_results(
    results: Results,
    options: SearchOptions,
    output: str | None,
    color: Color,
    explained: Sequence[Explanation] = (),
) -> None:
    """Print a page of results, for people or as ``output`` says.

    :param explained: the explanations of the hits, if they are asked for.
    """
    if output:
        document = results.to_json()
        for hit, one in zip(document["hits"], explained, strict=False):
            hit["explanation"] = one.to_json()
        emit(output, document, map(_row, document["hits"]), _COLUMNS)
    else:
        _show(results, explained, options, color)


def _show(
    results: Results, explained: Sequence[Explanation], options: SearchOptions, color: Color
) -> None:
    out = console(color, sys.stdout)
    # All hits are read before one is printed: a damaged index is an error, without half a page.
    shown = [hit_lines(rank, hit) for rank, hit in enumerate(results, options.offset + 1)]
    for place, lines in enumerate(shown):
        for line in lines:
            out.print(line)
        for explanation in explained[place : place + 1]:
            for text in explanation.lines():
                out.print(Text(f"   {visible(text)}"))
        out.print()
    for name, counts in results.facets.items():
        rows = [(value, f"{count:,}") for value, count in list(counts.items())[:_MAX_VALUES]]
        if len(counts) > _MAX_VALUES:
            rows.append((f"… {len(counts) - _MAX_VALUES:,} more", ""))
        print_table(out, (name, "articles"), rows)
        out.print()
    click.echo(_summary(results, options), err=True)


def _remarks(results: Results, options: SearchOptions) -> Iterator[str]:
    """Yield how the query was understood, if other than as its words, and what was searched for."""
    understood = results.understood
    if results.query and (not understood.is_words or understood.is_expanded):
        yield f"read as: {results.read_as}"
    for note in results.notes:
        yield f"note: {note.message}"
    if results.replaced_by is not None:
        yield f"searched for {results.replaced_by}; quote the keys to search as typed"
    if results.relaxed:
        yield "no article has all of these syllables: showing those with any"
        return
    if results.is_semantic:
        return
    first = max(results.total, options.offset) + 1
    if first <= options.offset + len(results):
        yield f"from {first:,} on: articles with some of these syllables, not with all"


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
        return f"no article found for {visible(results.query)}".removesuffix(" for ")
    took = f"{articles(results.total)} in {results.took_ms:.0f} ms"
    if not options.limit:
        return took
    last = options.offset + len(results)
    if not len(results):
        return f"{took}; none on this page"
    if results.total != len(results) or options.offset:
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
    close = difflib.get_close_matches(words[0], names, n=1, cutoff=0.7) if words else []
    if close:
        click.echo(f"if you meant the command, type `dvsearch {close[0]}`", err=True)
