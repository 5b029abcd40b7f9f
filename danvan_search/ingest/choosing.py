"""Chooses the reader of a source, by its content or else by its name, and reads it.

Whatever happens, a problem is yielded for it; only the limit of a whole file ends the reading of
the containers that the source stands in.
"""

from typing import Final

from danvan_search.ingest.compressed import DAMAGED, damage_reason
from danvan_search.ingest.formats import (
    HEAD_BYTES,
    foreign_kind,
    is_missing,
    reader_by_archive,
    reader_by_content,
    reader_by_suffix,
)
from danvan_search.ingest.problems import ReadError
from danvan_search.ingest.reader import Documents, Problem, Reader, Source
from danvan_search.ingest.records import EMPTY, WHAT_TO_CHECK, Cause
from danvan_search.ingest.textfile import PLAIN_TEXT
from danvan_search.ingest.unpacking import LimitError
from danvan_search.ingest.zip_file import ZIP

_EXPECTED: Final = (ReadError, RecursionError, OSError, *DAMAGED)
"""What ends the reading of a source; no content of it raises anything else."""


def read_source(source: Source, *, any_text: bool = False) -> Documents:
    """Yield the documents and problems of a source.

    :param any_text: whether a source of an unknown kind is read as plain text.
    :raises LimitError: the source is part of a file that reached a limit.
    """
    try:
        head = source.head(HEAD_BYTES)
    except DAMAGED as error:
        reason = damage_reason(error, "from its beginning")
        yield Problem(reason, cause=Cause.DAMAGED, unreadable=True)
        return
    if not head:
        yield Problem(EMPTY, cause=Cause.EMPTY)
        return
    try:
        reader, kind = _choose(source, head, any_text=any_text)
    except _EXPECTED as error:
        yield _problem_of(error, source)
        return
    if reader is None:
        what = f"a file of another kind ({kind})" if kind else "no kind of file that is read"
        yield Problem(f"is {what}", cause=Cause.OTHER_KIND, unreadable=True)
    elif is_missing(reader):
        reason = f"needs the package {reader.package}: `{reader.install}`"
        yield Problem(reason, cause=Cause.NO_PACKAGE, unreadable=True, install=reader.install)
    else:
        yield from read_with(reader, source)


def read_with(reader: Reader, source: Source) -> Documents:
    """Yield the documents and problems that a reader finds in a source.

    :raises LimitError: the source is part of a file that reached a limit.
    """
    try:
        yield from reader.read(source)
    except _EXPECTED as error:
        yield _problem_of(error, source, reader.install)


def cannot_read(error: OSError) -> Problem:
    """Return the problem of a file that the system does not read."""
    reason = f"cannot be read: {(error.strerror or str(error)).lower()}{WHAT_TO_CHECK}"
    return Problem(reason, cause=Cause.UNREADABLE, unreadable=True)


def _problem_of(error: Exception, source: Source, install: str = "") -> Problem:
    """Return the problem of a source of which an error ends the reading.

    :param error: one of ``_EXPECTED``.
    :param install: the command that installs what the reader needs.
    :raises LimitError: the source is part of a file that reached a limit.
    """
    if isinstance(error, LimitError) and source.depth:
        raise error
    if isinstance(error, ReadError):
        needed = install if error.cause is Cause.NO_PACKAGE else ""
        return Problem(error.reason, cause=error.cause, unreadable=True, install=needed)
    if isinstance(error, RecursionError):
        reason = "is nested too deeply: its text cannot be found"
        return Problem(reason, cause=Cause.MALFORMED, unreadable=True)
    if isinstance(error, DAMAGED):
        reason = damage_reason(error, "somewhere")
        return Problem(reason, cause=Cause.DAMAGED, unreadable=True)
    assert isinstance(error, OSError)  # noqa: S101
    return cannot_read(error)


def _choose(source: Source, head: bytes, *, any_text: bool) -> tuple[Reader | None, str]:
    """Return the reader of a source, or None and the kind of file that it is; "" if not known."""
    reader = reader_by_content(head)
    if reader is ZIP:
        archive = source.archive()
        return reader_by_archive(archive.names, archive.start_of("mimetype", 100))
    if reader is None and (kind := foreign_kind(head)):
        return None, kind
    return reader or reader_by_suffix(source.file_name) or (PLAIN_TEXT if any_text else None), ""
