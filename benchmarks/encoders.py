"""Encodes Vietnamese text in the older encodings: the inverse of ``danvan_search.text.encodings``.

Only measurements and tests need it. Characters that an encoding lacks become ``?``, typographic
quotes and dashes plain ones, and the capitals that TCVN3 lacks small letters.
"""

import re
import unicodedata
from collections.abc import Callable, Mapping
from typing import Final

from danvan_search.text.alphabet import MARKED_LETTERS, TONES
from danvan_search.text.encodings.single_byte import (
    TCVN3,
    VISCII,
    VPS,
    WINDOWS_1252,
    WINDOWS_1258,
)
from danvan_search.text.encodings.vni import VNI

_PLAIN: Final = str.maketrans(
    {"“": '"', "”": '"', "‘": "'", "’": "'", "–": "-", "—": "-", "…": "...", "\xa0": " ", "•": "-"}
)
_VIQR: Final = {
    "\u0302": "^",
    "\u0306": "(",
    "\u031b": "+",
    "\u0300": "`",
    "\u0301": "'",
    "\u0303": "~",
    "\u0309": "?",
    "\u0323": ".",
}
_VOWEL: Final = re.compile(r"[aeiouy][\^(+]?$", re.IGNORECASE)


def plain(text: str) -> str:
    """Return a text in NFC with the characters that the older encodings have."""
    return unicodedata.normalize("NFC", text).translate(_PLAIN)


def _bytes_of(table: str) -> dict[str, int]:
    return {letter: byte for byte, letter in reversed(list(enumerate(table)))}


def _with_table(table: str, lacking: str = "") -> Callable[[str], bytes]:
    """Return the encoder of a table.

    :param lacking: capitals that are written as small letters.
    """
    known = _bytes_of(table)
    known.update({letter: known[letter.lower()] for letter in lacking})

    def encode(text: str) -> bytes:
        return bytes(known.get(one, 0x3F) for one in plain(text))

    return encode


def _encode_vni(text: str) -> bytes:
    written: dict[str, str] = {}
    for one, letter in VNI.items():
        written.setdefault(letter, one)
    known = _bytes_of(WINDOWS_1252)
    letters = "".join(written.get(one, one) for one in plain(text))
    return bytes(known.get(one, 0x3F) for one in letters)


def _encode_windows_1258(text: str) -> bytes:
    known = _bytes_of(WINDOWS_1258)
    out = bytearray()
    for one in plain(text):
        if one in known:
            out.append(known[one])
            continue
        parts = unicodedata.normalize("NFD", one)
        tones = [mark for mark in parts if mark in TONES]
        base = unicodedata.normalize("NFC", "".join(mark for mark in parts if mark not in TONES))
        out += bytes(known.get(part, 0x3F) for part in (base, *tones))
    return bytes(out)


def _encode_viqr(text: str) -> bytes:
    out: list[str] = []
    for one in plain(text):
        if one in "đĐ":
            out.append("dd" if one == "đ" else "DD")
        elif one in ".?'`~" and out and _VOWEL.search(out[-1]):
            out.append("\\" + one)
        else:
            parts = unicodedata.normalize("NFD", one)
            # The quality before the tone, which Unicode has the other way round if it is below.
            marks = sorted(parts[1:], key=lambda mark: mark in TONES)
            out.append(parts[0] + "".join(_VIQR.get(mark, mark) for mark in marks))
    return "".join(out).encode("ascii", "replace")


def _encode_twice(text: str) -> bytes:
    return "".join(WINDOWS_1252[byte] for byte in text.encode()).encode()


ENCODERS: Final[Mapping[str, Callable[[str], bytes]]] = {
    "TCVN3": _with_table(TCVN3, "".join({*MARKED_LETTERS} - {*"ăâêôơưđ"}).upper()),
    "VNI": _encode_vni,
    "VISCII": _with_table(VISCII),
    "VPS": _with_table(VPS),
    "windows-1258": _encode_windows_1258,
    "VIQR": _encode_viqr,
    "UTF-8 twice": _encode_twice,
}
"""The encoder of each encoding, by its name in ``ENCODINGS``."""
