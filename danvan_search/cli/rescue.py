"""`dvsearch verify` and `dvsearch repair`: what is damaged, and what can be saved."""

import shlex
from pathlib import Path
from typing import Final

import click
from rich.filesize import decimal

from danvan_search import Index, RepairReport, verify_index
from danvan_search.cli.options import index_option, output_options, wait_option
from danvan_search.cli.output import emit
from danvan_search.cli.progress import progress_bar, stop_cleanly
from danvan_search.cli.render import articles, visible

_MANY: Final = 20


@click.command("verify")
@index_option
@output_options
def verify_command(index_path: Path, output: str | None) -> int:
    """Read the whole index and name every file that is damaged or missing.

    Exits with 0 if all of it is what was written, and with 2 if not. Nothing is changed, and
    searches and writers may go on meanwhile.

    \b
    Examples:
      dvsearch verify
      dvsearch verify --index indexes/archive --json
    """
    found = verify_index(index_path)
    if output:
        rows = [(one.file, "damage", one.problem) for one in found.damages]
        rows += [(name, "leftover", "") for name in found.leftovers]
        headings = ("file", "kind", "problem")
        named = [dict(zip(headings, row, strict=True)) for row in rows]
        emit(output, found.to_json(), named, headings)
        return 0 if found.is_whole else 2
    for one in found.damages:
        click.echo(visible(f"{one.file}: {one.problem}"))
    place = visible(str(index_path))
    if found.is_whole:
        size = decimal(found.size_bytes)
        click.echo(f"{place}: {found.files:,} files with {size}, all as written")
    else:
        click.echo(
            f"{place} is damaged: `dvsearch repair` saves what can be saved, "
            "`dvsearch restore` brings back a backup",
            err=True,
        )
    if found.leftovers:
        click.echo(
            f"of a writer at work, or left by one that was ended, and removed by the next commit: "
            f"{visible(', '.join(found.leftovers))}",
            err=True,
        )
    return 0 if found.is_whole else 2


@click.command("repair")
@index_option
@click.option("--dry-run", is_flag=True, help="Say what would be saved and change nothing.")
@wait_option
@output_options
def repair_command(index_path: Path, dry_run: bool, wait: float, output: str | None) -> int:
    """Rebuild a damaged index from all of it that is whole, and say what is lost.

    Each article that proves to be what was written is kept. The damaged folder is kept too,
    beside its place, until you delete it. If nothing is damaged, nothing is changed. Exits with
    0 if nothing is lost, and with 2 if something is.

    \b
    Examples:
      dvsearch repair --dry-run
      dvsearch repair --index indexes/archive
    """
    with stop_cleanly(), progress_bar("repairing", in_bytes=False) as progress:
        report = Index.repair(index_path, dry_run=dry_run, wait=wait, progress=progress.tell)
    if output:
        document = {**report.to_json(), "dry_run": dry_run}
        emit(output, document, [document], list(document))
    else:
        for line in _lines(report, index_path, dry_run=dry_run):
            click.echo(line)
        _tell_what_to_do(report)
    return 0 if report.is_complete else 2


def _lines(report: RepairReport, index_path: Path, *, dry_run: bool) -> list[str]:
    """What was done, for people."""
    place = visible(str(index_path))
    if not report.damages:
        return [f"{place}: nothing is damaged, and nothing was changed"]
    lines = [visible(f"{one.file}: {one.problem}") for one in report.damages]
    would = " would be" if dry_run else ""
    kept = f"{place}{would} repaired: {articles(report.kept)} kept"
    if report.salvaged:
        kept += f", {report.salvaged:,} of them saved out of damaged files and indexed anew"
    if report.segmented:
        kept += f" ({report.segmented:,} segmented into words again)"
    lines.append(kept)
    if report.lost:
        lines.append(f"lost: {articles(report.lost)}")
        lines += [f"  {visible(one)}" for one in report.lost_ids[:_MANY]]
        unnamed = report.lost - len(report.lost_ids[:_MANY])
        if unnamed:
            more = "--json names all that are known" if len(report.lost_ids) > _MANY else ""
            lines.append(f"  and {unnamed:,} more{more and f': {more}'}")
    if report.uncounted:
        files = visible(", ".join(report.uncounted))
        lines.append(f"lost: the articles of {files}, of which nothing tells how many there were")
    if report.deletions_lost:
        lines.append(
            "lost: the table of contents; articles that were removed, or replaced, may be back"
        )
    if report.old is not None:
        old = visible(str(report.old))
        lines.append(f"the damaged index is kept as {old}: delete it when you need it no more")
    return lines


def _tell_what_to_do(report: RepairReport) -> None:
    if report.index_again:
        paths = visible(shlex.join(report.index_again))
        click.echo(f"to bring lost articles back: dvsearch index {paths}", err=True)
    elif report.lost or report.uncounted:
        click.echo("to bring lost articles back: index their sources again", err=True)
