"""Text and Markdown files: one article each.

The id and the source are the name of the file. Title, category, date and body come from the front
matter of a Markdown file, else from the heuristics of :mod:`~danvan_search.ingest.head`. The other
fields of the front matter go to ``extra``. The text is kept as it is, with its newlines and control
characters, except for a byte-order mark.
"""

import codecs
import datetime
from typing import Any, BinaryIO, Final

from danvan_search.article import Article
from danvan_search.dates import parse_date
from danvan_search.errors import ArticleError
from danvan_search.ingest.frontmatter import FrontMatter, read_front_matter
from danvan_search.ingest.head import read_head
from danvan_search.ingest.records import (
    EMPTY,
    Loaded,
    OnBytes,
    Record,
    Records,
    Skipped,
    SourceFile,
)

_PIECE: Final = 1 << 20
_NO_FRONT_MATTER: Final = FrontMatter({}, 0)


def read_text(file: SourceFile, raw: BinaryIO, max_bytes: int, on_bytes: OnBytes) -> Records:
    """Yield the article of a ``.txt`` file, or why it was skipped."""
    yield _read(file, raw, max_bytes, on_bytes, markdown=False)


def read_markdown(file: SourceFile, raw: BinaryIO, max_bytes: int, on_bytes: OnBytes) -> Records:
    """Yield the article of a ``.md`` file, or why it was skipped."""
    yield _read(file, raw, max_bytes, on_bytes, markdown=True)


def utf16_reason(head: bytes) -> str | None:
    """Return why a file is skipped if its first bytes are the byte-order mark of UTF-16."""
    if head.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        return "is UTF-16, not UTF-8: convert it to UTF-8"
    return None


def _read(
    file: SourceFile, raw: BinaryIO, max_bytes: int, on_bytes: OnBytes, *, markdown: bool
) -> Record:
    origin = str(file.path)
    content = _read_up_to(raw, max_bytes + 1)
    on_bytes(len(content))
    if len(content) > max_bytes:
        reason = f"is larger than {max_bytes:,} bytes: split it, or raise the size limit"
        return Skipped(file.name, reason, origin, unreadable=True)
    if utf16 := utf16_reason(content):
        return Skipped(file.name, utf16, origin, unreadable=True)
    try:
        text = content.removeprefix(codecs.BOM_UTF8).decode("utf-8")
    except UnicodeDecodeError as error:
        byte = error.object[error.start]
        reason = (
            f"is not UTF-8 (byte 0x{byte:02x} after {error.start:,} valid bytes): "
            "convert it to UTF-8"
        )
        return Skipped(file.name, reason, origin, unreadable=True)
    try:
        article = _article(file.name, text, markdown=markdown)
    except ArticleError as error:
        return Skipped(file.name, str(error), origin, unreadable=False)
    if article is None:
        return Skipped(file.name, EMPTY, origin, unreadable=False)
    return Loaded(article, origin)


def _read_up_to(raw: BinaryIO, count: int) -> bytes:
    """Read at most ``count`` bytes.

    It reads in pieces, because one read() allocates memory for the whole limit.
    """
    pieces = []
    while count > 0 and (piece := raw.read(min(count, _PIECE))):
        pieces.append(piece)
        count -= len(piece)
    return b"".join(pieces)


def _article(name: str, text: str, *, markdown: bool) -> Article | None:
    front = read_front_matter(text) if markdown else _NO_FRONT_MATTER
    fields = dict(front.fields)
    title = _pop_string(fields, "title")
    category = _pop_string(fields, "category")
    date = _pop_date(fields)
    head = read_head(text[front.end :], title=title, category=category, markdown=markdown)
    if not head.title and not head.body.strip():
        return None
    return Article(
        id=name,
        title=head.title,
        body=head.body,
        date=date or head.date,
        category=head.category,
        source=name,
        extra=fields,
    )


def _pop_string(fields: dict[str, Any], key: str) -> str:
    """Remove a field that is a string and return it; keep a field of another type."""
    value = fields.get(key)
    return fields.pop(key).strip() if isinstance(value, str) else ""


def _pop_date(fields: dict[str, Any]) -> datetime.date | None:
    """Remove a field ``date`` that holds a date and return it; keep another one."""
    value = fields.get("date")
    if not isinstance(value, str):
        return None
    date = parse_date(value)
    if date or not value.strip():
        del fields["date"]
    return date
