"""Which files a folder of an index holds, by their names alone."""

import json
import re
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

from danvan_search.index.codec.segment_files import DOCUMENTS_SUFFIX, GRID_SUFFIX
from danvan_search.index.folder.index_folder import MARKER, storage_errors
from danvan_search.index.folder.whoosh_segment import INDEX_NAME

SUFFIXES: Final = (GRID_SUFFIX, DOCUMENTS_SUFFIX)
"""How the names of the two files of a segment end."""

CONTENTS_FILE: Final = re.compile(rf"_{INDEX_NAME}_(0|[1-9][0-9]{{0,17}})\.toc")
_UNFINISHED_CONTENTS: Final = re.compile(rf"_{INDEX_NAME}_[0-9]+\.toc\.new")
SEGMENT_FILE: Final = re.compile(rf"({INDEX_NAME}_[0-9a-f]{{16}})(?:\.grid|\.docs)")


@dataclass(frozen=True, slots=True)
class Files:
    """The files of an index in a folder.

    :ivar sizes: of all that bear the name of a file of an index, in bytes.
    :ivar generations: of the tables of contents, ascending.
    :ivar segments: the names of the segments that have a file, the oldest first.
    """

    sizes: dict[str, int] = field(default_factory=dict)
    generations: list[int] = field(default_factory=list)
    segments: list[str] = field(default_factory=list)


def list_files(path: Path) -> Files:
    """Look which files of an index a folder holds.

    :raises IndexStorageError: it cannot be read.
    """
    found = Files()
    written: dict[str, int] = {}
    with storage_errors(path):
        for file in path.iterdir():
            contents = CONTENTS_FILE.fullmatch(file.name)
            segment = SEGMENT_FILE.fullmatch(file.name)
            unfinished = _UNFINISHED_CONTENTS.fullmatch(file.name)
            if not (contents or segment or unfinished or file.name == MARKER):
                continue
            try:
                status = file.stat()
            except FileNotFoundError:  # a commit removed it
                continue
            found.sizes[file.name] = status.st_size
            if contents:
                found.generations.append(int(contents[1]))
            elif segment:
                written[segment[1]] = max(written.get(segment[1], 0), status.st_mtime_ns)
    found.generations.sort()
    found.segments.extend(sorted(written, key=lambda name: (written[name], name)))
    return found


def stored_format(path: Path) -> str | None:
    """Return which format the marker of an index names; None if it is missing or damaged.

    :raises IndexStorageError: it cannot be read.
    """
    with storage_errors(path):
        if MARKER not in list_files(path).sizes:
            return None
        try:
            marker = json.loads((path / MARKER).read_bytes())
        except ValueError:
            return None
    name = marker.get("format") if isinstance(marker, dict) else None
    return name if isinstance(name, str) else None
