"""`dvsearch read`: shows what would be indexed of files, without an index."""

import itertools
from collections.abc import Iterator
from pathlib import Path
from typing import Any, Final

import click

from danvan_search import ArticleError, SyncOptions
from danvan_search.cli.completion import files
from danvan_search.cli.indexing import EXIT_NOT_ALL_READ
from danvan_search.cli.options import options_of, output_options, whole_number
from danvan_search.cli.output import emit
from danvan_search.cli.render import visible
from danvan_search.ingest import Loaded, Skipped, read_file, scan

_SHOWN_CHARS: Final = 300
_HEADINGS: Final = (
    "id", "title", "date", "category", "source", "encoding", "characters", "notices", "extra",
    "text", "problem",
)  # fmt: skip


@click.command("read")
@click.argument("paths", nargs=-1, required=True, metavar="FILE...", shell_complete=files)
@click.option(
    "--limit",
    type=whole_number,
    default=10,
    show_default=True,
    metavar="N",
    help="How many articles of each file to show.",
)
@options_of(SyncOptions, "max_bytes", "encoding")
@output_options
def read_command(
    paths: tuple[str, ...], limit: int, max_bytes: int, encoding: str | None, output: str | None
) -> int:
    """Show what would be indexed of files: title, date, encoding, notices, the first lines.

    No index is needed, and none is changed. FILE may be a folder, too.

    Exits with 0 if every file could be read, and with 3 if one could not.

    \b
    Examples:
      dvsearch read seeds/000_010290c72eb7b5ac.txt
      dvsearch read news.jsonl --limit 1 --json
    """
    found: list[Loaded | Skipped] = []
    errors: list[ArticleError] = []
    for path in paths:
        try:
            files = scan(Path(path))
        except ArticleError as error:
            errors.append(error)
            continue
        found += files.skipped
        for file in files.files:
            read = read_file(file, max_bytes=max_bytes, encoding=encoding)
            found += itertools.islice(read, limit)
    if errors and not found:
        raise errors[0]
    if output:
        rows = [_row(one) for one in found]
        emit(output, rows, rows, _HEADINGS)
    else:
        for one in found:
            click.echo("\n".join(visible(line) for line in _lines(one)))
    for problem in errors:
        click.echo(visible(f"error: {problem}"), err=True)
    failed = bool(errors) or any(isinstance(one, Skipped) and one.cause.is_failure for one in found)
    return EXIT_NOT_ALL_READ if failed else 0


def _row(record: Loaded | Skipped) -> dict[str, Any]:
    if isinstance(record, Skipped):
        row: dict[str, Any] = dict.fromkeys(_HEADINGS)
        return {**row, "id": record.source, "problem": record.reason}
    article = record.article
    values = article.to_json()
    return {
        **{name: values[name] for name in ("id", "title", "date", "category", "source")},
        "encoding": record.encoding,
        "characters": len(article.body),
        "notices": list(record.notices),
        "extra": values["extra"],
        "text": article.body[:_SHOWN_CHARS],
        "problem": None,
    }


def _lines(record: Loaded | Skipped) -> Iterator[str]:
    if isinstance(record, Skipped):
        yield f"{record.source}: {record.reason}"
        yield ""
        return
    article = record.article
    yield article.id
    for name, value in (
        ("title", article.title or "none"),
        ("date", article.date or "none"),
        ("category", article.category),
        ("source", article.source if article.source != article.id else None),
        *article.extra.items(),
        *(("notice", notice) for notice in record.notices),
        ("text", f"{len(article.body):,} characters, {record.encoding}"),
    ):
        if value not in (None, "", []):
            yield f"  {name:<12}{_shown(value)}"
    for line in article.body[:_SHOWN_CHARS].splitlines():
        if line.strip():
            yield f"    {line.strip()}"
    yield ""


def _shown(value: Any) -> str:  # noqa: ANN401 - any JSON value
    """Return a value in a line; of pairs, such as those of headings, the second half."""
    values = value if isinstance(value, list) else [value]
    shown = (one[-1] if isinstance(one, list) and one else one for one in values)
    line = ", ".join(map(str, shown))
    return line if len(line) <= _SHOWN_CHARS else f"{line[:_SHOWN_CHARS]}…"
