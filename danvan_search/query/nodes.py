"""What a query string becomes: plain, immutable nodes that know nothing of an index."""

from dataclasses import dataclass
from functools import cached_property
from itertools import groupby
from typing import NamedTuple


class QuerySyllable(NamedTuple):
    """One syllable of a query.

    :ivar accented: its accented form.
    :ivar folded: its folded form.
    :ivar marked: whether it was typed with a Vietnamese mark; one that was holds to its form
        when accents count, one that was not matches every form.
    :ivar start: where it starts in the query, in characters.
    :ivar end: where it ends in the query, in characters.
    """

    accented: str
    folded: str
    marked: bool
    start: int
    end: int


class Phrase(NamedTuple):
    """Syllables that must stand side by side.

    A bare syllable is a phrase of one; a code such as ``32-CTr/TU``, written in one piece, is
    a phrase of its parts.

    :ivar syllables: at least one.
    :ivar quoted: whether it was typed between quotes, or is to be one word.
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
        """All syllables in order, those in quotes too."""
        return tuple(one for phrase in self.phrases for one in phrase.syllables)

    @cached_property
    def quoted(self) -> tuple[Phrase, ...]:
        """The phrases that were typed between quotes, and the words."""
        return tuple(phrase for phrase in self.phrases if phrase.quoted)

    @cached_property
    def bare(self) -> tuple[Phrase, ...]:
        """What was typed without quotes or `word:`: syllables and codes."""
        return tuple(phrase for phrase in self.phrases if not phrase.quoted)

    @cached_property
    def runs(self) -> tuple[Phrase, ...]:
        """The quoted phrases and words, and each run of bare syllables joined into one phrase."""
        joined: list[Phrase] = []
        for quoted, phrases in groupby(self.phrases, key=lambda phrase: phrase.quoted):
            if quoted:
                joined += phrases
            else:
                syllables = tuple(one for phrase in phrases for one in phrase.syllables)
                joined.append(Phrase(syllables, quoted=False))
        return tuple(joined)
