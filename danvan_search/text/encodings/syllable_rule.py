"""The spelling rule of Vietnamese syllables: onset, rime and tone.

It tells Vietnamese text from what a wrong encoding makes of it. It takes no list of words: some
syllables that it accepts are in no dictionary, and names and loanwords are refused.
"""

import re
import unicodedata
from collections.abc import Iterator
from functools import lru_cache
from typing import Final

from danvan_search.text.alphabet import TONES

MAX_LETTERS: Final = 16
"""A longer word is no syllable in any normal form, and no abbreviation; it is not looked at."""

_TONES: Final = frozenset(TONES[1:])
_TONES_BEFORE_STOPS: Final = frozenset("\u0301\u0323")
_TONE_OF_CONSONANT: Final = re.compile(f"[b-df-hj-np-tv-xz][{''.join(_TONES)}]")
_STOPS: Final = ("c", "ch", "p", "t")

# The nuclei, with glide, and the codas and off-glides that each may have; - is none.
_RIMES: Final = """
a    - c ch i m n ng nh o p t u y
ă    c m n ng p t
â    c m n ng p t u y
e    - c m n ng o p t
ê    - ch m n ng nh p t u
i    - a ch m n nh p t u
iê   c m n ng p t u
o    - c i m n ng p t
oa   - c ch i m n ng nh o p t y
oă   c m n ng t
oe   - n o t
oo   c n ng
ô    - c i m n ng p t
ơ    - i m n p t
u    - a c i m n ng p t
uâ   n ng t y
uê   - ch n nh
uô   c i m n ng p t
uơ   - n
uy   - a ch n nh p t u
uyê  n t
ư    - a c i m n ng t u
ươ   c i m n ng p t u
y    - n t
yê   m n ng t u
"""

_ONSETS: Final = "- b ch d đ gi h kh l m n nh p ph r s t th tr v x"
"""The onsets before all vowels; - is none."""

_FRONT: Final = frozenset("eêiy")
_ONSETS_BY_VOWEL: Final = {True: ("gh", "k", "ngh"), False: ("c", "g", "ng")}
"""The spellings of three onsets before e, ê, i, y and before the other vowels."""

_NEUTRAL: Final = re.compile("[bcdđghklmnpqrstvxfjwz]+")


def _rimes() -> Iterator[str]:
    for line in _RIMES.strip().splitlines():
        nucleus, *codas = line.split()
        for coda in codas:
            yield nucleus + coda.strip("-")


def _bases() -> Iterator[str]:
    """Yield all syllables without tone."""
    onsets = [onset.strip("-") for onset in _ONSETS.split()]
    for rime in _rimes():
        for onset in (*onsets, *_ONSETS_BY_VOWEL[rime[0] in _FRONT]):
            yield onset + rime
        if rime[0] == "i":
            yield "g" + rime  # gì, giếng: the i belongs to the onset, too
        if rime[0] not in "uưoô" or rime.startswith("ô"):
            yield "qu" + rime
    yield from ("qu" + rime for rime in ("ych", "ynh", "yp", "yu"))
    yield "giêng"


_BASES: Final = frozenset(_bases())


@lru_cache(maxsize=1 << 14)
def is_syllable(word: str) -> bool:
    """Return whether a word is spelled as one Vietnamese syllable.

    :param word: at most :data:`MAX_LETTERS` letters, in any case and any Unicode normal form;
        words and results are kept.
    """
    decomposed = unicodedata.normalize("NFD", word.lower())
    tones = [character for character in decomposed if character in _TONES]
    base = "".join(character for character in decomposed if character not in _TONES)
    if len(tones) > 1 or _TONE_OF_CONSONANT.search(decomposed):
        return False
    if unicodedata.normalize("NFC", base) not in _BASES:
        return False
    return not base.endswith(_STOPS) or (bool(tones) and tones[0] in _TONES_BEFORE_STOPS)


@lru_cache(maxsize=1 << 14)
def is_abbreviation(word: str) -> bool:
    """Return whether a word has no vowel, such as HĐND or đ: it may be Vietnamese or not."""
    return _NEUTRAL.fullmatch(word.lower()) is not None
