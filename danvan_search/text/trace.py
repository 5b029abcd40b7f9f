"""The analysis trace of a text: syllables, forms and words; `dvsearch analyze` prints it."""

from dataclasses import dataclass

from danvan_search.errors import ArgumentTypeError
from danvan_search.text.grid import Syllable, syllables
from danvan_search.text.words import word_starts


@dataclass(frozen=True, slots=True)
class AnalyzedSyllable(Syllable):
    """A syllable and the word it belongs to.

    :ivar word: the accented form of its word, the syllables joined by blanks.
    :ivar starts_word: whether the syllable is the first of its word.
    """

    word: str
    starts_word: bool


@dataclass(frozen=True, slots=True)
class Analysis:
    """The syllables and words that the index stores for a text.

    :ivar text: the original text.
    :ivar syllables: its syllables in order, each with its forms and its word.
    :ivar unaligned: the number of syllables that count as one-syllable words because the tokens
        of the segmenter could not be aligned with the text.
    """

    text: str
    syllables: tuple[AnalyzedSyllable, ...]
    unaligned: int

    @property
    def words(self) -> tuple[str, ...]:
        """The words in order, in accented form."""
        return tuple(one.word for one in self.syllables if one.starts_word)


def analyze(text: str) -> Analysis:
    """Analyse a text: its syllables with forms and offsets, and its words.

    :param text: any string; offsets count its characters.
    :return: the trace of the text; the index stores the same syllables and words.
    :raises ArgumentTypeError: it is not a string.
    """
    if not isinstance(text, str):
        raise ArgumentTypeError(f"a text is a string, not {type(text).__name__}")
    grid = syllables(text)
    starts = word_starts(text)
    analyzed: list[AnalyzedSyllable] = []
    start = 0
    while start < len(grid):
        end = start + 1
        while end < len(grid) and not starts.flags[end]:
            end += 1
        word = " ".join(one.accented for one in grid[start:end])
        analyzed += [
            AnalyzedSyllable(
                one.surface, one.start, one.end, one.accented, one.folded, word, index == 0
            )
            for index, one in enumerate(grid[start:end])
        ]
        start = end
    return Analysis(text, tuple(analyzed), starts.unaligned)
