"""JSON lines: one article a line, in a file (plain, ``.gz`` or ``.xz``) or from standard input.

A line must have ``id``, and ``text`` or ``body``. It may have ``title``, ``details``, ``date``,
``category`` and ``url`` (or ``source``). Other fields go to ``extra``. A line that is no article is
skipped and reported with its number. At most one line is in memory, of at most ``max_bytes``.
"""

import codecs
import json
import math
from collections.abc import Callable, Iterator
from typing import Any, BinaryIO, Final, NoReturn

from danvan_search.article import MAX_EXTRA_DEPTH, Article, is_deeper
from danvan_search.dates import parse_date
from danvan_search.errors import ArticleError
from danvan_search.ingest.compressed import DAMAGED, open_gzip, open_xz
from danvan_search.ingest.records import (
    EMPTY,
    Loaded,
    OnBytes,
    Record,
    Records,
    Skipped,
    SourceFile,
)
from danvan_search.ingest.textfile import utf16_reason

MAX_DEPTH: Final = MAX_EXTRA_DEPTH
"""The maximum nesting of lists and objects in a line: that of the extra values of an article."""

_CHUNK: Final = 1 << 16
_FORM: Final = 'write {"id": …, "text": …}'
_OPTIONAL: Final = (
    "text",
    "body",
    "title",
    "url",
    "source",
    "category",
    "date",
    "extra",
    "details",
)
"""The fields for which null means that they are missing."""


class _BadLineError(Exception):
    """A line is not an article; the message says why."""


def read_json_lines(file: SourceFile, raw: BinaryIO, max_bytes: int, on_bytes: OnBytes) -> Records:
    """Yield the articles of a ``.jsonl`` file."""
    for record in read_lines(raw, file.name, str(file.path), max_bytes):
        yield record
        on_bytes(raw.tell())


def read_gzip_lines(file: SourceFile, raw: BinaryIO, max_bytes: int, on_bytes: OnBytes) -> Records:
    """Yield the articles of a ``.jsonl.gz`` file."""
    return _read_compressed(file, raw, max_bytes, on_bytes, open_gzip)


def read_xz_lines(file: SourceFile, raw: BinaryIO, max_bytes: int, on_bytes: OnBytes) -> Records:
    """Yield the articles of a ``.jsonl.xz`` file."""
    return _read_compressed(file, raw, max_bytes, on_bytes, open_xz)


def read_lines(stream: BinaryIO, name: str, origin: str, max_bytes: int) -> Records:
    """Yield the articles of a stream of JSON lines, and the lines that are skipped.

    :param stream: a binary stream; it need not be seekable.
    :param name: the name of the stream in messages; a line is named ``name:LINE``.
    :param origin: the path of its file, or ``-``.
    :param max_bytes: the maximum length of a line, in bytes.
    :raises ArticleError: the stream is a text stream.
    """
    number = 0
    is_empty = True
    try:
        for number, line in enumerate(_bounded_lines(stream, max_bytes), start=1):
            if number == 1 and line and (utf16 := utf16_reason(line)):
                yield Skipped(name, utf16, origin, unreadable=True)
                return
            if line is not None and not line.strip():
                continue
            is_empty = False
            yield _record(line, number, name, origin, max_bytes)
    except DAMAGED as error:
        after = f"after line {number:,}" if number else "from its beginning"
        reason = f"is damaged or cut short {after} ({error}): make it again"
        yield Skipped(name, reason, origin, unreadable=True)
        return
    if is_empty:
        yield Skipped(name, EMPTY, origin, unreadable=False)


def _read_compressed(
    file: SourceFile,
    raw: BinaryIO,
    max_bytes: int,
    on_bytes: OnBytes,
    decompress: Callable[[BinaryIO], BinaryIO],
) -> Records:
    if not raw.read(1):  # a compressed file has at least a header, even if it holds no lines
        reason = "has no bytes, so it was cut short: make it again"
        yield Skipped(file.name, reason, str(file.path), unreadable=True)
        return
    raw.seek(0)
    with decompress(raw) as lines:
        for record in read_lines(lines, file.name, str(file.path), max_bytes):
            yield record
            on_bytes(raw.tell())


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


def _record(line: bytes | None, number: int, name: str, origin: str, max_bytes: int) -> Record:
    try:
        if line is None:
            raise _BadLineError(
                f"the line is longer than {max_bytes:,} bytes: raise the size limit"
            )
        return Loaded(_article(_parse(line), name if origin != name else None), origin)
    except (_BadLineError, ArticleError) as error:
        return Skipped(f"{name}:{number}", str(error), origin, unreadable=False)


def _parse(line: bytes) -> dict[str, Any]:
    try:
        values = _DECODER.decode(line.decode("utf-8"))
    except UnicodeDecodeError as error:
        raise _BadLineError("the line is not UTF-8: convert the file to UTF-8") from error
    except json.JSONDecodeError as error:
        raise _BadLineError(
            f"the line is not JSON ({error.msg} at character {error.pos + 1:,}): {_FORM}"
        ) from error
    except ValueError as error:  # int() limits the number of digits
        raise _BadLineError(
            "the line holds a number of too many digits: write it in quotes"
        ) from error
    except RecursionError as error:
        raise _BadLineError(
            f"the line is nested too deeply: the maximum is {MAX_DEPTH} levels"
        ) from error
    if not isinstance(values, dict):
        raise _BadLineError(f"the line is not an object: {_FORM}")
    if is_deeper(values, MAX_DEPTH):
        raise _BadLineError(f"the line is nested too deeply: the maximum is {MAX_DEPTH} levels")
    return values


def _article(values: dict[str, Any], source: str | None) -> Article:
    id_ = _pop_id(values)
    for key in _OPTIONAL:
        if values.get(key, "") is None:
            del values[key]
    has_text = values.get("text", "") != "" or "body" not in values
    body = _pop_string(values, "text" if has_text else "body")
    title = _pop_string(values, "title") or ""
    if body is None:
        raise _BadLineError('the line has no text: give it as "text" or "body"')
    if not body.strip() and not title.strip():
        raise _BadLineError("the text and the title are empty: write one of them")
    url = _pop_string(values, "url" if "url" in values else "source")
    category = _pop_string(values, "category")
    details = values.pop("details") if isinstance(values.get("details"), str) else ""
    date = values.pop("date", None)
    day = parse_date(date) if isinstance(date, str) else None
    given_extra = values.pop("extra") if isinstance(values.get("extra"), dict) else {}
    kept_date = {"date": date} if day is None and date not in (None, "") else {}
    return Article(
        id=id_,
        title=title,
        body=body,
        date=day,
        category=category or None,
        source=url or source,
        extra=given_extra | values | kept_date,
        details=details,
    )


def _pop_id(values: dict[str, Any]) -> str:
    id_ = values.pop("id", None)
    if isinstance(id_, int) and not isinstance(id_, bool):
        return str(id_)
    if id_ is None or (isinstance(id_, str) and not id_.strip()):
        raise _BadLineError('the line has no "id": give each article one of its own')
    if not isinstance(id_, str):
        raise _BadLineError('the "id" is neither a string nor a whole number: write it in quotes')
    return id_


def _pop_string(values: dict[str, Any], key: str) -> str | None:
    value = values.pop(key, None)
    if not isinstance(value, str | None):
        raise _BadLineError(f'the "{key}" is not a string: write it in quotes')
    return value


def _refuse_constant(constant: str) -> NoReturn:
    raise _BadLineError(f"the line holds {constant}, which is not a JSON number: write null")


def _parse_finite(digits: str) -> float:
    number = float(digits)
    if math.isinf(number):
        raise _BadLineError("the line holds a number that is too large: write it in quotes")
    return number


_DECODER: Final = json.JSONDecoder(parse_constant=_refuse_constant, parse_float=_parse_finite)
