"""What people see: hits, tables and errors on a terminal, or in a plain pipe."""

import os
import unicodedata
from collections.abc import Sequence
from typing import Final, Literal, TextIO

from rich.cells import cell_len
from rich.console import Console
from rich.table import Table
from rich.text import Text

from danvan_search import Hit, QueryError
from danvan_search.errors import DanvanError

Color = Literal["auto", "always", "never"]

_MARK_STYLE: Final = "bold red"
_TITLE_STYLE: Final = "bold"
_FAINT_STYLE: Final = "dim"
_ERROR_WINDOW: Final = 60  # characters of a query shown around the one at fault

# What would steer a terminal instead of being read: controls, and marks that turn the
# direction of the text after them.
_STEERING: Final = frozenset({"Cc", "Cs"})
_DIRECTIONS: Final = frozenset(
    "\u200e\u200f\u061c\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069"
)


def console(color: Color, stream: TextIO) -> Console:
    """Return a console that wraps nothing and colours only where it should.

    ``--color`` beats ``NO_COLOR``, which beats ``FORCE_COLOR``, which beats the terminal.
    """
    if color == "auto":
        colored = not os.environ.get("NO_COLOR") and (
            bool(os.environ.get("FORCE_COLOR"))
            or (stream.isatty() and os.environ.get("TERM") != "dumb")
        )
    else:
        colored = color == "always"
    return _Console(
        file=stream,
        force_terminal=colored,
        color_system="standard" if colored else None,
        no_color=not colored,
        highlight=False,
        markup=False,
        emoji=False,
        soft_wrap=True,
    )


class _Console(Console):
    """A console that leaves it to the command what a reader that has gone means."""

    def on_broken_pipe(self) -> None:
        """Raise what rich caught; of itself it would end the program with a failure."""
        raise BrokenPipeError


def visible(text: str) -> str:
    """Return a text with nothing in it that a terminal would obey.

    Every character stays one character, so that spans stay true: white space becomes a blank,
    a C0 control its picture, and what else would steer becomes U+FFFD.
    """
    return text if text.isprintable() else "".join(map(_visible, text))


def _visible(character: str) -> str:
    if character.isspace():
        return " "
    if unicodedata.category(character) in _STEERING or character in _DIRECTIONS:
        code = ord(character)
        return chr(0x2400 + code) if code < 0x20 else "\u2421" if code == 0x7F else "\ufffd"
    return character


def articles(count: int) -> str:
    """Return a number of articles in words."""
    return "1 article" if count == 1 else f"{count:,} articles"


def marked(text: str, spans: Sequence[tuple[int, int]], style: str = "") -> Text:
    """Return a text with its spans marked."""
    rendered = Text(visible(text), style=style)
    for start, end in spans:
        rendered.stylize(_MARK_STYLE, start, end)
    return rendered


def hit_lines(rank: int, hit: Hit) -> list[Text]:
    """Return a hit as lines: rank and title; date, category and source; snippet."""
    indent = " " * (len(str(rank)) + 2)
    title = marked(hit.title, hit.title_spans, _TITLE_STYLE) if hit.title else Text("(no title)")
    facts = [hit.date.isoformat() if hit.date else "", hit.category or "", hit.source or hit.id]
    lines = [
        Text(f"{rank}. ") + title,
        Text(indent + visible(" · ".join(filter(None, facts))), style=_FAINT_STYLE),
    ]
    if hit.snippet.text:
        before = "…" if hit.snippet.cut_before else ""
        after = "…" if hit.snippet.cut_after else ""
        snippet = marked(hit.snippet.text, hit.snippet.spans)
        lines.append(Text(indent + before) + snippet + Text(after))
    return lines


def print_table(out: Console, headings: Sequence[str], rows: Sequence[Sequence[str]]) -> None:
    """Print a table without lines, its columns two blanks apart, none cut short."""
    made = Table(box=None, pad_edge=False, padding=(0, 2, 0, 0), header_style=_TITLE_STYLE)
    for heading in headings:
        made.add_column(Text(visible(heading)), no_wrap=True, overflow="ignore")
    for row in rows:
        made.add_row(*(Text(visible(cell)) for cell in row))
    width = out.measure(made).maximum
    for segments in out.render_lines(made, out.options.update(width=width), pad=False):
        line = Text.assemble(*((one.text, one.style or "") for one in segments))
        line.rstrip()
        out.print(line)


def error_lines(error: DanvanError) -> list[str]:
    """Return an error as lines; one of a query points at the character at fault."""
    lines = [f"error: {visible(str(error))}"]
    if isinstance(error, QueryError) and error.position is not None:
        start = max(0, error.position - _ERROR_WINDOW)
        shown = visible(error.query[start : error.position + _ERROR_WINDOW])
        before = cell_len(shown[: error.position - start])
        lines += [f"  {shown}", f"  {' ' * before}^"]
    return lines
