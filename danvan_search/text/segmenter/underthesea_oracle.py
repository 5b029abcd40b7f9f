"""Word segmentation by underthesea itself: the oracle of the fast one, and its fallback.

underthesea normalises the text, drops its white space and joins the tokens of a word with
blanks, so its words carry no places. They are put back on the syllable grid through its
tokens: each is found again in the text that underthesea normalised, one after the other, and
that text has the same syllables, in the same order, as the original.
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
    """Segments texts one by one, some 41,000 syllables a second."""

    def segment_words(self, texts: Sequence[str]) -> list[list[str]]:
        """Return the words of each text; a chunk of over 1,000 characters is a word."""
        return [_words(text) for text in texts]

    def word_starts_batch(self, texts: Sequence[str]) -> list[WordStarts]:
        """Return where the words of each text start."""
        return [word_starts(text) for text in texts]

    def word_start_flags(
        self, texts: Sequence[str]
    ) -> "tuple[NDArray[np.bool_], NDArray[np.int64]]":
        """Return the flags of all syllables of the texts, and the counts of syllables."""
        import numpy as np

        flags = [word_starts(text).flags for text in texts]
        joined = [flag for some in flags for flag in some]
        return np.array(joined, np.bool_), np.array(list(map(len, flags)), np.int64)


def word_starts(text: str) -> WordStarts:
    """Segment a text into words with underthesea, on the text's syllable grid.

    :param text: any string. A chunk of over 1,000 characters without white space stays
        outside the segmenter: each of its syllables is a word.
    """
    flags: list[bool] = []
    unaligned = 0
    for part, is_long in parts(text):
        count = _count(part)
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
        words += found if plain == part else _restored(found, part)
    return words


def _restored(words: list[str], text: str) -> list[str]:
    """Put the surrogate halves of a text back into its words."""
    marks = iter([c for c in text if c == _REPLACEMENT or "\ud800" <= c <= "\udfff"])
    return ["".join(next(marks) if c == _REPLACEMENT else c for c in word) for word in words]


def _count(text: str) -> int:
    return sum(1 for _ in spans(text))


def _word_starts(text: str, count: int) -> WordStarts:
    if count < 2:
        return WordStarts((True,) * count)
    from underthesea.pipeline.text_normalize.character_normalize import (
        normalize_characters_in_text,
    )

    normal = normalize_characters_in_text(encodable(text))
    syllable_starts = [start for start, _ in spans(normal)]
    places = _word_places(normal)
    if len(syllable_starts) != count or places is None:
        return WordStarts((True,) * count, unaligned=count)
    word_of = [bisect_right(places, start) for start in syllable_starts]
    return WordStarts((True, *(word != before for before, word in pairwise(word_of))))


def _word_places(normal: str) -> list[int] | None:
    """Where each word of underthesea starts in the text that it normalised.

    None if its words are not a run of its tokens, or its tokens not a run of the text.
    """
    from underthesea import word_tokenize
    from underthesea.pipeline.word_tokenize.regex_tokenize import tokenize

    token_places = _token_places(normal, tokenize(normal, use_token_normalize=False))
    tokens = tokenize(normal)
    if token_places is None or len(tokens) != len(token_places):
        return None
    lengths = _tokens_per_word(word_tokenize(normal), tokens)
    if lengths is None:
        return None
    places = []
    first = 0
    for length in lengths:
        places.append(token_places[first])
        first += length
    return places


def _token_places(normal: str, tokens: list[str]) -> list[int] | None:
    places = []
    at = 0
    for token in tokens:
        place = normal.find(token, at)
        if place < 0 or (place > at and not normal[at:place].isspace()):
            return None
        places.append(place)
        at = place + len(token)
    return places


def _tokens_per_word(segmented: list[str], tokens: list[str]) -> list[int] | None:
    """How many tokens each word is made of; None if the two do not fit."""
    rest: Iterator[str] = iter(tokens)
    lengths = []
    for word in segmented:
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
