"""A query string to its nodes.

The language is small: bare syllables, ``"quoted phrases"``, and several of both. Quotes may
be straight, curly or angle ones. Every other character that is no part of a syllable
separates syllables, except that a code written in one piece (``32-CTr/TU``, ``30/8/2013``,
``TP.HCM``, ``CQ&DN``) is a phrase of its parts.
"""

from typing import Final

from danvan_search.errors import QueryError
from danvan_search.query.nodes import Phrase, Query, QuerySyllable
from danvan_search.text import is_marked, syllables

MAX_QUERY_CHARS: Final = 1000
"""A longer query is refused unless the caller allows more."""

_CURLY_CLOSERS: Final = "\u201d\u201c\u201f\uff02"
_CLOSERS: Final = {
    '"': '"',
    "\uff02": "\uff02",
    "\u00ab": "\u00bb",
    "\u201c": _CURLY_CLOSERS,
    "\u201d": _CURLY_CLOSERS,
    "\u201e": _CURLY_CLOSERS,
    "\u201f": _CURLY_CLOSERS,
}
"""Each opening quote to the characters that close it; people mix the curly ones up."""

# What joins the parts of a code: nothing at all between letters and digits (Covid19), one of
# these signs, or a point or comma between digits.
_CODE_JOINTS: Final = frozenset("-‐‑–/._&'’:+")


def parse(text: str, *, max_chars: int = MAX_QUERY_CHARS) -> Query:
    """Parse a query.

    :param text: the query as typed, in any Unicode normal form.
    :param max_chars: the longest query to accept, in characters.
    :raises QueryError: it is too long, is empty, holds no letter and no digit, or a quote is
        not closed or has nothing between; ``position`` points at the character at fault.
    """
    if len(text) > max_chars:
        raise QueryError(
            f"the query has {len(text):,} characters, the limit is {max_chars:,}: shorten it",
            text,
            max_chars,
        )
    phrases: list[Phrase] = []
    bare_from = at = 0
    while at < len(text):
        closers = _CLOSERS.get(text[at])
        if closers is None:
            at += 1
            continue
        phrases += _codes(text, bare_from, at)
        end = next((i for i in range(at + 1, len(text)) if text[i] in closers), None)
        if end is None:
            raise QueryError(
                "the quote that opens here is never closed: close it, or leave it out", text, at
            )
        quoted = _syllables(text, at + 1, end)
        if not quoted:
            raise QueryError(
                "there is nothing to search for between these quotes: put syllables in, or "
                "leave them out",
                text,
                at,
            )
        phrases.append(Phrase(quoted, quoted=True))
        bare_from = at = end + 1
    phrases += _codes(text, bare_from, len(text))
    if not phrases:
        raise QueryError(_nothing(text), text, None if not text.strip() else 0)
    return Query(text, tuple(phrases))


def _nothing(text: str) -> str:
    if not text.strip():
        return "the query is empty: type the syllables to search for"
    return "the query has no letter and no digit: type the syllables to search for"


def _syllables(text: str, start: int, end: int) -> tuple[QuerySyllable, ...]:
    return tuple(
        QuerySyllable(
            one.accented,
            one.folded,
            is_marked(one.accented),
            start + one.start,
            start + one.end,
        )
        for one in syllables(text[start:end])
    )


def _codes(text: str, start: int, end: int) -> list[Phrase]:
    """The bare syllables from start to end, the parts of a code together."""
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
