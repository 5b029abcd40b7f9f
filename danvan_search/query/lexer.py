"""Cuts a query string into tokens.

An operator counts only where a clause begins: at the start, after a blank, a quote or a bracket.
All else is text: codes, addresses, punctuation. Quotes and brackets that have no partner are
taken for text, with a note.
"""

import re
from dataclasses import replace
from typing import Final

from danvan_search.query.fields import (
    DATE_FIELDS,
    LONG_FIELDS,
    TEXT_FIELDS,
    FieldName,
    KnownValues,
    find_fields,
    is_reversed,
    value_node,
)
from danvan_search.query.notes import Notes
from danvan_search.query.tokens import Quoted, Token, with_matched_brackets

_CURLY: Final = re.compile("\\\\.|[\u201d\u201c\u201f\uff02]", re.DOTALL)
_CLOSERS: Final = {
    '"': re.compile(r'\\.|"', re.DOTALL),
    "\uff02": re.compile("\\\\.|\uff02", re.DOTALL),
    "\u00ab": re.compile("\\\\.|\u00bb", re.DOTALL),
    **dict.fromkeys("\u201c\u201d\u201e\u201f", _CURLY),
}
"""The closing quotes of each opening quote; people mix up the curly ones."""

QUOTES: Final = "".join(_CLOSERS)
_OR: Final = "OR|HO(?:Ặ|Ă\u0323|Ạ\u0306|A\u0323\u0306|A\u0306\u0323)C"
_TOKEN: Final = re.compile(
    rf"""
    (?P<escape> \\. )
    | (?P<quote> [{QUOTES}] )
    | (?P<open> \( )
    | (?P<close> \) )
    | (?<=[\w*~){QUOTES}\u00bb\u0300-\u036f]) \^(?P<boost> \d{{1,2}}(?:\.\d{{1,2}})?) (?![\w.])
    | (?<![^\s(){QUOTES}\u00bb])
      (?: (?P<or> (?:{_OR})(?!\S) | \|\|? )
        | (?P<and> AND(?!\S) | && )
        | (?P<not> NOT(?!\S) )
        | NEAR(?:/(?P<distance> [0-9]{{1,9}}))?(?P<near> (?!\S) )
        | (?P<everything> \*(?=[\s)]|$) ) )
    | (?<![^\s(]) (?: (?P<minus> -) | (?P<plus> \+) ) (?=[^\W\d_]|[{QUOTES}(])
    """,
    re.VERBOSE | re.DOTALL,
)
_TAIL: Final = re.compile(r"(?P<star>\*(?!\w))?(?P<slop>~(?P<n>[0-9]{1,9})?(?!\w))?")
_INCH: Final = re.compile(r'(?<=\d)"(?!\S)')
_PIECE: Final = re.compile(rf"[^\s{QUOTES}]+")
_ALNUM: Final = re.compile(r"[^\W_]")
_MAX_PIECES: Final = 12
_MAX_DISTANCE: Final = 99
_UNESCAPED: Final = re.compile(r"\\(.)", re.DOTALL)


class Lexer:
    """Cuts one query into tokens.

    :param text: the query.
    :param notes: gets a note for each thing that does not count.
    :param known: tells which values of a filter with blanks there are.
    """

    def __init__(self, text: str, notes: Notes, known: KnownValues | None) -> None:
        self._text = text
        self._notes = notes
        self._known = known
        self._fields = find_fields(text) if ":" in text else []
        self._fields.reverse()
        self._unclosed: set[re.Pattern[str]] = set()
        self._tokens: list[Token] = []
        self._text_start = 0
        self._found: re.Match[str] | None = None

    def tokens(self) -> list[Token]:
        """Return the tokens of the query, without text that has no letter and no digit."""
        at = 0
        self._found = _TOKEN.search(self._text)
        while at < len(self._text):
            if self._found is not None and self._found.start() < at:
                self._found = _TOKEN.search(self._text, at)
            found = self._found
            start = len(self._text) if found is None else found.start()
            field = self._next_field(at, start)
            if field is not None:
                at = self._take_field(*field)
            elif found is not None:
                at = self._take(found)
            else:
                at = start
        self._end_text(len(self._text))
        return [
            token
            for token in with_matched_brackets(self._tokens, self._notes)
            if self._says_something(token)
        ]

    def _says_something(self, token: Token) -> bool:
        """Return whether a token is more than blanks and punctuation."""
        return token.kind != "text" or bool(_ALNUM.search(self._text, token.start, token.end))

    def _add(self, token: Token) -> int:
        """Add a token that is no text, and return the offset after it."""
        self._end_text(token.start)
        self._tokens.append(token)
        self._text_start = token.end
        return token.end

    def _end_text(self, end: int) -> None:
        if self._text_start < end:
            self._tokens.append(Token("text", self._text_start, end))
        self._text_start = end

    def _take(self, found: re.Match[str]) -> int:
        kind = found.lastgroup
        start, end = found.span()
        match kind:
            case "escape":
                return end
            case "quote":
                return self._take_quote(start)
            case "boost":
                return self._add(Token("boost", start, end, number=float(found["boost"])))
            case "near":
                distance = self._distance(found["distance"] or "10", end)
                return self._add(Token("near", start, end, number=distance))
            case _:
                return self._add(Token(kind, start, end))  # type: ignore[arg-type]

    def _take_quote(self, start: int) -> int:
        if _INCH.match(self._text, start):
            return start + 1
        end = self._closing(start)
        if end is None:
            self._notes.add("quote_not_closed", start, start + 1)
            return start + 1
        tail = _TAIL.match(self._text, end)
        assert tail is not None  # noqa: S101 - it matches the empty string
        slop = self._distance(tail["n"] or "1", tail.end()) if tail["slop"] else 0
        quoted = Quoted((start + 1, end - 1), bool(tail["star"]), slop)
        return self._add(Token("quote", start, tail.end(), quoted))

    def _distance(self, digits: str, end: int) -> int:
        """Return a number of syllables that may stand between, at most the greatest permitted.

        :param end: where its digits end.
        """
        distance = int(digits)
        if distance > _MAX_DISTANCE:
            self._notes.add("distance", end - len(digits), end)
        return min(distance, _MAX_DISTANCE)

    def _closing(self, start: int) -> int | None:
        """Return the offset after the quote that closes another one; None if there is none."""
        closers = _CLOSERS[self._text[start]]
        if closers in self._unclosed:
            return None
        for found in closers.finditer(self._text, start + 1):
            if len(found[0]) == 1:
                return found.end()
        self._unclosed.add(closers)
        return None

    def _next_field(self, at: int, before: int) -> tuple[int, int, FieldName] | None:
        """Return the next name of a field that begins a clause, up to the next other token."""
        while self._fields and self._fields[-1][0] <= before:
            start, end, field = self._fields.pop()
            if start < at or not self._begins_clause(start):
                continue
            return start, end, field
        return None

    def _begins_clause(self, start: int) -> bool:
        if not start:
            return True
        if self._tokens and self._text_start == start:
            return True
        before = self._text[start - 1]
        return before.isspace() or before in "()\u00bb" or before in QUOTES

    def _take_field(self, start: int, end: int, field: FieldName) -> int:
        """Take the name of a field, and the value of a filter; return the offset after it."""
        first = self._text[end]
        is_text = field in TEXT_FIELDS or field == "word"
        if (first == "(" and field != "word") or (
            is_text and (first.isalnum() or first in _CLOSERS)
        ):
            return self._add(Token("field", start, end, field=field))
        if is_text:
            return end
        value, stop = self._value(end, field)
        node = value_node(field, value)
        if node is None:
            if field in DATE_FIELDS:
                self._notes.add("date", start, stop)
            return end
        if is_reversed(node):
            self._notes.add("date_range", start, stop)
        return self._add(Token("filter", start, stop, node=replace(node, span=(start, stop))))

    def _value(self, start: int, field: FieldName) -> tuple[str, int]:
        """Return the value of a filter, and the offset after it."""
        text = self._text
        closed = self._closing(start) if text[start] in _CLOSERS else None
        if closed is not None:
            return unescaped(text[start + 1 : closed - 1]), closed
        if field in LONG_FIELDS and self._known is not None:
            ends = [piece.end() for piece in self._pieces(start)]
            for end in reversed(ends[1:]):
                if self._known(field, text[start:end]):
                    return text[start:end], end
        piece = _PIECE.match(text, start)
        value = "" if piece is None else _balanced(piece[0])
        return value, start + len(value)

    def _pieces(self, start: int) -> list[re.Match[str]]:
        """Return the pieces without blanks from an offset on, up to the next token."""
        end = len(self._text) if self._found is None else self._found.start()
        if self._fields:
            end = min(end, self._fields[-1][0])
        pieces = []
        for piece in _PIECE.finditer(self._text, start, end):
            pieces.append(piece)
            if len(pieces) == _MAX_PIECES:
                break
        return pieces


def unescaped(text: str) -> str:
    """Return a text without the backslashes that make the next sign text."""
    return _UNESCAPED.sub(r"\1", text)


def _balanced(piece: str) -> str:
    """Return a piece up to the first bracket that closes what is opened before it."""
    depth = 0
    for at, sign in enumerate(piece):
        depth += (sign == "(") - (sign == ")")
        if depth < 0:
            return piece[:at]
    return piece
