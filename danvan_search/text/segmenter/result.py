"""What a segmentation of one text is."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class WordStarts:
    """Where the words of a text start.

    :ivar flags: one flag per syllable of the text: does a word start with it?
    :ivar unaligned: how many syllables stand as words of their own because the segmenter's
        tokens could not be found in their text again.
    """

    flags: tuple[bool, ...]
    unaligned: int = 0
