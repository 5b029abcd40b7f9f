"""Joins the clauses of a query to nodes."""

from collections.abc import Sequence
from dataclasses import replace
from itertools import pairwise

from danvan_search.query.nodes import And, Boost, InField, Node, Not, Phrase, Required, Run, Span
from danvan_search.query.syllables import phrase_of, run_of


def merged(nodes: list[Node], borders: set[int]) -> list[Node]:
    """Return the nodes of an And, with neighbouring runs as one, and those of an And in it.

    :param borders: the nodes that an AND stands before, which keeps runs apart.
    """
    joined: list[Node] = []
    phrases: list[Phrase] = []
    for index, node in enumerate(nodes):
        if phrases and index in borders:
            joined.append(run_of(phrases))
            phrases = []
        inner = node.nodes if isinstance(node, And) and not _has_neighbours(node) else (node,)
        for one in inner:
            if isinstance(one, Run):
                phrases += one.phrases
                continue
            if phrases:
                joined.append(run_of(phrases))
                phrases = []
            joined.append(one)
    return [*joined, run_of(phrases)] if phrases else joined


def _has_neighbours(node: And) -> bool:
    """Return whether two runs stand side by side, which an AND keeps apart."""
    return any(isinstance(a, Run) and isinstance(b, Run) for a, b in pairwise(node.nodes))


def excluded(node: Node, start: int) -> Node:
    """Return the node that excludes another one: of a run, all of it side by side."""
    while isinstance(node, Boost):
        node = node.node
    if isinstance(node, Run):
        node = phrase_of(node)
    elif isinstance(node, InField) and isinstance(node.node, Run):
        node = replace(node, node=phrase_of(node.node))
    return Not(node, span=(start, node.span[1]))


def as_phrase(node: Run | Phrase) -> Phrase:
    """Return a phrase as it is, and a run as one phrase."""
    return phrase_of(node) if isinstance(node, Run) else node


def demanded(root: Node) -> Node:
    """Return a tree of which each run and phrase is demanded, since AND joins them."""
    nodes = root.nodes if isinstance(root, And) else (root,)
    wanted = [
        Required(node, span=node.span) if isinstance(node, Run | Phrase) else node for node in nodes
    ]
    return And(tuple(wanted), span=root.span) if isinstance(root, And) else wanted[0]


def span_of(nodes: Sequence[Node]) -> Span:
    """Return the span from the first of some nodes to the last."""
    return nodes[0].span[0], nodes[-1].span[1]
