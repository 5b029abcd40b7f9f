"""The headers of a mail: encoded words, names of people, dates."""

import binascii
import datetime
import re
import unicodedata
from collections.abc import Callable
from email.errors import MessageError
from email.message import Message
from email.utils import parseaddr, parsedate_to_datetime
from typing import Any, Final

from danvan_search.text.surrogates import without_surrogates

_MAX_CHARS: Final = 10_000
_ENCODED_WORD: Final = re.compile(r"=\?([^?\s*]{1,40})(?:\*[^?\s]{0,20})?\?([bqBQ])\?([^?]*)\?=")
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
    """Return a value of a header with its encoded words decoded.

    Words of the same encoding that stand side by side are joined first: senders part letters.
    """
    raw = str(value or "")[:_MAX_CHARS]
    parts: list[tuple[bytes, str]] = []
    end = 0
    for word in _ENCODED_WORD.finditer(raw):
        between, end = raw[end : word.start()], word.end()
        if between.strip() or not parts:
            parts.append((between.encode("utf-8", "surrogateescape"), ""))
        content, charset = _content(word), word[1].lower()
        if parts[-1][1] == charset:
            parts[-1] = (parts[-1][0] + content, charset)
        else:
            parts.append((content, charset))
    parts.append((raw[end:].encode("utf-8", "surrogateescape"), ""))
    text = "".join(_text(content, charset, decode) for content, charset in parts)
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
    return without_surrogates(value)


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


def _content(word: re.Match[str]) -> bytes:
    """Return the bytes of an encoded word; the word itself if it is none."""
    try:
        if word[2] in "bB":
            return binascii.a2b_base64(word[3] + "===")
        return binascii.a2b_qp(word[3], header=True)
    except ValueError:
        return word[0].encode("utf-8", "surrogateescape")


def _text(content: bytes, declared: str, decode: Decode) -> str:
    if content.isascii() and not declared:
        return content.decode("ascii")
    if declared:
        try:
            return content.decode(declared)
        except (LookupError, ValueError):
            pass
    return decode(content)
