"""The alphabetical order of Vietnamese: keys that sort as a dictionary does.

The order is that of CLDR for ``vi``. Letters decide first: a ă â b c d đ e ê … o ô ơ … u ư … y,
with f, j, w and z at their places in the Latin alphabet. Among texts of equal letters tones decide,
from left to right: ngang, huyền, hỏi, ngã, sắc, nặng; then case, small letters first. Digits come
before letters, other letters after them. Punctuation counts as a blank, and a blank comes before
all: the quotes around a title do not move it to the front.
"""

import unicodedata
from typing import Final

from danvan_search.text.alphabet import LOOK_ALIKES, UNTONED

_LETTERS: Final = "aăâbcdđeêfghijklmnoôơpqrstuưvwxyz"
_TONES: Final = "\u0300\u0309\u0303\u0301\u0323"
"""The marks of the tones but ngang, in their order."""

_FIRST_LETTER: Final = ord("a")
_OTHER: Final = str(1 + len(_TONES))
"""Stands for a mark that is no tone."""

CollationKey = tuple[str, str, str]
"""Letters, tones and case of a text."""


class _Letters(dict[int, str]):
    """Maps the code of a character in lower case to what sorts as its letter."""

    def __missing__(self, code: int) -> str:
        letter = self[code] = _letter(chr(code))
        return letter


class _Marks(dict[int, str]):
    """Maps the code of a character in lower case to what sorts as its tone; "" if it is none."""

    def __missing__(self, code: int) -> str:
        mark = self[code] = _mark(chr(code))
        return mark


def _letter(character: str) -> str:
    character = _base(character)
    at = _LETTERS.find(character)
    if at >= 0:
        return chr(_FIRST_LETTER + at)
    if unicodedata.category(character) == "Mn":
        return ""
    if not character.isalnum():
        return " "
    digit = unicodedata.digit(character, None)
    return character if digit is None else str(digit)


def _mark(character: str) -> str:
    character = LOOK_ALIKES.get(character, character)
    if character in UNTONED:
        return str(1 + _TONES.index(UNTONED[character][1]))
    if _letter(character) in ("", " "):
        return ""
    return "0" if _base(character) == character else _OTHER


def _base(character: str) -> str:
    """Return a letter without its tone, or without the marks that Vietnamese has not."""
    character = LOOK_ALIKES.get(character, character)
    if character in UNTONED:
        return UNTONED[character][0]
    if character in _LETTERS:
        return character
    return unicodedata.normalize("NFD", character)[0]


_LETTER_TABLE: Final = _Letters()
_MARK_TABLE: Final = _Marks()


def collation_key(text: str) -> CollationKey:
    """Return a key by which texts sort in alphabetical order.

    :param text: in any Unicode normal form. A text without letters and digits has no letters in its
        key.
    """
    composed = unicodedata.normalize("NFC", text)
    lower = composed.lower()
    letters = " ".join(lower.translate(_LETTER_TABLE).split())
    return letters, lower.translate(_MARK_TABLE), composed.swapcase()
