"""Expands a tree: what a bare part of a query may be written as instead.

Quoted phrases, proximities and patterns are searched as they were typed, and so is what a query
excludes.
"""

from collections.abc import Callable, Iterable
from dataclasses import replace

from danvan_search.query.nodes import (
    And,
    Boost,
    InField,
    Node,
    Or,
    Phrase,
    Required,
    Run,
    Term,
    is_plain,
)
from danvan_search.query.syllables import terms_in

Others = Callable[[tuple[Phrase, ...]], Iterable[str]]
"""Takes neighbours of a run: yields texts that mean the same."""


def expanded(root: Node, others_of: Others, longest: int) -> Node:
    """Return a tree in which bare syllables and codes have their others; itself if none has any.

    Neighbours that have others together become one phrase.

    :param others_of: finds the texts that mean the same as some neighbours.
    :param longest: the most neighbours that are asked for together.
    """

    def of(node: Node) -> Node:
        return expanded(node, others_of, longest)

    match root:
        case Run():
            return _expanded_run(root, others_of, longest)
        case And() | Or():
            nodes = tuple(map(of, root.nodes))
            are_same = all(map(lambda one, other: one is other, nodes, root.nodes))
            return root if are_same else replace(root, nodes=nodes)
        case Required() | Boost() | InField():
            node = of(root.node)
            return root if node is root.node else replace(root, node=node)
        case _:
            return root


def _expanded_run(run: Run, others_of: Others, longest: int) -> Run:
    phrases: list[Phrase] = []
    at = 0
    while at < len(run.phrases):
        step = 1
        found = run.phrases[at]
        for length in range(min(longest, len(run.phrases) - at), 0, -1):
            together = _with_others(run.phrases[at : at + length], others_of)
            if together is not None:
                found, step = together, length
                break
        phrases.append(found)
        at += step
    if len(phrases) == len(run.phrases) and not any(one.others for one in phrases):
        return run
    return replace(run, phrases=tuple(phrases))


def _with_others(parts: tuple[Phrase, ...], others_of: Others) -> Phrase | None:
    """Return neighbours as one phrase with its others; None if they have none."""
    if not all(map(is_plain, parts)):
        return None
    syllables = tuple([one for part in parts for one in part.syllables])
    typed = tuple([one.accented for one in syllables if isinstance(one, Term)])
    others: dict[tuple[str, ...], Phrase] = {}
    for text in others_of(parts):
        terms = terms_in(text, 0, len(text))
        forms = tuple([one.accented for one in terms])
        if forms and forms != typed:
            bare = tuple([replace(one, span=(0, 0)) for one in terms])
            others.setdefault(forms, Phrase(bare))
    if not others:
        return None
    span = parts[0].span[0], parts[-1].span[1]
    return Phrase(syllables, others=tuple(others.values()), span=span)
