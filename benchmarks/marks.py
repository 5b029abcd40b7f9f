"""Queries as people type them without all of their accents."""

import random
import re
import unicodedata
from typing import Final

_WORD: Final = re.compile(r"\S+")
_STROKES: Final = str.maketrans("đĐ", "dD")


def without_marks(text: str) -> str:
    """Return a text without tones, the marks of ă â ê ô ơ ư, and the strokes of đ."""
    parts = unicodedata.normalize("NFD", text.translate(_STROKES))
    return "".join([one for one in parts if not unicodedata.combining(one)])


def with_half_of_the_marks(text: str) -> str:
    """Return a text of which half of the words, drawn at random, have no marks.

    The same text has the same words without marks on every run.
    """
    rng = random.Random(text)
    return _WORD.sub(lambda word: without_marks(word[0]) if rng.random() < 0.5 else word[0], text)
