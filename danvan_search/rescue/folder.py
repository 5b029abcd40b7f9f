"""The files in the folder of an index, listed by name, and the format in its marker."""

import json
from dataclasses import dataclass, field
from pathlib import Path

from danvan_search.index.folder.file_names import MARKER, SEGMENT_FILE, is_own_name
from danvan_search.index.folder.index_folder import storage_errors


@dataclass(frozen=True, slots=True)
class Files:
    """The files of an index.

    :ivar sizes: the size of each file in bytes, by name: marker, commit files and segment files,
        needed or not.
    :ivar segments: the names of all segments that have a file, the oldest first.
    """

    sizes: dict[str, int] = field(default_factory=dict)
    segments: list[str] = field(default_factory=list)


def list_files(path: Path) -> Files:
    """List the files of an index in a folder.

    :raises IndexStorageError: the folder cannot be read.
    """
    found = Files()
    written: dict[str, int] = {}
    with storage_errors(path):
        for file in path.iterdir():
            if not (is_own_name(file.name) or file.name == MARKER):
                continue
            try:
                status = file.stat()
            except FileNotFoundError:  # a commit removed it
                continue
            found.sizes[file.name] = status.st_size
            if segment := SEGMENT_FILE.fullmatch(file.name):
                written[segment[1]] = max(written.get(segment[1], 0), status.st_mtime_ns)
    found.segments.extend(sorted(written, key=lambda name: (written[name], name)))
    return found


def stored_format(path: Path) -> str | None:
    """Return the format that the marker of an index names; None if it is missing or damaged.

    :raises IndexStorageError: the marker cannot be read.
    """
    with storage_errors(path):
        if MARKER not in list_files(path).sizes:
            return None
        try:
            marker = json.loads((path / MARKER).read_bytes())
        except (ValueError, RecursionError):
            return None
    name = marker.get("format") if isinstance(marker, dict) else None
    return name if isinstance(name, str) else None
