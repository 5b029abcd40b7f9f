"""Tables of the Vietnamese letters: vowels, consonants, tones, folded letters, look-alikes of đ.

The tables are computed at import from three short lists with :mod:`unicodedata`, so that nobody
has to proofread a table of 134 letters.
"""

import unicodedata
from typing import Final

VOWELS: Final = "aăâeêioôơuưy"
"""The twelve vowel letters, without tone."""

CONSONANTS: Final = "bcdđghklmnpqrstvx" + "fjwz"
"""The consonant letters; f, j, w and z occur only in loanwords and names."""

TONES: Final = ("", "\u0300", "\u0301", "\u0303", "\u0309", "\u0323")
"""The combining marks of the six tones: ngang (none), huyền, sắc, ngã, hỏi, nặng."""

_BASE_OF_VOWEL: Final = dict(zip(VOWELS, "aaaeeiooouuy", strict=True))


def _compose(vowel: str, tone: str) -> str:
    return unicodedata.normalize("NFC", vowel + tone)


TONED: Final[dict[tuple[str, str], str]] = {
    (vowel, tone): _compose(vowel, tone) for vowel in VOWELS for tone in TONES
}
"""Maps (vowel without tone, tone mark) to one lower-case NFC letter."""

UNTONED: Final[dict[str, tuple[str, str]]] = {
    letter: parts for parts, letter in TONED.items() if parts[1]
}
"""Maps a lower-case letter with a tone to (vowel without tone, tone mark)."""

FOLDED_LETTER: Final[dict[str, str]] = {
    **{letter: _BASE_OF_VOWEL[vowel] for (vowel, _), letter in TONED.items()},
    **{consonant: consonant for consonant in CONSONANTS},
    "đ": "d",
}
"""Maps each lower-case Vietnamese letter to its ASCII base letter, one letter to one letter."""

MARKED_LETTERS: Final = frozenset(
    letter for letter, base in FOLDED_LETTER.items() if letter != base
)
"""The lower-case letters that differ from their base by a tone, a quality mark or the bar of đ."""

LOOK_ALIKES: Final[dict[str, str]] = {
    "\u00d0": "Đ",  # Ð, capital eth
    "\u00f0": "đ",  # ð, small eth
    "\u0189": "Đ",  # Ɖ, capital African d
    "\u0256": "đ",  # ɖ, small d with tail, its lower case
    "\u20ab": "đ",  # ₫, the sign of the currency, which people also write as đ
}
"""Maps the characters that people, old fonts and converters write for Đ and đ to Đ and đ."""
