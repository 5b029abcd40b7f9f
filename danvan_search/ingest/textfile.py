"""Text and Markdown files: one article each.

Title, category, date and body come from the front matter of a Markdown file, else from the
heuristics of :mod:`~danvan_search.ingest.head`. The other fields of the front matter are metadata.
"""

import datetime
from typing import Any, Final

from danvan_search.dates import parse_date
from danvan_search.ingest.frontmatter import FrontMatter, read_front_matter
from danvan_search.ingest.head import read_head
from danvan_search.ingest.reader import Document, Documents, Problem, Reader, Source
from danvan_search.ingest.records import EMPTY, Cause

_NO_FRONT_MATTER: Final = FrontMatter({}, 0)


def read_text(source: Source) -> Documents:
    """Yield the document of a text file."""
    yield _document(source.text(), markdown=False)


def read_markdown(source: Source) -> Documents:
    """Yield the document of a Markdown file."""
    yield _document(source.text(), markdown=True)


def _document(text: str, *, markdown: bool) -> Document | Problem:
    front = read_front_matter(text) if markdown else _NO_FRONT_MATTER
    fields = dict(front.fields)
    title = _pop_string(fields, "title")
    category = _pop_string(fields, "category")
    date = _pop_date(fields)
    head = read_head(text[front.end :], title=title, category=category, markdown=markdown)
    if not head.title and not head.body.strip():
        return Problem(EMPTY, cause=Cause.EMPTY)
    categories = (head.category,) if head.category else ()
    return Document(head.body, head.title, date or head.date, categories, metadata=fields)


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


PLAIN_TEXT: Final = Reader("text", (".txt", ".text"), read_text)
MARKDOWN: Final = Reader("Markdown", (".md", ".markdown", ".mdx"), read_markdown)
