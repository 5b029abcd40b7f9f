"""Text to underthesea's tokens, with their places and the syllables that they hold.

underthesea normalises a text (NFC, one đ), cuts it with one ordered pattern, and replaces
some short tokens by their usual spelling (``hoà`` by ``hòa``). Its tokens hardly ever depend
on anything beyond white space, so a chunk without white space is cut once and remembered.
"""

import re
import unicodedata
from bisect import bisect_right
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from danvan_search.text.grid import spans

MAX_CHUNK_CHARS: Final = 1000
"""The pattern takes quadratic time on long chunks (``a.a.a.…``): they stay out."""

_MAX_REPLACED_CHARS: Final = 6  # underthesea looks no longer token up


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
    """The tokens of a piece of text.

    :ivar tokens: the tokens, as underthesea gives them.
    :ivar places: where each token starts, in characters of the normalised piece.
    :ivar syllables: for each syllable of the piece, the index of the token it starts in.
    :ivar aligned: whether the piece has the same syllables once it is normalised; if not,
        ``syllables`` has one 0 for each syllable of the piece as it was.
    """

    tokens: list[str]
    places: list[int]
    syllables: list[int]
    aligned: bool


class Tokenizer:
    """Cuts pieces of text into tokens. Has no state but its rules."""

    def __init__(self, rules: TokenRules) -> None:
        self._pattern = re.compile(rules.pattern, rules.flags)
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

    def chunk(self, chunk: str) -> Tokenized:
        """Cut a chunk: characters without white space, with white space after them."""
        normal = self.normalize(chunk)
        # The pattern is to see that the text goes on, and `$` matches before "\n".
        return self._cut(chunk, normal, f"{normal} ")

    def text(self, text: str) -> Tokenized:
        """Cut a whole text, or a chunk with what ends the text."""
        normal = self.normalize(text)
        return self._cut(text, normal, normal)

    def _cut(self, original: str, normal: str, within: str) -> Tokenized:
        tokens, places = [], []
        for match in self._pattern.finditer(within):
            places.append(match.start())
            token = match[0]
            # A part of a normalised text is normalised.
            if len(token) <= _MAX_REPLACED_CHARS:
                token = self._replacements.get(token, token)
            tokens.append(token)
        starts = [start for start, _ in spans(normal)]
        count = len(starts) if original == normal else sum(1 for _ in spans(original))
        if count != len(starts):
            return Tokenized(tokens, places, [0] * count, aligned=False)
        syllables = [bisect_right(places, start) - 1 for start in starts]
        return Tokenized(tokens, places, syllables, aligned=True)
