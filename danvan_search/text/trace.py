"""The whole trace of a text through the text part; `dvsearch analyze` prints it."""

from dataclasses import dataclass

from danvan_search.text.grid import Syllable, syllables
from danvan_search.text.words import word_starts


@dataclass(frozen=True, slots=True)
class AnalyzedSyllable(Syllable):
    """A syllable and the word that it belongs to.

    :ivar word: the accented form of its word, blanks between the syllables.
    :ivar starts_word: whether it is the first syllable of that word.
    """

    word: str
    starts_word: bool


@dataclass(frozen=True, slots=True)
class Analysis:
    """What a text becomes in the index.

    :ivar text: the text, as given.
    :ivar syllables: its syllables in order, each with its forms and its word.
    :ivar unaligned: how many syllables stand as words of their own because the segmenter's
        tokens could not be found in the text again.
    """

    text: str
    syllables: tuple[AnalyzedSyllable, ...]
    unaligned: int

    @property
    def words(self) -> tuple[str, ...]:
        """The words in order, in accented form."""
        return tuple(one.word for one in self.syllables if one.starts_word)


def analyze(text: str) -> Analysis:
    """Analyse a text: syllables with their forms and places, and words.

    :param text: any string; it is never altered. Offsets count its characters.
    :return: the trace of the text, the same that the index is built from.
    """
    plain = syllables(text)
    starts = word_starts(text)
    analyzed: list[AnalyzedSyllable] = []
    at = 0
    while at < len(plain):
        end = at + 1
        while end < len(plain) and not starts.flags[end]:
            end += 1
        word = " ".join(one.accented for one in plain[at:end])
        analyzed += [
            AnalyzedSyllable(
                one.surface, one.start, one.end, one.accented, one.folded, word, index == 0
            )
            for index, one in enumerate(plain[at:end])
        ]
        at = end
    return Analysis(text, tuple(analyzed), starts.unaligned)
