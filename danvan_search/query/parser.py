"""Parses a query string into a tree.

Nothing that people paste is an error: what cannot be an operator is text, with a note. ``lexer``
has the operators, ``descent`` the grammar.
"""

import re
from dataclasses import replace
from typing import Final

from danvan_search.errors import QueryError
from danvan_search.query.descent import Descent
from danvan_search.query.fields import KnownValues
from danvan_search.query.lexer import QUOTES
from danvan_search.query.nodes import And, InField, Near, Node, Or, Phrase, Required, Run, Term
from danvan_search.query.notes import Note, Notes, raise_first
from danvan_search.query.query import Query
from danvan_search.query.syllables import has_patterns, prefix_of, run_of, terms_in, with_codes

MAX_QUERY_CHARS: Final = 1000
"""The default maximum length of a query, in characters."""

_SIGNS: Final = re.compile(rf"[{QUOTES}()|~^*\\:&+-]")
_OPENINGS: Final = re.compile(rf"[{QUOTES}()|~^*\\:]|&&|(?<!\S)[-+]")
"""What every operator begins with, unless it is a word. Most queries have none of these signs
anywhere, which takes less time to find out."""


def parse(
    text: str,
    *,
    max_chars: int = MAX_QUERY_CHARS,
    strict: bool = False,
    prefix_last: bool = False,
    known: KnownValues | None = None,
) -> Query:
    """Return the tree of a query.

    :param text: the query as typed, in any Unicode normal form.
    :param max_chars: the maximum length of the query, in characters.
    :param strict: raise the first note as an error.
    :param prefix_last: the last syllable, if it is bare and ends the query, stands for all that
        begin with it.
    :param known: tells of a category or a source with blanks whether there is one, so that a filter
        can take it without quotes.
    :raises QueryError: the query is too long, is empty, or has neither letters nor digits nor
        filters; or ``strict``. ``position`` is the offset of the error.
    """
    if len(text) > max_chars:
        raise QueryError(
            f"the query has {len(text):,} characters, the limit is {max_chars:,}: shorten it",
            text,
            max_chars,
        )
    root = _simple(text)
    found: tuple[Note, ...] = ()
    if root is None:
        notes = Notes()
        root = Descent(text, notes, known).root()
        found = notes.sorted()
    if root is None:
        raise QueryError(_empty_message(text), text, None if not text.strip() else 0)
    if strict:
        raise_first(found, text)
    if not prefix_last:
        return Query(text, root, found)
    return Query(text, _with_prefix(root, len(text)), found, typed=root)


def _empty_message(text: str) -> str:
    if not text.strip():
        return "the query is empty: type the syllables to search for"
    return "the query has no letter and no digit: type the syllables to search for"


def _simple(text: str) -> Node | None:
    """Return the tree of bare syllables, or of one phrase in straight quotes; None for others.

    It is that of the whole grammar, which takes longer.
    """
    has_word = "OR" in text or "AND" in text or "NOT" in text or "NEAR" in text or "HO" in text
    if not has_word and (_SIGNS.search(text) is None or _OPENINGS.search(text) is None):
        phrases = with_codes(text, terms_in(text, 0, len(text)))
        return run_of(phrases) if phrases else None
    last = len(text) - 1
    if text[0] == text[last] == '"' and text.find('"', 1) == last > 0:
        if has_patterns(text, 0, last) or "\\" in text:
            return None
        terms = terms_in(text, 1, last)
        return Phrase(terms, span=(0, len(text))) if terms else None
    return None


def _with_prefix(node: Node, end: int) -> Node:
    """Return a tree whose last syllable is a prefix if it is a bare term that ends the query."""
    match node:
        case Run():
            last_phrase = _phrase_with_prefix(node.phrases[-1], end)
            return replace(node, phrases=(*node.phrases[:-1], last_phrase))
        case Phrase():
            return _phrase_with_prefix(node, end)
        case And() | Or():
            return replace(node, nodes=(*node.nodes[:-1], _with_prefix(node.nodes[-1], end)))
        case Required() | InField():
            return replace(node, node=_with_prefix(node.node, end))
        case Near():
            return replace(node, right=_phrase_with_prefix(node.right, end))
        case _:
            return node


def _phrase_with_prefix(phrase: Phrase, end: int) -> Phrase:
    last = phrase.syllables[-1]
    if phrase.word or not isinstance(last, Term) or last.span[1] != end:
        return phrase
    return replace(phrase, syllables=(*phrase.syllables[:-1], prefix_of(last)))
