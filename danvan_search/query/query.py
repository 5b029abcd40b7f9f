"""A query: its string, its tree, and what is to be known of both."""

import dataclasses
from collections.abc import Iterator
from functools import cached_property

from danvan_search.frozen import frozen
from danvan_search.query.nodes import (
    And,
    Boost,
    Clause,
    Field,
    InField,
    Near,
    Node,
    Or,
    Phrase,
    Required,
    Run,
    is_plain,
    phrases_of,
    without_others,
)
from danvan_search.query.notes import Note


@frozen()
class Query:
    """A query string, and what it means.

    :ivar text: the query as typed, or the tree as a string.
    :ivar root: its tree.
    :ivar notes: how it was understood where it is no complete query.
    :ivar typed: the tree without the prefix that the option ``prefix_last`` makes of the last
        syllable, and without expansions; None where it has neither.
    :ivar ranked: the tree that is scored in place of ``root``, if another one is; ``root`` matches.
    """

    text: str
    root: Node
    notes: tuple[Note, ...] = dataclasses.field(default=(), compare=False)
    typed: Node | None = dataclasses.field(default=None, compare=False)
    ranked: Node | None = dataclasses.field(default=None, compare=False)

    @cached_property
    def clauses(self) -> tuple[Clause, ...]:
        """The phrases, runs and proximities that are scored and marked, in order.

        Those under a Not are left out. What a phrase may be instead is a clause of its own.
        """
        return tuple([clause for clause, _ in self.places])

    @cached_property
    def places(self) -> tuple[tuple[Clause, Field | None], ...]:
        """The clauses, each with the field that it must stand in; None is any."""
        return tuple(_places(self.root))

    @cached_property
    def distinct_places(self) -> tuple[tuple[Clause, Field | None], ...]:
        """The places, of equal ones the first."""
        # Nodes are hashed only if there are several.
        return self.places if len(self.places) < 2 else tuple(dict.fromkeys(self.places))

    @property
    def is_expanded(self) -> bool:
        """Whether other ways to write a part of it are searched for, too."""
        return self.typed is not None and any(one.others for one in phrases_of(self.root))

    @property
    def is_words(self) -> bool:
        """Whether it is nothing but bare syllables, codes and quoted phrases."""
        root = self.root if self.typed is None else self.typed
        return all(
            isinstance(node, Run | Phrase)
            and is_plain(node)
            and not (isinstance(node, Phrase) and node.word)
            for node in (root.nodes if isinstance(root, And) else (root,))
        )


def clauses_of(node: Node) -> tuple[Clause, ...]:
    """Return the clauses of a tree, in order, without those under a Not."""
    return tuple([clause for clause, _ in _places(node)])


def _places(node: Node, field: Field | None = None) -> Iterator[tuple[Clause, Field | None]]:
    match node:
        case Phrase() | Run():
            yield without_others(node), field
            for phrase in phrases_of(node):
                for other in phrase.others:
                    yield other, field
        case Near():
            yield node, field
        case And() | Or():
            for one in node.nodes:
                yield from _places(one, field)
        case Required() | Boost():
            yield from _places(node.node, field)
        case InField():
            yield from _places(node.node, node.field)
