"""`dvsearch concordance`: every occurrence of a query in its line of context."""

import sys
from collections.abc import Iterable, Iterator
from itertools import chain
from pathlib import Path
from typing import Any, Final

import click
from rich.cells import cell_len, set_cell_size
from rich.text import Text

from danvan_search import Concordance, ConcordanceOptions, Index, Line, SearchOptions
from danvan_search.cli.grammar import QueryCommand
from danvan_search.cli.options import color_option, options_of, output_options, reading_index_option
from danvan_search.cli.output import emit
from danvan_search.cli.query import without_blank
from danvan_search.cli.render import Color, articles, console, marked, print_table, visible
from danvan_search.cli.streams import is_output_lost

_COLUMNS: Final = (
    "id",
    "title",
    "date",
    "category",
    "field",
    "offset",
    "left",
    "match",
    "right",
)
_MAX_ID: Final = 16
"""An id takes this many cells of a line at most: its end, which tells files apart."""
_LEAST_CONTEXT: Final = 12


@click.command("concordance", cls=QueryCommand)
@click.argument("words", nargs=-1, required=True, metavar="QUERY...", callback=without_blank)
@reading_index_option
@options_of(ConcordanceOptions)
@options_of(SearchOptions, "accents", "since", "until", "category")
@click.option(
    "--counts",
    type=click.Choice(["year", "month", "category", "source"]),
    help="Count occurrences and articles by this value, in place of the lines.",
)
@output_options
@color_option
def concordance_command(
    words: tuple[str, ...],
    index_path: Path,
    counts: Any,  # noqa: ANN401
    output: str | None,
    color: Color,
    **options: Any,  # noqa: ANN401
) -> int:
    """Show every occurrence of a phrase in its line of context.

    The lines are aligned at the match, and as wide as the terminal. --csv and --jsonl have the
    whole contexts, and the facts of the article. Only --sort left and right hold all occurrences
    in memory, at some 40 bytes each.

    \b
    Examples:
      dvsearch concordance "dân vận khéo"
      dvsearch concordance "dân vận" --sort right --limit 50
      dvsearch concordance "dan van" --csv --width 200 > lines.csv
      dvsearch concordance "dân vận" --counts year
    """
    with Index.open(index_path) as index:
        found = index.concordance(" ".join(words), **options)
        for note in found.notes:
            click.echo(visible(f"note: {note.message}"), err=True)
        if counts is not None:
            return _show_counts(found, counts, output, color)
        by_date = options["sort"].startswith("date")
        return _show_lines(found, output, color, by_date=by_date)


def _show_counts(found: Concordance, by: Any, output: str | None, color: Color) -> int:  # noqa: ANN401
    counts = found.counts(by)
    rows = [{by: value, **count._asdict()} for value, count in counts.items()]
    headings = (by, "occurrences", "articles")
    if output:
        emit(output, {"articles": found.articles, "counts": rows}, rows, headings)
    elif rows:
        cells = [[value, *(f"{one:,}" for one in count)] for value, count in counts.items()]
        print_table(console(color, sys.stdout), headings, cells)
    else:
        click.echo("no occurrence found", err=True)
    return 0 if rows else 1


def _show_lines(found: Concordance, output: str | None, color: Color, *, by_date: bool) -> int:
    lines = iter(found)
    first = next(lines, None)
    if first is None:
        click.echo("no occurrence found", err=True)
        return 1
    kept = (one for one in chain([first], lines) if not is_output_lost())
    if output:
        rows: Iterable[dict[str, Any]] = (one.to_json() for one in kept)
        if output == "json":
            rows = list(rows)
        emit(output, {"articles": found.articles, "lines": rows}, rows, _COLUMNS)
        return 0
    out = console(color, sys.stdout)
    count = 0
    for line in _aligned(kept, out.width, by_date=by_date):
        out.print(line)
        count += 1
    click.echo(f"{count:,} lines; {articles(found.articles)} match", err=True)
    return 0


def _aligned(lines: Iterable[Line], width: int, *, by_date: bool) -> Iterator[Text]:
    """Yield lines as wide as the terminal: the end of the id, left context, match, right context.

    :param width: the cells of the terminal.
    :param by_date: show dates in place of ids.
    """
    before = max(_LEAST_CONTEXT, (width - _MAX_ID) // 2 - 4)
    for line in lines:
        left, match, right = map(visible, (line.left, line.match, line.right))
        while cell_len(left) > before:
            left = left[1 + (cell_len(left) - before) // 2 :]
        rest = max(_LEAST_CONTEXT, width - _MAX_ID - 1 - before - cell_len(match))
        name = line.date.isoformat() if by_date and line.date else visible(line.id)
        while cell_len(name) > _MAX_ID:
            name = "…" + name[2 + (cell_len(name) - _MAX_ID) // 2 :]
        shown = marked(match, [(0, len(match))])
        blanks = " " * (before - cell_len(left))
        text = Text(f"{set_cell_size(name, _MAX_ID)} {blanks}{left}")
        text += shown
        text += Text(set_cell_size(right, min(rest, cell_len(right))))
        text.rstrip()
        yield text
