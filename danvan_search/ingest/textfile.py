"""Text and Markdown files: one article each.

The id and the source are the file's name. Title, category, date and body are found as
:mod:`~danvan_search.ingest.head` says; the front matter of a Markdown file comes first, and its
other fields go to ``extra``. The text is kept as it is, newlines and control characters included;
only a byte-order mark is dropped.
"""

import codecs
import datetime
from typing import Any, BinaryIO, Final

from danvan_search.article import Article
from danvan_search.errors import ArticleError
from danvan_search.ingest.dates import parse_date
from danvan_search.ingest.frontmatter import FrontMatter, read_front_matter
from danvan_search.ingest.head import read_head
from danvan_search.ingest.records import Loaded, Progress, Record, Records, Skipped, SourceFile

_NO_FRONT_MATTER: Final = FrontMatter({}, 0)


def read_text(file: SourceFile, raw: BinaryIO, max_bytes: int, progress: Progress) -> Records:
    """Yield the article of a ``.txt`` file, or why there is none."""
    yield _read(file, raw, max_bytes, progress, markdown=False)


def read_markdown(file: SourceFile, raw: BinaryIO, max_bytes: int, progress: Progress) -> Records:
    """Yield the article of a ``.md`` file, or why there is none."""
    yield _read(file, raw, max_bytes, progress, markdown=True)


def utf16_reason(head: bytes) -> str | None:
    """Return what to say of a file that begins with these bytes if they are UTF-16's mark."""
    if head.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        return "is UTF-16, not UTF-8: convert it to UTF-8"
    return None


def _read(
    file: SourceFile, raw: BinaryIO, max_bytes: int, progress: Progress, *, markdown: bool
) -> Record:
    origin = str(file.path)
    content = raw.read(max_bytes + 1)
    progress(len(content))
    if len(content) > max_bytes:
        reason = f"is larger than {max_bytes:,} bytes: split it, or raise the limit by --max-size"
        return Skipped(file.name, reason, origin, unreadable=True)
    if utf16 := utf16_reason(content):
        return Skipped(file.name, utf16, origin, unreadable=True)
    try:
        text = content.removeprefix(codecs.BOM_UTF8).decode("utf-8")
    except UnicodeDecodeError as error:
        reason = (
            f"is not UTF-8 (byte 0x{error.object[error.start]:02x} after {error.start:,} good ones)"
            ": convert it to UTF-8"
        )
        return Skipped(file.name, reason, origin, unreadable=True)
    try:
        article = _article(file.name, text, markdown=markdown)
    except ArticleError as error:
        return Skipped(file.name, str(error), origin, unreadable=False)
    if article is None:
        return Skipped(file.name, "is empty", origin, unreadable=False)
    return Loaded(article, origin)


def _article(name: str, text: str, *, markdown: bool) -> Article | None:
    front = read_front_matter(text) if markdown else _NO_FRONT_MATTER
    fields = dict(front.fields)
    title = _take_text(fields, "title")
    category = _take_text(fields, "category")
    date = _take_date(fields)
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


def _take_text(fields: dict[str, Any], key: str) -> str:
    """Remove a field that is text and return it; leave any other value where it is."""
    value = fields.get(key)
    return fields.pop(key).strip() if isinstance(value, str) else ""


def _take_date(fields: dict[str, Any]) -> datetime.date | None:
    """Remove a field ``date`` that gives a day and return it; leave any other where it is."""
    value = fields.get("date")
    if not isinstance(value, str):
        return None
    date = parse_date(value)
    if date or not value.strip():
        del fields["date"]
    return date
