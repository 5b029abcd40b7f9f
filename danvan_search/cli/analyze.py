"""`dvsearch analyze`: what a text becomes in the index."""

import sys
from dataclasses import asdict

import click

from danvan_search import analyze
from danvan_search.cli.options import color_option, output_options
from danvan_search.cli.output import emit
from danvan_search.cli.render import Color, console, print_table


@click.command("analyze")
@click.argument("words", nargs=-1, required=True, metavar="TEXT...")
@output_options
@color_option
def analyze_command(words: tuple[str, ...], output: str | None, color: Color) -> int:
    """Show the syllables of a text: places, accented and folded forms, and words.

    - reads the text from standard input.

    \b
    Examples:
      dvsearch analyze "Phong trào thi đua “Dân vận khéo”"
      dvsearch analyze - --json < seeds/000_010290c72eb7b5ac.txt
    """
    text = (
        sys.stdin.buffer.read().decode("utf-8", "replace") if words == ("-",) else " ".join(words)
    )
    analysis = analyze(text)
    rows = [asdict(one) for one in analysis.syllables]
    if output:
        emit(output, {"text": text, "syllables": rows, "unaligned": analysis.unaligned}, rows)
        return 0
    headings = ("surface", "start", "end", "accented", "folded", "word")
    cells = [
        (
            one.surface,
            str(one.start),
            str(one.end),
            one.accented,
            one.folded,
            one.word if one.starts_word else "〃",
        )
        for one in analysis.syllables
    ]
    print_table(console(color, sys.stdout), headings, cells)
    if analysis.unaligned:
        click.echo(f"{analysis.unaligned} syllables could not be aligned with words", err=True)
    return 0
