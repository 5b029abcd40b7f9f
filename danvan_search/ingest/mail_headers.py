"""The headers of a mail: encoded words, names of people, dates."""

import datetime
import re
import unicodedata
from collections.abc import Callable
from email.errors import MessageError
from email.header import decode_header
from email.message import Message
from email.utils import parseaddr, parsedate_to_datetime
from typing import Any, Final

_MAX_CHARS: Final = 10_000
_ERRORS: Final = (
    *(ValueError, LookupError, TypeError, MessageError, AttributeError, OverflowError),
    RecursionError,
)
"""What the standard library raises on headers that are none."""

Decode = Callable[[bytes], str]
"""Returns the text of bytes whose encoding is not declared."""


def header(message: Message, name: str, decode: Decode) -> str:
    """Return the value of a header as text in NFC, in one line; "" if there is none."""
    return decoded(_raw(message, name), decode)


def decoded(value: Any, decode: Decode) -> str:  # noqa: ANN401 - what a parser returns
    """Return a value of a header with its encoded words decoded."""
    raw = str(value or "")[:_MAX_CHARS]
    try:
        parts = decode_header(raw)
    except _ERRORS:
        parts = [(raw, None)]
    text = "".join(_part(part, charset, decode) for part, charset in parts)
    return unicodedata.normalize("NFC", " ".join(text.split()))


def author(message: Message, decode: Decode) -> str:
    """Return the name of the sender, or else the address; "" if there is none."""
    raw = _raw(message, "From")[:_MAX_CHARS]
    try:
        name, address = parseaddr(raw)
    except _ERRORS:
        return decoded(raw, decode)
    return decoded(name, decode).strip("\"' ") or decoded(address, decode)


def date(message: Message) -> datetime.date | None:
    """Return the day of a mail in the time zone of its sender; None if it is not known."""
    try:
        found = parsedate_to_datetime(_raw(message, "Date")[:_MAX_CHARS])
    except (*_ERRORS, IndexError):
        return None
    return found.date() if 1900 <= found.year <= 2100 else None


def message_id(message: Message) -> str:
    """Return the id that a mail gives itself, with its angle brackets; "" if it has none."""
    value = re.sub(r"\s+", "", _raw(message, "Message-ID")[:500])
    return value.encode("utf-8", "replace").decode("utf-8")


def file_name(part: Message, decode: Decode) -> str:
    """Return the name of the file that a part of a mail is, without folders; "" for none."""
    try:
        name = part.get_filename() or ""
    except _ERRORS:
        return ""
    return decoded(name, decode).replace("\\", "/").rpartition("/")[2]


def charset(part: Message) -> str:
    """Return the encoding that a part of a mail declares; "" if it declares none."""
    try:
        return part.get_content_charset() or ""
    except _ERRORS:
        return ""


def _raw(message: Message, name: str) -> str:
    """Return a header as written, with the bytes that are not ASCII as surrogates."""
    wanted = name.lower()
    return next((str(value) for key, value in message.raw_items() if key.lower() == wanted), "")


def _part(part: str | bytes, declared: str | None, decode: Decode) -> str:
    raw = part.encode("utf-8", "surrogateescape") if isinstance(part, str) else part
    if isinstance(part, str) and not _has_bytes(part):
        return part
    if declared and declared != "unknown-8bit":
        try:
            return raw.decode(declared)
        except (LookupError, ValueError):
            pass
    return decode(raw)


def _has_bytes(text: str) -> bool:
    """Return whether a text holds bytes that are not ASCII, as the parser keeps them."""
    return any("\udc80" <= character <= "\udcff" for character in text)
