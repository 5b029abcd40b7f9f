"""The nodes of a parsed query: syllables, phrases and the query; plain and immutable."""

from dataclasses import dataclass
from functools import cached_property
from itertools import groupby
from typing import NamedTuple


class QuerySyllable(NamedTuple):
    """One syllable of a query.

    :ivar accented: its accented form.
    :ivar folded: its folded form.
    :ivar marked: whether it was typed with a Vietnamese mark. If so, it matches its accented form
        only, when accents count; otherwise it matches every variant.
    :ivar start: the offset of its first character in the query.
    :ivar end: the offset after its last character.
    """

    accented: str
    folded: str
    marked: bool
    start: int
    end: int


class Phrase(NamedTuple):
    """Syllables that must occur side by side.

    A bare syllable is a phrase of one syllable. A code written in one piece, such as
    ``32-CTr/TU``, is a phrase of its parts.

    :ivar syllables: at least one.
    :ivar quoted: whether it was typed between quotes or after ``word:``.
    :ivar word: whether it matches only where the segmenter made it one word.
    """

    syllables: tuple[QuerySyllable, ...]
    quoted: bool
    word: bool = False


@dataclass(frozen=True)
class Query:
    """A whole query.

    :ivar text: the query as typed.
    :ivar phrases: its phrases in order; at least one.
    """

    text: str
    phrases: tuple[Phrase, ...]

    @cached_property
    def syllables(self) -> tuple[QuerySyllable, ...]:
        """All syllables in order, also those in quotes."""
        return tuple(one for phrase in self.phrases for one in phrase.syllables)

    @cached_property
    def quoted(self) -> tuple[Phrase, ...]:
        """The phrases that were typed between quotes or after ``word:``."""
        return tuple(phrase for phrase in self.phrases if phrase.quoted)

    @cached_property
    def bare(self) -> tuple[Phrase, ...]:
        """The syllables and codes that were typed without quotes or ``word:``."""
        return tuple(phrase for phrase in self.phrases if not phrase.quoted)

    @cached_property
    def runs(self) -> tuple[Phrase, ...]:
        """The quoted phrases, and each run of bare syllables and codes joined into one phrase."""
        joined: list[Phrase] = []
        for quoted, phrases in groupby(self.phrases, key=lambda phrase: phrase.quoted):
            if quoted:
                joined += phrases
            else:
                syllables = tuple(one for phrase in phrases for one in phrase.syllables)
                joined.append(Phrase(syllables, quoted=False))
        return tuple(joined)
