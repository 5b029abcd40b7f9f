"""Parses a query string into a tree.

A query is a sequence of clauses: bare syllables, ``"quoted phrases"``, and ``word:"one word"`` or
``word:this``. Quotes may be straight, curly or angle quotes. ``word:`` has its meaning only where a
clause begins: at the start, after white space, or after a quoted phrase. Every other character that
is not part of a syllable separates syllables, except that a code written in one piece
(``32-CTr/TU``, ``30/8/2013``, ``TP.HCM``, ``CQ&DN``) is a phrase of its parts.
"""

import re
from typing import Final

from danvan_search.errors import QueryError
from danvan_search.query.nodes import And, Node, Phrase, Query, Run, Term
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
    """Return the tree of a query.

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
    clauses: list[Node] = []
    bare_from = at = 0
    while clause := _CLAUSE.search(text, at):
        at = clause.start()
        is_word = clause[0] == WORD
        if is_word and at != bare_from and not text[at - 1].isspace():
            at = clause.end()
            continue
        opener = clause.end() if is_word else at
        closer = _CLOSERS.get(text[opener : opener + 1])
        clauses += _runs(text, bare_from, at)
        if closer is None:
            phrase, end = _unquoted_word(text, opener)
        else:
            phrase, end = _quoted_phrase(text, opener, closer, is_word=is_word)
        clauses.append(phrase)
        bare_from = at = end
    clauses += _runs(text, bare_from, len(text))
    if not clauses:
        raise QueryError(_empty_message(text), text, None if not text.strip() else 0)
    root = clauses[0] if len(clauses) == 1 else And(tuple(clauses), span=(0, len(text)))
    return Query(text, root)


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
    span = opener, closed.end()
    return Phrase(quoted, word=is_word, span=span), closed.end()


def _unquoted_word(text: str, start: int) -> tuple[Phrase, int]:
    """Return the syllable or the code that follows ``word:``, and the offset after it.

    :param start: the offset after ``word:``.
    """
    # No code continues across white space or a quote.
    end = next(
        (i for i in range(start, len(text)) if text[i].isspace() or text[i] in _CLOSERS), len(text)
    )
    codes = _bare_phrases(text, start, end)
    if not codes or codes[0].span[0] != start:
        raise QueryError(
            'no word follows here: write it right after the colon, as in word:"dân vận"',
            text,
            start - len(WORD),
        )
    span = codes[0].span
    return Phrase(codes[0].syllables, word=True, span=span), span[1]


def _syllables(text: str, start: int, end: int) -> tuple[Term, ...]:
    found = []
    for first, last in spans(text, start, end):
        accented, folded = forms(text[first:last])
        marked = accented != folded and is_marked(accented)
        found.append(Term(folded, accented, marked, span=(first, last)))
    return tuple(found)


def _runs(text: str, start: int, end: int) -> list[Run]:
    """Return the bare syllables between two offsets as one run; none if there are none."""
    phrases = _bare_phrases(text, start, end)
    if not phrases:
        return []
    return [Run(tuple(phrases), span=(phrases[0].span[0], phrases[-1].span[1]))]


def _bare_phrases(text: str, start: int, end: int) -> list[Phrase]:
    """Return the bare syllables and codes between two offsets, a phrase each."""
    if start == end:
        return []
    groups: list[list[Term]] = []
    for one in _syllables(text, start, end):
        if groups and _is_joint(text, groups[-1][-1].span[1], one.span[0]):
            groups[-1].append(one)
        else:
            groups.append([one])
    return [Phrase(tuple(group), span=(group[0].span[0], group[-1].span[1])) for group in groups]


def _is_joint(text: str, start: int, end: int) -> bool:
    """Return whether the characters between two syllables join them into a code."""
    between = text[start:end]
    if between == ",":
        return text[start - 1].isnumeric() and text[end].isnumeric()
    return not between or between in _CODE_JOINTS
