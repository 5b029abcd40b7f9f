"""MHTML: a page that a browser saved as a mail. Its first part of HTML is read."""

import re
from typing import Final

from danvan_search.ingest.html_file import read_page
from danvan_search.ingest.problems import ReadError
from danvan_search.ingest.reader import Documents, Reader, Source
from danvan_search.ingest.records import Cause

_START: Final = re.compile(
    rb"(?:[\w-]+:[^\n]*\n(?:[ \t][^\n]*\n)*){0,30}?MIME-Version:", re.IGNORECASE
)
_RELATED: Final = re.compile(rb"^content-type:\s*multipart/related", re.IGNORECASE | re.MULTILINE)


def read_mhtml(source: Source) -> Documents:
    """Yield the document of a saved page."""
    import email.policy  # slow to import, and few folders have saved pages

    message = email.message_from_bytes(source.content(), policy=email.policy.default)
    for part in message.walk():
        if part.get_content_type() in ("text/html", "application/xhtml+xml"):
            payload = part.get_payload(decode=True)
            content = payload if isinstance(payload, bytes) else b""
            url = part.get("Content-Location") or message.get("Snapshot-Content-Location") or ""
            text = source.decode(content, part.get_content_charset() or "")
            yield from read_page(text, source, str(url) if str(url).startswith("http") else "")
            return
    raise ReadError("holds no page of HTML: save the page again", Cause.MALFORMED)


MHTML: Final = Reader(
    "MHTML",
    (".mhtml", ".mht"),
    read_mhtml,
    matches=lambda head: bool(_START.match(head) and _RELATED.search(head)),
)
