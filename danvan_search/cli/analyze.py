"""`dvsearch analyze`: how the index analyses a text."""

import sys
from dataclasses import asdict, fields

import click

from danvan_search import Analysis, AnalyzedSyllable, analyze, segment_words
from danvan_search.cli.options import color_option, output_options
from danvan_search.cli.output import emit
from danvan_search.cli.render import Color, console, print_table
from danvan_search.cli.streams import read_standard_input


@click.command("analyze")
@click.argument("words", nargs=-1, required=True, metavar="TEXT...")
@click.option(
    "--words",
    "with_words",
    is_flag=True,
    help="Show the words too: those of the index, made of syllables, and those of underthesea, "
    "with punctuation. In CSV and JSON lines they replace the syllables.",
)
@output_options
@color_option
def analyze_command(
    words: tuple[str, ...], with_words: bool, output: str | None, color: Color
) -> int:
    """Show the syllables of a text: offsets, accented and folded forms, and words.

    With - as TEXT, the text is read from standard input.

    \b
    Examples:
      dvsearch analyze "Phong trào thi đua “Dân vận khéo”"
      dvsearch analyze --words "hội thi “Dân vận khéo” ở TP.HCM"
      dvsearch analyze - --json < seeds/000_010290c72eb7b5ac.txt
    """
    text = read_standard_input() if words == ("-",) else " ".join(words)
    analysis = analyze(text)
    segmented = _segmented(analysis) if with_words else {}
    rows = [asdict(one) for one in analysis.syllables]
    if output:
        document = {
            "text": text,
            "syllables": rows,
            "unaligned": analysis.unaligned,
            **segmented,
        }
        names = [field.name for field in fields(AnalyzedSyllable)]
        if with_words and output != "json":
            # Rows of words replace those of syllables: all rows have the same columns.
            names = ["segmentation", "word"]
            rows = [
                {"segmentation": name, "word": word}
                for name, found in segmented.items()
                for word in found
            ]
        emit(output, document, rows, names)
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
    out = console(color, sys.stdout)
    print_table(out, headings, cells)
    if with_words:
        out.print()
        print_table(
            out,
            ("segmentation", "words"),
            [(name, " | ".join(found)) for name, found in segmented.items()],
        )
    if analysis.unaligned:
        click.echo(f"{analysis.unaligned} syllables could not be aligned with words", err=True)
    return 0


def _segmented(analysis: Analysis) -> dict[str, list[str]]:
    """The words of a text: those of the index, and the tokens of underthesea."""
    (tokens,) = segment_words([analysis.text])
    return {"words": list(analysis.words), "underthesea": tokens}
