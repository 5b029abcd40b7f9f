"""`dvsearch index --watch`: keeps an index in line with its folders until Ctrl-C."""

import importlib.util
from collections.abc import Callable, Iterable, Iterator, Sequence, Set
from pathlib import Path
from typing import Final

import click

from danvan_search.cli.render import error_lines
from danvan_search.errors import DanvanError, OptionError
from danvan_search.ingest import STANDARD_INPUT

_PACKAGE: Final = "watchfiles"
_INSTALL: Final = "pip install 'danvan-search[watch]'"
_QUIET_MS: Final = 300
"""How long nothing may change before what changed is indexed."""

_MOST_MS: Final = 3_000
"""How long changes may go on before what changed so far is indexed."""

_TURN_MS: Final = 500
"""How long to wait for changes at a time."""

_HIDDEN: Final = "."


def check_watch(paths: Iterable[str], *, dry_run: bool) -> None:
    """Refuse what cannot be watched.

    :raises OptionError: it is standard input or a dry run, or the package is missing.
    """
    if STANDARD_INPUT in paths:
        raise OptionError("standard input cannot be watched: give --watch folders or files")
    if dry_run:
        raise OptionError("--watch and --dry-run exclude each other: give one of them")
    if importlib.util.find_spec(_PACKAGE) is None:
        raise OptionError(f"--watch needs the package {_PACKAGE}: `{_INSTALL}`")


def watch(
    paths: Sequence[str], index_path: Path, synchronise: Callable[[bool], object]
) -> Iterator[None]:
    """Synchronise an index with its paths now and after each change; yield after each time.

    An error is told, and the next change tries again; one of the first time is raised. It ends
    when it is interrupted.

    :param index_path: the folder of the index, whose own changes do not count.
    :param synchronise: makes the index as the paths are; the argument says whether it is the first
        time.
    """
    import watchfiles

    own = index_path.resolve()
    roots = [Path(path).resolve() for path in paths]
    is_first = True
    failed = False
    # The first turn ends without a change. So nothing that changes meanwhile is missed.
    turns = watchfiles.watch(
        *(root for root in roots if root.exists()),
        watch_filter=None,
        debounce=_MOST_MS,
        step=_QUIET_MS,
        rust_timeout=_TURN_MS,
        yield_on_timeout=True,
    )
    for changes in turns:
        if not (is_first or failed or _concern(changes, roots, own)):
            continue
        try:
            synchronise(is_first)
            failed = False
        except DanvanError as error:
            if is_first:
                raise
            if not failed:
                for line in error_lines(error):
                    click.echo(line, err=True)
            failed = True
        is_first = False
        yield


def _concern(changes: Set[tuple[object, str]], roots: Sequence[Path], own: Path) -> bool:
    """Return whether a change is none of the index, nor of what is hidden in a folder."""
    for _, changed in changes:
        path = Path(changed).resolve()
        below = (path.relative_to(root) for root in roots if path.is_relative_to(root))
        is_hidden = any(part.startswith(_HIDDEN) for one in below for part in one.parts)
        if not is_hidden and not path.is_relative_to(own):
            return True
    return False
