"""`dvsearch backup` and `dvsearch restore`: save an index in one file, and restore it."""

from pathlib import Path
from typing import BinaryIO

import click
from rich.filesize import decimal

from danvan_search import BackupError, BackupReport, Index
from danvan_search.cli.completion import files
from danvan_search.cli.options import (
    index_option,
    output_options,
    reading_index_option,
    wait_option,
)
from danvan_search.cli.output import emit
from danvan_search.cli.progress import progress_bar, stop_cleanly
from danvan_search.cli.render import articles, visible
from danvan_search.cli.streams import (
    allow_lost_report,
    discard_output,
    standard_input,
    standard_output,
)


@click.command("backup")
@click.argument("file", metavar="FILE", shell_complete=files)
@reading_index_option
@click.option("--force", is_flag=True, help="Overwrite FILE: a regular file, or a link to one.")
@output_options
def backup_command(file: str, index_path: Path, force: bool, output: str | None) -> int:
    """Write a backup of the index to FILE, usually named .tar.zst.

    The backup holds one commit, even if other processes write to the index meanwhile. The index is
    verified first: if it is damaged, no backup is written. With - as FILE, the backup goes to
    standard output.

    \b
    Examples:
      dvsearch backup news.tar.zst
      dvsearch backup - --index indexes/archive | ssh elsewhere 'cat > archive.tar.zst'
    """
    target = _archive_output(output) if file == "-" else file
    with stop_cleanly(), progress_bar("packing") as progress, Index.open(index_path) as index:
        try:
            report = index.backup(target, force=force, progress=progress.tell)
        except BackupError:
            if file == "-":
                discard_output()  # the rest of an archive that is incomplete
            raise
    if file != "-":
        allow_lost_report()
    if output:
        document = {**report.to_json(), "file": file}
        del document["old"]
        emit(output, document, [document], list(document))
    else:
        name = visible("standard output" if file == "-" else file)
        click.echo(f"{name}: {_contents(report)}", err=file == "-")
    return 0


@click.command("restore")
@click.argument("file", metavar="FILE", shell_complete=files)
@index_option
@click.option("--force", is_flag=True, help="If the index exists already, rename it.")
@wait_option
@output_options
def restore_command(
    file: str, index_path: Path, force: bool, wait: float, output: str | None
) -> int:
    """Restore the index from FILE, a backup made by `dvsearch backup`.

    The backup is verified before the index appears. With --force an existing index is renamed, and
    stays beside the restored one until you delete it. With - as FILE, the backup is read from
    standard input.

    \b
    Examples:
      dvsearch restore news.tar.zst
      dvsearch restore news.tar.zst --index indexes/copy
    """
    with stop_cleanly(), progress_bar("unpacking") as progress:
        report = Index.restore(
            index_path,
            standard_input() if file == "-" else file,
            force=force,
            wait=wait,
            progress=progress.tell,
        )
    allow_lost_report()
    if output:
        document = {**report.to_json(), "file": file}
        emit(output, document, [document], list(document))
        return 0
    click.echo(f"{visible(str(index_path))}: {_contents(report)}")
    if report.old is not None:
        old = visible(str(report.old))
        click.echo(f"the old index is kept as {old}: delete it when you no longer need it")
    return 0


def _archive_output(output: str | None) -> BinaryIO:
    """Return the stream for a backup that goes to standard output.

    :param output: the output option of the command.
    """
    if output:
        raise click.UsageError(f"--{output} and a backup cannot both go to standard output")
    stream = standard_output()
    if stream.isatty():
        raise click.UsageError(
            "a backup cannot be printed on a terminal: name a file, or redirect it"
        )
    return stream


def _contents(report: BackupReport) -> str:
    files = f"{report.files:,} files with {decimal(report.size_bytes)}"
    return f"{articles(report.articles)} of generation {report.generation:,}, {files}"
