"""ZIP archives: each file in one is read as a file of its own would be."""

from typing import Final

from danvan_search.ingest.parts import is_known, read_part
from danvan_search.ingest.problems import ReadError
from danvan_search.ingest.reader import Documents, Problem, Reader, Source
from danvan_search.ingest.records import EMPTY, Cause
from danvan_search.ingest.unpacking import LimitError, check_depth

_HIDDEN_FOLDERS: Final = frozenset(("__MACOSX",))


def read_zip(source: Source) -> Documents:
    """Yield the documents of the files in an archive."""
    check_depth(source.depth)
    archive = source.archive()
    names = [name for name in archive.names if not _is_hidden(name)]
    wanted = {name for name in names if is_known(name)}
    source.unpacking.count_parts(len(wanted))
    for name in names:
        if name not in wanted:
            yield Problem("is no kind of file that is read", cause=Cause.OTHER_KIND, part=name)
            continue
        try:
            yield from read_part(source, name, archive.read(name))
        except LimitError:
            raise
        except ReadError as error:
            yield Problem(error.reason, cause=error.cause, part=name, unreadable=True)
    if not names:
        yield Problem(EMPTY, cause=Cause.EMPTY)


def _is_hidden(name: str) -> bool:
    """Return whether a file or its folder is hidden; .. is a folder like any other here."""
    parts = name.split("/")
    return parts[0] in _HIDDEN_FOLDERS or any(
        part.startswith(".") and part not in (".", "..") for part in parts
    )


ZIP: Final = Reader(
    "ZIP", (".zip",), read_zip, matches=lambda head: head.startswith((b"PK\x03\x04", b"PK\x05\x06"))
)
