"""The tokens of a query string, and its brackets."""

from typing import Final, Literal, NamedTuple

from danvan_search.query.fields import FieldName
from danvan_search.query.nodes import Node, Span
from danvan_search.query.notes import Notes

MAX_DEPTH: Final = 20
"""Brackets that are nested deeper do not count."""

Kind = Literal[
    "text",
    "quote",
    "open",
    "close",
    "or",
    "and",
    "not",
    "near",
    "minus",
    "plus",
    "boost",
    "field",
    "filter",
    "everything",
]


class Quoted(NamedTuple):
    """What stands between two quotes, and behind them.

    :ivar inside: the offsets between the quotes.
    :ivar star: whether a star follows the closing quote.
    :ivar slop: the number after ``~``, 1 without a number, 0 without ``~``.
    """

    inside: Span
    star: bool
    slop: int


class Token(NamedTuple):
    """A token.

    :ivar kind: what it is.
    :ivar start: its offset in the query.
    :ivar end: the offset after it.
    :ivar quoted: of a quote.
    :ivar number: the distance of NEAR, or a boost.
    :ivar field: of the name of a text field, of ``word``, or of a filter in front of a group.
    :ivar node: of a filter.
    """

    kind: Kind
    start: int
    end: int
    quoted: Quoted | None = None
    number: float = 0
    field: FieldName | None = None
    node: Node | None = None


def with_matched_brackets(tokens: list[Token], notes: Notes) -> list[Token]:
    """Return the tokens without brackets that have no partner, or are nested too deeply."""
    opened: list[int] = []
    dropped: set[int] = set()
    for index, token in enumerate(tokens):
        if token.kind == "open":
            opened.append(index)
        elif token.kind == "close":
            if not opened:
                notes.add("bracket_not_opened", token.start, token.end)
                dropped.add(index)
            elif len(opened) > MAX_DEPTH:
                opener = opened.pop()
                notes.add("brackets_too_deep", tokens[opener].start, token.end)
                dropped |= {opener, index}
            else:
                opened.pop()
    for opener in opened:
        notes.add("bracket_not_closed", *tokens[opener][1:3])
    dropped.update(opened)
    return _joined(tokens, dropped) if dropped else tokens


def _joined(tokens: list[Token], dropped: set[int]) -> list[Token]:
    """Return the tokens without some brackets, which become part of the text around them."""
    kept: list[Token] = []
    for index, found in enumerate(tokens):
        token = Token("text", found.start, found.end) if index in dropped else found
        if kept and token.kind == kept[-1].kind == "text":
            kept[-1] = Token("text", kept[-1].start, token.end)
        else:
            kept.append(token)
    return kept
