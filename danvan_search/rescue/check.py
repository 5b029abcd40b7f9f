"""Is all of an index what was written? Everything is read, whether the index opens or not."""

import os
from pathlib import Path
from typing import Final

from danvan_search.errors import StoreError
from danvan_search.index import contents
from danvan_search.index.codec import ArticleSegment
from danvan_search.index.store import MARKER, opening_errors, storage_errors
from danvan_search.index.verify import Damage, damages
from danvan_search.reports import Verification
from danvan_search.rescue.folder import SUFFIXES, list_files, marker_problem

_TRIES: Final = 20


def verify_index(path: str | os.PathLike[str]) -> Verification:
    """Read an index and tell what is damaged, missing or left over; nothing is changed.

    It works for an index that cannot be opened, too. What a writer commits meanwhile is no
    damage: then the index is read again.

    :param path: the folder of the index.
    :raises IndexNotFoundError: there is no index.
    :raises IndexFormatError: it is of another format, or no index of ours at all.
    :raises IndexStorageError: the folder cannot be read.
    """
    place = Path(path)
    for _ in range(_TRIES - 1):
        before = _generation(place)
        found = _look(place)
        if found.is_whole or _generation(place) == before:
            return found
    return _look(place)


def readable_segments(path: Path) -> list[ArticleSegment] | None:
    """Return what the newest table of contents lists; None if it is damaged or missing."""
    try:
        with opening_errors(path):
            return contents.read_latest(path).segments
    except StoreError:
        return None


def _generation(path: Path) -> int:
    with storage_errors(path):
        return contents.latest_generation(path) if path.is_dir() else -1


def _look(path: Path) -> Verification:
    marker = marker_problem(path)
    there = list_files(path)
    found = [Damage(MARKER, marker)] if marker else []
    known = {one.file for one in found}
    found += [one for one in damages(path) if one.file not in known]
    segments = readable_segments(path)
    if segments is None or not there.generations:
        # Nobody knows what else the index needs: all there is is counted.
        return Verification(len(there.sizes), sum(there.sizes.values()), tuple(found), ())
    needed = {f"{one.segment_id()}{suffix}" for one in segments for suffix in SUFFIXES}
    needed |= {MARKER, contents.file_name(there.generations[-1])}
    leftovers = sorted(there.sizes.keys() - needed)
    return Verification(
        files=len(needed & there.sizes.keys()),
        size_bytes=sum(there.sizes.get(name, 0) for name in needed),
        damages=tuple(one for one in found if one.file not in leftovers),
        leftovers=tuple(leftovers),
    )
