"""JSON: an array of records, or an object of them; JSON lines under this suffix, too."""

import io
from collections.abc import Iterator
from typing import Any, Final

from danvan_search.ingest.fields import RecordError, field_name, record_document
from danvan_search.ingest.json_values import MAX_DEPTH, parse_json
from danvan_search.ingest.jsonlines import read_json_lines
from danvan_search.ingest.problems import ReadError
from danvan_search.ingest.reader import Document, Documents, Problem, Reader, Source
from danvan_search.ingest.records import EMPTY, Cause

_FORM: Final = 'write [{"title": …, "text": …}, …]'
_NO_RECORDS: Final = f"holds no records with a text: {_FORM}"


def read_json(source: Source) -> Documents:
    """Yield the documents of a JSON file."""
    content = source.content()
    text = source.decode(content)
    if not text.strip():
        yield Problem(EMPTY, cause=Cause.EMPTY)
        return
    try:
        value = parse_json(text, "file", _FORM, depth=MAX_DEPTH + 3)
    except RecordError as error:
        if _is_lines(text):
            lines = Source(source.name, io.BytesIO(text.encode()), max_bytes=source.max_bytes)
            yield from read_json_lines(lines)
            return
        reason = str(error).replace("the file ", "", 1)
        raise ReadError(reason, Cause.MALFORMED) from error
    found: list[Document | Problem] = []
    for part, record in _records(value):
        try:
            found.append(_document(record, part))
        except RecordError as error:
            found.append(Problem(str(error), part))
    if not any(isinstance(one, Document) for one in found):
        # Settings of programs are JSON, too: a file without any article is of another kind.
        raise ReadError(_NO_RECORDS, Cause.OTHER_KIND)
    yield from found


def _is_lines(text: str) -> bool:
    """Return whether the first line is an object of its own, and another one follows."""
    first, _, rest = text.lstrip().partition("\n")
    try:
        value = parse_json(first, "line", "")
    except RecordError:
        return False
    return isinstance(value, dict) and rest.lstrip().startswith("{")


def _records(value: Any) -> Iterator[tuple[str, Any]]:  # noqa: ANN401 - any JSON value
    """Yield the records of a file, and the part of the file that each is."""
    if isinstance(value, list):
        for number, record in enumerate(value, start=1):
            yield str(number), record
    elif isinstance(value, dict) and not _is_record(value):
        lists = [one for one in value.values() if isinstance(one, list) and _has_records(one)]
        if len(lists) == 1:
            yield from _records(lists[0])
        elif value and all(isinstance(one, dict) for one in value.values()):
            yield from value.items()
    elif isinstance(value, dict):
        yield "", value


def _has_records(values: list[Any]) -> bool:
    return bool(values) and all(isinstance(one, dict) for one in values)


def _is_record(values: dict[str, Any]) -> bool:
    """Return whether an object is a record: it has a text, under one of the names for it."""
    return any(
        isinstance(value, str) and (name == "body" or field_name(name) == "text")
        for name, value in values.items()
    )


def _document(record: Any, part: str) -> Document:  # noqa: ANN401 - any JSON value
    if not isinstance(record, dict):
        raise RecordError(f"the record is not an object: {_FORM}")
    return record_document(dict(record), what="record", place=part, part=part)


JSON: Final = Reader(
    "JSON",
    (".json",),
    read_json,
    matches=lambda head: head.lstrip(b"\xef\xbb\xbf \t\r\n").startswith(b"[{"),
)
