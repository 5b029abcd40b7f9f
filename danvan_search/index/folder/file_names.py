"""The names of everything in, or beside, the folder of an index, each spelt once.

::

    danvan.json                          the marker, which names the format
    MAIN_WRITELOCK                       the writer's lock, the same that Whoosh uses
    _MAIN_<generation>.toc               the commit file of a generation
    MAIN_<16 hex digits>.grid, .docs     the two files of a segment
    _MAIN_<generation>.toc.new           an unfinished commit file
    .danvan-new, .danvan-new-<name>      an unfinished index, inside or beside its final place
    .danvan-old-<name>                   an old index while a new one takes its place

A Whoosh writer that gets past the list of segments (see ``whoosh_segment``) leaves more::

    MAIN.tmp/                            its folder of temporary files
    MAIN_<letters and digits>.<suffix>   the parts of its segment
    _MAIN_<generation>.toc.<time>        its unfinished commit file
"""

import re
from collections.abc import Collection, Iterable
from typing import Final

from danvan_search.index.codec.segment_files import DOCUMENTS_SUFFIX, GRID_SUFFIX

INDEX_NAME: Final = "MAIN"
"""The name of the index within its folder: Whoosh's default."""

MARKER: Final = "danvan.json"
LOCK: Final = f"{INDEX_NAME}_WRITELOCK"

UNFINISHED: Final = ".danvan-new"
"""The prefix of an index, or a backup file, that is being written."""

REPLACED: Final = ".danvan-old"
"""The prefix of an old index while a new one takes its place."""

SEGMENT_SUFFIXES: Final = (GRID_SUFFIX, DOCUMENTS_SUFFIX)
"""The suffixes of the two files of a segment."""

SEGMENT_ID: Final = "[0-9a-f]{16}"
"""The pattern of the random part of a segment's name."""

COMMIT_FILE: Final = re.compile(rf"_{INDEX_NAME}_(0|[1-9][0-9]{{0,17}})\.toc")
"""The pattern of a commit file; group 1 is the generation."""

SEGMENT_FILE: Final = re.compile(
    rf"({INDEX_NAME}_{SEGMENT_ID})(?:{'|'.join(map(re.escape, SEGMENT_SUFFIXES))})"
)
"""The pattern of a file of a segment; group 1 is the segment's name."""

_UNFINISHED_COMMIT_FILE: Final = re.compile(rf"_{INDEX_NAME}_[0-9]+\.toc\.new")

MISSING_COMMIT_FILE: Final = f"_{INDEX_NAME}_*.toc"
"""What a commit file is called when its generation is unknown."""

_WHOOSH_FOLDER: Final = f"{INDEX_NAME}.tmp"
_ANY_COMMIT_FILE: Final = re.compile(rf"_{INDEX_NAME}_[0-9]+\.toc(?:\..+)?")
_ANY_SEGMENT_FILE: Final = re.compile(rf"({INDEX_NAME}_[0-9a-z]+)\..+")


def commit_file_name(generation: int) -> str:
    """Return the name of the commit file of a generation."""
    return f"_{INDEX_NAME}_{generation}.toc"


def unfinished_commit_file_name(generation: int) -> str:
    """Return the name of the commit file of a generation while it is being written."""
    return f"{commit_file_name(generation)}.new"


def segment_file_names(segment: str) -> list[str]:
    """Return the names of the two files of a segment."""
    return [f"{segment}{suffix}" for suffix in SEGMENT_SUFFIXES]


def needed_file_names(generation: int, segments: Iterable[str]) -> list[str]:
    """Return the names of the files that a generation needs: all but the lock.

    :param segments: the names of its segments.
    """
    names = [MARKER, commit_file_name(generation)]
    for segment in segments:
        names += segment_file_names(segment)
    return names


def is_own_name(name: str) -> bool:
    """Say whether a name is that of a commit file, finished or not, or of a segment's file."""
    return any(
        pattern.fullmatch(name) for pattern in (COMMIT_FILE, SEGMENT_FILE, _UNFINISHED_COMMIT_FILE)
    )


def leftovers(names: Iterable[str], generation: int, segments: Collection[str]) -> list[str]:
    """Return the names in an index folder that the newest generation does not need.

    They belong to older generations, to unfinished commits and to Whoosh writers. Names that
    neither danvan-search nor Whoosh gives are not among them.

    :param segments: the names of the segments of the newest generation.
    """
    return [name for name in names if _is_leftover(name, generation, segments)]


def _is_leftover(name: str, generation: int, segments: Collection[str]) -> bool:
    if _ANY_COMMIT_FILE.fullmatch(name):
        return name != commit_file_name(generation)
    segment = _ANY_SEGMENT_FILE.fullmatch(name)
    return name == _WHOOSH_FOLDER or (segment is not None and segment[1] not in segments)
