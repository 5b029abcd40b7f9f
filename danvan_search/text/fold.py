"""Accented form to folded form: the same syllable without its marks.

Vietnamese letters fold by a table, one letter to one letter. Letters of other scripts and
alphabets are spelled out by Unidecode, a token at a time and never over a whole text, so
that nothing but the token itself changes length.
"""

import unicodedata
from functools import lru_cache
from typing import Final

from unidecode import unidecode

from danvan_search.text.alphabet import FOLDED_LETTER, MARKED_LETTERS

_FOLD_TABLE: Final = str.maketrans(FOLDED_LETTER)


def fold(accented: str) -> str:
    """Return the folded form of one accented form.

    :param accented: what :func:`~danvan_search.text.normalize.normalize` returned.
    :return: the form without marks, lower case. A Vietnamese form keeps its length (``đường``
        gives ``duong``); other letters become the Latin letters and digits that Unidecode
        gives (``москва`` gives ``moskva``), or stay as they are where it knows none.
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
    """``²`` and ``٢`` to ``2``; what has no digit value (``½``) stays."""
    value = unicodedata.digit(character, None)
    return character if value is None else str(value)


def is_marked(accented: str) -> bool:
    """Say whether an accented form carries a Vietnamese mark: a tone, a quality mark or đ.

    A mark that was typed was meant: such a query syllable prefers, or asks for, its own form.
    """
    return not accented.isascii() and not MARKED_LETTERS.isdisjoint(accented)
