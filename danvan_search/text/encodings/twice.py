"""Text that was encoded as UTF-8 twice: ``Nối`` became ``Ná»‘i``.

Its first UTF-8 was taken for windows-1252 and written as UTF-8 again.
"""

import re
from typing import Final

from danvan_search.text.encodings.single_byte import WINDOWS_1252
from danvan_search.text.encodings.syllable_rule import MAX_LETTERS, is_syllable

# An unused byte of windows-1252 became a control character, and by some programs each byte did.
_BYTE_OF: Final = {byte: byte for byte in range(0x100)} | {
    ord(letter): byte for byte, letter in enumerate(WINDOWS_1252)
}
_CONTINUATION: Final = "".join(
    re.escape(chr(code)) for code, byte in _BYTE_OF.items() if 0x80 <= byte < 0xC0
)
_LETTER: Final = re.compile(
    f"[Â-ß][{_CONTINUATION}]|[à-ï][{_CONTINUATION}]{{2}}|[ð-ô][{_CONTINUATION}]{{3}}"
)
_WORD: Final = re.compile(r"[^\W\d_]+")

_BEFORE: Final = 1000
_AFTER: Final = 4000
_MIN_MENDED_SHARE: Final = 0.9
_MIN_VALID_SHARE: Final = 0.75
_MIN_VALID: Final = 2


def decode_once(text: str, place: int) -> tuple[str, float] | None:
    """Return the text before its UTF-8 was taken for windows-1252, if that happened to it.

    It is decided by some thousand characters around the first sign of it: nearly all characters
    beyond ASCII must come from one letter in UTF-8, and the words must be Vietnamese.

    :param text: the text as it is now.
    :param place: the character at which the first sign of it is.
    :return: the mended text, and the share of its words with marks that are well-formed
        Vietnamese syllables; None if it is not Vietnamese text that was encoded twice.
    """
    sample = text[max(0, place - _BEFORE) : place + _AFTER]
    not_ascii = len(sample) - len(sample.encode("ascii", "ignore"))
    mended_chars = sum(map(len, _LETTER.findall(sample)))
    if mended_chars < _MIN_MENDED_SHARE * not_ascii:
        return None
    marked = [word for word in _WORD.findall(mend(sample)) if not word.isascii()]
    valid = sum(len(word) <= MAX_LETTERS and is_syllable(word) for word in marked)
    if valid < max(_MIN_VALID, _MIN_VALID_SHARE * len(marked)):
        return None
    return mend(text), valid / len(marked)


def mend(text: str) -> str:
    """Return a text with each letter decoded that was encoded twice."""
    return _LETTER.sub(_decode, text)


def _decode(letter: re.Match[str]) -> str:
    try:
        return bytes(_BYTE_OF[ord(character)] for character in letter[0]).decode("utf-8")
    except UnicodeDecodeError:
        return letter[0]
