"""`dvsearch verify` and `dvsearch repair`: find the damage in an index, and rebuild it."""

import shlex
from pathlib import Path
from typing import Final

import click
from rich.filesize import decimal

from danvan_search import Index, RepairReport, verify_index
from danvan_search.cli.options import (
    index_option,
    output_options,
    reading_index_option,
    wait_option,
)
from danvan_search.cli.output import emit
from danvan_search.cli.progress import progress_bar, stop_cleanly
from danvan_search.cli.render import articles, visible
from danvan_search.cli.streams import allow_lost_report

_MAX_LOST_IDS: Final = 20
"""The most ids of lost articles that are printed for people."""


@click.command("verify")
@reading_index_option
@output_options
def verify_command(index_path: Path, output: str | None) -> int:
    """Read the whole index, and name the files that are damaged or missing.

    Exits with 0 if every file is as written, and with 2 if not. Nothing is changed; other
    processes may search the index and write to it meanwhile.

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
    shown_path = visible(str(index_path))
    if found.is_whole:
        size = decimal(found.size_bytes)
        click.echo(f"{shown_path}: {found.files:,} files with {size}, all as written")
    else:
        click.echo(
            f"{shown_path} is damaged: `dvsearch repair` saves the undamaged articles, "
            "`dvsearch restore` restores a backup",
            err=True,
        )
    if found.leftovers:
        click.echo(
            "files of a process that is writing, or that was killed; the next commit removes them: "
            f"{visible(', '.join(found.leftovers))}",
            err=True,
        )
    return 0 if found.is_whole else 2


@click.command("repair")
@index_option
@click.option("--dry-run", is_flag=True, help="Report what would be saved, and change nothing.")
@wait_option
@output_options
def repair_command(index_path: Path, dry_run: bool, wait: float, output: str | None) -> int:
    """Rebuild a damaged index, or one of an earlier version, and report what is lost.

    Every article that is verified to be as written is kept. The old folder is renamed, and stays
    beside the repaired one until you delete it. If nothing is damaged, nothing is changed. An index
    of an earlier version, which cannot be searched, is carried over: all its articles are indexed
    again. Exits with 0 if nothing is lost, and with 2 otherwise.

    \b
    Examples:
      dvsearch repair --dry-run
      dvsearch repair --index indexes/archive
    """
    with stop_cleanly(), progress_bar("repairing", in_bytes=False) as progress:
        report = Index.repair(index_path, dry_run=dry_run, wait=wait, progress=progress.tell)
    if not dry_run:
        allow_lost_report()
    if output:
        document = {**report.to_json(), "dry_run": dry_run}
        emit(output, document, [document], list(document))
    else:
        for line in _lines(report, index_path, dry_run=dry_run):
            click.echo(line)
        _suggest_sources(report)
    return 0 if report.is_complete else 2


def _lines(report: RepairReport, index_path: Path, *, dry_run: bool) -> list[str]:
    """The report for people, as lines."""
    shown_path = visible(str(index_path))
    if not report.damages and not report.outdated:
        return [f"{shown_path}: nothing is damaged, and nothing was changed"]
    lines = [visible(f"{one.file}: {one.problem}") for one in report.damages]
    would = " would be" if dry_run else ""
    if report.outdated:
        lines.append(visible(f"{shown_path} is of an earlier version: {report.outdated}"))
        kept = f"{shown_path}{would} carried over: {articles(report.kept)} indexed again"
    else:
        kept = f"{shown_path}{would} repaired: {articles(report.kept)} kept"
    if report.salvaged and not report.outdated:
        kept += f", {report.salvaged:,} of them saved from damaged files and indexed again"
    if report.segmented:
        kept += f" ({report.segmented:,} segmented into words again)"
    lines.append(kept)
    if report.lost:
        lines.append(f"lost: {articles(report.lost)}")
        lines += [f"  {visible(one)}" for one in report.lost_ids[:_MAX_LOST_IDS]]
        unnamed = report.lost - len(report.lost_ids[:_MAX_LOST_IDS])
        if unnamed:
            more = "--json lists all known ids" if len(report.lost_ids) > _MAX_LOST_IDS else ""
            lines.append(f"  and {unnamed:,} more{more and f': {more}'}")
    if report.uncounted:
        files = visible(", ".join(report.uncounted))
        lines.append(f"lost: the articles of {files}, whose number is unknown")
    if report.deletions_lost:
        lines.append(
            "lost: the commit file; removed articles, and old versions of articles, may be back"
        )
    if report.old is not None:
        old = visible(str(report.old))
        which = "old" if report.outdated else "damaged"
        lines.append(f"the {which} index is kept as {old}: delete it when you no longer need it")
    return lines


def _suggest_sources(report: RepairReport) -> None:
    if report.index_again:
        paths = visible(shlex.join(report.index_again))
        click.echo(f"to bring lost articles back: dvsearch index {paths}", err=True)
    elif report.lost or report.uncounted:
        click.echo("to bring lost articles back: index their sources again", err=True)
