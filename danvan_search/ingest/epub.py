"""Books (``.epub``): an article for each file that is read in their order, mostly a chapter.

The table of contents is no text. It names chapters without a heading.
"""

import posixpath
from dataclasses import dataclass, field
from typing import Any, Final
from urllib.parse import unquote

from danvan_search.ingest.archive import Archive
from danvan_search.ingest.described import describe
from danvan_search.ingest.html_file import declared_encoding
from danvan_search.ingest.html_text import read_html
from danvan_search.ingest.ooxml import optional_part
from danvan_search.ingest.problems import ReadError
from danvan_search.ingest.properties import PREFIXES, Properties
from danvan_search.ingest.reader import Document, Documents, Problem, Source
from danvan_search.ingest.records import EMPTY, Cause
from danvan_search.ingest.unpacking import LimitError
from danvan_search.ingest.xml_parser import Attributes, Start, XmlHandlers, attribute, parse_xml

_PAGES: Final = ("application/xhtml+xml", "text/html", "text/x-oeb1-document")
_FONT_METHODS: Final = ("http://www.idpf.org/2008/embedding", "http://ns.adobe.com/pdf/enc#RC")
_HEADING_WITHIN: Final = 500
_DRM: Final = "is locked by its seller: only a copy without this lock can be read"


@dataclass(slots=True)
class _Book:
    """A book as its package file describes it.

    :ivar folder: the folder of the package file, to which its paths are relative.
    :ivar fields: title, author, date and the like.
    :ivar pages: the paths of its pages in their order.
    :ivar contents: the paths of the files with a table of contents.
    :ivar labels: the names of pages in the table of contents.
    """

    folder: str = ""
    fields: dict[str, Any] = field(default_factory=dict)
    pages: list[str] = field(default_factory=list)
    contents: list[str] = field(default_factory=list)
    labels: dict[str, str] = field(default_factory=dict)


def read_epub(source: Source) -> Documents:
    """Yield the documents of a book."""
    archive = source.archive()
    book = _read_book(archive)
    title = str(book.fields.pop("title", ""))
    if title:
        book.fields["book"] = title
    is_empty = True
    for path in book.pages:
        part = posixpath.relpath(path, book.folder or ".")
        source.unpacking.count_parts()
        try:
            content = archive.read(path)
            text = source.decode(content, declared_encoding(content))
        except LimitError:
            raise
        except ReadError as error:
            yield Problem(error.reason, cause=error.cause, part=part, unreadable=True)
            is_empty = False
            continue
        found = _chapter(text, book, path, part, title)
        if isinstance(found, Document):
            is_empty = False
            yield found
    if is_empty:
        yield Problem(EMPTY, cause=Cause.EMPTY)


def _chapter(text: str, book: _Book, path: str, part: str, title: str) -> Document | Problem:
    page = read_html(text)
    if not page.text.strip():
        return Problem(EMPTY, cause=Cause.EMPTY)  # a cover
    label = book.labels.get(path, "")
    heading = page.heading or label or (page.title if page.title != title else "")
    heading = " ".join(heading.split())
    start = page.text.find(heading) if heading else -1
    return describe(
        page.text,
        "",
        fields=book.fields,
        heading=heading or title,
        heading_start=start if start <= _HEADING_WITHIN else -1,
        part=part,
    )


def _read_book(archive: Archive) -> _Book:
    package = _package(archive)
    book = _Book(posixpath.dirname(package))
    properties = Properties()
    items: dict[str, tuple[str, str, str]] = {}
    spine: list[str] = []

    def item(attributes: Attributes) -> None:
        path = _path(book.folder, attribute(attributes, "href"))
        kind, marks = attribute(attributes, "media-type"), attribute(attributes, "properties")
        items[attribute(attributes, "id")] = path, kind, marks

    def item_in_order(attributes: Attributes) -> None:
        spine.append(attribute(attributes, "idref"))

    def reference(attributes: Attributes) -> None:
        if attribute(attributes, "type") == "toc":
            book.contents.append(_path(book.folder, attribute(attributes, "href")))

    handlers = properties.handlers()
    more: dict[str, Start] = {
        "opf:item": item,
        "opf:itemref": item_in_order,
        "opf:reference": reference,
    }
    without = {name.removeprefix("opf"): one for name, one in more.items()}
    starts = {**handlers.starts, **more, **without}
    parse_xml(archive.read(package), XmlHandlers(starts, handlers.ends, handlers.data), PREFIXES)
    book.fields = properties.fields("")
    for name in ("description", "issuer", "category", "created"):  # of the book, not of a chapter
        book.fields.pop(name, None)
    for path, kind, marks in items.values():
        if "nav" in marks.split():
            book.contents.append(path)
            book.labels.update(_nav_labels(archive, path))
        elif kind == "application/x-dtbncx+xml":
            book.labels.update(_ncx_labels(archive, path))
    pages = [items[name] for name in spine if name in items] or list(items.values())
    book.pages = [path for path, kind, _ in pages if kind in _PAGES and path not in book.contents]
    book.pages = list(dict.fromkeys(book.pages))
    if not _locked(archive).isdisjoint(book.pages):
        raise ReadError(_DRM, Cause.LOCKED)
    return book


def _package(archive: Archive) -> str:
    """Return the name of the file that describes the book."""
    found: list[str] = []

    def rootfile(attributes: Attributes) -> None:
        found.append(_path("", attribute(attributes, "full-path")))

    handlers = XmlHandlers({":rootfile": rootfile}, {}, _ignore)
    _parse_optional(archive, "META-INF/container.xml", handlers)
    found += (name for name in archive.names if name.endswith(".opf"))
    package = next((name for name in found if name in archive), "")
    if not package:
        raise ReadError("has no package file, so it is cut short: save it again", Cause.DAMAGED)
    return package


def _ncx_labels(archive: Archive, path: str) -> dict[str, str]:
    """Return the names of pages in a table of contents of EPUB 2."""
    labels: dict[str, str] = {}
    pieces: list[str] = []

    def clear(_: Attributes) -> None:
        pieces.clear()

    def content(attributes: Attributes) -> None:
        page = _path(posixpath.dirname(path), attribute(attributes, "src"))
        labels.setdefault(page, " ".join("".join(pieces).split()))

    starts: dict[str, Start]
    starts = {":navLabel": clear, ":content": content}
    _parse_optional(archive, path, XmlHandlers(starts, {}, pieces.append))
    return labels


def _nav_labels(archive: Archive, path: str) -> dict[str, str]:
    """Return the names of pages in a table of contents of EPUB 3."""
    labels: dict[str, str] = {}
    pieces: list[str] = []
    pages: list[str] = []

    def link(attributes: Attributes) -> None:
        pages.append(_path(posixpath.dirname(path), attribute(attributes, "href")))
        pieces.clear()

    def end() -> None:
        if pages:
            labels.setdefault(pages.pop(), " ".join("".join(pieces).split()))

    _parse_optional(archive, path, XmlHandlers({":a": link}, {":a": end}, pieces.append))
    return labels


def _locked(archive: Archive) -> set[str]:
    """Return the paths of the files that are encrypted; fonts are only made useless elsewhere."""
    found: set[str] = set()
    methods: list[str] = []

    def method(attributes: Attributes) -> None:
        methods.append(attribute(attributes, "Algorithm"))

    def cipher(attributes: Attributes) -> None:
        if not methods or methods[-1] not in _FONT_METHODS:
            found.add(_path("", attribute(attributes, "URI")))

    starts: dict[str, Start]
    starts = {":EncryptionMethod": method, ":CipherReference": cipher}
    _parse_optional(archive, "META-INF/encryption.xml", XmlHandlers(starts, {}, _ignore))
    return found


def _parse_optional(archive: Archive, path: str, handlers: XmlHandlers) -> None:
    try:
        parse_xml(optional_part(archive, path), handlers, {})
    except LimitError:
        raise
    except ReadError:
        return  # the text is more than the names of its parts


def _path(folder: str, reference: str) -> str:
    """Return the path in the archive to which a reference leads."""
    path = unquote(reference.partition("#")[0])
    return posixpath.normpath(posixpath.join(folder, path)).lstrip("/")


def _ignore(_: str) -> None:
    pass
