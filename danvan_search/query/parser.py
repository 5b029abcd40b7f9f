"""A query string to its nodes.

The language is small: bare syllables, ``"quoted phrases"``, ``word:"one word"`` or
``word:this``, and several of all. Quotes may be straight, curly or angle ones. ``word:`` counts
only where a clause begins: at the start, after white space, or after a quoted phrase. Every other
character that is no part of a syllable separates syllables, except that a code written in one
piece (``32-CTr/TU``, ``30/8/2013``, ``TP.HCM``, ``CQ&DN``) is a phrase of its parts.
"""

import re
from typing import Final

from danvan_search.errors import QueryError
from danvan_search.query.nodes import Phrase, Query, QuerySyllable
from danvan_search.text import is_marked
from danvan_search.text.grid import forms, spans

MAX_QUERY_CHARS: Final = 1000
"""A longer query is refused unless the caller allows more."""

_CURLY: Final = re.compile("[\u201d\u201c\u201f\uff02]")
_CLOSERS: Final = {
    '"': re.compile('"'),
    "\uff02": re.compile("\uff02"),
    "\u00ab": re.compile("\u00bb"),
    **dict.fromkeys("\u201c\u201d\u201e\u201f", _CURLY),
}
"""Each opening quote to what closes it; people mix the curly ones up."""

WORD: Final = "word:"
"""What stands before a quote, or a syllable, that is to be one word."""

_CLAUSE: Final = re.compile(f"[{''.join(_CLOSERS)}]|{WORD}")

# What joins the parts of a code: nothing at all between letters and digits (Covid19), one of
# these signs, or a point or comma between digits.
_CODE_JOINTS: Final = frozenset("-‐‑–/._&'’:+")


def parse(text: str, *, max_chars: int = MAX_QUERY_CHARS) -> Query:
    """Parse a query.

    :param text: the query as typed, in any Unicode normal form.
    :param max_chars: the longest query to accept, in characters.
    :raises QueryError: it is too long, is empty, holds no letter and no digit, a quote is not
        closed or has nothing between, or nothing follows ``word:``; ``position`` points at the
        character at fault.
    """
    if len(text) > max_chars:
        raise QueryError(
            f"the query has {len(text):,} characters, the limit is {max_chars:,}: shorten it",
            text,
            max_chars,
        )
    phrases: list[Phrase] = []
    bare_from = at = 0
    while clause := _CLAUSE.search(text, at):
        at = clause.start()
        is_word = clause[0] == WORD
        if is_word and at != bare_from and not text[at - 1].isspace():
            at = clause.end()
            continue
        opener = clause.end() if is_word else at
        closer = _CLOSERS.get(text[opener : opener + 1])
        phrases += _codes(text, bare_from, at)
        if closer is None:
            phrase, end = _word(text, opener)
        else:
            phrase, end = _quoted(text, opener, closer, is_word=is_word)
        phrases.append(phrase)
        bare_from = at = end
    phrases += _codes(text, bare_from, len(text))
    if not phrases:
        raise QueryError(_nothing(text), text, None if not text.strip() else 0)
    return Query(text, tuple(phrases))


def _nothing(text: str) -> str:
    if not text.strip():
        return "the query is empty: type the syllables to search for"
    return "the query has no letter and no digit: type the syllables to search for"


def _quoted(
    text: str, opener: int, closer: re.Pattern[str], *, is_word: bool
) -> tuple[Phrase, int]:
    """The phrase between the quote at a place and the one that closes it, and where it ends."""
    closed = closer.search(text, opener + 1)
    if closed is None:
        raise QueryError(
            "the quote that opens here is never closed: close it, or leave it out", text, opener
        )
    quoted = _syllables(text, opener + 1, closed.start())
    if not quoted:
        raise QueryError(
            "there is nothing to search for between these quotes: put syllables in, or "
            "leave them out",
            text,
            opener,
        )
    return Phrase(quoted, quoted=True, word=is_word), closed.end()


def _word(text: str, start: int) -> tuple[Phrase, int]:
    """The syllable, or the code, at the place after `word:`, and where it ends."""
    # No code goes on over white space or a quote.
    end = next(
        (i for i in range(start, len(text)) if text[i].isspace() or text[i] in _CLOSERS), len(text)
    )
    codes = _codes(text, start, end)
    if not codes or codes[0].syllables[0].start != start:
        raise QueryError(
            'no word follows here: write it right after the colon, as in word:"dân vận"',
            text,
            start - len(WORD),
        )
    syllables = codes[0].syllables
    return Phrase(syllables, quoted=True, word=True), syllables[-1].end


def _syllables(text: str, start: int, end: int) -> tuple[QuerySyllable, ...]:
    found = []
    for first, last in spans(text, start, end):
        accented, folded = forms(text[first:last])
        marked = accented != folded and is_marked(accented)
        found.append(QuerySyllable(accented, folded, marked, first, last))
    return tuple(found)


def _codes(text: str, start: int, end: int) -> list[Phrase]:
    """The bare syllables from start to end, the parts of a code together."""
    if start == end:
        return []
    groups: list[list[QuerySyllable]] = []
    for one in _syllables(text, start, end):
        if groups and _is_joint(text, groups[-1][-1].end, one.start):
            groups[-1].append(one)
        else:
            groups.append([one])
    return [Phrase(tuple(group), quoted=False) for group in groups]


def _is_joint(text: str, start: int, end: int) -> bool:
    between = text[start:end]
    if between == ",":
        return text[start - 1].isnumeric() and text[end].isnumeric()
    return not between or between in _CODE_JOINTS
