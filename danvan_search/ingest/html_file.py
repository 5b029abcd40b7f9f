"""HTML: the text of a page, and what the page says of itself."""

import re
from collections.abc import Iterator
from typing import Any, Final

from danvan_search.dates import parse_date
from danvan_search.ingest.described import describe
from danvan_search.ingest.fields import RecordError, strings_of, unique
from danvan_search.ingest.html_text import HtmlText, read_html
from danvan_search.ingest.json_values import parse_json
from danvan_search.ingest.reader import Documents, Reader, Source

_CHARSET: Final = re.compile(
    rb"<meta[^>]{0,200}?charset\s*=\s*[\"']?([\w-]{2,30})|<\?xml[^>]{0,100}encoding=[\"']([\w-]{2,30})",
    re.IGNORECASE,
)
_START: Final = re.compile(
    rb"(?:\xef\xbb\xbf)?\s*(?:<\?xml[^>]{0,200}>\s*)?(?:<!--.{0,2000}?-->\s*){0,5}"
    rb"<(?:!doctype\s+html|html[\s>])",
    re.IGNORECASE | re.DOTALL,
)
_ARTICLE_TYPES: Final = re.compile("Article|BlogPosting|Report|WebPage|Book|CreativeWork")
_META_FIELDS: Final = {
    "title": ("citation_title", "dc.title", "dcterms.title", "og:title", "twitter:title"),
    "date": (
        "article:published_time", "datepublished", "pubdate", "citation_publication_date",
        "dc.date", "dcterms.date", "dcterms.created", "dc.date.issued", "date", "publishdate",
        "publish_date", "published_time", "og:article:published_time",
    ),
    "author": ("article:author", "author", "citation_author", "dc.creator", "dcterms.creator"),
    "category": ("article:section", "section", "category"),
    "tags": ("article:tag", "keywords", "news_keywords"),
    "description": ("description", "og:description", "dc.description"),
    "url": ("og:url",),
}  # fmt: skip
_TITLE_WITHIN: Final = 500
"""How far from its start the title of a page stands in its text, in characters."""

_SEVERAL: Final = ("author", "category", "tags")


def read_html_file(source: Source) -> Documents:
    """Yield the document of a page."""
    content = source.content()
    yield from read_page(source.decode(content, declared_encoding(content)), source)


def declared_encoding(content: bytes) -> str:
    """Return the encoding that a page declares; "" if it declares none."""
    charset = _CHARSET.search(content[:4096])
    return (charset[1] or charset[2]).decode("ascii") if charset else ""


def read_page(text: str, source: Source, url: str = "") -> Documents:
    """Yield the document of the text of a page.

    :param url: the address under which the page was saved; "" if it is not known.
    """
    page = read_html(text)
    fields = page_fields(page)
    if url:
        fields.setdefault("url", url)
    heading = fields.pop("title", "") or page.heading or page.title
    start = page.text.find(heading)
    yield describe(
        page.text,
        source.file_name,
        fields=fields,
        heading=heading,
        heading_start=start if start < _TITLE_WITHIN else -1,
    )


def page_fields(page: HtmlText) -> dict[str, Any]:
    """Return what a page says of itself: in JSON-LD, or else in its meta elements."""
    fields: dict[str, Any] = {}
    for article in _linked_data(page.scripts):
        for name, value in article.items():
            fields.setdefault(name, value)
    for field, names in _META_FIELDS.items():
        values = [value for name in names for key, value in page.metas if key == name and value]
        if field == "author":
            values = [value for value in values if not value.startswith(("http:", "https:"))]
        if field == "date":
            values = [value for value in values if parse_date(value)]
        if field == "tags":
            values = [one.strip() for value in values for one in value.split(",") if one.strip()]
        if values and field not in fields:
            fields[field] = list(unique(values)) if field in _SEVERAL else values[0]
    if page.canonical.startswith(("http:", "https:")):
        fields["url"] = page.canonical
    if "date" not in fields and (times := [one for one in page.times if parse_date(one)]):
        fields["date"] = times[0]
    authors = fields.get("author")
    if isinstance(authors, list) and len(authors) == 1:
        fields["author"] = authors[0]
    return fields


def _linked_data(scripts: list[str]) -> Iterator[dict[str, Any]]:
    """Yield the fields of each article in JSON-LD."""
    for script in scripts:
        try:
            value = parse_json(script.strip(), "script", "")
        except RecordError:
            continue
        todo = [value]
        while todo:
            one = todo.pop(0)
            if isinstance(one, list):
                todo += one
            elif isinstance(one, dict):
                if isinstance(one.get("@graph"), list):
                    todo += one["@graph"]
                kinds = one.get("@type")
                kinds = kinds if isinstance(kinds, list) else [kinds]
                if any(isinstance(kind, str) and _ARTICLE_TYPES.search(kind) for kind in kinds):
                    yield dict(_article_fields(one))


def _article_fields(values: dict[str, Any]) -> Iterator[tuple[str, Any]]:
    for field, keys in (
        ("title", ("headline",)),
        ("date", ("datePublished", "dateCreated")),
        ("description", ("description",)),
        ("url", ("url", "mainEntityOfPage")),
    ):
        for key in keys:
            value = values.get(key)
            if isinstance(value, dict):
                value = value.get("@id")
            if isinstance(value, str) and value.strip() and (field != "date" or parse_date(value)):
                yield field, value.strip()
                break
    authors = values.get("author")
    names = [
        one.get("name") if isinstance(one, dict) else one
        for one in (authors if isinstance(authors, list) else [authors])
    ]
    if names := [one.strip() for one in names if isinstance(one, str) and one.strip()]:
        yield "author", names
    for field, key in (("category", "articleSection"), ("tags", "keywords")):
        value = values.get(key)
        if kept := strings_of(value.split(",") if isinstance(value, str) else value):
            yield field, kept


HTML: Final = Reader(
    "HTML",
    (".html", ".htm", ".xhtml"),
    read_html_file,
    matches=lambda head: _START.match(head.replace(b"\0", b"")) is not None,
)
