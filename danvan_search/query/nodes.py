"""The nodes of a query tree: immutable, they say what matches, and what is scored and marked.

A tree knows no index, so any store can run it. Every node has the *span* of the query string that
it was read from, which does not count when nodes are compared: equal nodes have equal matches.

::

    syllables   Term Prefix Fuzzy Wildcard       what one syllable of a text may be
    text        Phrase Run Near                  syllables, and where they stand
    logic       And Or Not Required Boost InField   nodes joined
    doc values  DateRange Equals Everything      filters

A syllable that was typed with a mark (``marked``) is held to its accents where accents count; one
typed without matches every accent.
"""

import dataclasses
import datetime
from collections.abc import Iterator
from dataclasses import replace
from typing import Literal, TypeVar

from danvan_search.frozen import frozen

Span = tuple[int, int]
"""Offsets in the query: of the first character, and after the last."""

Field = Literal["title", "body", "details"]
"""A text of an article."""

EqualsField = Literal["category", "source", "site", "id"]
"""A doc value that is compared as a whole."""


@frozen(kw_only=True)
class _Spanned:
    """A part of a query.

    :ivar span: where the query string has it.
    """

    span: Span = dataclasses.field(default=(0, 0), compare=False)


@frozen()
class _Typed(_Spanned):
    """A syllable, or a part of one, as typed.

    :ivar folded: its folded form.
    :ivar accented: its accented form: NFC and in lower case.
    :ivar marked: whether it was typed with a Vietnamese mark.
    """

    folded: str
    accented: str
    marked: bool = False


@frozen()
class Term(_Typed):
    """Exactly one syllable."""


@frozen()
class Prefix(_Typed):
    """Every syllable that begins so.

    Marks hold letter by letter: a letter typed with a quality mark or a tone has it, one typed
    without has any. ``đư`` begins ``đường``; ``đa`` begins ``đâu`` and ``đã``.
    """


@frozen()
class Fuzzy(_Typed):
    """Every syllable whose folded form is at most one edit away.

    An edit is one letter more, less or other, or two neighbours swapped. Its accents never count.
    """


@frozen()
class Wildcard(_Spanned):
    """Any one syllable, within a phrase."""


Syllable = Term | Prefix | Fuzzy | Wildcard


@frozen()
class Phrase(_Spanned):
    """Syllables in this order, in one text.

    :ivar syllables: at least one that is no wildcard. Wildcards at the ends do not count.
    :ivar slop: how many other syllables may stand between them, in all.
    :ivar word: whether it matches only where the segmenter made it one word; then all are terms,
        and the slop is 0.
    :ivar others: phrases of terms that mean the same, such as ``1.043.000`` for ``1043000``: where
        one of them occurs, this phrase does. They have no slop and no others themselves.
    """

    syllables: tuple[Syllable, ...]
    slop: int = 0
    word: bool = False
    others: "tuple[Phrase, ...]" = ()


@frozen()
class Run(_Spanned):
    """Bare syllables: each must occur, anywhere in the article.

    :ivar phrases: its syllables, as phrases of one, and its codes, as phrases of their parts.
    """

    phrases: tuple[Phrase, ...]


@frozen()
class Near(_Spanned):
    """Two phrases in one text, in any order, that do not overlap.

    :ivar distance: how many other syllables may stand between them.
    """

    left: Phrase
    right: Phrase
    distance: int = 10


@frozen()
class And(_Spanned):
    """All of some nodes, at least one."""

    nodes: "tuple[Node, ...]"


@frozen()
class Or(_Spanned):
    """At least ``at_least`` of some nodes."""

    nodes: "tuple[Node, ...]"
    at_least: int = 1


@frozen()
class Not(_Spanned):
    """Not a node with the typed accents: ``-dương`` leaves articles that have ``đường`` only."""

    node: "Node"


@frozen()
class Required(_Spanned):
    """A node that every match has, whatever the option ``match`` demands of the others."""

    node: "Node"


@frozen()
class Boost(_Spanned):
    """A node whose score counts ``factor`` times."""

    node: "Node"
    factor: float


@frozen()
class InField(_Spanned):
    """A node of which all text is in one field."""

    field: Field
    node: "Node"


@frozen()
class DateRange(_Spanned):
    """Articles dated within a range, both ends included; None is open. Undated ones never match."""

    low: datetime.date | None = None
    high: datetime.date | None = None


@frozen()
class Equals(_Spanned):
    """Articles with a value.

    Categories and sources are compared without regard to case and accents, ids as they are. A
    ``site`` is the host of the source, or a domain above it.
    """

    field: EqualsField
    value: str


@frozen()
class Everything(_Spanned):
    """Every article."""


Clause = Phrase | Run | Near
"""A node that says where syllables stand."""

Filter = DateRange | Equals
"""A node that a value of an article decides."""

Node = Clause | And | Or | Not | Required | Boost | InField | Filter | Everything


def phrases_of(node: Node) -> Iterator[Phrase]:
    """Yield every phrase of a tree in order, also those under a Not."""
    match node:
        case Phrase():
            yield node
        case Near():
            yield from (node.left, node.right)
        case Run():
            yield from node.phrases
        case And() | Or():
            for one in node.nodes:
                yield from phrases_of(one)
        case Not() | Required() | Boost() | InField():
            yield from phrases_of(node.node)


def syllables_of(clause: Phrase | Run) -> tuple[Syllable, ...]:
    """Return the syllables of a phrase or a run, codes taken apart."""
    if isinstance(clause, Phrase):
        return clause.syllables
    return tuple([one for phrase in clause.phrases for one in phrase.syllables])


def terms_of(clause: Phrase | Run) -> tuple[Term, ...]:
    """Return the syllables of a phrase or a run, codes taken apart.

    :raises TypeError: one is a pattern, not a plain term.
    """
    syllables = syllables_of(clause)
    terms = tuple([one for one in syllables if isinstance(one, Term)])
    if len(terms) < len(syllables):
        raise TypeError("a pattern where a plain term is needed")
    return terms


def trimmed(phrase: Phrase) -> tuple[Syllable, ...]:
    """Return the syllables of a phrase without the wildcards at its ends, which say nothing."""
    syllables = phrase.syllables
    if not isinstance(syllables[0], Wildcard) and not isinstance(syllables[-1], Wildcard):
        return syllables
    first, last = 0, len(syllables)
    while first < last and isinstance(syllables[first], Wildcard):
        first += 1
    while last > first and isinstance(syllables[last - 1], Wildcard):
        last -= 1
    return syllables[first:last]


ClauseOfTexts = TypeVar("ClauseOfTexts", bound=Phrase | Run)


def without_others(clause: ClauseOfTexts) -> ClauseOfTexts:
    """Return a phrase or a run with what was typed alone; itself if it has no others."""
    if isinstance(clause, Run):
        if not any(one.others for one in clause.phrases):
            return clause
        return replace(clause, phrases=tuple(map(without_others, clause.phrases)))
    return replace(clause, others=()) if clause.others else clause


def _parts_of(node: Node) -> tuple[Phrase, ...]:
    """Return the phrases of a phrase or a run; none of another node."""
    if isinstance(node, Run):
        return node.phrases
    return (node,) if isinstance(node, Phrase) else ()


def is_text(clause: Node) -> bool:
    """Return whether a node is a phrase or a run of terms, without slop, whatever its others."""
    return _is_of_terms(_parts_of(clause), may_have_others=True)


def is_plain(clause: Node) -> bool:
    """Return whether a node is a phrase or a run of plain terms, without slop and others."""
    return _is_of_terms(_parts_of(clause), may_have_others=False)


def _is_of_terms(phrases: tuple[Phrase, ...], *, may_have_others: bool) -> bool:
    """Return whether there are phrases, all of them of terms and without slop."""
    for phrase in phrases:
        if phrase.slop or (phrase.others and not may_have_others):
            return False
        for one in phrase.syllables:
            if not isinstance(one, Term):
                return False
    return bool(phrases)
