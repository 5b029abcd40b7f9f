"""The nodes of a query tree: immutable, they say what matches, and what is scored and marked.

A tree knows no index, so any store can run it. Every node has the *span* of the query string that
it was read from, which does not count when nodes are compared: equal nodes have equal matches.

::

    syllables   Term Prefix Fuzzy Wildcard       what one syllable of a text may be
    text        Phrase Run Near                  syllables, and where they stand
    logic       And Or Not Boost InField         nodes joined
    doc values  DateRange Equals Everything      filters

A syllable that was typed with a mark (``marked``) is held to its accents where accents count; one
typed without matches every accent.
"""

import dataclasses
import datetime
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from typing import Literal

Span = tuple[int, int]
"""Offsets in the query: of the first character, and after the last."""

Field = Literal["title", "body"]
"""A text of an article."""


@dataclass(frozen=True, slots=True)
class Term:
    """Exactly one syllable.

    :ivar folded: its folded form.
    :ivar accented: its accented form.
    :ivar marked: whether it was typed with a Vietnamese mark.
    """

    folded: str
    accented: str
    marked: bool = False
    span: Span = dataclasses.field(default=(0, 0), compare=False, kw_only=True)


@dataclass(frozen=True, slots=True)
class Prefix:
    """Every syllable that begins so.

    Marks hold letter by letter: a letter typed with a quality mark or a tone has it, one typed
    without has any. ``đư`` begins ``đường``; ``đa`` begins ``đâu`` and ``đã``.

    :ivar folded: the folded beginning.
    :ivar accented: the beginning as typed, NFC and in lower case.
    :ivar marked: whether it was typed with a Vietnamese mark.
    """

    folded: str
    accented: str
    marked: bool = False
    span: Span = dataclasses.field(default=(0, 0), compare=False, kw_only=True)


@dataclass(frozen=True, slots=True)
class Fuzzy:
    """Every syllable whose folded form is at most one edit away.

    An edit is one letter more, less or other, or two neighbours swapped. Its accents never count.
    """

    folded: str
    accented: str
    marked: bool = False
    span: Span = dataclasses.field(default=(0, 0), compare=False, kw_only=True)


@dataclass(frozen=True, slots=True)
class Wildcard:
    """Any one syllable, within a phrase."""

    span: Span = dataclasses.field(default=(0, 0), compare=False, kw_only=True)


Syllable = Term | Prefix | Fuzzy | Wildcard


@dataclass(frozen=True, slots=True)
class Phrase:
    """Syllables in this order, in one text.

    :ivar syllables: at least one that is no wildcard. Wildcards at the ends do not count.
    :ivar slop: how many other syllables may stand between them, in all.
    :ivar word: whether it matches only where the segmenter made it one word; then all are terms,
        and the slop is 0.
    """

    syllables: tuple[Syllable, ...]
    slop: int = 0
    word: bool = False
    span: Span = dataclasses.field(default=(0, 0), compare=False, kw_only=True)


@dataclass(frozen=True, slots=True)
class Run:
    """Bare syllables: each must occur, anywhere in the article.

    :ivar phrases: its syllables, as phrases of one, and its codes, as phrases of their parts.
    """

    phrases: tuple[Phrase, ...]
    span: Span = dataclasses.field(default=(0, 0), compare=False, kw_only=True)


@dataclass(frozen=True, slots=True)
class Near:
    """Two phrases in one text, in any order, that do not overlap.

    :ivar distance: how many other syllables may stand between them.
    """

    left: Phrase
    right: Phrase
    distance: int = 10
    span: Span = dataclasses.field(default=(0, 0), compare=False, kw_only=True)


@dataclass(frozen=True, slots=True)
class And:
    """All of some nodes, at least one."""

    nodes: "tuple[Node, ...]"
    span: Span = dataclasses.field(default=(0, 0), compare=False, kw_only=True)


@dataclass(frozen=True, slots=True)
class Or:
    """At least ``at_least`` of some nodes."""

    nodes: "tuple[Node, ...]"
    at_least: int = 1
    span: Span = dataclasses.field(default=(0, 0), compare=False, kw_only=True)


@dataclass(frozen=True, slots=True)
class Not:
    """Not a node with the typed accents: ``-dương`` leaves articles that have ``đường`` only."""

    node: "Node"
    span: Span = dataclasses.field(default=(0, 0), compare=False, kw_only=True)


@dataclass(frozen=True, slots=True)
class Boost:
    """A node whose score counts ``factor`` times."""

    node: "Node"
    factor: float
    span: Span = dataclasses.field(default=(0, 0), compare=False, kw_only=True)


@dataclass(frozen=True, slots=True)
class InField:
    """A node of which all text is in one field."""

    field: Field
    node: "Node"
    span: Span = dataclasses.field(default=(0, 0), compare=False, kw_only=True)


@dataclass(frozen=True, slots=True)
class DateRange:
    """Articles dated within a range, both ends included; None is open. Undated ones never match."""

    low: datetime.date | None = None
    high: datetime.date | None = None
    span: Span = dataclasses.field(default=(0, 0), compare=False, kw_only=True)


@dataclass(frozen=True, slots=True)
class Equals:
    """Articles of one category, compared folded."""

    field: Literal["category"]
    value: str
    span: Span = dataclasses.field(default=(0, 0), compare=False, kw_only=True)


@dataclass(frozen=True, slots=True)
class Everything:
    """Every article."""

    span: Span = dataclasses.field(default=(0, 0), compare=False, kw_only=True)


Node = Phrase | Run | Near | And | Or | Not | Boost | InField | DateRange | Equals | Everything


@dataclass(frozen=True)
class Query:
    """A query string, and what it means.

    :ivar text: the query as typed.
    :ivar root: its tree.
    """

    text: str
    root: Node

    @cached_property
    def clauses(self) -> tuple[Phrase | Run | Near, ...]:
        """The phrases and runs that are scored and marked, in order, without those under a Not."""
        return tuple(_clauses(self.root))

    @cached_property
    def quoted(self) -> tuple[Phrase | Near, ...]:
        """The clauses that are no run of bare syllables."""
        return tuple(clause for clause in self.clauses if not isinstance(clause, Run))

    @cached_property
    def parts(self) -> tuple[Phrase | Near, ...]:
        """The clauses, with each bare syllable and code of a run on its own."""
        return tuple(
            part
            for clause in self.clauses
            for part in (clause.phrases if isinstance(clause, Run) else (clause,))
        )


def _clauses(node: Node) -> Iterator[Phrase | Run | Near]:
    match node:
        case Phrase() | Run() | Near():
            yield node
        case And() | Or():
            for one in node.nodes:
                yield from _clauses(one)
        case Boost() | InField():
            yield from _clauses(node.node)
        case _:
            pass


def terms_of(clause: Phrase | Run) -> tuple[Term, ...]:
    """Return the syllables of a phrase or a run, codes taken apart.

    :raises TypeError: one is a pattern, not a plain term.
    """
    phrases = clause.phrases if isinstance(clause, Run) else (clause,)
    syllables = [one for phrase in phrases for one in phrase.syllables]
    terms = tuple([one for one in syllables if isinstance(one, Term)])
    if len(terms) < len(syllables):
        raise TypeError("a pattern where a plain term is needed")
    return terms


def is_plain(clause: "Node") -> bool:
    """Return whether a node is a phrase or a run of plain terms, without slop."""
    match clause:
        case Phrase():
            return not clause.slop and all(isinstance(one, Term) for one in clause.syllables)
        case Run():
            return all(map(is_plain, clause.phrases))
        case _:
            return False
