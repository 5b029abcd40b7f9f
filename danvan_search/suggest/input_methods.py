"""Telex and VNI: the keys of an input method that was off, decoded to the syllable that was meant.

The keys are read one after another, as an input method does: a key that marks changes a letter
before it, or the tone; any other is a letter. A mark may be typed right after its letter or at the
end of the syllable (``dduwowngf``, ``duongdwf``). Only Vietnamese syllables come out.
"""

import re
from collections.abc import Callable, Sequence
from typing import Final

from danvan_search.text.alphabet import TONED, TONES, VOWELS
from danvan_search.text.normalize import place_tone, syllable_parts

_WORDS: Final = re.compile("[a-z]+[a-z0-9]*")
MAX_KEYS: Final = 10
"""No syllable takes more keys: ``nghieengs`` has nine, and ``d`` for its bar may follow."""

_, _HUYEN, _SAC, _NGA, _HOI, _NANG = TONES
_TELEX_TONES: Final = {"f": _HUYEN, "s": _SAC, "x": _NGA, "r": _HOI, "j": _NANG}
_VNI_TONES: Final = {"2": _HUYEN, "1": _SAC, "4": _NGA, "3": _HOI, "5": _NANG}
_CIRCUMFLEX: Final = {"a": "â", "e": "ê", "o": "ô"}
_TWO_HORNS: Final = (("uo", "ươ"), ("ưo", "ươ"), ("uu", "ưu"))
_HORN: Final = (("u", "ư"), ("o", "ơ"))
_BREVE: Final = (("a", "ă"),)


def decode_telex(keys: str) -> str | None:
    """Return the accented form that some keys of Telex mean.

    :param keys: lower case.
    :return: None if they are no Vietnamese syllable in Telex, or carry no mark.
    """
    if not (keys.isascii() and keys.isalpha()):
        return None
    return _decode(keys, _telex_key)


def decode_vni(keys: str) -> str | None:
    """Return the accented form that some keys of VNI mean; see :func:`decode_telex`."""
    if not (keys.isascii() and keys.isalnum()) or keys.isalpha() or not keys[:1].isalpha():
        return None
    return _decode(keys, _vni_key)


def may_be_keys(text: str) -> bool:
    """Return whether any word of a text can be decoded, whatever an index knows."""
    words = _WORDS.findall(text.lower())
    return any(decode_telex(word) or decode_vni(word) for word in words)


class _Letters:
    """The letters of a syllable so far, without its tone; and the tone."""

    def __init__(self) -> None:
        self.letters = ""
        self.tone = ""

    def set_tone(self, tone: str) -> bool:
        """Set the tone, if there is none yet, and a vowel to carry it."""
        if self.tone or not self._vowels():
            return False
        self.tone = tone
        return True

    def mark(self, changes: Sequence[tuple[str, str]]) -> bool:
        """Change the last occurrence in the nucleus of the first letters that it has.

        :param changes: letters, and what becomes of them.
        """
        for plain, marked in changes:
            at = self.letters.rfind(plain)
            if at in self._vowels():
                self.letters = self.letters[:at] + marked + self.letters[at + len(plain) :]
                return True
        return False

    def bar(self) -> bool:
        """Turn a leading d into đ."""
        if not self.letters.startswith("d"):
            return False
        self.letters = f"đ{self.letters[1:]}"
        return True

    def add(self, key: str) -> bool:
        """Add a letter."""
        self.letters += key
        return True

    def _vowels(self) -> range:
        """The indices of the vowels of the nucleus: those behind ``qu`` and ``gi``, or all."""
        letters = self.letters
        start = 0
        while start < len(letters) and letters[start] not in VOWELS:
            start += 1
        if letters[:2] in ("qu", "gi") and len(letters) > 2 and letters[2] in VOWELS:
            start = 2
        end = start
        while end < len(letters) and letters[end] in VOWELS:
            end += 1
        return range(start, end)


def _decode(keys: str, press: Callable[[_Letters, str], bool]) -> str | None:
    if len(keys) > MAX_KEYS:
        return None
    made = _Letters()
    for key in keys:
        if not press(made, key):
            return None
    # thuở has its horn on ơ alone, as no letter follows.
    plain = f"{made.letters[:-2]}uơ" if made.letters.endswith("ươ") else made.letters
    if plain == keys or syllable_parts(plain) is None:
        return None
    if made.tone:
        at = next(index for index, letter in enumerate(plain) if letter in VOWELS)
        plain = place_tone(plain[:at] + TONED[plain[at], made.tone] + plain[at + 1 :])
    return plain


def _telex_key(made: _Letters, key: str) -> bool:
    if key in _TELEX_TONES:
        return made.set_tone(_TELEX_TONES[key]) or made.add(key)
    if key in _CIRCUMFLEX:
        if key == "o" and made.letters.endswith("ô"):  # three keys: xoong, moóc
            made.letters = f"{made.letters[:-1]}oo"
            return True
        if key == "o" and made.letters.endswith(("oe", "oa")):  # ngoeo, ngoao
            return made.add(key)
        return made.mark([(key, _CIRCUMFLEX[key])]) or made.add(key)
    if key == "w":
        return made.mark((*_TWO_HORNS, ("ua", "ưa"), *_BREVE, *_HORN))
    if key == "d":
        return made.bar() or made.add(key)
    return made.add(key)


def _vni_key(made: _Letters, key: str) -> bool:
    if key in _VNI_TONES:
        return made.set_tone(_VNI_TONES[key])
    if key == "6":
        last = next((one for one in reversed(made.letters) if one in _CIRCUMFLEX), "")
        return bool(last) and made.mark([(last, _CIRCUMFLEX[last])])
    if key == "7":
        return made.mark((*_TWO_HORNS, *_HORN))
    if key == "8":
        return made.mark(_BREVE)
    if key == "9":
        return made.bar()
    return key.isalpha() and made.add(key)
