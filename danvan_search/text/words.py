"""Word segmentation on the syllable grid: one bit per syllable, "a word starts here"."""

from collections.abc import Iterable
from itertools import pairwise

from danvan_search.text.segmenter import MAX_CHUNK_CHARS, WordStarts, default_segmenter

__all__ = ["MAX_CHUNK_CHARS", "WordStarts", "word_starts", "words"]


def word_starts(text: str) -> WordStarts:
    """Segment a text into words as underthesea does, on the text's syllable grid.

    :param text: any string. A chunk of over 1,000 characters without white space stays
        outside the segmenter: each of its syllables is a word.
    """
    return default_segmenter().word_starts_batch([text])[0]


def words(forms: list[str], starts: Iterable[bool]) -> list[str]:
    """Join the forms of a text's syllables into words.

    :param forms: the accented or the folded forms, one per syllable.
    :param starts: the flags of :class:`WordStarts`, one per syllable.
    :return: the words, the syllables of each joined by one blank.
    """
    borders = [index for index, starts_word in enumerate(starts) if starts_word]
    return [" ".join(forms[a:b]) for a, b in pairwise([*borders, len(forms)])]
