"""Word segmentation with underthesea itself: the oracle and the fallback of the fast engine.

underthesea normalises the text, drops white space and joins the tokens of a word with blanks, so
its words have no offsets. This module aligns them with the syllable grid in two steps: it finds
each token, in order, in the text that underthesea normalised; and that text has the same
syllables, in the same order, as the original text.
"""

from bisect import bisect_right
from collections.abc import Iterator, Sequence
from itertools import pairwise
from typing import TYPE_CHECKING

from danvan_search.text.grid import spans
from danvan_search.text.segmenter.pieces import encodable, parts
from danvan_search.text.segmenter.result import WordStarts

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

_REPLACEMENT = "\ufffd"


class UndertheseaEngine:
    """Segments texts one by one, at some 41,000 syllables a second."""

    def segment_words(self, texts: Sequence[str]) -> list[list[str]]:
        """Return the words of each text; a chunk of over 1,000 characters is one word."""
        return [_words(text) for text in texts]

    def word_starts_batch(self, texts: Sequence[str]) -> list[WordStarts]:
        """Return the word starts of each text."""
        return [word_starts(text) for text in texts]

    def word_start_flags(
        self, texts: Sequence[str]
    ) -> "tuple[NDArray[np.bool_], NDArray[np.int64]]":
        """Return the word-start flags of the S syllables of D texts, and their counts.

        :return: the flags, (S,) bool, and the number of syllables per text, (D,) int64.
        """
        import numpy as np

        flags = [word_starts(text).flags for text in texts]
        joined = [flag for text_flags in flags for flag in text_flags]
        return np.array(joined, np.bool_), np.array(list(map(len, flags)), np.int64)


def word_starts(text: str) -> WordStarts:
    """Segment a text with underthesea; return one flag per syllable of its grid.

    :param text: any string. A chunk of over 1,000 characters without white space is not
        segmented: each of its syllables is a word.
    """
    flags: list[bool] = []
    unaligned = 0
    for part, is_long in parts(text):
        count = _syllable_count(part)
        starts = WordStarts((True,) * count) if is_long else _word_starts(part, count)
        flags += starts.flags
        unaligned += starts.unaligned
    return WordStarts(tuple(flags), unaligned)


def _words(text: str) -> list[str]:
    from underthesea import word_tokenize

    words: list[str] = []
    for part, is_long in parts(text):
        plain = encodable(part)
        found: list[str] = [part] if is_long else word_tokenize(plain)
        words += found if plain == part else _restore_surrogates(found, part)
    return words


def _restore_surrogates(words: list[str], text: str) -> list[str]:
    """Put the surrogate halves of a text back into its words."""
    originals = iter([c for c in text if c == _REPLACEMENT or "\ud800" <= c <= "\udfff"])
    return ["".join(next(originals) if c == _REPLACEMENT else c for c in word) for word in words]


def _syllable_count(text: str) -> int:
    return len(spans(text))


def _word_starts(text: str, count: int) -> WordStarts:
    if count < 2:
        return WordStarts((True,) * count)
    from underthesea.pipeline.text_normalize.character_normalize import (
        normalize_characters_in_text,
    )

    normal = normalize_characters_in_text(encodable(text))
    syllable_starts = [start for start, _ in spans(normal)]
    word_offsets = _word_offsets(normal)
    if len(syllable_starts) != count or word_offsets is None:
        return WordStarts((True,) * count, unaligned=count)
    word_of = [bisect_right(word_offsets, start) for start in syllable_starts]
    return WordStarts((True, *(word != before for before, word in pairwise(word_of))))


def _word_offsets(normal: str) -> list[int] | None:
    """Return the start offset of each word of underthesea in the text that it normalised.

    :return: the offsets; None if the words do not consist of consecutive tokens, or if the
        tokens, with white space between them, do not make up the text.
    """
    from underthesea import word_tokenize
    from underthesea.pipeline.word_tokenize.regex_tokenize import tokenize

    token_offsets = _token_offsets(normal, tokenize(normal, use_token_normalize=False))
    tokens = tokenize(normal)
    if token_offsets is None or len(tokens) != len(token_offsets):
        return None
    lengths = _tokens_per_word(word_tokenize(normal), tokens)
    if lengths is None:
        return None
    offsets = []
    first = 0
    for length in lengths:
        offsets.append(token_offsets[first])
        first += length
    return offsets


def _token_offsets(normal: str, tokens: list[str]) -> list[int] | None:
    """Return the start offset of each token in the normalised text; None if one is missing."""
    offsets = []
    end = 0
    for token in tokens:
        offset = normal.find(token, end)
        if offset < 0 or (offset > end and not normal[end:offset].isspace()):
            return None
        offsets.append(offset)
        end = offset + len(token)
    return offsets


def _tokens_per_word(words: list[str], tokens: list[str]) -> list[int] | None:
    """Return how many tokens each word consists of; None if words and tokens do not match."""
    rest: Iterator[str] = iter(tokens)
    lengths = []
    for word in words:
        joined = next(rest, None)
        length = 1
        while joined is not None and len(joined) < len(word):
            following = next(rest, None)
            joined = None if following is None else f"{joined} {following}"
            length += 1
        if joined != word:
            return None
        lengths.append(length)
    return None if next(rest, None) is not None else lengths
