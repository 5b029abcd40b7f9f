"""Mails (``.eml``): the text once, and each attachment of a kind that is read."""

import email
import re
from collections import Counter
from collections.abc import Iterator
from email.message import Message
from typing import Any, Final

from danvan_search.errors import DecodingError
from danvan_search.ingest import mail_headers
from danvan_search.ingest.described import describe
from danvan_search.ingest.html_text import html_to_text
from danvan_search.ingest.part_names import unused_name
from danvan_search.ingest.parts import is_known, read_part
from danvan_search.ingest.problems import ReadError
from danvan_search.ingest.reader import Document, Documents, Problem, Reader, Source
from danvan_search.ingest.records import EMPTY, Cause
from danvan_search.ingest.unpacking import MAX_PARTS, check_depth
from danvan_search.text import encodings

MAX_MAIL_BYTES: Final = 100_000_000
"""The maximum size of a mail with all that is attached to it, in bytes."""

_BOUNDARY: Final = re.compile(rb"boundary\s*=\s*(?:\"([^\"\r\n]{1,200})\"|([^\s;\"]{1,200}))", re.I)
_BORDER: Final = re.compile(rb"^--([^\r\n]{1,200}?)(?:--)?[ \t]*\r?$", re.MULTILINE)
_HEADER: Final = re.compile(rb"(?:[\w-]{1,80}:[^\n]*\n(?:[ \t][^\n]*\n)*)+")
_SENT: Final = re.compile(
    rb"^(?:message-id|received|return-path|delivered-to|mime-version|dkim-signature):",
    re.IGNORECASE | re.MULTILINE,
)
_CONTENT_HEADER: Final = re.compile(
    rb"^content-(?:type|disposition):[^\n]*(?:\n[ \t][^\n]*)*", re.IGNORECASE | re.MULTILINE
)
_MAX_HEADER_BYTES: Final = 20_000
_FROM: Final = re.compile(rb"^from:", re.IGNORECASE | re.MULTILINE)
_SAVED_PAGE: Final = re.compile(rb"^(?:from:[^\n]*saved by|snapshot-content-)", re.I | re.MULTILINE)
_ERRORS: Final = (ValueError, LookupError, TypeError, AttributeError, AssertionError)
"""What the standard library raises on mails that are none."""

_OFFICE: Final = "application/vnd.openxmlformats-officedocument"
_SUFFIXES: Final = {
    "application/pdf": ".pdf",
    "application/msword": ".doc",
    "application/rtf": ".rtf",
    "application/zip": ".zip",
    "application/epub+zip": ".epub",
    "application/vnd.oasis.opendocument.text": ".odt",
    f"{_OFFICE}.wordprocessingml.document": ".docx",
    f"{_OFFICE}.presentationml.presentation": ".pptx",
    f"{_OFFICE}.spreadsheetml.sheet": ".xlsx",
}
"""The suffixes of attachments without a name, by their types."""

_STUB_CHARS: Final = 200
_MUCH_LONGER: Final = 3
"""A plain text of less characters gives way to a form that has so many times as many."""


def read_mail(source: Source) -> Documents:
    """Yield the document of a mail, and those of what is attached to it."""
    check_depth(source.depth)
    content = source.all_bytes(MAX_MAIL_BYTES)
    _check_parts(content)
    try:
        message = email.message_from_bytes(content)
    except _ERRORS as error:
        reason = f"is no mail that can be read ({error}): save it again"
        raise ReadError(reason, Cause.MALFORMED) from error
    mail = _Mail(source)
    texts = mail.texts_of(message)
    yield _document(message, "\n\n".join(texts), mail, source)
    used: Counter[str] = Counter()
    for name, attached in mail.attached:
        name = unused_name(name, used)
        if not is_known(name):
            yield Problem("is no kind of file that is read", cause=Cause.OTHER_KIND, part=name)
        else:
            yield from read_part(source, name, attached)


def _document(message: Message, text: str, mail: "_Mail", source: Source) -> Document | Problem:
    fields: dict[str, Any] = {}
    subject = mail_headers.header(message, "Subject", mail.decode_header)
    if author := mail_headers.author(message, mail.decode_header):
        fields["author"] = author
    notices = (*source.take_notices(), *mail.notices)
    if mail.is_encrypted:
        notices = (*notices, "encrypted: only their headers can be read")
    date = mail_headers.date(message)
    if subject:
        return Document(text, subject, date, metadata=fields, notices=notices)
    if not text.strip():
        return Problem(EMPTY, cause=Cause.EMPTY)
    return describe(text, "", fields=fields, finds_title=True, notices=notices, made=date)


class _Mail:
    """Collects the parts of a mail.

    :ivar attached: the name and the content of each file.
    :ivar is_encrypted: whether a part is encrypted.
    :ivar notices: what people should know of the text.
    """

    def __init__(self, source: Source) -> None:
        self.attached: list[tuple[str, bytes]] = []
        self.is_encrypted = False
        self.notices: list[str] = []
        self._source = source

    def texts_of(self, part: Message, *, wants_text: bool = True) -> list[str]:
        """Return the texts of a part and of those in it, and collect the files among them.

        :param wants_text: False to collect the files only.
        """
        self._source.unpacking.count_parts()
        kind = part.get_content_type()
        name = mail_headers.file_name(part, self.decode_header)
        payload = part.get_payload() if part.is_multipart() else None
        if kind == "message/rfc822" and isinstance(payload, list) and payload:
            self._attach_mail(name, payload[0])
        elif isinstance(payload, list):
            self.is_encrypted = self.is_encrypted or kind == "multipart/encrypted"
            parts = [one for one in payload if isinstance(one, Message)]
            if kind == "multipart/alternative" and wants_text:
                return self._best_of(parts)
            texts = (self.texts_of(one, wants_text=wants_text) for one in parts)
            return [text for one in texts for text in one]
        elif name or part.get_content_disposition() == "attachment":
            self._attach(name or _usual_name(kind, len(self.attached)), _bytes_of(part))
        elif kind in ("text/plain", "text/html"):
            return list(self._text(part, kind)) if wants_text else []
        elif kind in ("application/pkcs7-mime", "application/x-pkcs7-mime"):
            self.is_encrypted = True
        elif usual := _usual_name(kind, len(self.attached)):
            self._attach(usual, _bytes_of(part))
        return []

    def _best_of(self, forms: list[Message]) -> list[str]:
        """Return the text of one of several forms of a mail: the plain one, unless it is a stub."""
        best: list[str] = []
        for form in sorted(forms, key=lambda one: one.get_content_type() != "text/plain"):
            chars = sum(map(len, best))
            is_enough = chars >= _STUB_CHARS
            texts = self.texts_of(form, wants_text=not is_enough)
            if sum(map(len, texts)) > _MUCH_LONGER * chars:
                best = texts
        return best

    def decode_header(self, raw: bytes) -> str:
        """Return bytes of a header that do not say their encoding."""
        try:
            return raw.decode("utf-8")
        except UnicodeDecodeError:
            pass
        known = self._source.encoding or self._source.found_encoding
        try:
            return encodings.decode(raw, None if known == "UTF-8" else known).text
        except DecodingError:
            return raw.decode("latin-1")

    def _text(self, part: Message, kind: str) -> Iterator[str]:
        content = _bytes_of(part)
        if content.strip():
            declared = mail_headers.charset(part)
            try:
                text = self._source.decode(content, declared)
            except ReadError:  # the rest of a mail is worth more than some letters
                text = content.decode("utf-8", "replace")
                self.notices.append(
                    "with bytes of no known encoding: \ufffd stands in their places"
                )
            text = html_to_text(text) if kind == "text/html" else text
            yield text.replace("\r\n", "\n").strip("\n")

    def _attach(self, name: str, content: bytes) -> None:
        if name:
            self._source.unpacking.count_bytes(len(content))
            self.attached.append((name, content))

    def _attach_mail(self, name: str, message: Any) -> None:  # noqa: ANN401 - of a parser
        try:
            content = message.as_bytes()
            subject = mail_headers.header(message, "Subject", self.decode_header)
        except (*_ERRORS, UnicodeError):
            return
        subject = subject.replace("/", "-")[:100]
        if not name.lower().endswith(".eml"):
            name = f"{name or subject or 'mail'}.eml"
        self._attach(name, content)


def _bytes_of(part: Message) -> bytes:
    try:
        payload = part.get_payload(decode=True)
    except _ERRORS:
        return b""
    return payload if isinstance(payload, bytes) else b""


def _usual_name(kind: str, number: int) -> str:
    """Return a name for a file that has none; "" for pictures and the like."""
    suffix = _SUFFIXES.get(kind)
    return f"attachment-{number + 1}{suffix}" if suffix else ""


def _check_parts(content: bytes) -> None:
    """Refuse a mail with too many parts, or a header that takes too long, before it is parsed."""
    if any(len(one[0]) > _MAX_HEADER_BYTES for one in _CONTENT_HEADER.finditer(content)):
        raise ReadError("is a mail with a header that is too long", Cause.REFUSED)
    boundaries = {(one[1] or one[2]).strip() for one in _BOUNDARY.finditer(content)}
    if not boundaries:
        return
    count = 0
    for border in _BORDER.finditer(content):
        count += border[1] in boundaries
        if count > MAX_PARTS:
            reason = f"is a mail with more than {MAX_PARTS:,} parts: save what you need of it"
            raise ReadError(reason, Cause.TOO_LARGE)


def is_mail(head: bytes) -> bool:
    """Return whether a file begins with the header of a mail that was sent, not of a saved page."""
    match = _HEADER.match(head)
    if match is None:
        return False
    lines = match[0]
    return bool(_SENT.search(lines) and _FROM.search(lines) and not _SAVED_PAGE.search(lines))


MAIL: Final = Reader("mail", (".eml",), read_mail, matches=is_mail)
