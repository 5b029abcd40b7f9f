"""A query: its string, its tree, and what is to be known of both."""

import dataclasses
from dataclasses import dataclass
from functools import cached_property

from danvan_search.query.nodes import (
    And,
    Boost,
    InField,
    Near,
    Node,
    Or,
    Phrase,
    Required,
    Run,
    is_plain,
)
from danvan_search.query.notes import Note


@dataclass(frozen=True)
class Query:
    """A query string, and what it means.

    :ivar text: the query as typed, or the tree as a string.
    :ivar root: its tree.
    :ivar notes: how it was understood where it is no complete query.
    :ivar typed: the tree without the prefix that the option ``prefix_last`` makes of the last
        syllable; None where there is none.
    :ivar clauses: the phrases and runs that are scored and marked, in order, without those under
        a Not.
    """

    text: str
    root: Node
    notes: tuple[Note, ...] = dataclasses.field(default=(), compare=False)
    typed: Node | None = dataclasses.field(default=None, compare=False)
    clauses: tuple[Phrase | Run | Near, ...] = dataclasses.field(init=False, compare=False)

    def __post_init__(self) -> None:
        root = self.root
        clauses = (root,) if isinstance(root, Run | Phrase) else clauses_of(root)
        object.__setattr__(self, "clauses", clauses)

    @cached_property
    def quoted(self) -> tuple[Phrase | Near, ...]:
        """The clauses that are no run of bare syllables."""
        return tuple(clause for clause in self.clauses if not isinstance(clause, Run))

    @cached_property
    def parts(self) -> tuple[Phrase | Near, ...]:
        """The clauses, with each bare syllable and code of a run on its own."""
        return parts_of(self.clauses)

    @cached_property
    def is_words(self) -> bool:
        """Whether it is nothing but bare syllables, codes and quoted phrases."""
        root = self.root if self.typed is None else self.typed
        return all(
            isinstance(node, Run | Phrase)
            and is_plain(node)
            and not (isinstance(node, Phrase) and node.word)
            for node in (root.nodes if isinstance(root, And) else (root,))
        )


def clauses_of(node: Node) -> tuple[Phrase | Run | Near, ...]:
    """Return the phrases and runs of a tree, in order, without those under a Not."""
    match node:
        case Phrase() | Run() | Near():
            return (node,)
        case And() | Or():
            return tuple([clause for one in node.nodes for clause in clauses_of(one)])
        case Required() | Boost() | InField():
            return clauses_of(node.node)
        case _:
            return ()


def parts_of(clauses: tuple[Phrase | Run | Near, ...]) -> tuple[Phrase | Near, ...]:
    """Return some clauses, with each bare syllable and code of a run on its own."""
    return tuple(
        part
        for clause in clauses
        for part in (clause.phrases if isinstance(clause, Run) else (clause,))
    )
