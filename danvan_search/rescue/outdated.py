"""Finds out whether an index is of an earlier version, whose articles a repair carries over."""

from dataclasses import dataclass
from pathlib import Path

from danvan_search.errors import StoreError
from danvan_search.index.folder import commit_file
from danvan_search.index.folder.index_folder import (
    EARLIER_FORMAT,
    FORMAT,
    retry_while_committed,
    storage_errors,
)
from danvan_search.rescue import earlier_format
from danvan_search.rescue.folder import stored_format
from danvan_search.rescue.salvage import CURRENT, Layout
from danvan_search.text.analysis_version import ANALYSIS_VERSION


@dataclass(frozen=True, slots=True)
class Outdated:
    """An index that this version does not open, but whose articles it can read.

    :ivar what: the version of the index, in a few words.
    :ivar commit: its newest commit; None if its commit file is damaged or missing.
    :ivar layout: how its segments are read.
    """

    what: str
    commit: commit_file.Commit | None
    layout: Layout


def find_outdated(path: Path) -> Outdated | None:
    """Return what an index is if it is of an earlier version; None for any other folder.

    :raises IndexStorageError: the folder cannot be read.
    """
    with storage_errors(path):
        if not path.is_dir():
            return None
    if earlier_format.is_earlier(path):
        commit = earlier_format.read_commit(path)
        return Outdated(f"the format {EARLIER_FORMAT!r}", commit, earlier_format.LAYOUT)
    if stored_format(path) not in (FORMAT, None):
        return None
    try:
        with storage_errors(path):
            newest = retry_while_committed(lambda: commit_file.read_any(path))
    except StoreError:
        return None
    if newest.analysis == ANALYSIS_VERSION:
        return None
    return Outdated(f"version {newest.analysis} of the text analysis", newest, CURRENT)
