"""The oracle of marks: it scans a text, syllable by syllable, for every clause of a tree.

Where phrases and proximities occur is known from the oracle of matches. Marks here are (first
syllable, last syllable, whether the accents are as typed).
"""

from collections.abc import Iterator
from dataclasses import replace

from danvan_search.query.accents import Accents
from danvan_search.query.nodes import (
    And,
    Boost,
    Field,
    InField,
    Near,
    Node,
    Or,
    Phrase,
    Required,
    Run,
)
from tests.search.execution.tree_oracle import Text, inner, side_by_side, spans

Mark = tuple[int, int, bool]


def marks(root: Node, text: Text, field: Field, accents: Accents = "auto") -> list[Mark]:
    """Return the marks of a tree in one text, by rising start, then end."""
    found: list[Mark] = []
    for clause in dict.fromkeys(_clauses(root, None)):
        node, of_field = clause
        if of_field in (None, field):
            found += _of_clause(node, text, accents)
    return sorted(found, key=lambda mark: mark[:2])


def _clauses(node: Node, field: Field | None) -> Iterator[tuple[Phrase | Run | Near, Field | None]]:
    match node:
        case Run():
            yield Run(tuple(replace(one, others=()) for one in node.phrases)), field
            for one in node.phrases:
                yield from ((other, field) for other in one.others)
        case Phrase():
            yield replace(node, others=()), field
            yield from ((other, field) for other in node.others)
        case Near():
            yield node, field
        case And() | Or():
            for one in node.nodes:
                yield from _clauses(one, field)
        case Required() | Boost():
            yield from _clauses(node.node, field)
        case InField():
            yield from _clauses(node.node, node.field)


def _of_clause(node: Phrase | Run | Near, text: Text, accents: Accents) -> list[Mark]:
    match node:
        case Phrase():
            return _occurrences(node, text, accents)
        case Near():
            other = Near(node.right, node.left, node.distance)
            return _occurrences(node, text, accents) + _occurrences(other, text, accents)
    return _occurrences(side_by_side(node), text, accents) or _partial(node, text, accents)


def _occurrences(node: Phrase | Near, text: Text, accents: Accents) -> list[Mark]:
    """Return the first occurrences that hold no other, and do not overlap."""
    every = [(start, end) for start, end, _ in spans(node, text, accents == "exact")]
    typed = {(start, end) for start, end, _ in spans(node, text, accents != "ignore")}
    kept: list[Mark] = []
    for start, end in every:
        holds_other = any(
            start <= first and last <= end and (first, last) != (start, end)
            for first, last in every
        )
        if not holds_other and (not kept or kept[-1][1] < start):
            kept.append((start, end, (start, end) in typed))
    return kept


def _partial(run: Run, text: Text, accents: Accents) -> list[Mark]:
    """Return the marks of the parts of a run, of which neighbours are joined."""
    parts = run.phrases
    size = len(text.forms)
    matched = [set[int]() for _ in range(size)]
    typed = [False] * size
    position = 0
    for part in parts:
        for exact in (False, True):
            if not exact and accents == "exact":
                continue
            for start, _, _ in spans(part, text, exact and accents != "ignore"):
                for distance in range(len(inner(part.syllables))):
                    matched[start + distance].add(position + distance)
                    typed[start + distance] |= exact
        position += len(inner(part.syllables))
    found: list[Mark] = []
    for at, positions in enumerate(matched):
        if not positions:
            continue
        if found and found[-1][1] == at - 1 and at - found[-1][0] < position:
            first, _, is_typed = found[-1]
            if any(one + 1 in positions for one in matched[at - 1]):
                found[-1] = first, at, is_typed and typed[at]
                continue
        found.append((at, at, typed[at]))
    return found
