"""Bytes of a file to text: the one place where the encoding of a file is decided."""

import codecs
import unicodedata
from dataclasses import dataclass

from danvan_search.ingest.problems import ReadError
from danvan_search.ingest.records import Cause


@dataclass(frozen=True, slots=True)
class Decoded:
    """Bytes as text.

    :ivar text: the text, without a byte-order mark.
    :ivar encoding: the name of the encoding.
    :ivar notices: what people should know of it, one sentence each.
    """

    text: str
    encoding: str = "UTF-8"
    notices: tuple[str, ...] = ()


def decode(content: bytes, declared: str = "") -> Decoded:
    """Return the text of a file.

    :param content: all of its bytes.
    :param declared: the encoding that the file declares in its content; "" if it declares none.
    :raises ReadError: the encoding is not known.
    """
    if reason := utf16_reason(content):
        raise ReadError(reason, Cause.ENCODING)
    try:
        return Decoded(content.removeprefix(codecs.BOM_UTF8).decode("utf-8"))
    except UnicodeDecodeError as error:
        if (text := _decode_declared(content, declared)) is not None:
            return Decoded(text, declared)
        byte = error.object[error.start]
        reason = (
            f"is not UTF-8 (byte 0x{byte:02x} after {error.start:,} valid bytes): "
            "convert it to UTF-8"
        )
        raise ReadError(reason, Cause.ENCODING) from error


def _decode_declared(content: bytes, declared: str) -> str | None:
    """Return the text in the encoding that a file declares; None if it is not in it.

    Some encodings write a letter and its tone apart, so the text is composed.
    """
    if not declared:
        return None
    try:
        return unicodedata.normalize("NFC", content.decode(declared))
    except (LookupError, ValueError):  # an unknown encoding, or one that is none of text
        return None


def utf16_reason(head: bytes) -> str | None:
    """Return why a file is skipped if its first bytes are the byte-order mark of UTF-16."""
    if head.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        return "is UTF-16, not UTF-8: convert it to UTF-8"
    return None
