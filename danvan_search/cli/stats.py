"""`dvsearch stats`: the numbers of articles, syllables and forms, the size, and the versions."""

import sys
from pathlib import Path
from typing import Final

import click
from rich.filesize import decimal

from danvan_search import Stats
from danvan_search.cli.options import color_option, output_options, reading_index_option
from danvan_search.cli.output import emit
from danvan_search.cli.render import Color, console, print_table
from danvan_search.cli.stores import opened, store_option
from danvan_search.stores import StoreReport

_SIZE: Final = "size on disk"


@click.command("stats")
@reading_index_option
@store_option
@output_options
@color_option
def stats_command(index_path: Path, address: str | None, output: str | None, color: Color) -> int:
    """Show what the index holds, its size and its versions.

    \b
    Examples:
      dvsearch stats
      dvsearch stats --index indexes/archive --json
    """
    with opened(index_path, address) as index:
        stats = index.stats()
    if output:
        document = stats.to_json()
        facts = [{"name": name, "value": value} for name, value in _facts(stats)]
        rows = facts if output == "csv" else [document]
        emit(output, document, rows, ("name", "value"))
    else:
        shown = [(name, _for_people(name, value)) for name, value in _facts(stats)]
        print_table(console(color, sys.stdout), ("", address or str(index_path)), shown)
    return 0


def _facts(stats: StoreReport) -> list[tuple[str, int | str]]:
    if not isinstance(stats, Stats):
        values = stats.to_json()
        versions = values.pop("versions")
        shown = {name.replace("_", " "): value for name, value in values.items()}
        shown[_SIZE] = shown.pop("size bytes")
        return [*shown.items(), *versions.items()]
    return [
        ("articles", stats.articles),
        ("syllables", stats.syllables),
        ("accented forms", stats.accented_forms),
        ("folded forms", stats.folded_forms),
        (_SIZE, stats.size_bytes),
        ("last commit", f"{stats.last_commit:%Y-%m-%d %H:%M:%S} UTC"),
        ("generation", stats.generation),
        ("without words", stats.without_words),
        ("words made by", ", ".join(stats.segmenters) or "none"),
        ("with vectors", stats.embedded),
        ("vectors by", stats.embedder or "none"),
        ("format", stats.format),
        *stats.versions.items(),
    ]


def _for_people(name: str, value: int | str) -> str:
    if name == _SIZE:
        return decimal(int(value))
    return f"{value:,}" if isinstance(value, int) else value
