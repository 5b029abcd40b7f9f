"""Normalisation of a syllable to its accented form: NFKC, lower case, one đ, one tone placement.

Letters and digits that differ in style only are one (``𝐃`` and ``Ｄ`` are ``d``, ``ﬁ`` is
``fi``): those that Unicode's compatibility normalisation makes equal.

Vietnamese has two tone placements on the open rimes *oa, oe, uy* (``hòa`` and ``hoà``), and
typing slips put the tone on other letters (``nứơc``, ``tóan``, ``qúy``). The accented form has
the tone on the letter that the traditional spelling prescribes. A syllable that is not
well-formed Vietnamese (``José``, ``Raúl``) keeps its tone in place.
"""

import re
import unicodedata
from functools import lru_cache
from typing import Final

import regex

from danvan_search.text.alphabet import FOLDED_LETTER, LOOK_ALIKES, TONED, UNTONED

_LOOK_ALIKE_TABLE: Final = str.maketrans(LOOK_ALIKES)

# Marks and format characters that do not distinguish syllables: soft hyphen, grapheme joiner,
# Mongolian vowel separator, joiners, variation selectors, byte-order mark.
IGNORABLE: Final = "\u00ad\u034f\u180e\u200c\u200d\u2060\ufeff" + "".join(
    map(chr, range(0xFE00, 0xFE10))
)
_IGNORABLE_RE: Final = re.compile(f"[{IGNORABLE}]+")

# Unicode normalisation sorts the marks of a letter, possibly in quadratic time. Only this many
# consecutive marks are kept: the bound of Unicode's Stream-Safe Text Format (UAX #15).
_MAX_MARKS: Final = 30
_LONG_MARKS: Final = regex.compile(rf"(\p{{M}}{{{_MAX_MARKS}}})\p{{M}}++")
# A letter decomposes into at most 3 marks, and a mark into 2: a text with at most 13 written
# marks in a row has at most 13 * 2 + 3 = 29 in a row in any normal form.
_MANY_MARKS: Final = regex.compile(r"\p{M}{14}")
_MARK_SEQUENCE: Final = regex.compile(r"[\p{M}--\p{ccc=0}]{2,}+", regex.VERSION1)

_STYLED: Final = regex.compile(r"\p{L}[\p{L}\p{M}]*+|\p{N}++")
"""What a syllable is without style. Some characters stand for signs or blanks too (``½``, ``ﷺ``);
they keep their style."""

_ONSETS: Final = "ngh|ng|nh|ch|gh|gi|kh|ph|qu|th|tr|b|c|d|đ|g|h|k|l|m|n|p|r|s|t|v|x|f|j|w|z"
_CODAS: Final = "ch|ng|nh|c|m|n|p|t"
# The nuclei of Vietnamese spelling, with glide and off-glide; longest first.
_NUCLEI: Final = (
    "iêu|yêu|uyê|uya|uyu|oai|oao|oay|oeo|uây|uôi|ươi|ươu|"
    "ai|ao|au|ay|âu|ây|eo|êu|ia|iê|iu|oa|oă|oe|oi|oo|ôi|ơi|ua|uâ|uê|ui|uơ|uô|uy|"
    "ưa|ưi|ươ|ưu|yê|a|ă|â|e|ê|i|o|ô|ơ|u|ư|y"
)
_SYLLABLE: Final = re.compile(f"(?P<onset>{_ONSETS})?(?P<nucleus>{_NUCLEI})(?P<coda>{_CODAS})?")
_FOLDED_SYLLABLE: Final = re.compile(
    _SYLLABLE.pattern.translate({ord(letter): base for letter, base in FOLDED_LETTER.items()})
)
_QUALITY_VOWELS: Final = frozenset("ăâêôơư")


def normalize(surface: str) -> str:
    """Return the accented form of one syllable.

    NFC(x) and NFD(x) have the same accented form, and normalising twice equals normalising once.

    :param surface: the syllable as written, in any case and any Unicode normal form.
    :return: its accented form: NFKC, lower case, with ``đ`` for its look-alikes, without ignorable
        characters (soft hyphen, joiners, variation selectors), and, in a well-formed Vietnamese
        syllable, with the tone mark on its traditional letter (``Hoà`` gives ``hòa``).
    """
    if surface.isascii():
        return surface.lower()
    return _normalize_marked(surface)


@lru_cache(maxsize=1 << 16)
def _normalize_marked(surface: str) -> str:
    text = _IGNORABLE_RE.sub("", surface)
    if _MANY_MARKS.search(text):
        text = _limit_marks(text)
    # Lower-casing may change the length and break the normal form (İ gives i + dot above).
    text = _without_style(unicodedata.normalize("NFC", text)).translate(_LOOK_ALIKE_TABLE).lower()
    return place_tone(unicodedata.normalize("NFC", text))


def _without_style(text: str) -> str:
    """Return an NFC syllable in NFKC, if that is a syllable; otherwise as it is."""
    plain = unicodedata.normalize("NFKC", text)
    return plain if plain != text and _STYLED.fullmatch(plain) else text


def _limit_marks(text: str) -> str:
    """Decompose a text and keep the first 30 marks of every longer sequence of marks.

    The marks are sorted into canonical order first, so that all normal forms of the text lose
    the same marks. The sort takes O(n log n), not O(n²).
    """
    decomposed = "".join(unicodedata.normalize("NFD", character) for character in text)
    ordered = _MARK_SEQUENCE.sub(
        lambda marks: "".join(sorted(marks[0], key=unicodedata.combining)), decomposed
    )
    limited: str = _LONG_MARKS.sub(r"\1", ordered)
    return limited


def place_tone(syllable: str) -> str:
    """Move the tone mark of a lower-case NFC syllable to the letter of the traditional spelling.

    :return: the syllable with its tone moved (``hoà`` to ``hòa``, ``nứơc`` to ``nước``), or
        the unchanged syllable if it has no tone or several, or is not Vietnamese.
    """
    plain, tones = [], []
    for letter in syllable:
        vowel, tone = UNTONED.get(letter, (letter, ""))
        if vowel not in FOLDED_LETTER:
            return syllable
        plain.append(vowel)
        if tone:
            tones.append(tone)
    if len(tones) != 1:
        return syllable
    parts = syllable_parts("".join(plain))
    if parts is None:
        return syllable
    onset, nucleus, coda = parts
    index = len(onset) + _tone_index(nucleus, bool(coda))
    plain[index] = TONED[plain[index], tones[0]]
    return "".join(plain)


def could_be_syllable(folded: str) -> bool:
    """Return whether a folded form is that of a syllable that Vietnamese spelling allows."""
    return _FOLDED_SYLLABLE.fullmatch(folded) is not None


def syllable_parts(plain: str) -> tuple[str, str, str] | None:
    """Split a toneless syllable into onset, nucleus and coda; None if it is not Vietnamese."""
    match = _SYLLABLE.fullmatch(plain)
    if match is None:
        return None
    return match["onset"] or "", match["nucleus"], match["coda"] or ""


def _tone_index(nucleus: str, has_coda: bool) -> int:
    """Return the index of the vowel that carries the tone, by the traditional rule."""
    marked = [index for index, vowel in enumerate(nucleus) if vowel in _QUALITY_VOWELS]
    if marked:
        return marked[-1]  # in ươ, ơ carries the tone
    if has_coda:
        return len(nucleus) - 1
    return 1 if len(nucleus) == 3 else 0
