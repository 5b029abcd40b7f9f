"""What a match must contain: the parts of a query, and how many of them ``match`` demands.

The option chooses among the parts of a query of bare syllables, codes and quoted phrases, beside
which there may be filters and parts that are demanded with ``+``. A query with any other operator
says itself what it demands.
"""

import math
from collections.abc import Sequence
from dataclasses import replace
from functools import cached_property
from typing import Final

from danvan_search.query import Query
from danvan_search.query.nodes import (
    And,
    Filter,
    Node,
    Not,
    Or,
    Phrase,
    Required,
    Run,
    is_text,
)
from danvan_search.query.syllables import phrase_of
from danvan_search.search.options import AUTO_ALL_SYLLABLES, Match

_MOST: Final = 0.75
"""The share of the bare syllables and codes that ``match="most"`` demands."""


class Demands:
    """The parts of a query.

    :ivar filters: the filters, and choices of several, that every match passes.
    :ivar excluded: what it excludes, beside what it demands.
    :ivar kept: all else but filters.
    :ivar body: all but the filters, as it is matched where all of it is demanded; None if there is
        nothing else.

    :param as_phrase: the bare syllables of each run stand side by side.
    """

    def __init__(self, query: Query, *, as_phrase: bool) -> None:
        self._query = query
        self._as_phrase = as_phrase
        self.filters: list[Node] = []
        self.excluded: list[Not] = []
        self.kept: list[Node] = []
        self._required: list[Node] = []
        self._free: list[Node] = []
        # The bare syllables, and codes as phrases of their parts.
        self._bare: list[Phrase] = []
        parts: list[Node] = []
        is_run_phrase = as_phrase and self._is_optional
        for node in _top(query.root):
            if _is_filter(node):
                self.filters.append(node)
                continue
            part = _as_phrase(node) if is_run_phrase else node
            inner = _unwrapped(part)
            parts.append(inner)
            if isinstance(part, Not):
                self.excluded.append(part)
            else:
                self.kept.append(part)
            if inner is not part:
                self._required.append(inner)
                continue
            self._free.append(part)
            if isinstance(part, Run):
                self._bare += part.phrases
        self.body = all_of(parts)

    @cached_property
    def _is_optional(self) -> bool:
        """Whether the option ``match`` decides how much of it is demanded."""
        query = self._query
        return all(map(_is_optional, _top(query.root if query.typed is None else query.typed)))

    @property
    def _quoted(self) -> list[Node]:
        return [node for node in self._free if not isinstance(node, Run)]

    @property
    def parts(self) -> list[Node]:
        """The phrases, and the bare syllables and codes, each on its own."""
        nodes = [*self._required, *self._free]
        return [
            part for node in nodes for part in (node.phrases if isinstance(node, Run) else (node,))
        ]

    def is_long(self) -> bool:
        """Return whether it has so many bare syllables that ``auto`` demands any of them."""
        count = sum([len(phrase.syllables) for phrase in self._bare])
        return count > AUTO_ALL_SYLLABLES and self._is_optional

    def may_relax(self) -> bool:
        """Return whether articles with any part may stand in where none has all parts."""
        return bool(self._bare) and len(self.parts) > 1 and self._is_optional

    def may_fill(self) -> bool:
        """Return whether articles with any part follow those with all parts.

        Whoever types quotes or codes alone, ``+`` or filters asks for these.
        """
        if self._required or self.filters:
            return False
        return self.may_relax() and any(len(one.syllables) == 1 for one in self._bare)

    @cached_property
    def scored(self) -> Node | None:
        """What is scored: where ``match`` decides, the syllables of all parts as one run."""
        query = self._query
        if query.ranked is not None:
            ranked = replace(query, root=query.ranked, ranked=None)
            return Demands(ranked, as_phrase=self._as_phrase).scored
        body = self.body
        if not isinstance(body, And) or not self._is_optional:
            return body
        clauses = [one for one in body.nodes if isinstance(one, Phrase | Run)]
        phrases = [
            phrase
            for clause in clauses
            for phrase in (clause.phrases if isinstance(clause, Run) else (clause,))
        ]
        parts: list[Phrase] = []
        for phrase in phrases:
            # What may be written otherwise is one part.
            terms = [Phrase((one,)) for one in phrase.syllables]
            parts += [phrase] if phrase.others else terms
        return Run(tuple(parts), span=body.span)

    def matched(self, match: Match) -> tuple[Node, Node | None]:
        """Return what a match contains, and that of it which ranks by the typed accents.

        :param match: not ``auto``.
        """
        assert self.body is not None  # noqa: S101
        if match in ("all", "phrase") or not self._is_optional:
            return self.body, self.body
        bare = self._bare
        demanded = [*self._required] if match == "any" else [*self._required, *self._quoted]
        if match == "most" and bare:
            demanded.append(Or(tuple(bare), math.ceil(_MOST * len(bare))))
        return self._some(demanded)

    def long(self) -> tuple[Node, Node | None]:
        """Return the same for ``auto`` where not all bare syllables are demanded.

        Quotes are text there: a pasted title may hold them. Words are demanded.
        """
        words = [one for one in self._quoted if isinstance(one, Phrase) and one.word]
        if self._required or words or not self._quoted:
            return self._some([*self._required, *words])
        scored = self.scored
        assert isinstance(scored, Run)  # noqa: S101
        return Or(scored.phrases), None

    def _some(self, demanded: Sequence[Node]) -> tuple[Node, Node | None]:
        """Return what a match contains: what is demanded, or else any part."""
        matched = all_of(demanded)
        if matched is not None:
            return matched, matched
        parts = self.parts
        return (Or(tuple(parts)) if len(parts) > 1 else parts[0]), None


def all_of(nodes: Sequence[Node]) -> Node | None:
    """Return a node that matches where all of some do; None for none."""
    if len(nodes) > 1:
        return And(tuple(nodes))
    return nodes[0] if nodes else None


def _top(root: Node) -> Sequence[Node]:
    return root.nodes if isinstance(root, And) else (root,)


def _unwrapped(node: Node) -> Node:
    return node.node if isinstance(node, Required) else node


def _is_optional(node: Node) -> bool:
    inner = _unwrapped(node)
    return is_text(inner) or _is_filter(node)


def _is_filter(node: Node) -> bool:
    """Return whether a node is a filter, or a choice of some."""
    return isinstance(node, Filter) or (isinstance(node, Or) and all(map(_is_filter, node.nodes)))


def _as_phrase(node: Node) -> Node:
    """Return a node with the syllables of its run side by side."""
    if isinstance(node, Required):
        return Required(_as_phrase(node.node), span=node.span)
    return phrase_of(node) if isinstance(node, Run) else node
