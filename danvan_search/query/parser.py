"""Parses a query string into nodes.

A query is a sequence of clauses: bare syllables, ``"quoted phrases"``, and ``word:"one word"`` or
``word:this``. Quotes may be straight, curly or angle quotes. ``word:`` has its meaning only where a
clause begins: at the start, after white space, or after a quoted phrase. Every other character that
is not part of a syllable separates syllables, except that a code written in one piece
(``32-CTr/TU``, ``30/8/2013``, ``TP.HCM``, ``CQ&DN``) is a phrase of its parts.
"""

import re
from typing import Final

from danvan_search.errors import QueryError
from danvan_search.query.nodes import Phrase, Query, QuerySyllable
from danvan_search.text import is_marked
from danvan_search.text.grid import forms, spans

MAX_QUERY_CHARS: Final = 1000
"""The default maximum length of a query, in characters."""

_CURLY: Final = re.compile("[\u201d\u201c\u201f\uff02]")
_CLOSERS: Final = {
    '"': re.compile('"'),
    "\uff02": re.compile("\uff02"),
    "\u00ab": re.compile("\u00bb"),
    **dict.fromkeys("\u201c\u201d\u201e\u201f", _CURLY),
}
"""The closing quotes of each opening quote; people mix up the curly ones."""

WORD: Final = "word:"
"""The prefix of a quoted phrase, or a syllable, that must match one word."""

_CLAUSE: Final = re.compile(f"[{''.join(_CLOSERS)}]|{WORD}")

# The parts of a code are joined by one of these signs, by a comma between digits, or by nothing
# between letters and digits (Covid19).
_CODE_JOINTS: Final = frozenset("-‐‑–/._&'’:+")


def parse(text: str, *, max_chars: int = MAX_QUERY_CHARS) -> Query:
    """Return the nodes of a query.

    :param text: the query as typed, in any Unicode normal form.
    :param max_chars: the maximum length of the query, in characters.
    :raises QueryError: the query is too long, is empty, or has neither letters nor digits; a quote
        is not closed, or encloses no syllable; or no word follows ``word:``. ``position`` is the
        offset of the error.
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
        phrases += _bare_phrases(text, bare_from, at)
        if closer is None:
            phrase, end = _unquoted_word(text, opener)
        else:
            phrase, end = _quoted_phrase(text, opener, closer, is_word=is_word)
        phrases.append(phrase)
        bare_from = at = end
    phrases += _bare_phrases(text, bare_from, len(text))
    if not phrases:
        raise QueryError(_empty_message(text), text, None if not text.strip() else 0)
    return Query(text, tuple(phrases))


def _empty_message(text: str) -> str:
    if not text.strip():
        return "the query is empty: type the syllables to search for"
    return "the query has no letter and no digit: type the syllables to search for"


def _quoted_phrase(
    text: str, opener: int, closer: re.Pattern[str], *, is_word: bool
) -> tuple[Phrase, int]:
    """Return the phrase between two quotes, and the offset after the closing quote.

    :param opener: the offset of the opening quote.
    :param closer: matches its closing quotes.
    """
    closed = closer.search(text, opener + 1)
    if closed is None:
        raise QueryError(
            "the quote that opens here is never closed: close it, or leave it out", text, opener
        )
    quoted = _syllables(text, opener + 1, closed.start())
    if not quoted:
        raise QueryError(
            "these quotes contain no syllable: put syllables between them, or leave them out",
            text,
            opener,
        )
    return Phrase(quoted, quoted=True, word=is_word), closed.end()


def _unquoted_word(text: str, start: int) -> tuple[Phrase, int]:
    """Return the syllable or the code that follows ``word:``, and the offset after it.

    :param start: the offset after ``word:``.
    """
    # No code continues across white space or a quote.
    end = next(
        (i for i in range(start, len(text)) if text[i].isspace() or text[i] in _CLOSERS), len(text)
    )
    codes = _bare_phrases(text, start, end)
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


def _bare_phrases(text: str, start: int, end: int) -> list[Phrase]:
    """Return the bare syllables and codes between two offsets, a phrase each."""
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
    """Return whether the characters between two syllables join them into a code."""
    between = text[start:end]
    if between == ",":
        return text[start - 1].isnumeric() and text[end].isnumeric()
    return not between or between in _CODE_JOINTS
