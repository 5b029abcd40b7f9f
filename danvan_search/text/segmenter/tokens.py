"""The tokenizer: underthesea's tokens of chunks and texts, and the token of each syllable.

underthesea normalises a text (NFC, one đ), cuts it with one ordered pattern, and replaces some
short tokens by their usual spelling (``hoà`` by ``hòa``). A token hardly ever depends on text
beyond the next white space, so the lexicon caches the tokens of each chunk. The tokenizer cuts
many chunks at once, as lines of one text.
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
"""Longer chunks are not cut: the pattern takes quadratic time on some of them (``a.a.a.…``)."""

_MAX_REPLACED_CHARS: Final = 6  # underthesea replaces no longer token

_MAX_PATTERN_CHARS: Final = 2000
"""In texts up to this length the syllable pattern of ``grid`` finds the syllables; in longer ones
``batch_analyzer`` is faster, although its code table takes 30 ms to build."""


@dataclass(frozen=True, slots=True)
class TokenRules:
    """The tokenization rules of underthesea, extracted when its model is compiled.

    :ivar pattern: the source of the token pattern.
    :ivar flags: the `re` flags of the pattern.
    :ivar characters: maps characters to their replacements, in the order of application.
    :ivar tokens: maps tokens to their replacements.
    """

    pattern: str
    flags: int
    characters: Mapping[str, str]
    tokens: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Tokenized:
    """The T tokens and S syllables of P pieces of text.

    :ivar tokens: the T tokens, as underthesea gives them.
    :ivar token_counts: (P,) int64, the number of tokens of each piece.
    :ivar syllables: (S,) int64, the index within its piece, from 0, of the token in which each
        syllable starts.
    :ivar syllable_counts: (P,) int64, the number of syllables of each piece.
    :ivar aligned: (P,) bool, whether a piece has the same number of syllables before and after
        normalisation; if not, ``syllables`` has a 0 for each syllable of the original piece.
    """

    tokens: list[str]
    token_counts: NDArray[np.int64]
    syllables: NDArray[np.int64]
    syllable_counts: NDArray[np.int64]
    aligned: NDArray[np.bool_]


class Tokenizer:
    """Cuts pieces of text into tokens; immutable.

    :raises UnsupportedModelError: if the flags of the pattern change how it matches a line feed.
    """

    def __init__(self, rules: TokenRules) -> None:
        self._pattern = re.compile(rules.pattern, rules.flags)
        if self._pattern.flags & (re.DOTALL | re.MULTILINE):
            raise UnsupportedModelError("the token pattern has the flag DOTALL or MULTILINE")
        self._characters = tuple(rules.characters.items())
        self._replacements = rules.tokens

    def normalize(self, text: str) -> str:
        """Return a text, normalised as underthesea does it."""
        if text.isascii():
            return text
        text = unicodedata.normalize("NFC", text)
        for character, replacement in self._characters:
            if character in text:
                text = text.replace(character, replacement)
        return text

    def chunks(self, chunks: Sequence[str]) -> Tokenized:
        """Cut chunks as if each were followed by white space and more text."""
        # No token crosses a line feed, and normalisation composes no letters across one.
        original = "\n".join(chunks)
        normal = self.normalize(original)
        starts = _line_starts(original)
        normal_starts = starts if original == normal else _line_starts(normal)
        # The blank shows the pattern that the text continues; `$` would match before a final
        # line feed.
        return self._cut(original, starts, normal, normal_starts, f"{normal} ")

    def text(self, text: str) -> Tokenized:
        """Cut a whole text, or a chunk with the end of its text, as one piece."""
        normal = self.normalize(text)
        start = np.zeros(1, np.int64)
        return self._cut(text, start, normal, start, normal)

    def _cut(
        self,
        original: str,
        starts: NDArray[np.int64],
        normal: str,
        normal_starts: NDArray[np.int64],
        searched: str,
    ) -> Tokenized:
        """Cut P pieces of a text into tokens.

        :param original: the pieces in one string.
        :param starts: (P,) int64, the start offset of each piece in ``original``.
        :param normal: the normalised string.
        :param normal_starts: (P,) int64, the start offset of each piece in ``normal``.
        :param searched: the string to match the pattern in, ``normal`` with or without a suffix.
        """
        found: list[str] = []
        offsets: list[int] = []
        for match in self._pattern.finditer(searched):
            offsets.append(match.start())
            found.append(match[0])
        replaced = self._replacements.get
        # A substring of a normalised text is normalised.
        tokens = [replaced(t, t) if len(t) <= _MAX_REPLACED_CHARS else t for t in found]
        token_starts = np.array(offsets, np.int64)
        first_tokens = np.searchsorted(token_starts, normal_starts)
        syllable_starts = _syllable_starts(normal)
        normal_counts = _counts(syllable_starts, normal_starts)
        counts = normal_counts
        if original != normal:
            counts = _counts(_syllable_starts(original), starts)
        aligned = counts == normal_counts
        token_of = np.searchsorted(token_starts, syllable_starts, "right") - 1
        token_of -= np.repeat(first_tokens, normal_counts)
        syllables = np.zeros(counts.sum(), np.int64)
        syllables[np.repeat(aligned, counts)] = token_of[np.repeat(aligned, normal_counts)]
        token_counts = np.diff(first_tokens, append=len(token_starts))
        return Tokenized(tokens, token_counts, syllables, counts, aligned)


def _line_starts(text: str) -> NDArray[np.int64]:
    widths = np.array([len(line) + 1 for line in text.split("\n")], np.int64)
    starts: NDArray[np.int64] = widths.cumsum() - widths
    return starts


def _syllable_starts(text: str) -> NDArray[np.int64]:
    if len(text) > _MAX_PATTERN_CHARS:
        return syllable_places(text)[0]
    return np.array([start for start, _ in spans(text)], np.int64)


def _counts(offsets: NDArray[np.int64], piece_starts: NDArray[np.int64]) -> NDArray[np.int64]:
    """Return how many of the sorted offsets lie in each piece."""
    return np.diff(np.searchsorted(offsets, piece_starts), append=len(offsets))
