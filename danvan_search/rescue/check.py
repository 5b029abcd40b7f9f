"""Checks every byte of an index, whether it can be opened or not."""

import os
from pathlib import Path

from danvan_search.arguments import checked_path
from danvan_search.errors import StoreError
from danvan_search.index.folder import commit_file
from danvan_search.index.folder.file_names import leftovers, needed_file_names
from danvan_search.index.folder.index_folder import retry_while_committed, storage_errors
from danvan_search.index.folder.verify import damages
from danvan_search.reports import Verification
from danvan_search.rescue.folder import list_files


def verify_index(path: str | os.PathLike[str]) -> Verification:
    """Read an index and report what is damaged, missing or left over; nothing is changed.

    The index need not be one that can be opened. Other processes may commit meanwhile. The speed
    is about 1 GB per second, or that of the disk.

    :param path: the folder of the index.
    :raises IndexNotFoundError: there is no index.
    :raises IndexFormatError: it has another format, or the folder is not an index.
    :raises IndexStorageError: the folder cannot be read.
    """
    place = checked_path(path)
    found = tuple(damages(place))
    sizes = list_files(place).sizes
    with storage_errors(place):
        names = [entry.name for entry in place.iterdir()]
    newest = readable_commit(place)
    if newest is None:
        # Nothing tells which files the index needs: all of them are counted.
        return Verification(len(sizes), sum(sizes.values()), found, ())
    segments = {segment.segment_id() for segment in newest.segments}
    needed = set(needed_file_names(newest.generation, segments))
    return Verification(
        files=len(needed & sizes.keys()),
        size_bytes=sum(sizes.get(name, 0) for name in needed),
        damages=found,
        leftovers=tuple(sorted(leftovers(names, newest.generation, segments))),
    )


def readable_commit(path: Path) -> commit_file.Commit | None:
    """Return the newest commit; None if its commit file is damaged or missing."""
    try:
        with storage_errors(path):
            return retry_while_committed(lambda: commit_file.read_latest(path))
    except StoreError:
        return None
