"""Is all of an index what was written? Everything is read, whether the index opens or not."""

import os
from pathlib import Path

from danvan_search.errors import StoreError
from danvan_search.index.folder import commit_file
from danvan_search.index.folder.index_folder import MARKER, retry_while_committed, storage_errors
from danvan_search.index.folder.verify import damages
from danvan_search.reports import Verification
from danvan_search.rescue.folder import SUFFIXES, list_files


def verify_index(path: str | os.PathLike[str]) -> Verification:
    """Read an index and tell what is damaged, missing or left over; nothing is changed.

    It works for an index that cannot be opened, too. What a writer commits meanwhile is no
    damage. It takes about a second per gigabyte, or what the disk takes.

    :param path: the folder of the index.
    :raises IndexNotFoundError: there is no index.
    :raises IndexFormatError: it is of another format, or no index of ours at all.
    :raises IndexStorageError: the folder cannot be read.
    """
    place = Path(path)
    found = tuple(damages(place))
    there = list_files(place).sizes
    newest = readable_contents(place)
    if newest is None:
        # Nobody knows what else the index needs: all there is is counted.
        return Verification(len(there), sum(there.values()), found, ())
    needed = {f"{one.segment_id()}{suffix}" for one in newest.segments for suffix in SUFFIXES}
    needed |= {MARKER, commit_file.file_name(newest.generation)}
    return Verification(
        files=len(needed & there.keys()),
        size_bytes=sum(there.get(name, 0) for name in needed),
        damages=found,
        leftovers=tuple(sorted(there.keys() - needed)),
    )


def readable_contents(path: Path) -> commit_file.Commit | None:
    """Return the newest generation; None if its table of contents is damaged or missing."""
    try:
        with storage_errors(path):
            return retry_while_committed(lambda: commit_file.read_latest(path))
    except StoreError:
        return None
