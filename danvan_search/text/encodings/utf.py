"""The Unicode encodings: byte-order marks, UTF-16 and UTF-32 without one, UTF-8 with bad bytes."""

import codecs
import re
from typing import Final

MARKS: Final = (
    (codecs.BOM_UTF8, "UTF-8"),
    (codecs.BOM_UTF32_LE, "UTF-32LE"),  # begins as the mark of UTF-16LE does
    (codecs.BOM_UTF32_BE, "UTF-32BE"),
    (codecs.BOM_UTF16_LE, "UTF-16LE"),
    (codecs.BOM_UTF16_BE, "UTF-16BE"),
)
"""The byte-order marks, and the encodings that they name."""

_FIRST_BYTES: Final = frozenset(mark[:1] for mark, _ in MARKS)

_HEAD_BYTES: Final = 1 << 16
"""UTF-16 and UTF-32 without a mark are told by this many bytes."""

_TWICE_SIGN: Final = "á".encode() + b"\xc2"
"""How áº and á» begin: they begin the letters from ạ to ỹ in text that was encoded twice."""

_MIN_BYTES: Final = 8
_MIN_ZEROS: Final = 0.5
_MAX_OTHER_ZEROS: Final = 0.02

_SEQUENCE: Final = re.compile(
    rb"[\xc2-\xdf][\x80-\xbf]|[\xe0-\xef][\x80-\xbf]{2}|[\xf0-\xf4][\x80-\xbf]{3}"
)
_MIN_SEQUENCES_PER_ERROR: Final = 2


def marked_encoding(data: bytes) -> tuple[str, int] | None:
    """Return the encoding that a byte-order mark names, and the length of the mark; else None."""
    if data[:1] not in _FIRST_BYTES:
        return None
    for mark, name in MARKS:
        # What begins with the mark of UTF-32LE may be UTF-16LE with a zero character.
        if data.startswith(mark) and not (name.startswith("UTF-32") and len(data) % 4):
            return name, len(mark)
    return None


def wide_encoding(data: bytes) -> str | None:
    """Return the name of UTF-16 or UTF-32 without a byte-order mark; None if it is neither.

    In both, the bytes at some places are nearly all zero, and those at others nearly never.
    """
    head = data[:_HEAD_BYTES]
    if len(head) < _MIN_BYTES or b"\0" not in head:
        return None
    for name, step, zero, other in (
        ("UTF-32LE", 4, (2, 3), 0),
        ("UTF-32BE", 4, (0, 1), 3),
        ("UTF-16LE", 2, (1,), 0),
        ("UTF-16BE", 2, (0,), 1),
    ):
        places = len(head) // step
        part = head[: places * step]
        # The upper half of a code point of UTF-32 is zero but for rare letters.
        least = 1 - _MAX_OTHER_ZEROS if step == 4 else _MIN_ZEROS
        if (
            all(part[place::step].count(0) >= least * places for place in zero)
            and part[other::step].count(0) <= _MAX_OTHER_ZEROS * places
        ):
            return name
    return None


def twice_sign(data: bytes) -> int:
    """Return the offset of the first sign that valid UTF-8 was encoded as UTF-8 twice; -1 if none.

    Vietnamese text that was has one in its first bytes.
    """
    return data.find(_TWICE_SIGN, 0, _HEAD_BYTES)


def is_mostly_utf8(sample: bytes) -> bool:
    """Return whether bytes that are not valid UTF-8 are UTF-8 with some bad bytes.

    Letters of other encodings make up a valid sequence of UTF-8 now and then only.
    """
    sequences, rest = _SEQUENCE.subn(b"", sample)[1], _SEQUENCE.sub(b"", sample)
    errors = len(rest) - len(rest.decode("ascii", "ignore"))
    return sequences >= max(1, _MIN_SEQUENCES_PER_ERROR * errors)


def is_cut_short(error: UnicodeDecodeError) -> bool:
    """Return whether bytes are UTF-8 but for the last letter, which is cut short.

    A single byte at the end of ASCII text may be a letter of another encoding.
    """
    if error.reason != "unexpected end of data" or error.end != len(error.object):
        return False
    return error.end - error.start > 1 or not error.object[: error.start].isascii()
