"""Plain text: one document a file, its parts found by heuristics."""

import re
import unicodedata
from typing import Final

from danvan_search.ingest.described import describe
from danvan_search.ingest.mending import mend
from danvan_search.ingest.reader import Documents, Reader, Source

_MAX_HEADER_CHARS: Final = 10_000
_NAMES: Final = (
    "From|To|Cc|Bcc|Reply-To|Subject|Date|Sent|Từ|Người gửi|Đến|Người nhận|Chủ đề|Tiêu đề|Ngày"
)
_NAME: Final = re.compile(rf"\s{{0,20}}(?:{_NAMES})", re.IGNORECASE)
_MAX_NAME_CHARS: Final = 80
"""Of the white space and the first name of a header, in any form of normalisation."""

_HEADER_LINE: Final = re.compile(
    rf"({_NAMES})"
    r"[ \t]*:[ \t]*([^\r\n]*)(?:\r\n|\n|\r|\Z)",
    re.IGNORECASE,
)
_FIELDS: Final = {
    "from": "author",
    "từ": "author",
    "người gửi": "author",
    "subject": "title",
    "chủ đề": "title",
    "tiêu đề": "title",
    "date": "date",
    "sent": "date",
    "ngày": "date",
}


def read_text(source: Source) -> Documents:
    """Yield the document of a text file."""
    text = mend(source.text())
    fields = read_mail_header(text)
    yield describe(text, source.file_name, fields=fields, finds_title=not fields)


def read_mail_header(text: str) -> dict[str, str]:
    """Return the fields of the header of a mail that was saved as text; none if there is none.

    A header has a subject, and at least one other line.
    """
    if _NAME.match(unicodedata.normalize("NFC", text[:_MAX_NAME_CHARS])) is None:
        return {}
    text = unicodedata.normalize("NFC", text[:_MAX_HEADER_CHARS])
    fields: dict[str, str] = {}
    lines = 0
    match = _HEADER_LINE.match(text, re.match(r"\s{0,20}", text).end())  # type: ignore[union-attr]
    while match:
        lines += 1
        if field := _FIELDS.get(match[1].lower()):
            fields.setdefault(field, match[2].strip())
        match = _HEADER_LINE.match(text, match.end())
    return fields if lines > 1 and fields.get("title") else {}


PLAIN_TEXT: Final = Reader("text", (".txt", ".text"), read_text)
