"""Reading all of an index, to tell which of its files are not what was written."""

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Final

from danvan_search.errors import (
    IndexDamagedError,
    IndexFormatError,
    IndexStorageError,
    StoreError,
)
from danvan_search.index.codec.array_file import ArrayFile
from danvan_search.index.codec.segment_files import DOCUMENTS_SUFFIX, GRID_SUFFIX, OpenSegment
from danvan_search.index.folder import commit_file
from danvan_search.index.folder.index_folder import (
    LOCK,
    MARKER,
    UNFINISHED,
    check_format,
    is_index,
    marker_bytes,
    retry_while_committed,
    storage_errors,
)
from danvan_search.index.folder.whoosh_segment import INDEX_NAME, ArticleSegment
from danvan_search.reports import Damage

_TABLE: Final = re.compile(rf"_{INDEX_NAME}_[0-9]+\.toc")
_CHUNK_BYTES: Final = 1 << 20
_TRIES: Final = 5
_BY_DESKTOPS: Final = frozenset([".DS_Store", "Thumbs.db", "desktop.ini"])
"""What desktops put into folders that are looked at."""


def damages(path: Path) -> list[Damage]:
    """Read every byte of an index; return what is damaged, missing, or not part of it.

    It takes about a second per gigabyte, or what the disk takes. A commit of another process does
    no harm. What an interrupted commit left, and the next one removes, is no damage.

    :param path: the folder of the index.
    :return: one for each such file, sorted by name; none when all is what was written.
    :raises IndexNotFoundError: there is no index.
    :raises IndexFormatError: it is of another format, or it is not one of ours.
    :raises IndexStorageError: the folder cannot be read.
    """
    if not path.is_dir():
        check_format(path)
    for _ in range(_TRIES):
        with storage_errors(path):
            generation = commit_file.latest_generation(path)
            found = sorted(_damages(path, generation), key=lambda one: one.file)
            if not found or generation == commit_file.latest_generation(path):
                break
    return found


def _damages(path: Path, generation: int) -> Iterator[Damage]:
    """Yield what is damaged in one generation, if no commit comes between."""
    names = {entry.name for entry in path.iterdir()}
    marker = _marker(path, ours=any(map(_TABLE.fullmatch, names)))
    if marker:
        yield marker
    needed = {MARKER, LOCK}
    segments: list[ArticleSegment] = []
    try:
        segments = retry_while_committed(lambda: commit_file.read_latest(path)).segments
    except IndexDamagedError as error:
        # What belongs to the index is not known then; each file is looked at alone.
        yield Damage(f"_{INDEX_NAME}_{generation if generation >= 0 else '*'}.toc", error.problem)
        needed |= {name for name in names if commit_file.is_own_name(name)}
        for name in sorted(needed - {MARKER, LOCK}):
            if not _TABLE.match(name):
                yield from _file(path / name)
    for segment in segments:
        yield from _segment(path, segment)
        needed |= {f"{segment.segment_id()}{end}" for end in (GRID_SUFFIX, DOCUMENTS_SUFFIX)}
    for name in names - needed - _BY_DESKTOPS:
        if not commit_file.is_own_name(name) and not name.startswith(UNFINISHED):
            yield Damage(name, "it is not part of an index")


def _marker(path: Path, *, ours: bool) -> Damage | None:
    """Say what is wrong with the marker.

    :param ours: whether there are other files that an index has.
    """
    if not ours or (is_index(path) and (path / MARKER).read_bytes() == marker_bytes()):
        check_format(path)
        return None
    if not is_index(path):
        return Damage(MARKER, "it is missing")
    if _is_of_this_format(path):
        return Damage(MARKER, "it is not what was written")
    check_format(path)
    return None


def _is_of_this_format(path: Path) -> bool:
    """Say whether the files of an index are of this format, whatever its marker says."""
    files = [*path.glob(f"*{GRID_SUFFIX}"), *path.glob(f"*{DOCUMENTS_SUFFIX}")]
    for file in files:
        try:
            ArrayFile(file).close()
        except IndexFormatError:
            return False
        except StoreError:
            continue
    return True


def _segment(path: Path, segment: ArticleSegment) -> Iterator[Damage]:
    found = [
        damage
        for end in (GRID_SUFFIX, DOCUMENTS_SUFFIX)
        for damage in _file(path / f"{segment.segment_id()}{end}")
    ]
    yield from found
    if not found:
        try:
            OpenSegment(path, segment.segment_id(), segment.doc_count_all())
        except IndexDamagedError as error:
            yield Damage(Path(error.where).name, error.problem)


def _file(file: Path) -> Iterator[Damage]:
    """Yield what is wrong with a file of arrays."""
    try:
        # A mapped file that the disk cannot read would end the process.
        with file.open("rb") as stream:
            while stream.read(_CHUNK_BYTES):
                pass
        with ArrayFile(file) as arrays:
            arrays.verify()
    except FileNotFoundError:
        yield Damage(file.name, "it is missing")
    except PermissionError:
        raise
    except OSError as error:
        yield Damage(file.name, f"the disk cannot read it ({error.strerror or error})")
    except IndexDamagedError as error:
        yield Damage(file.name, error.problem)
    except (IndexFormatError, IndexStorageError) as error:
        yield Damage(file.name, str(error))
