"""The result type of the word segmentation of one text: word-start flags per syllable."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class WordStarts:
    """The word starts of a text.

    :ivar flags: one flag per syllable of the text: whether a word starts with the syllable.
    :ivar unaligned: the number of syllables that count as one-syllable words because the tokens
        of the segmenter could not be aligned with the text.
    """

    flags: tuple[bool, ...]
    unaligned: int = 0
