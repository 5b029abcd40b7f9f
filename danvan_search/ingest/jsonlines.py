"""JSON lines: one article a line, in a file or from standard input.

A line of ``dvsearch export`` is an article as it is. Another line must have ``id``, and a text; its
other fields are those of
:mod:`~danvan_search.ingest.fields`. A line that is not an article is a problem with its number. At
most one line is in memory, of at most ``max_bytes``.
"""

import codecs
from collections.abc import Iterator
from typing import Any, BinaryIO, Final

from danvan_search.errors import ArticleError
from danvan_search.ingest.compressed import DAMAGED, damage_reason
from danvan_search.ingest.decoding import wide_reason
from danvan_search.ingest.exported import exported_document
from danvan_search.ingest.fields import RecordError, record_document
from danvan_search.ingest.json_values import parse_json
from danvan_search.ingest.problems import ReadError
from danvan_search.ingest.reader import Documents, Problem, Reader, Source
from danvan_search.ingest.records import EMPTY, Cause

MAX_USELESS_LINES: Final = 100_000
"""After so many lines in a row that are blank or no articles, the rest of a file is not read."""

_CHUNK: Final = 1 << 16
_FORM: Final = 'write {"id": …, "text": …}'


def read_json_lines(source: Source) -> Documents:
    """Yield the articles of JSON lines, and the lines that are none."""
    number = 0
    useless = 0
    is_empty = True
    lines = _bounded_lines(source.stream, source.max_bytes)
    try:
        for number, line in enumerate(lines, start=1):
            if number == 1 and line and (wide := wide_reason(line)):
                raise ReadError(wide, Cause.ENCODING)
            if useless >= MAX_USELESS_LINES:
                raise ReadError(
                    f"has {MAX_USELESS_LINES:,} lines in a row before line {number:,} that are no "
                    "articles: the rest was not read; remove them",
                    Cause.MALFORMED,
                )
            if line is not None and not line.strip():
                useless += 1
                continue
            is_empty = False
            try:
                values, place = _parse(line, source.max_bytes), str(number)
                document = exported_document(values, place) or record_document(
                    values, needs_id=True, place=place
                )
            except RecordError as error:
                useless += 1
                yield Problem(str(error), str(number))
                continue
            useless = 0
            yield document
    except DAMAGED as error:
        after = f"after line {number:,}" if number else "from its beginning"
        raise ReadError(damage_reason(error, after), Cause.DAMAGED) from error
    if is_empty:
        yield Problem(EMPTY, cause=Cause.EMPTY)


def _bounded_lines(stream: BinaryIO, max_bytes: int) -> Iterator[bytes | None]:
    """Yield the lines; None for a line that is too long, which is read and discarded."""
    first = True
    while line := stream.readline(max_bytes + 1):
        if not isinstance(line, bytes):
            raise ArticleError("the articles come from a text stream: open it in binary mode")
        if len(line) <= max_bytes or line.endswith(b"\n"):
            yield line.removeprefix(codecs.BOM_UTF8) if first else line
        else:
            while (rest := stream.readline(_CHUNK)) and not rest.endswith(b"\n"):
                pass
            yield None
        first = False


def _parse(line: bytes | None, max_bytes: int) -> dict[str, Any]:
    if line is None:
        raise RecordError(f"the line is longer than {max_bytes:,} bytes: raise the size limit")
    try:
        text = line.decode("utf-8")
    except UnicodeDecodeError as error:
        raise RecordError("the line is not UTF-8: convert the file to UTF-8") from error
    values = parse_json(text, "line", _FORM)
    if not isinstance(values, dict):
        raise RecordError(f"the line is not an object: {_FORM}")
    return values


JSON_LINES: Final = Reader("JSON lines", (".jsonl", ".ndjson"), read_json_lines)
