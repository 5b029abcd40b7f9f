"""Checks the trees that are built in Python, before anything runs them."""

import datetime
import math
from typing import Final, get_args

from danvan_search.errors import ArgumentTypeError, QueryError
from danvan_search.query.nodes import (
    And,
    Boost,
    DateRange,
    Equals,
    EqualsField,
    Everything,
    Field,
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
    Term,
    Wildcard,
)

MAX_TREE_DEPTH: Final = 50
MAX_NODES: Final = 10_000


def checked_tree(root: Node) -> Node:
    """Return a tree that can be run.

    :raises ArgumentTypeError: a part of it is of the wrong type.
    :raises QueryError: it is empty somewhere, says what no query can, or is too large.
    """
    left = [(root, 1)]
    count = 0
    while left:
        node, depth = left.pop()
        count += 1
        _require(depth <= MAX_TREE_DEPTH, "nodes are nested too deeply")
        _require(count <= MAX_NODES, "there are too many nodes")
        left += [(child, depth + 1) for child in _children(node)]
    return root


def _children(node: object) -> tuple[Node, ...]:
    """Check one node, and return its children."""
    match node:
        case Phrase():
            _check_phrase(node)
        case Run():
            _check_tuple(node.phrases)
            return _all_phrases(node.phrases)
        case Near():
            _check_count("distance", node.distance, 0)
            return _all_phrases((node.left, node.right))
        case And() | Or():
            _check_tuple(node.nodes)
            if isinstance(node, Or):
                _check_count("at_least", node.at_least, 1)
            return node.nodes
        case Not() | Required():
            return (node.node,)
        case Boost():
            is_number = isinstance(node.factor, int | float) and math.isfinite(node.factor)
            _require(is_number and node.factor >= 0, "a boost is a number of at least 0")
            return (node.node,)
        case InField():
            _require(node.field in get_args(Field), f"there is no text {node.field!r}")
            return (node.node,)
        case DateRange():
            for day in (node.low, node.high):
                is_day = day is None or type(day) is datetime.date
                _require(is_day, "the ends of a range of dates are dates, or None")
        case Equals():
            _require(node.field in get_args(EqualsField), f"there is no field {node.field!r}")
            _require(isinstance(node.value, str), "the value of a field is a string")
        case Everything():
            pass
        case _:
            raise ArgumentTypeError(f"a query tree has nodes, not {type(node).__name__}")
    return ()


def _all_phrases(nodes: tuple[Phrase, ...]) -> tuple[Phrase, ...]:
    for node in nodes:
        if not isinstance(node, Phrase):
            raise ArgumentTypeError(f"a phrase is needed here, not {type(node).__name__}")
    return nodes


def _check_phrase(phrase: Phrase) -> None:
    _check_tuple(phrase.syllables)
    _check_count("slop", phrase.slop, 0)
    for one in phrase.syllables:
        if not isinstance(one, Term | Prefix | Fuzzy | Wildcard):
            raise ArgumentTypeError(f"a phrase has syllables, not {type(one).__name__}")
        is_text = isinstance(one, Wildcard) or bool(one.folded and one.accented)
        _require(is_text, "a syllable has forms that are not empty")
    are_wild = all(isinstance(one, Wildcard) for one in phrase.syllables)
    _require(not are_wild, "a phrase needs a syllable that is no wildcard")
    is_plain = not phrase.slop and all(isinstance(one, Term) for one in phrase.syllables)
    _require(is_plain or not phrase.word, "a word has terms alone, and no slop")
    if not isinstance(phrase.others, tuple):
        kind = type(phrase.others).__name__
        raise ArgumentTypeError(f"the others of a phrase are a tuple, not {kind}")
    for other in _all_phrases(phrase.others):
        _check_phrase(other)
        of_terms = all(isinstance(one, Term) for one in other.syllables)
        is_bare = not other.slop and not other.word and not other.others
        _require(of_terms and is_bare, "what a phrase may be instead is phrases of terms alone")


def _check_tuple(nodes: object) -> None:
    if not isinstance(nodes, tuple):
        raise ArgumentTypeError(f"a node holds others in a tuple, not {type(nodes).__name__}")
    _require(bool(nodes), "a node holds at least one other")


def _check_count(name: str, value: object, least: int) -> None:
    is_count = isinstance(value, int) and not isinstance(value, bool) and value >= least
    _require(is_count, f"{name} is a whole number of at least {least}")


def _require(condition: bool, problem: str) -> None:
    if not condition:
        raise QueryError(f"this query tree cannot be run: {problem}")
