"""Writes a tree as a query string, which parses into the same tree.

That holds for every tree that a query string can say, which is every tree of the parser. A string
cannot say everything: it has no run right beside another run, for example, which it reads as one.
"""

from itertools import pairwise
from types import UnionType

from danvan_search.query.nodes import (
    And,
    Boost,
    DateRange,
    Equals,
    Everything,
    Fuzzy,
    InField,
    Near,
    Node,
    Not,
    Or,
    Phrase,
    Prefix,
    Required,
    Run,
    Syllable,
    Term,
    Wildcard,
)


def written(node: Node | Syllable) -> str:
    """Return a query string that means a tree, or a syllable of one."""
    match node:
        case Term() | Prefix() | Fuzzy() | Wildcard():
            return _syllable(node)
        case Or():
            return " OR ".join([_operand(one, Or) for one in node.nodes])
        case And():
            return _joined(node)
        case Run():
            return " ".join(["-".join(map(_syllable, one.syllables)) for one in node.phrases])
        case Near():
            return f"{_unit(node.left)} NEAR/{node.distance} {_unit(node.right)}"
        case Not():
            return f"-{_unit(node.node)}"
        case Required():
            return f"+{_unit(node.node)}"
        case Boost():
            return f"{_unit(node.node)}^{node.factor:.4g}"
        case InField():
            return f"{node.field}:{_inside(node.node)}"
        case _:
            return _unit(node)


def _joined(node: And) -> str:
    """Write nodes side by side; AND keeps neighbouring runs apart."""
    text = _operand(node.nodes[0], And | Or)
    for before, one in pairwise(node.nodes):
        joint = " AND " if isinstance(before, Run) and isinstance(one, Run) else " "
        text += joint + _operand(one, And | Or)
    return text


def _operand(node: Node, kinds: type | UnionType) -> str:
    """Write a node among others, in brackets if it is of some kinds."""
    return f"({written(node)})" if isinstance(node, kinds) else written(node)


def _inside(node: Node) -> str:
    """Write what stands right behind the name of a text field."""
    return _phrase(node) if isinstance(node, Phrase) and not node.word else f"({written(node)})"


def _unit(node: Node) -> str:
    """Write a node that a sign stands before or behind."""
    match node:
        case Phrase():
            return f"word:{_phrase(node)}" if node.word else _phrase(node)
        case Equals():
            value = node.value.replace("\\", "\\\\").replace('"', '\\"')
            return f'{node.field}:"{value}"'
        case DateRange():
            return _dates(node)
        case Everything():
            return "*"
        case InField():
            return written(node)
        case _:
            return f"({written(node)})"


def _phrase(phrase: Phrase) -> str:
    slop = f"~{phrase.slop}" if phrase.slop else ""
    return f'"{" ".join(map(_syllable, phrase.syllables))}"{slop}'


def _syllable(syllable: Syllable) -> str:
    match syllable:
        case Wildcard():
            return "*"
        case Prefix():
            return f"{syllable.accented}*"
        case Fuzzy():
            return f"{syllable.accented}~"
        case _:
            return syllable.accented


def _dates(node: DateRange) -> str:
    low, high = node.low, node.high
    if low is not None and high is not None:
        return f"date:{low}" if low == high else f"date:{low}..{high}"
    return f"date:>={low}" if low is not None else f"date:<={high}"
