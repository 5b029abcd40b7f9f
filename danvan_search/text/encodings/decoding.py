"""Bytes to text: the encoding is told by the bytes, or given.

The tables are imported when bytes need them: most files are UTF-8, and commands start faster.
"""

import re
from dataclasses import dataclass
from typing import Final

from danvan_search.errors import ArgumentTypeError, DecodingError
from danvan_search.text.encodings.names import TWICE, WESTERN, parse_encoding
from danvan_search.text.encodings.utf import (
    is_cut_short,
    is_mostly_utf8,
    marked_encoding,
    twice_sign,
    wide_encoding,
)

_REPLACEMENT: Final = "\ufffd"
_CONTROLS: Final = re.compile(rb"[\x00-\x08\x0e-\x19\x1c-\x1f\x7f]")
_MAX_WESTERN_SHARE: Final = 0.35
"""Text in Latin letters has fewer bytes beyond ASCII; text in others has more."""

_WIDE_CONFIDENCE: Final = 0.9
_GUESS: Final = 0.25


@dataclass(frozen=True, slots=True)
class Decoded:
    """Text that was decoded from bytes.

    :ivar text: the text, without a byte-order mark. It is in NFC if it was converted from a
        Vietnamese encoding; from Unicode it is as written.
    :ivar encoding: the name of the encoding: one of ``ENCODINGS``.
    :ivar confidence: from 0 to 1. It is 1 if the encoding was given, or is certain: valid UTF-8, or
        a byte-order mark. For a Vietnamese encoding it is the share of the words with marks, in a
        sample, that are well-formed syllables, at least 0.75; for UTF-16 and UTF-32 without a mark
        0.9; for UTF-8 with bad bytes, the share of the letters beyond ASCII that are good; for a
        guess (``windows-1252``) 0.25.
    :ivar replaced: how many characters of the text are U+FFFD in place of bytes that are not in
        the encoding.
    """

    text: str
    encoding: str
    confidence: float
    replaced: int = 0


def decode(data: bytes, encoding: str | None = None) -> Decoded:
    """Return the text of bytes in UTF-8, UTF-16, UTF-32 or an older Vietnamese encoding.

    Valid UTF-8 is taken as it is, unless it is VIQR or was encoded twice. TCVN3, VNI, VISCII, VPS
    and windows-1258 are told by the spelling of the syllables, from some 50 characters on; VIQR
    from 200. Other text in Latin letters is taken for windows-1252, as a guess.

    :param data: the bytes of a whole text.
    :param encoding: the name of the encoding, one of ``ENCODINGS`` in any case; None to tell it
        by the bytes. A byte-order mark of another encoding is then text like any other.
    :raises DecodingError: the encoding cannot be told.
    :raises OptionError: there is no encoding of this name.
    :raises ArgumentTypeError: the data are not bytes, or the name is not a string.
    """
    if not isinstance(data, bytes | bytearray | memoryview):
        raise ArgumentTypeError(f"what is decoded is bytes, not {type(data).__name__}")
    data = bytes(data)
    if encoding is not None:
        return _decode_as(data, parse_encoding(encoding), 1)
    marked = marked_encoding(data)
    if marked is not None:
        return _decode_as(data, marked[0], 1)
    try:
        text = data.decode("utf-8")
    except UnicodeDecodeError as error:
        return _decode_other(data, is_cut_short=is_cut_short(error))
    return _decode_utf8(data, text)


def _decode_utf8(data: bytes, text: str) -> Decoded:
    """Return valid UTF-8 as it is, unless it is another encoding that happens to be valid UTF-8."""
    if wide := wide_encoding(data):
        return _decode_as(data, wide, _WIDE_CONFIDENCE)
    if text.isascii():
        from danvan_search.text.encodings.detector import detect_viqr, sample_of

        share = detect_viqr(sample_of(data))
        return Decoded(text, "UTF-8", 1) if share is None else _decode_as(data, "VIQR", share)
    if (sign := twice_sign(data)) >= 0:
        from danvan_search.text.encodings.twice import decode_once

        if once := decode_once(text, len(data[:sign].decode("utf-8"))):
            return Decoded(once[0], TWICE, once[1])
    return Decoded(text, "UTF-8", 1)


def _decode_other(data: bytes, *, is_cut_short: bool) -> Decoded:
    """Return the text of bytes that are not valid UTF-8.

    :param is_cut_short: whether they are valid UTF-8 but for a last letter that is cut short.
    """
    if wide := wide_encoding(data):
        return _decode_as(data, wide, _WIDE_CONFIDENCE)
    from danvan_search.text.encodings.detector import detect_vietnamese, sample_of

    sample = sample_of(data)
    if is_cut_short or is_mostly_utf8(sample):
        return _decode_as(data, "UTF-8", None)
    if detected := detect_vietnamese(sample):
        return _decode_as(data, *detected)
    if _is_western(sample):
        return _decode_as(data, WESTERN, _GUESS)
    raise DecodingError(
        "it is not UTF-8, nor in another encoding that can be told: convert it to UTF-8, or name "
        "its encoding"
    )


def _decode_as(data: bytes, name: str, confidence: float | None) -> Decoded:
    """Return the text of bytes in an encoding.

    :param confidence: None for the share of the letters beyond ASCII that are good.
    """
    marked = marked_encoding(data)
    if marked is not None and name in (marked[0], marked[0].removesuffix("LE").removesuffix("BE")):
        name = marked[0]
        data = data[marked[1] :]
    from danvan_search.text.encodings.decoders import DECODERS

    text = DECODERS[name](data)
    replaced = text.count(_REPLACEMENT)
    if replaced and name == "UTF-8":
        replaced -= data.count(_REPLACEMENT.encode())
    if confidence is None:
        beyond = len(text) - len(text.encode("ascii", "ignore"))
        confidence = 1 - replaced / max(1, beyond)
    return Decoded(text, name, confidence, replaced)


def _is_western(sample: bytes) -> bool:
    beyond = len(sample) - len(sample.decode("ascii", "ignore"))
    return beyond <= _MAX_WESTERN_SHARE * len(sample) and _CONTROLS.search(sample) is None
