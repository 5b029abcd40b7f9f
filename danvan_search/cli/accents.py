"""`dvsearch accents`: restore the accents of a text."""

from pathlib import Path

import click

from danvan_search import restore_accents
from danvan_search.cli.options import reading_index_option
from danvan_search.cli.render import visible
from danvan_search.cli.streams import read_standard_input


@click.command("accents")
@click.argument("words", nargs=-1, required=True, metavar="TEXT...")
@reading_index_option
def accents_command(words: tuple[str, ...], index_path: Path) -> int:
    """Print a text with the accents that are likeliest in the index.

    Accents that were typed stay. With - as TEXT, the text is read from standard input.

    \b
    Examples:
      dvsearch accents cong tac dan van
      dvsearch accents "Thu tuong vua ký quyet dinh"
      dvsearch accents - < notes.txt > notes-with-accents.txt
    """
    text = read_standard_input() if words == ("-",) else " ".join(words)
    for line in restore_accents(text, index_path).splitlines() or [""]:
        click.echo(visible(line))
    return 0
