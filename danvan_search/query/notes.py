"""Notes: how a query was understood where what was typed is no complete operator.

Nothing that people paste is an error. What cannot be an operator is text, and a note says so;
strict parsing raises the first note as an error.
"""

from typing import Any, Final, Literal

from danvan_search.errors import QueryError
from danvan_search.frozen import frozen
from danvan_search.query.nodes import Span

Code = Literal[
    "any",
    "bracket_not_closed",
    "bracket_not_opened",
    "brackets_too_deep",
    "category_unknown",
    "date",
    "date_range",
    "distance",
    "excluded",
    "near",
    "quotes_empty",
    "operator_alone",
    "quote_not_closed",
    "word_pattern",
    "word_takes_one",
]


@frozen()
class Note:
    """One thing to know of how a query was understood.

    :ivar code: which kind of note it is, for programs.
    :ivar message: a sentence for people.
    :ivar span: where the query string has what it is about.
    """

    code: Code
    message: str
    span: Span

    def to_json(self) -> dict[str, Any]:
        """Return the note as plain JSON values."""
        return {"code": self.code, "message": self.message, "span": list(self.span)}


MESSAGES: Final[dict[Code, str]] = {
    "any": "of more than five syllables not all are demanded: "
    "choose the match `all` or `most` to demand more",
    "bracket_not_closed": "the bracket that opens here is never closed, so it does not count: "
    "close it, or leave it out",
    "bracket_not_opened": "the bracket that closes here was never opened, so it does not count: "
    "leave it out",
    "brackets_too_deep": "brackets are nested too deeply from here on, and do not count: use fewer",
    "category_unknown": "no article has this category",
    "date": "this is no date, so it is read as text: write 2019, 6/2019, 30/6/2019 or 2019-06-30",
    "date_range": "this range of dates ends before it begins, so no article matches: "
    "write the earlier date first",
    "distance": "at most 99 syllables may stand between, so 99 is read here",
    "excluded": "no article is left without this, but some have it: to search for it, put a blank "
    "behind the minus, or write NOT in small letters",
    "near": "NEAR needs a phrase or bare syllables on both sides, so it is read as AND",
    "quotes_empty": "these quotes contain no syllable, so they do not count: "
    "put syllables between them, or leave them out",
    "operator_alone": "this operator needs something on both sides, so it does not count: "
    "leave it out, or type the word in small letters",
    "quote_not_closed": "the quote that opens here is never closed, so it does not count: "
    "close it, or leave it out",
    "word_pattern": "a word has no pattern, so `*` and `~` do not count here: leave them out",
    "word_takes_one": "`word:` takes one syllable, and what follows does not belong to it: "
    'quote a longer word, as in word:"dân vận"',
}


class Notes:
    """Collects the notes of one query: of each kind the first."""

    def __init__(self) -> None:
        self._notes: dict[Code, Note] = {}

    def add(self, code: Code, start: int, end: int) -> None:
        """Add a note about a part of the query."""
        known = self._notes.get(code)
        if known is None or start < known.span[0]:
            self._notes[code] = Note(code, MESSAGES[code], (start, end))

    def sorted(self) -> tuple[Note, ...]:
        """Return the notes in the order of their places in the query."""
        return tuple(sorted(self._notes.values(), key=lambda note: note.span))


def raise_first(notes: tuple[Note, ...], text: str) -> None:
    """Raise the first of some notes as an error.

    :raises QueryError: there is a note.
    """
    if notes:
        raise QueryError(notes[0].message, text, notes[0].span[0])
