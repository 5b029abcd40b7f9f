"""Folding of an accented form to its folded form, the same syllable without marks.

Vietnamese letters fold by a table, one letter to one letter. Unidecode transliterates all other
letters, one syllable at a time and never a whole text, so that the lengths of other syllables do
not change.
"""

import unicodedata
from functools import lru_cache
from typing import Final

from unidecode import unidecode

from danvan_search.text.alphabet import FOLDED_LETTER, MARKED_LETTERS

_FOLD_TABLE: Final = str.maketrans(FOLDED_LETTER)


def fold(accented: str) -> str:
    """Return the folded form of one accented form.

    :param accented: a result of :func:`~danvan_search.text.normalize.normalize`.
    :return: the form without marks, in lower case. A Vietnamese form keeps its length (``đường``
        gives ``duong``). Unidecode turns other letters into Latin letters and digits
        (``москва`` gives ``moskva``); if it has no transliteration, they remain unchanged.
    """
    if accented.isascii():
        return accented
    return _fold_marked(accented)


@lru_cache(maxsize=1 << 16)
def _fold_marked(accented: str) -> str:
    folded = accented.translate(_FOLD_TABLE)
    if folded.isascii():
        return folded
    if accented.isnumeric():
        return "".join(map(_plain_digit, accented))
    spelled = "".join(filter(str.isalnum, unidecode(folded))).lower()
    return spelled or folded


def _plain_digit(character: str) -> str:
    """Turn ``²`` and ``٢`` into ``2``; a character without a digit value (``½``) is unchanged."""
    value = unicodedata.digit(character, None)
    return character if value is None else str(value)


def is_marked(accented: str) -> bool:
    """Return whether an accented form has a Vietnamese mark: a tone, a quality mark or đ.

    A user who types a mark means it: such a query syllable prefers, or requires, its accented
    form.
    """
    return not accented.isascii() and not MARKED_LETTERS.isdisjoint(accented)
