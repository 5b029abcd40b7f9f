"""What marks are: which syllables of a text a query matched.

``clause_marks`` holds the rules. ``text_marks`` applies them to plain text, and ``grid_marks`` to
the documents of a segment.
"""

from operator import itemgetter
from typing import Final, NamedTuple

from danvan_search.query.nodes import Fuzzy, Prefix

Single = str | Prefix | Fuzzy
"""What a syllable of a query asks for: a folded form, or a pattern."""

Form = Single | tuple[Single, Single]
"""One of these, or a pair of neighbours in the query."""

Kind = tuple[tuple[Form, ...], bool]
"""What a mark contains: the forms that it matches, which a snippet weighs, and whether the accents
are as typed."""


Span = tuple[int, int]
"""The offsets of the first character, and after the last."""


class TextMarks(NamedTuple):
    """The marks of one text in columns: three lists of the same length, by rising offset.

    :ivar starts: the offset of each mark's first character.
    :ivar ends: the offset after its last character.
    :ivar kinds: what it contains.
    """

    starts: list[int]
    ends: list[int]
    kinds: list[Kind]


class Marks(NamedTuple):
    """The marks of one document.

    :ivar title: the marks of its title.
    :ivar body: the marks of its body.
    """

    title: TextMarks
    body: TextMarks


NO_MARKS: Final = TextMarks([], [], [])

MAX_MARKS: Final = 1 << 16
"""The first marks of a text, and no more: what a huge text would have takes too long to weigh."""

SlotMark = tuple[int, int, Kind]
"""The first syllable of a mark, the one after its last, by their index on a grid, and its kind."""

SLOTS: Final = itemgetter(0, 1)
