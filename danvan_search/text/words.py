"""Word segmentation of one text: a word-start flag per syllable, and words joined from flags."""

from collections.abc import Iterable
from itertools import pairwise

from danvan_search.text.segmenter import MAX_CHUNK_CHARS, WordStarts, default_segmenter

__all__ = ["MAX_CHUNK_CHARS", "WordStarts", "word_starts", "words"]


def word_starts(text: str) -> WordStarts:
    """Segment a text exactly as underthesea does; return one flag per syllable of its grid.

    :param text: any string. A chunk of over 1,000 characters without white space is not
        segmented: each of its syllables is a word.
    """
    return default_segmenter().word_starts_batch([text])[0]


def words(forms: list[str], starts: Iterable[bool]) -> list[str]:
    """Join the forms of a text's syllables into words.

    :param forms: the accented or folded forms, one per syllable.
    :param starts: the flags of :class:`WordStarts`, one per syllable.
    :return: the words; the syllables of each are joined by one blank.
    """
    first_syllables = [index for index, starts_word in enumerate(starts) if starts_word]
    return [" ".join(forms[a:b]) for a, b in pairwise([*first_syllables, len(forms)])]
