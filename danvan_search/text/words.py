"""Word segmentation on the syllable grid: one bit per syllable, "a word starts here".

underthesea normalises the text, drops its white space and joins the tokens of a word with
blanks, so its words carry no places. They are put back on the grid through its tokens: each
is found again in the text that underthesea normalised, one after the other, and that text
has the same syllables, in the same order, as the original.
"""

from bisect import bisect_right
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import pairwise
from typing import Final

import regex

from danvan_search.text.grid import spans

MAX_CHUNK_CHARS: Final = 1000
"""underthesea's pattern takes quadratic time on long chunks (``a.a.a.…``): they stay out."""

_LONG_CHUNK: Final = regex.compile(rf"\S{{{MAX_CHUNK_CHARS + 1},}}+")
_SURROGATES: Final = dict.fromkeys(range(0xD800, 0xE000), "\ufffd")


@dataclass(frozen=True, slots=True)
class WordStarts:
    """Where the words of a text start.

    :ivar flags: one flag per syllable of the text: does a word start with it?
    :ivar unaligned: how many syllables stand as words of their own because the segmenter's
        tokens could not be found in their text again.
    """

    flags: tuple[bool, ...]
    unaligned: int = 0


def word_starts(text: str) -> WordStarts:
    """Segment a text into words with underthesea, on the text's syllable grid.

    :param text: any string. A chunk of over 1,000 characters without white space stays
        outside the segmenter: each of its syllables is a word.
    """
    flags: list[bool] = []
    unaligned = 0
    at = 0
    for chunk in _LONG_CHUNK.finditer(text):
        part = _segment(text[at : chunk.start()])
        flags += part.flags
        flags += [True] * _count(chunk[0])
        unaligned += part.unaligned
        at = chunk.end()
    part = _segment(text[at:])
    return WordStarts((*flags, *part.flags), unaligned + part.unaligned)


def words(forms: list[str], starts: Iterable[bool]) -> list[str]:
    """Join the forms of a text's syllables into words.

    :param forms: the accented or the folded forms, one per syllable.
    :param starts: the flags of :class:`WordStarts`, one per syllable.
    :return: the words, the syllables of each joined by one blank.
    """
    borders = [index for index, starts_word in enumerate(starts) if starts_word]
    return [" ".join(forms[a:b]) for a, b in pairwise([*borders, len(forms)])]


def _count(text: str) -> int:
    return sum(1 for _ in spans(text))


def _segment(text: str) -> WordStarts:
    count = _count(text)
    if count < 2:
        return WordStarts((True,) * count)
    # Loading underthesea takes 0.3 s, and a search needs no words.
    from underthesea.pipeline.text_normalize.character_normalize import (
        normalize_characters_in_text,
    )

    # The segmenter encodes its tokens to UTF-8, which has no place for surrogate halves.
    normal = normalize_characters_in_text(text.translate(_SURROGATES))
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
