"""Parses the tokens of a query into a tree, by recursive descent.

The grammar, which docs/queries.md has in full::

    either  = both { OR both }
    both    = { clause | AND | clause NEAR clause }      side by side is AND
    clause  = [ - | + | NOT ] [ FIELD: ] ( "(" either ")" | phrase | run ) [ ^boost ]

The unit of every operator is the run: bare syllables up to the next operator, field, quote or
bracket. So ``-hà nội`` is ``-"hà nội"``. An operator that has nothing to work on does not count, or
is a word.
"""

from dataclasses import replace
from typing import Final

from danvan_search.query.fields import TEXT_FIELDS, FieldName, KnownValues, value_node
from danvan_search.query.joining import as_phrase, demanded, excluded, merged, span_of
from danvan_search.query.lexer import QUOTES, Lexer, unescaped
from danvan_search.query.nodes import (
    And,
    Boost,
    Everything,
    InField,
    Near,
    Node,
    Not,
    Or,
    Phrase,
    Required,
    Run,
    Syllable,
    Term,
)
from danvan_search.query.notes import Notes
from danvan_search.query.query import clauses_of
from danvan_search.query.syllables import (
    bare_phrases,
    has_patterns,
    prefix_of,
    quoted_syllables,
    run_in,
    terms_in,
)
from danvan_search.query.tokens import Token


class Descent:
    """Parses one query by recursive descent; brackets nest at most ``lexer.MAX_DEPTH`` deep."""

    def __init__(self, text: str, notes: Notes, known: KnownValues | None) -> None:
        self._text = text
        self._notes = notes
        tokens = Lexer(text, notes, known).tokens()
        self._has_star = any(token.kind == "everything" for token in tokens)
        self._tokens = [token for token in tokens if token.kind != "everything"]
        self._at = 0
        self._demands = False

    def root(self) -> Node | None:
        """Return the tree; None if the query has neither syllables nor filters."""
        root = self._either()
        if root is None or all(token.kind in _OPERATORS for token in self._tokens):
            if self._has_star:
                return Everything(span=(0, len(self._text)))
            # Nothing but operators: they are words.
            return run_in(self._text, 0, len(self._text))
        return demanded(root) if self._demands else root

    def _peek(self) -> str | None:
        return self._tokens[self._at].kind if self._at < len(self._tokens) else None

    def _take(self) -> Token:
        token = self._tokens[self._at]
        self._at += 1
        return token

    def _either(self) -> Node | None:
        """Parse up to a closing bracket, or the end."""
        nodes = []
        one = self._both()
        nodes += [one] if one else []
        while self._peek() == "or":
            token = self._take()
            following = self._both()
            if one is None or following is None:
                self._notes.add("operator_alone", token.start, token.end)
            nodes += [following] if following else []
            one = following
        if len(nodes) < 2:
            return nodes[0] if nodes else None
        return Or(tuple(nodes), span=span_of(nodes))

    def _both(self) -> Node | None:
        """Parse up to OR, a closing bracket or the end."""
        nodes: list[Node] = []
        borders: set[int] = set()
        joint: Token | None = None
        while (kind := self._peek()) not in (None, "or", "close"):
            if kind in ("and", "near"):
                token = self._take()
                if joint is not None or not nodes:
                    self._notes.add("operator_alone", token.start, token.end)
                if joint is None and nodes:
                    joint = token
                continue
            node = self._clause()
            if node is None:
                continue
            if joint is not None and joint.kind == "near":
                self._join_near(nodes, node, joint)
            else:
                if joint is not None:
                    borders.add(len(nodes))
                nodes.append(node)
            joint = None
        if joint is not None:
            self._notes.add("operator_alone", joint.start, joint.end)
        self._demands = self._demands or bool(borders)
        nodes = merged(nodes, borders)
        if len(nodes) < 2:
            return nodes[0] if nodes else None
        return And(tuple(nodes), span=span_of(nodes))

    def _join_near(self, nodes: list[Node], right: Node, token: Token) -> None:
        """Join the last node and another one by NEAR; by AND if they cannot."""
        left = nodes[-1]
        field = None
        if isinstance(left, InField):
            field, left = left.field, left.node
        is_same = isinstance(right, InField) and right.field == field
        right_side = right.node if isinstance(right, InField) and is_same else right
        if isinstance(left, Run | Phrase) and isinstance(right_side, Run | Phrase):
            span = left.span[0], right.span[1]
            near = Near(as_phrase(left), as_phrase(right_side), int(token.number), span=span)
            nodes[-1] = near if field is None else InField(field, near, span=span)
        else:
            self._notes.add("near", token.start, token.end)
            nodes.append(right)

    def _clause(self) -> Node | None:
        """Parse one clause, with what excludes or demands it."""
        token = self._tokens[self._at]
        if token.kind == "not":
            self._at += 1
            node = self._boosted() if self._peek() in _BEGINNINGS else None
            if node is None:
                # Without anything to exclude it is a word.
                return run_in(self._text, token.start, token.end)
            return excluded(node, token.start)
        if token.kind not in ("minus", "plus"):
            return self._boosted()
        self._at += 1
        node = self._boosted() if self._peek() in _BEGINNINGS else None
        if node is None:
            return None
        if token.kind == "minus":
            return excluded(node, token.start)
        if isinstance(node, Not | Required):
            return node
        return Required(node, span=(token.start, node.span[1]))

    def _boosted(self) -> Node | None:
        """Parse a clause with its boosts."""
        node = self._unit()
        while self._peek() == "boost":
            token = self._take()
            if node is not None and clauses_of(node):
                node = Boost(node, token.number, span=(node.span[0], token.end))
        return node

    def _unit(self) -> Node | None:
        """Parse a group, a phrase, a run, or a field with one of them; a filter."""
        token = self._take()
        match token.kind:
            case "text":
                return run_in(self._text, token.start, token.end)
            case "quote":
                return self._phrase(token)
            case "open":
                node = self._either()
                self._at += 1  # the closing bracket
                return node
            case "field" if token.field is not None:
                return self._in_field(token, token.field)
            case _:
                return token.node

    def _phrase(self, token: Token, *, word: bool = False) -> Phrase | None:
        assert token.quoted is not None  # noqa: S101
        (start, end), star, slop = token.quoted
        syllables: tuple[Syllable, ...]
        if word:
            syllables = terms_in(self._text, start, end)
            if star or slop or has_patterns(self._text, start, end):
                self._notes.add("word_pattern", token.start, token.end)
        else:
            syllables = quoted_syllables(self._text, start, end)
        if not syllables:
            self._notes.add("quotes_empty", token.start, token.end)
            return None
        span = token.start, token.end
        if word:
            return Phrase(syllables, word=True, span=span)
        last = syllables[-1]
        if star and isinstance(last, Term):
            syllables = (*syllables[:-1], prefix_of(last))
        return Phrase(syllables, slop if len(syllables) > 1 else 0, span=span)

    def _in_field(self, token: Token, field: FieldName) -> Node | None:
        if field == "word":
            return self._word(token)
        first = self._at
        node = self._unit() if self._peek() in _BEGINNINGS else None
        if node is not None:
            if field in TEXT_FIELDS:
                return InField(field, node, span=(token.start, node.span[1]))
            values = self._values(node, field)
            if values is not None:
                return values
        # Without a value it is a word.
        self._at = first
        return run_in(self._text, token.start, token.end)

    def _values(self, node: Node, field: FieldName) -> Node | None:
        """Return the node of a filter whose value is a group; None if one is no value of it."""
        match node:
            case And() | Or() | Not():
                inner = (node.node,) if isinstance(node, Not) else node.nodes
                values = [self._values(one, field) for one in inner]
                kept = [value for value in values if value is not None]
                if len(kept) < len(values):
                    return None
                if isinstance(node, Not):
                    return replace(node, node=kept[0])
                return replace(node, nodes=tuple(kept))
            case Run() | Phrase():
                value = unescaped(self._text[slice(*node.span)])
                value = value[1:-1] if value[0] in QUOTES else value
                found = value_node(field, value)
                return None if found is None else replace(found, span=node.span)
            case _:
                return None

    def _word(self, token: Token) -> Node | None:
        """Return the word behind ``word:``: a quoted phrase, a syllable, or a code."""
        following = self._tokens[self._at] if self._at < len(self._tokens) else None
        if following is not None and following.kind == "quote":
            self._at += 1
            word = self._phrase(following, word=True)
            if word is not None:
                return replace(word, span=(token.start, word.span[1]))
        elif following is not None and following.kind == "text":
            codes = bare_phrases(self._text, following.start, following.end)
            if codes:
                return self._bare_word(token, following, codes[0])
        return run_in(self._text, token.start, token.end)

    def _bare_word(self, token: Token, text: Token, code: Phrase) -> Phrase:
        """Take the first code of a text as a word, and leave the rest."""
        start, end = code.span
        terms = terms_in(self._text, start, end)
        if has_patterns(self._text, start, end):
            self._notes.add("word_pattern", start, end)
        if run_in(self._text, end, text.end) is None:
            self._at += 1
        else:
            self._notes.add("word_takes_one", token.start, end)
            self._tokens[self._at] = Token("text", end, text.end)
        return Phrase(terms, word=True, span=(token.start, end))


_BEGINNINGS: Final = ("text", "quote", "open", "field", "filter")
"""The tokens that a clause without a sign begins with."""
_OPERATORS: Final = ("or", "and", "not", "near")
