"""Text to underthesea's tokens, with their places and the syllables that they hold.

underthesea normalises a text (NFC, one đ), cuts it with one ordered pattern, and replaces
some short tokens by their usual spelling (``hoà`` by ``hòa``). Its tokens hardly ever depend
on anything beyond white space, so a chunk without white space is cut once and remembered. Many
chunks are cut at once, as lines of one text.
"""

import re
import unicodedata
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from danvan_search.text.batch_analyzer import syllable_places
from danvan_search.text.grid import spans
from danvan_search.text.segmenter.source import UnsupportedModelError

MAX_CHUNK_CHARS: Final = 1000
"""The pattern takes quadratic time on long chunks (``a.a.a.…``): they stay out."""

_MAX_REPLACED_CHARS: Final = 6  # underthesea looks no longer token up

_FEW_CHARS: Final = 2000
"""Fewer are cut by the pattern of syllables: the tables of the other way take 30 ms to load."""


@dataclass(frozen=True, slots=True)
class TokenRules:
    """What underthesea's tokens are made with; taken from it when its model is compiled.

    :ivar pattern: the source of its pattern.
    :ivar flags: the flags of that pattern.
    :ivar characters: characters to what replaces them, in order.
    :ivar tokens: tokens to what replaces them.
    """

    pattern: str
    flags: int
    characters: Mapping[str, str]
    tokens: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Tokenized:
    """The T tokens of P pieces of text, and their S syllables.

    :ivar tokens: the T tokens, as underthesea gives them.
    :ivar token_counts: (P,) int64, how many tokens each piece has.
    :ivar syllables: (S,) int64, for each syllable the token of its piece that it starts in,
        counted from 0.
    :ivar syllable_counts: (P,) int64, how many syllables each piece has.
    :ivar aligned: (P,) bool, whether a piece has the same syllables once it is normalised; if
        not, ``syllables`` has one 0 for each syllable of the piece as it was.
    """

    tokens: list[str]
    token_counts: NDArray[np.int64]
    syllables: NDArray[np.int64]
    syllable_counts: NDArray[np.int64]
    aligned: NDArray[np.bool_]


class Tokenizer:
    """Cuts pieces of text into tokens. Has no state but its rules.

    :raises UnsupportedModelError: if the pattern may take a line feed for any other character.
    """

    def __init__(self, rules: TokenRules) -> None:
        self._pattern = re.compile(rules.pattern, rules.flags)
        if self._pattern.flags & (re.DOTALL | re.MULTILINE):
            raise UnsupportedModelError("the token pattern takes a line feed for something else")
        self._characters = tuple(rules.characters.items())
        self._replacements = rules.tokens

    def normalize(self, text: str) -> str:
        """Return a text as underthesea normalises it."""
        if text.isascii():
            return text
        text = unicodedata.normalize("NFC", text)
        for character, replacement in self._characters:
            if character in text:
                text = text.replace(character, replacement)
        return text

    def chunks(self, chunks: Sequence[str]) -> Tokenized:
        """Cut chunks: characters without white space, with white space after them."""
        # No token goes over a line feed, and no letter is composed over one.
        original = "\n".join(chunks)
        normal = self.normalize(original)
        firsts = _line_starts(original)
        normal_firsts = firsts if original == normal else _line_starts(normal)
        # The pattern is to see that the text goes on, and `$` matches before a last line feed.
        return self._cut(original, firsts, normal, normal_firsts, f"{normal} ")

    def text(self, text: str) -> Tokenized:
        """Cut a whole text, or a chunk with what ends the text, as one piece."""
        normal = self.normalize(text)
        first = np.zeros(1, np.int64)
        return self._cut(text, first, normal, first, normal)

    def _cut(
        self,
        original: str,
        firsts: NDArray[np.int64],
        normal: str,
        normal_firsts: NDArray[np.int64],
        within: str,
    ) -> Tokenized:
        """Cut pieces that start at ``firsts``, and at ``normal_firsts`` once normalised."""
        found: list[str] = []
        at: list[int] = []
        for match in self._pattern.finditer(within):
            at.append(match.start())
            found.append(match[0])
        replaced = self._replacements.get
        # A part of a normalised text is normalised.
        tokens = [replaced(t, t) if len(t) <= _MAX_REPLACED_CHARS else t for t in found]
        places = np.array(at, np.int64)
        token_firsts = np.searchsorted(places, normal_firsts)
        starts = _syllable_starts(normal)
        normal_counts = _counts(starts, normal_firsts)
        counts = normal_counts
        if original != normal:
            counts = _counts(_syllable_starts(original), firsts)
        aligned = counts == normal_counts
        token_of = np.searchsorted(places, starts, "right") - 1
        token_of -= np.repeat(token_firsts, normal_counts)
        syllables = np.zeros(counts.sum(), np.int64)
        syllables[np.repeat(aligned, counts)] = token_of[np.repeat(aligned, normal_counts)]
        token_counts = np.diff(token_firsts, append=len(places))
        return Tokenized(tokens, token_counts, syllables, counts, aligned)


def _line_starts(text: str) -> NDArray[np.int64]:
    widths = np.array([len(line) + 1 for line in text.split("\n")], np.int64)
    starts: NDArray[np.int64] = widths.cumsum() - widths
    return starts


def _syllable_starts(text: str) -> NDArray[np.int64]:
    if len(text) > _FEW_CHARS:
        return syllable_places(text)[0]
    return np.array([start for start, _ in spans(text)], np.int64)


def _counts(places: NDArray[np.int64], firsts: NDArray[np.int64]) -> NDArray[np.int64]:
    """Return how many places lie in each piece, given where the pieces start."""
    return np.diff(np.searchsorted(places, firsts), append=len(places))
