"""The one-byte character codes of syllables: a code table for all code points, and an encoder.

Each letter, digit and mark of Vietnamese spelling has an unshared code; all other characters
of a kind share one code. A run of at most eight unshared codes therefore fits a 64-bit number,
and two such runs have the same number if and only if they have the same characters (no character
of a syllable has code 0, so the number determines the length). The codes are ordered so that one
comparison finds the kind::

    OTHER | OTHER_NUMBER digits | IDEOGRAPH IDEOGRAPH_MARK | OTHER_LETTER letters | marks …
"""

import unicodedata
from functools import cache
from typing import Final

import numpy as np
import numpy.typing as npt
import regex

from danvan_search.text import kinds
from danvan_search.text.alphabet import FOLDED_LETTER, LOOK_ALIKES
from danvan_search.text.normalize import IGNORABLE

Codes = npt.NDArray[np.uint8]

_DIGITS: Final = "0123456789"
# Letters of foreign names that are frequent in Vietnamese texts.
_FOREIGN: Final = "äçëïîñöøåœßşšüž"
_LOWER: Final = "".join(FOLDED_LETTER) + _FOREIGN
_LETTERS: Final = "".join(sorted({*_LOWER, *_LOWER.upper(), *LOOK_ALIKES}))
_MARKS: Final = "".join(
    sorted({*unicodedata.normalize("NFD", "".join(FOLDED_LETTER))} - {*FOLDED_LETTER})
)

# The public names are shared codes: each stands for all characters of its kind without an
# unshared code, and OTHER for all characters outside syllables. _FIRST_DIGIT, _FIRST_LETTER and
# _FIRST_MARK start the ranges of unshared codes.
OTHER: Final = 0
OTHER_NUMBER: Final = 1
_FIRST_DIGIT: Final = 2
IDEOGRAPH: Final = _FIRST_DIGIT + len(_DIGITS)
IDEOGRAPH_MARK: Final = IDEOGRAPH + 1
OTHER_LETTER: Final = IDEOGRAPH + 2
_FIRST_LETTER: Final = IDEOGRAPH + 3
OTHER_MARK: Final = _FIRST_LETTER + len(_LETTERS)
_FIRST_MARK: Final = OTHER_MARK + 1
IGNORABLE_MARK: Final = _FIRST_MARK + len(_MARKS)

FIRST_NUMBER: Final = OTHER_NUMBER
"""This code and all higher ones belong to syllables; the numbers come first."""
FIRST_NON_NUMBER: Final = IDEOGRAPH
"""This code and all higher ones are ideographs, letters and marks."""
FIRST_NON_LETTER: Final = OTHER_MARK
"""This code and all higher ones are marks; letters run from OTHER_LETTER to below this code."""

SHARED: Final[npt.NDArray[np.bool_]] = np.isin(
    np.arange(256),
    [OTHER_NUMBER, IDEOGRAPH, IDEOGRAPH_MARK, OTHER_LETTER, OTHER_MARK, IGNORABLE_MARK],
)
"""bool, shape (256,): whether several characters of syllables share this code."""

# A block of characters and its table indices fit into the second-level cache.
_BLOCK_CHARS: Final = 1 << 16


@cache
def code_table() -> Codes:
    """Return the code of every code point: uint8, shape (0x110000,).

    The table is built once per process, in 30 ms, and is read-only.
    """
    table = np.full(0x110000, OTHER, np.uint8)
    points, characters = _assigned_characters()
    for pattern, code in (
        (kinds.NUMBER, OTHER_NUMBER),
        (kinds.IDEOGRAPH, IDEOGRAPH),
        (kinds.IDEOGRAPH_MARK, IDEOGRAPH_MARK),
        (kinds.LETTER, OTHER_LETTER),
        (kinds.MARK, OTHER_MARK),
    ):
        for run in regex.finditer(f"{pattern}++", characters, regex.VERSION1):
            table[points[slice(*run.span())]] = code
    for named, first in (
        (_DIGITS, _FIRST_DIGIT),
        (_LETTERS, _FIRST_LETTER),
        (_MARKS, _FIRST_MARK),
    ):
        for code, character in enumerate(named, first):
            table[ord(character)] = code
    table[[*map(ord, IGNORABLE)]] = IGNORABLE_MARK
    table.flags.writeable = False
    return table


def _assigned_characters() -> tuple[npt.NDArray[np.intp], str]:
    """Return the assigned code points, one seventh of all code points, and their characters."""
    all_characters = np.arange(0x110000, dtype="<u4").tobytes().decode("utf-32-le", "surrogatepass")
    runs = [run.span() for run in regex.finditer(r"[^\p{Cn}\p{Co}]++", all_characters)]
    points = np.concatenate([np.arange(start, end, dtype=np.intp) for start, end in runs])
    return points, "".join([all_characters[start:end] for start, end in runs])


def encode(text: str, table: Codes, *, before: int, after: int) -> Codes:
    """Return the codes of a text's characters, padded with 0 on both sides.

    :param table: uint8, shape (0x110000,): the code of every code point.
    :param before: the number of zeros before the text.
    :param after: the number of zeros after the text.
    :return: uint8, shape (before + len(text) + after,).
    """
    codes = np.zeros(before + len(text) + after, np.uint8)
    inner = codes[before : before + len(text)]
    for start in range(0, len(text), _BLOCK_CHARS):
        utf32 = text[start : start + _BLOCK_CHARS].encode("utf-32-le", "surrogatepass")
        points = np.frombuffer(utf32, "<u4").astype(np.intp)
        # No code point is out of range; with mode="clip", take() needs no temporary buffer.
        table.take(points, out=inner[start : start + _BLOCK_CHARS], mode="clip")
    return codes
