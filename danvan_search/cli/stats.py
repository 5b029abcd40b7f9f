"""`dvsearch stats`: the numbers of articles, syllables and forms, the size, and the versions."""

import sys
from pathlib import Path

import click
from rich.filesize import decimal

from danvan_search import Index, Stats
from danvan_search.cli.options import color_option, output_options, reading_index_option
from danvan_search.cli.output import emit
from danvan_search.cli.render import Color, console, print_table


@click.command("stats")
@reading_index_option
@output_options
@color_option
def stats_command(index_path: Path, output: str | None, color: Color) -> int:
    """Show what the index holds, its size and its versions.

    \b
    Examples:
      dvsearch stats
      dvsearch stats --index indexes/archive --json
    """
    with Index.open(index_path) as index:
        stats = index.stats()
    if output:
        emit(output, stats.to_json(), [stats.to_json()], list(stats.to_json()))
    else:
        print_table(console(color, sys.stdout), ("", str(index_path)), _rows(stats))
    return 0


def _rows(stats: Stats) -> list[tuple[str, str]]:
    return [
        ("articles", f"{stats.articles:,}"),
        ("syllables", f"{stats.syllables:,}"),
        ("accented forms", f"{stats.accented_forms:,}"),
        ("folded forms", f"{stats.folded_forms:,}"),
        ("size on disk", decimal(stats.size_bytes)),
        ("last commit", f"{stats.last_commit:%Y-%m-%d %H:%M:%S} UTC"),
        ("generation", f"{stats.generation:,}"),
        ("without words", f"{stats.without_words:,}"),
        ("words made by", ", ".join(stats.segmenters) or "none"),
        ("format", stats.format),
        *((name, version) for name, version in stats.versions.items()),
    ]
