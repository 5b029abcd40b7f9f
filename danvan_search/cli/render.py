"""Output for people: hits, tables and errors, on a terminal or in a pipe."""

import os
from collections.abc import Iterable, Sequence
from typing import Final, Literal, TextIO

import click
from rich.cells import cell_len
from rich.console import Console
from rich.table import Table
from rich.text import Text

from danvan_search import Hit, QueryError, Snippet
from danvan_search.errors import DanvanError
from danvan_search.plain import visible as visible
from danvan_search.plain import visible_lines as visible_lines

Color = Literal["auto", "always", "never"]

_MARK_STYLE: Final = "bold red"
_TITLE_STYLE: Final = "bold"
_FAINT_STYLE: Final = "dim"
_ERROR_WINDOW: Final = 60
"""An error shows this many characters of the query on each side of the wrong one."""


def console(color: Color, stream: TextIO) -> Console:
    """Return a console that does not wrap lines.

    It prints colours if ``--color`` says so, else ``NO_COLOR``, else ``FORCE_COLOR``, else if the
    stream is a terminal.
    """
    if color == "auto":
        colored = not os.environ.get("NO_COLOR") and (
            bool(os.environ.get("FORCE_COLOR"))
            or (stream.isatty() and os.environ.get("TERM") != "dumb")
        )
    else:
        colored = color == "always"
    return Console(
        file=stream,
        force_terminal=colored,
        color_system="standard" if colored else None,
        no_color=not colored,
        highlight=False,
        markup=False,
        emoji=False,
        soft_wrap=True,
    )


def articles(count: int) -> str:
    """Return a number of articles with its noun."""
    return "1 article" if count == 1 else f"{count:,} articles"


def marked(text: str, spans: Sequence[tuple[int, int]], style: str = "") -> Text:
    """Return a text with its spans (start and end offsets) in the style of marks."""
    rendered = Text(visible(text), style=style)
    for start, end in spans:
        rendered.stylize(_MARK_STYLE, start, end)
    return rendered


def marked_lines(text: str, spans: Sequence[tuple[int, int]], style: str = "") -> Text:
    """Return the same as :func:`marked`, but lines stay lines."""
    rendered = Text("\n".join(map(visible, text.split("\n"))), style=style)
    for start, end in spans:
        rendered.stylize(_MARK_STYLE, start, end)
    return rendered


def page_through(out: Console, lines: Iterable[Text]) -> None:
    """Print lines; on a terminal page by page."""
    with out.capture() as captured:
        for line in lines:
            out.print(line)
    if out.file.isatty():
        click.echo_via_pager(captured.get(), color=True)
    else:
        click.echo(captured.get(), nl=False, color=True)


def hit_lines(rank: int, hit: Hit) -> list[Text]:
    """Return a hit as lines: rank and title; date, category, source and place; snippets.

    What matched in the details follows if nothing that is shown before matched.
    """
    indent = " " * (len(str(rank)) + 2)
    title = marked(hit.title, hit.title_spans, _TITLE_STYLE) if hit.title else Text("(no title)")
    place = f"page {hit.page}" if hit.page and hit.snippet.spans else ""
    section = hit.section if hit.snippet.spans else ""
    # The id of an article that is a part of a file says which.
    source = hit.id if hit.id.startswith(f"{hit.source}#") else hit.source or hit.id
    facts = [
        hit.date.isoformat() if hit.date else "",
        hit.category or "",
        source,
        place,
        section or "",
    ]
    if hit.copies:
        facts.append(f"and {hit.copies:,} more like it")
    if hit.by_meaning:
        facts.append("by meaning")
    lines = [
        Text(f"{rank}. ") + title,
        Text(indent + visible(" · ".join(filter(None, facts))), style=_FAINT_STYLE),
    ]
    lines += [_snippet_line(indent, one) for one in hit.snippets if one.text]
    if hit.details_snippet and not (hit.title_spans or hit.snippet.spans):
        lines.append(_snippet_line(indent, hit.details_snippet))
    return lines


def _snippet_line(indent: str, snippet: Snippet) -> Text:
    before = "…" if snippet.cut_before else ""
    after = "…" if snippet.cut_after else ""
    return Text(indent + before) + marked(snippet.text, snippet.spans) + Text(after)


def print_table(out: Console, headings: Sequence[str], rows: Sequence[Sequence[str]]) -> None:
    """Print a table without rules. Columns are two blanks apart, and no cell is truncated."""
    table = Table(box=None, pad_edge=False, padding=(0, 2, 0, 0), header_style=_TITLE_STYLE)
    for heading in headings:
        table.add_column(Text(visible(heading)), no_wrap=True, overflow="ignore")
    for row in rows:
        table.add_row(*(Text(visible(cell)) for cell in row))
    width = out.measure(table).maximum
    for segments in out.render_lines(table, out.options.update(width=width), pad=False):
        line = Text.assemble(*((one.text, one.style or "") for one in segments))
        line.rstrip()
        out.print(line)


def error_lines(error: DanvanError) -> list[str]:
    """Return an error as lines; an error in a query points at the wrong character."""
    lines = [f"error: {visible(str(error))}"]
    if isinstance(error, QueryError) and error.position is not None:
        start = max(0, error.position - _ERROR_WINDOW)
        shown = visible(error.query[start : error.position + _ERROR_WINDOW])
        before = cell_len(shown[: error.position - start])
        lines += [f"  {shown}", f"  {' ' * before}^"]
    return lines
