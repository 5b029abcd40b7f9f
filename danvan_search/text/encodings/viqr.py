"""VIQR: Vietnamese in ASCII, with marks after the letters (``Vie^.t Nam``).

Source: RFC 1456, where a backslash makes the next character literal; ``*`` may stand for ``+``, and
a tone may stand before another mark. Only what becomes a well-formed Vietnamese syllable is
converted, or has a mark that nothing else has there, so foreign words, addresses and punctuation
stay. People seldom write the backslash: a full stop or a question mark at the end of a syllable is
then a tone or ends a sentence. In a text without backslashes before these marks, if a capital
letter or nothing follows, the more frequent syllable decides.
"""

import re
import unicodedata
from functools import lru_cache
from typing import Final

from danvan_search.text.alphabet import TONES
from danvan_search.text.encodings.common_syllables import COMMON_SYLLABLES
from danvan_search.text.encodings.syllable_rule import MAX_LETTERS, is_abbreviation, is_syllable
from danvan_search.text.normalize import place_tone

_MARKS: Final = str.maketrans(
    {
        "^": "\u0302",
        "(": "\u0306",
        "+": "\u031b",
        "*": "\u031b",
        "`": "\u0300",
        "'": "\u0301",
        "~": "\u0303",
        "?": "\u0309",
        ".": "\u0323",
    }
)
_TONES: Final = "`'?~."
_QUALITIES: Final = (("Aa", r"\^("), ("Ee", r"\^"), ("Oo", r"\^+*"), ("Uu", "+*"))
_VOWEL: Final = "|".join(
    rf"[{vowel}](?:[{quality}][{_TONES}]?|[{_TONES}](?:[\^+*]|\((?=[CMNPTcmnpt]))?)?"
    for vowel, quality in _QUALITIES
)
_LETTER: Final = rf"{_VOWEL}|[IiYy][{_TONES}]?|[B-DF-HJ-NP-TV-XZb-df-hj-np-tv-xz]"
_TOKEN: Final = re.compile(rf"\\(?P<literal>[\\\^(+*`'?~.dD])|(?P<word>(?:{_LETTER}){{1,64}})")

_MAX_WORD: Final = 2 * MAX_LETTERS
_RARE: Final = len(COMMON_SYLLABLES)
_BAR: Final = re.compile("dd|D[Dd]")
_ESCAPED_END: Final = re.compile(r"\\[.?]")
_GOES_ON: Final = re.compile(r"\s*+[^\W\dA-Z_]|\s*+\d|[.?!,;:)\"](?!\.)")
# A loanword has a mark that is certain: ôtô, Đắk.
_LOANWORD: Final = re.compile(rf"[AEOaeo]\^|[OUou]\+|[Aa]\([{_TONES}][A-Za-z]")

# The open rimes oa, oe and uy have two placements of the tone.
_OTHER_PLACES: Final = tuple(
    unicodedata.normalize("NFC", rime + tone) for rime in ("oa", "oe", "uy") for tone in TONES
)


def decode_viqr(data: bytes) -> str:
    """Return the text of VIQR in NFC; bytes that are not ASCII are taken for UTF-8."""
    return convert_viqr(data.decode("utf-8", "replace"))


def convert_viqr(text: str) -> str:
    """Return a text with the words of VIQR in it converted to NFC."""
    is_strict = _ESCAPED_END.search(text) is not None

    def convert(token: re.Match[str]) -> str:
        word = token["word"]
        if word is None:
            return str(token["literal"])
        if len(word) > _MAX_WORD:
            return word
        is_clear = is_strict or word[-1] not in ".?" or _GOES_ON.match(text, token.end())
        return _convert(word) if is_clear else _convert_last(word)

    return _TOKEN.sub(convert, text)


def _convert_last(word: str) -> str:
    """Return a word converted whose last mark may be a tone or the end of a sentence."""
    with_tone, without = _convert(word), _convert(word[:-1])
    ranks = [COMMON_SYLLABLES.get(one.lower(), _RARE) for one in (with_tone, without)]
    return with_tone if ranks[0] < ranks[1] else without + word[-1]


@lru_cache(maxsize=1 << 14)
def _convert(word: str) -> str:
    """Return a word converted if it is certain to be VIQR, else as it is."""
    if word.isalpha() and _BAR.search(word) is None:
        return word
    ends = (len(word), len(word) - 1) if word[-1] in _TONES else (len(word),)
    for end in ends:
        converted = _compose(word[:end])
        if is_syllable(converted) and _is_placed(converted):
            return converted + word[end:]
    if _LOANWORD.search(word):
        return _compose(word[: ends[-1]]) + word[ends[-1] :]
    return _BAR.sub(_bar, word) if is_abbreviation(word) else word


def _compose(word: str) -> str:
    """Return a word with all marks taken as such."""
    head = _BAR.sub(_bar, word[:2]) + word[2:]
    return unicodedata.normalize("NFC", head.translate(_MARKS))


def _bar(bar: re.Match[str]) -> str:
    return "đ" if bar[0] == "dd" else "Đ"


def _is_placed(syllable: str) -> bool:
    """Return whether the tone is where a spelling, the traditional or the other one, has it."""
    lower = syllable.lower()
    return place_tone(lower) == lower or lower.endswith(_OTHER_PLACES)
