"""`dvsearch analyze`: what a text becomes in the index."""

import sys
from dataclasses import asdict, fields

import click

from danvan_search import Analysis, AnalyzedSyllable, analyze, segment_words
from danvan_search.cli.options import color_option, output_options
from danvan_search.cli.output import emit
from danvan_search.cli.render import Color, console, print_table


@click.command("analyze")
@click.argument("words", nargs=-1, required=True, metavar="TEXT...")
@click.option(
    "--words",
    "with_words",
    is_flag=True,
    help="Show the words too: ours, made of syllables, and underthesea's own, with their signs.",
)
@output_options
@color_option
def analyze_command(
    words: tuple[str, ...], with_words: bool, output: str | None, color: Color
) -> int:
    """Show the syllables of a text: places, accented and folded forms, and words.

    - reads the text from standard input.

    \b
    Examples:
      dvsearch analyze "Phong trào thi đua “Dân vận khéo”"
      dvsearch analyze --words "hội thi “Dân vận khéo” ở TP.HCM"
      dvsearch analyze - --json < seeds/000_010290c72eb7b5ac.txt
    """
    text = (
        sys.stdin.buffer.read().decode("utf-8", "replace") if words == ("-",) else " ".join(words)
    )
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
            # Rows of words, and no rows of another shape among them.
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
    """The words of a text as the index has them, and as underthesea itself gives them."""
    (tokens,) = segment_words([analysis.text])
    return {"words": list(analysis.words), "underthesea": tokens}
