"""Encodings with one byte per letter: TCVN3, VISCII, VPS and windows-1258.

A table is a string of 256 characters, one for each byte. It is made of runs of letters, each with
the byte of its first letter, over windows-1252 or Latin-1.

Sources of the tables:

- **TCVN3** (ABC): the Vietnamese standard TCVN 5712:1993, VN3, which has marked capitals of the
  letters Ă Â Ê Ô Ơ Ư Đ only; its letters are those of ``TCVN5712-1`` in glibc. Bytes without a
  letter are those of windows-1252, on which its fonts are built. ư is byte 0xAD, which is the
  soft hyphen of Latin-1: nothing may remove that character before the encoding is known.
- **VISCII**: RFC 1456, equal to ``VISCII`` in glibc.
- **VPS**: ``x-viet-vps`` of Mozilla and of Perl's Encode.
- **windows-1258**: ``cp1258`` of Python. Its tones are combining letters after the vowel.
"""

import codecs
import re
import unicodedata
from collections.abc import Mapping
from typing import Final

_TCVN3_RUNS: Final = {
    0xA1: "ĂÂÊÔƠƯĐăâêôơưđ",
    0xB5: "àảãáạ",
    0xBB: "ằẳẵắ",
    0xC6: "ặầẩẫấậè",
    0xCE: "ẻẽéẹềểễếệìỉ",
    0xDC: "ĩíịò",
    0xE1: "ỏõóọồổỗốộờởỡớợù",
    0xF1: "ủũúụừửữứựỳỷỹýỵ",
}

_VISCII_RUNS: Final = {
    0x02: "Ẳ",
    0x05: "ẴẪ",
    0x14: "Ỷ",
    0x19: "Ỹ",
    0x1E: "Ỵ",
    0x80: "ẠẮẰẶẤẦẨẬẼẸẾỀỂỄỆỐỒỔỖỘỢỚỜỞỊỎỌỈỦŨỤỲÕắằặấầẩậẽẹếềểễệốồổỗỠƠộờởịỰỨỪỬơớƯ",
    0xC0: "ÀÁÂÃẢĂẳẵÈÉÊẺÌÍĨỳĐứÒÓÔạỷừửÙÚỹỵÝỡưàáâãảăữẫèéêẻìíĩỉđựòóôõỏọụùúũủýợỮ",
}

_VPS_RUNS: Final = {
    0x02: "ẠẬẶẸỆ",
    0x10: "ỊỌỘỢỤỰ",
    0x19: "Ỵ",
    0x1C: "ẪỮ",
    0x80: "ÀẢÃẤẦẨọỗĂếềểệẮẰẲẾ‘’ỀỂỄỐỒỔỖýỷỵỚỜỞ",
    0xA1: "ắằẳẵặỠớÙờởỡŨỨợỪổỬỲỸÍÌộỈĨÓửữÒỎÕự",
    0xC0: "ầÁÂấẩẫậđẻÉÊẹỉễịỹƯỦồốÔỏơÈừứÚũưÝẺßàáâãảạăçèéêẽìíîĩẴĐòóôõöƠụùúủüỶẼỳ",
}


def _table(base: str, runs: Mapping[int, str]) -> str:
    letters = list(_code_page(base))
    for first, run in runs.items():
        letters[first : first + len(run)] = run
    return "".join(letters)


def _code_page(name: str) -> str:
    """Return the characters of all bytes; a byte without one is the control character of Latin-1.

    :param name: a single-byte codec of Python.
    """
    bytes_ = bytes(range(256))
    given = bytes_.decode(name, "replace")
    return "".join(
        chr(byte) if letter == "\ufffd" else letter
        for byte, letter in zip(bytes_, given, strict=True)
    )


TCVN3: Final = _table("cp1252", _TCVN3_RUNS)
"""The character of each byte in TCVN3."""

VISCII: Final = _table("latin-1", _VISCII_RUNS)
"""The character of each byte in VISCII."""

VPS: Final = _table("latin-1", _VPS_RUNS)
"""The character of each byte in VPS."""

WINDOWS_1258: Final = _code_page("cp1258")
"""The character of each byte in windows-1258; tones are combining marks."""

WINDOWS_1252: Final = _code_page("cp1252")
"""The character of each byte in windows-1252; the five unused bytes are control characters."""

# A word without small letters of ASCII, with two capitals of ASCII.
_CAPITALS: Final = re.compile(
    r"(?<![^\W\d_])(?![A-Z]+(?![^\W\d_]))(?=[^\W\d_a-z]*?[A-Z][^\W\d_a-z]*?[A-Z])"
    r"[^\W\d_a-z]++(?![a-z])"
)


def decode_table(data: bytes, table: str) -> str:
    """Return the text of bytes.

    :param table: the character of each byte.
    """
    return codecs.charmap_decode(data, "strict", table)[0]


def decode_tcvn3(data: bytes) -> str:
    """Return the text of TCVN3, with its case mended as :func:`mend_case` does."""
    return mend_case(decode_table(data, TCVN3))


def mend_case(text: str) -> str:
    """Return text of TCVN3 with the small letters among capitals made capital.

    TCVN3 has no marked capitals apart from seven: they are written as small letters, in a font
    that shows them as capitals, or among capitals (``CéNG``). A word is made capital if its
    unmarked letters are, and are at least two (``CộNG`` to ``CỘNG``).
    """
    return _CAPITALS.sub(lambda word: word[0].upper(), text)


def decode_tcvn3_capitals(data: bytes) -> str:
    """Return the text of TCVN3 in a font that shows all letters as capitals (``.VnTimeH``)."""
    return decode_table(data, TCVN3).upper()


def decode_viscii(data: bytes) -> str:
    """Return the text of VISCII."""
    return decode_table(data, VISCII)


def decode_vps(data: bytes) -> str:
    """Return the text of VPS."""
    return decode_table(data, VPS)


def decode_windows_1258(data: bytes) -> str:
    """Return the text of windows-1258 in NFC."""
    return unicodedata.normalize("NFC", decode_table(data, WINDOWS_1258))
