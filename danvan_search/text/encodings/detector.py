"""Tells which Vietnamese encoding bytes are in, by the spelling of the syllables that they give.

A sample of the bytes is decoded with each table. In the right one, nearly all words with marks are
well-formed syllables; in a wrong one, symbols stand inside of words. Text of other languages gives
few well-formed words with marks, in whatever table.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

from danvan_search.text.encodings.common_syllables import COMMON_SYLLABLES
from danvan_search.text.encodings.decoders import DECODERS
from danvan_search.text.encodings.names import VIETNAMESE
from danvan_search.text.encodings.syllable_rule import MAX_LETTERS, is_abbreviation, is_syllable
from danvan_search.text.encodings.viqr import convert_viqr

SAMPLE_BYTES: Final = 2048
"""The size of a sample, in bytes, before it is completed to whole words."""

_WINDOWS: Final = 8
_MIN_VALID_SHARE: Final = 0.75
_MIN_MARKED_SHARE: Final = 0.2
_MIN_COMMON: Final = 2
_MAX_WORD: Final = 64

_NOT_ASCII: Final = re.compile(rb"[\x80-\xff]")
_ANY: Final = re.compile(rb"(?s:.)")
_SPACE: Final = re.compile(rb"[ \t\r\n]")
_WORD: Final = re.compile(r"[^\W\d_]+")
# What Vietnamese text has not beside a letter: control characters, and symbols of windows-1252.
_SYMBOL: Final = r"[\x00-\x08\x0b\x0e-\x1f\x7f-\x9f\xa1-\xa9\xac-\xb9\xbc-\xbf\xd7\xf7ˆ˜†‡‰‹›€™ƒ„‚]"
_SYMBOL_IN_WORD: Final = re.compile(rf"(?<=[^\W\d_]){_SYMBOL}|{_SYMBOL}(?=[^\W\d_])")
_VIQR_MARK: Final = re.compile(rb"\bdd[aeiouy]|[AEOaeo]\^|[OUou][+*][`'?~.a-z]|[Aa]\([`'?~.a-z]")
_MIN_VIQR_MARKS: Final = 3


@dataclass(frozen=True, slots=True)
class Spelling:
    """How the words of a text are spelled.

    :ivar words: the number of words.
    :ivar marked: the number of words with a letter beyond ASCII, without single letters and
        abbreviations, which prove nothing.
    :ivar valid: how many of them are well-formed Vietnamese syllables.
    :ivar symbols: the number of symbols that touch a letter, and of words with capitals inside.
    :ivar common: how many of the valid words are among the most frequent syllables.
    """

    words: int
    marked: int
    valid: int
    symbols: int
    common: int

    @classmethod
    def of(cls, text: str) -> "Spelling":
        """Count the words of a text."""
        words = marked = valid = common = odd = 0
        for word in _WORD.findall(text):
            words += 1
            if word.isascii() or len(word) == 1:
                continue
            if len(word) <= MAX_LETTERS and is_abbreviation(word):
                continue
            marked += 1
            if not _has_usual_case(word):
                odd += 1
            elif len(word) <= MAX_LETTERS and is_syllable(word):
                valid += 1
                common += word.lower() in COMMON_SYLLABLES
        return cls(words, marked, valid, odd + len(_SYMBOL_IN_WORD.findall(text)), common)

    @property
    def score(self) -> tuple[int, int]:
        """The larger, the more it is like Vietnamese."""
        return 3 * self.valid - 2 * self.marked - 2 * self.symbols, self.common

    @property
    def share(self) -> float:
        """The share of the marked words that are valid, counting symbols as wrong words."""
        return self.valid / max(1, self.marked + self.symbols)

    @property
    def is_vietnamese(self) -> bool:
        """Whether this can only be Vietnamese text."""
        return (
            self.common >= min(self.valid, _MIN_COMMON)
            and self.valid > 0
            and self.share >= _MIN_VALID_SHARE
            and self.valid >= _MIN_MARKED_SHARE * self.words
        )


def sample_of(data: bytes) -> bytes:
    """Return some whole words of the data: all of it if it is short, else from eight places.

    Each place is a byte beyond ASCII if one follows, so that a few words in a long text are seen.
    """
    if len(data) <= SAMPLE_BYTES:
        return data
    return b"\n".join(_windows(data))


def detect_vietnamese(sample: bytes) -> tuple[str, float] | None:
    """Return the 8-bit encoding of a sample, and the share of its marked words that are valid.

    :return: None if it is not Vietnamese in one of these encodings.
    """
    spellings = {name: Spelling.of(DECODERS[name](sample)) for name in VIETNAMESE}
    # If two give the same text, it is the first.
    name = max(spellings, key=lambda one: spellings[one].score)
    best = spellings[name]
    return (name, best.share) if best.is_vietnamese else None


def detect_viqr(sample: bytes) -> float | None:
    """Return the share of the words with marks that are valid if an ASCII sample is VIQR."""
    marks = len(_VIQR_MARK.findall(sample))
    if marks < _MIN_VIQR_MARKS:
        return None
    text = convert_viqr(sample.decode("ascii"))
    spelling = Spelling.of(text)
    left = len(_VIQR_MARK.findall(text.encode("ascii", "ignore")))
    share = spelling.valid / max(1, spelling.marked + left)
    enough = spelling.valid >= _MIN_MARKED_SHARE * spelling.words
    return share if share >= _MIN_VALID_SHARE and enough else None


def _windows(data: bytes) -> Iterator[bytes]:
    size = SAMPLE_BYTES // _WINDOWS
    pattern = _ANY if data.isascii() else _NOT_ASCII
    end = 0
    for number in range(_WINDOWS):
        found = pattern.search(data, max(end, number * (len(data) - size) // (_WINDOWS - 1)))
        if found is None:
            return
        place = min(found.start(), len(data) - size)
        before = max(place - _MAX_WORD, end)
        start = max(data.rfind(space, before, place) for space in (b" ", b"\n")) + 1 or place
        after = _SPACE.search(data, min(place + size, len(data)), place + size + _MAX_WORD)
        end = after.start() if after else min(place + size, len(data))
        yield data[start:end]


def _has_usual_case(word: str) -> bool:
    return word[1:].islower() or word.isupper()
