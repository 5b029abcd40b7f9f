"""Bytes of a file to text: the one place where the encoding of a file is decided."""

import unicodedata
from dataclasses import dataclass
from typing import Final

from danvan_search.errors import DecodingError
from danvan_search.ingest.problems import ReadError
from danvan_search.ingest.records import Cause
from danvan_search.text import encodings
from danvan_search.text.encodings import WESTERN, marked_encoding

_UTF8: Final = "UTF-8"


@dataclass(frozen=True, slots=True)
class Decoded:
    """Bytes as text.

    :ivar text: the text, without a byte-order mark.
    :ivar encoding: the name of the encoding.
    :ivar notices: what people should know of it; each continues a number of articles.
    """

    text: str
    encoding: str = _UTF8
    notices: tuple[str, ...] = ()


def decode(content: bytes, declared: str = "", *, encoding: str | None = None) -> Decoded:
    """Return the text of a file.

    What the bytes tell beats what the file declares: a page may declare windows-1252 for text in a
    Vietnamese font.

    :param content: all of its bytes.
    :param declared: the encoding that the file declares in its content; "" if it declares none.
    :param encoding: the encoding that the user gave: one of ``ENCODINGS``; None to tell it by the
        bytes.
    :raises ReadError: the encoding is not known.
    """
    try:
        found = encodings.decode(content, encoding)
    except DecodingError as error:
        if (text := _decode_declared(content, declared)) is not None:
            return Decoded(text, declared)
        reason = str(error).removeprefix("it ")
        raise ReadError(reason, Cause.ENCODING) from error
    is_guess = encoding is None and found.encoding == WESTERN
    if is_guess and (text := _decode_declared(content, declared)) is not None:
        return Decoded(text, declared)
    notices = []
    if is_guess:
        notices.append(f"taken for {WESTERN} as a guess: name the encoding if it is another")
    if found.replaced:
        notices.append(f"with bytes that are not {found.encoding}: \ufffd stands in their places")
    return Decoded(found.text, found.encoding, tuple(notices))


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


def wide_reason(head: bytes) -> str | None:
    """Return why a file is skipped if its first bytes are the mark of UTF-16 or UTF-32."""
    marked = marked_encoding(head)
    if marked is None or marked[0] == _UTF8:
        return None
    return f"is {marked[0][:6]}, not UTF-8: convert it to UTF-8"
