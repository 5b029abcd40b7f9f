"""Analysis components for Whoosh: syllables, words, and forms without marks.

They compose with ``|`` like those of Whoosh, in the schema of any index::

    SyllableTokenizer() | FoldFilter()    hoà BÌNH  ->  hoa, binh
    SegmentWordsTokenizer()               Dân vận khéo léo  ->  dân vận, khéo léo

Tokens have positions and offsets; offsets count characters of the text as it is. Of a query with
wildcards, which Whoosh does not tokenize, the syllables are normalized, and all else is kept.

Whoosh pickles the objects into its indexes: the names of the classes stay.
"""

from collections.abc import Iterator
from functools import lru_cache
from itertools import pairwise
from typing import Any, Final

import regex
from whoosh.analysis import Composable, CompositeAnalyzer, Filter, Token, Tokenizer

from danvan_search.text.fold import fold
from danvan_search.text.grid import forms, spans, syllable_grid
from danvan_search.text.words import word_starts

_BETWEEN_FORMS: Final = regex.compile(r"([^\p{L}\p{M}\p{N}]+)")
_SURROGATES: Final = regex.compile(r"\p{Cs}")


class TextTokenizer(Tokenizer):  # type: ignore[misc]
    """A tokenizer of texts: its subclasses say which tokens a text has."""

    def __call__(
        self,
        value: str,
        positions: bool = False,
        chars: bool = False,
        keeporiginal: bool = False,
        removestops: bool = True,
        start_pos: int = 0,
        start_char: int = 0,
        tokenize: bool = True,
        mode: str = "",
        **kwargs: Any,  # noqa: ANN401 - of Whoosh, for its other tokenizers
    ) -> Iterator[Token]:
        """Yield the tokens of a text: one object, again and again, as all of Whoosh does.

        :param value: any string.
        :param positions: give each token its position, ``pos``.
        :param chars: give each token its offsets, ``startchar`` and ``endchar``.
        :param keeporiginal: give each token its text as written, ``original``.
        :param start_pos: the position of the first token.
        :param start_char: the offset of the first character of ``value``.
        :param tokenize: False for the text of a wildcard query, which is one token.
        """
        token = Token(positions, chars, removestops=removestops, mode=mode, **kwargs)
        tokens = self._tokens(value) if tokenize else [(0, len(value), normalized(value))]
        for index, (start, end, text) in enumerate(tokens):
            token.text = text
            token.boost = 1.0
            token.stopped = False
            if keeporiginal:
                token.original = value[start:end]
            if positions:
                token.pos = start_pos + index
            if chars:
                token.startchar = start_char + start
                token.endchar = start_char + end
            yield token

    def _tokens(self, text: str) -> list[tuple[int, int, str]]:
        """Return the tokens of a text: offsets of start and end, and the form."""
        raise NotImplementedError


class SyllableTokenizer(TextTokenizer):
    """Yields the syllables of a text in their accented forms: lower case, NFC, one tone placement.

    Letters and digits part, and a code is its parts: ``32-CTr/TU`` gives ``32``, ``ctr``, ``tu``.
    """

    def _tokens(self, text: str) -> list[tuple[int, int, str]]:
        grid = syllable_grid(text)
        return list(zip(grid.starts, grid.ends, grid.accented, strict=True))


class SegmentWordsTokenizer(TextTokenizer):
    """Yields the words of the word segmenter, the accented forms of a word joined by a blank."""

    def _tokens(self, text: str) -> list[tuple[int, int, str]]:
        grid = syllable_grid(text)
        flags = word_starts(text).flags if len(grid) else []
        firsts = [at for at in range(len(grid)) if not at or flags[at]]
        return [
            (grid.starts[first], grid.ends[end - 1], " ".join(grid.accented[first:end]))
            for first, end in pairwise([*firsts, len(grid)])
        ]


class FoldFilter(Filter):  # type: ignore[misc]
    """Takes all marks from the tokens: ``hòa`` becomes ``hoa``, ``đường`` becomes ``duong``."""

    def __call__(self, tokens: Iterator[Token]) -> Iterator[Token]:
        """Yield the tokens with folded texts."""
        for token in tokens:
            token.text = folded(token.text)
            yield token


def SyllableAnalyzer(folded: bool = True) -> Composable:  # noqa: N802 - Whoosh names analyzers so
    """Return the analyzer of syllables: a query finds texts with and without accents.

    :param folded: False for accented forms, which find texts with the same accents only.
    """
    tokenizer = SyllableTokenizer()
    return CompositeAnalyzer(tokenizer, FoldFilter()) if folded else tokenizer


def normalized(text: str) -> str:
    """Return a text with its syllables in their accented forms, and all else as it is.

    Lone surrogates are dropped: no form has any, and UTF-8 cannot encode them.
    """
    parts = []
    before = 0
    for start, end in spans(text):
        parts += [text[before:start], forms(text[start:end])[0]]
        before = end
    return str(_SURROGATES.sub("", "".join([*parts, text[before:]])))


@lru_cache(maxsize=1 << 16)
def folded(text: str) -> str:
    """Return a text of accented forms with each of them folded, and all else as it is."""
    if text.isalpha():
        return fold(text)
    return "".join(fold(part) if part else "" for part in _BETWEEN_FORMS.split(text))
