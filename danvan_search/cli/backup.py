"""`dvsearch backup` and `dvsearch restore`: an index into one file, and back."""

import sys
from pathlib import Path

import click
from rich.filesize import decimal

from danvan_search import BackupReport, Index
from danvan_search.cli.options import index_option, output_options, wait_option
from danvan_search.cli.output import emit
from danvan_search.cli.progress import progress_bar, stop_cleanly
from danvan_search.cli.render import articles, visible


@click.command("backup")
@click.argument("file", metavar="FILE")
@index_option
@click.option("--force", is_flag=True, help="Overwrite FILE.")
@output_options
def backup_command(file: str, index_path: Path, force: bool, output: str | None) -> int:
    """Write the index as it is now into FILE, by custom named .tar.zst.

    It holds one commit, whatever writers do meanwhile, and all of it is checked first: a damaged
    index is not saved silently. - writes to standard output.

    \b
    Examples:
      dvsearch backup news.tar.zst
      dvsearch backup - --index indexes/archive | ssh elsewhere 'cat > archive.tar.zst'
    """
    if file == "-" and sys.stdout.isatty():
        raise click.UsageError("a backup is nothing for a terminal: name a file, or redirect it")
    if file == "-" and output:
        raise click.UsageError(f"--{output} and a backup cannot both go to standard output")
    with stop_cleanly(), progress_bar("packing") as progress, Index.open(index_path) as index:
        report = index.backup(
            sys.stdout.buffer if file == "-" else file, force=force, progress=progress.tell
        )
    if output:
        document = {**report.to_json(), "file": file}
        del document["old"]
        emit(output, document, [document], list(document))
    else:
        place = visible("standard output" if file == "-" else file)
        click.echo(f"{place}: {_holds(report)}", err=file == "-")
    return 0


@click.command("restore")
@click.argument("file", metavar="FILE")
@index_option
@click.option("--force", is_flag=True, help="If there is an index, put it aside.")
@wait_option
@output_options
def restore_command(
    file: str, index_path: Path, force: bool, wait: float, output: str | None
) -> int:
    """Bring the index back from FILE, which `dvsearch backup` wrote.

    All of it is checked before it is put in place. With --force an index that is there is kept
    beside its place, until you delete it. - reads from standard input.

    \b
    Examples:
      dvsearch restore news.tar.zst
      dvsearch restore news.tar.zst --index indexes/copy
    """
    with stop_cleanly(), progress_bar("unpacking") as progress:
        report = Index.restore(
            index_path,
            sys.stdin.buffer if file == "-" else file,
            force=force,
            wait=wait,
            progress=progress.tell,
        )
    if output:
        document = {**report.to_json(), "file": file}
        emit(output, document, [document], list(document))
        return 0
    click.echo(f"{visible(str(index_path))}: {_holds(report)}")
    if report.old is not None:
        old = visible(str(report.old))
        click.echo(f"the index that was there is kept as {old}: delete it when you need it no more")
    return 0


def _holds(report: BackupReport) -> str:
    files = f"{report.files:,} files with {decimal(report.size_bytes)}"
    return f"{articles(report.articles)} of generation {report.generation:,}, {files}"
