"""Word documents (``.docx``): their text, with what is deleted, hidden or repeated left out."""

from typing import Final

from danvan_search.ingest.docx_body import Body
from danvan_search.ingest.docx_styles import Styles
from danvan_search.ingest.flow import describe_flow
from danvan_search.ingest.ooxml import (
    NO_TEXT,
    core_fields,
    main_part,
    optional_part,
    related,
)
from danvan_search.ingest.problems import ReadError
from danvan_search.ingest.reader import Documents, Source
from danvan_search.ingest.records import Cause
from danvan_search.ingest.unpacking import LimitError

_NOTES: Final = (("footnotes", "w:footnote"), ("endnotes", "w:endnote"))


def read_docx(source: Source) -> Documents:
    """Yield the document of a Word file."""
    archive = source.archive()
    main = main_part(archive, "word/document.xml")
    content = archive.read(main)
    styles_part = related(archive, main, "styles") or "word/styles.xml"
    try:
        styles = Styles(optional_part(archive, styles_part))
    except LimitError:
        raise
    except ReadError:
        styles = Styles(b"<none/>")  # the text is more than its looks
    body = Body(styles, source.max_bytes)
    body.parse(content)
    if body.has_open_contents:  # a field without its end would hide all that follows
        body = Body(styles, source.max_bytes, shows_fields=True)
        body.parse(content)
    notices = []
    for kind, element in _NOTES:
        part = related(archive, main, kind)
        try:
            if part:
                body.parse(archive.read(part), note=element)
        except LimitError:
            raise
        except ReadError:
            notices.append(f"without its {kind}, which cannot be read")
    found = body.flow.finish()
    fields = core_fields(archive, source.file_name, found.encoding)
    if not found.text.strip() and any("/media/" in name for name in archive.names):
        raise ReadError(NO_TEXT, Cause.SCANNED)
    yield describe_flow(found, source, fields, notices)
