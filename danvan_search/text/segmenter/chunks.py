"""Splitting of texts into chunks at white space, with offsets and one-byte character codes.

A chunk is a run of characters without white space, as in ``str.split()``. The characters of
Vietnamese news have unshared codes, so that a chunk of them is a key of a
:class:`~danvan_search.text.runtable.RunTable`.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from typing import Final

import numpy as np
from numpy.typing import NDArray

from danvan_search.text.alphabet import FOLDED_LETTER
from danvan_search.text.codes import Codes, encode
from danvan_search.text.runtable import LONGEST_RUN

TEXT_END: Final = "\n"
"""The suffix of the key of a text's last chunk; no chunk contains it, as it is white space."""

_WHITE: Final = 0
_OTHER: Final = 1
_LAST_WHITE: Final = 0x3000
_ASCII: Final = "".join(map(chr, range(0x21, 0x7F)))
_LETTERS: Final = "".join(letter for letter in FOLDED_LETTER if not letter.isascii())
_MARKS: Final = "\u0300\u0301\u0302\u0303\u0306\u0309\u031b\u0323"
_SIGNS: Final = "“”‘’…–—•°²·×"
_UNSHARED: Final = _ASCII + _LETTERS + _LETTERS.upper() + _MARKS + _SIGNS

SHARED: Final[NDArray[np.bool_]] = np.arange(256) == _OTHER
"""bool, shape (256,): whether several characters of chunks share this code."""


@cache
def code_table() -> Codes:
    """Return the code of every code point: uint8, shape (0x110000,); white space has code 0."""
    table = np.full(0x110000, _OTHER, np.uint8)
    table[[point for point in range(_LAST_WHITE + 1) if chr(point).isspace()]] = _WHITE
    for code, character in enumerate(_UNSHARED, _OTHER + 1):
        table[ord(character)] = code
    table.flags.writeable = False
    return table


def keys_of(text: str) -> list[str]:
    """Return the chunks of a text as keys of the lexicon.

    The key of the last chunk ends with TEXT_END if :func:`ends_capital` holds for the text.
    """
    keys = text.split()
    if keys and ends_capital(text):
        keys[-1] += TEXT_END
    return keys


def ends_capital(text: str) -> bool:
    """Return whether a text ends with a capital letter, a full stop and at most one line feed.

    Such an ending is cut differently from the same characters inside a text, because the token
    pattern contains `$`.
    """
    if text.endswith("."):
        return text[-2:-1].isupper()
    return text.endswith(f".{TEXT_END}") and text[-3:-2].isupper()


@dataclass(frozen=True, slots=True)
class Chunks:
    """The C chunks of D texts that are joined into one string.

    :ivar text: the texts, joined by line feeds.
    :ivar codes: (characters + 16 or more,) uint8, the code of each character, then zeros.
    :ivar starts: (C,) int64, the start offset of each chunk in the string.
    :ivar ends: (C,) int64, the end offset of each chunk, exclusive.
    :ivar offsets: (D + 1,) int64; text d has the chunks ``offsets[d]:offsets[d + 1]``.
    """

    text: str
    codes: Codes
    starts: NDArray[np.int64]
    ends: NDArray[np.int64]
    offsets: NDArray[np.int64]


def find_chunks(texts: Sequence[str]) -> Chunks:
    """Join texts into one string and find their chunks."""
    text = "\n".join(texts)
    codes = encode(text, code_table(), before=1, after=LONGEST_RUN)
    inside = codes != _WHITE
    borders = (inside[1:] != inside[:-1]).nonzero()[0]
    starts, ends = borders[::2], borders[1::2]
    offsets = np.full(len(texts) + 1, len(starts), np.int64)
    sizes = np.fromiter(map(len, texts), np.int64, len(texts)) + 1
    offsets[:-1] = starts.searchsorted(sizes.cumsum() - sizes)
    return Chunks(text, codes[1:], starts, ends, offsets)
