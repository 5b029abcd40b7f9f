"""The accent policy of a query: which of its syllables must match their accented forms."""

from collections.abc import Callable
from typing import Final, Literal, get_args

from danvan_search.query.nodes import (
    And,
    Boost,
    InField,
    Near,
    Node,
    Or,
    Phrase,
    Prefix,
    Required,
    Run,
    Syllable,
    Term,
    terms_of,
)

Accents = Literal["auto", "exact", "ignore", "restore"]
"""``auto`` ranks by accents, ``exact`` filters by them, ``ignore`` does neither.

``restore`` is ``auto`` for a query that got its likeliest accents before it was parsed.
"""

ACCENTS: Final[tuple[Accents, ...]] = get_args(Accents)

Forms = tuple[tuple[str, str | None], ...]
"""For each syllable its folded form, and its accented form or None if every variant matches."""


def forms_of(clause: Phrase | Run, accents: Accents) -> Forms:
    """Return the forms of the plain terms of a phrase or a run to search for.

    A syllable that was typed with a mark has its accented form, unless accents are ignored. Any
    other syllable matches every variant.
    """
    terms = terms_of(clause)
    if accents == "ignore":
        return tuple([(one.folded, None) for one in terms])
    return tuple([(one.folded, one.accented if one.marked else None) for one in terms])


def is_held(syllable: Syllable, accents: Accents = "auto") -> bool:
    """Return whether a syllable is held to its accents where accents count."""
    match syllable:
        case Term() | Prefix():
            return syllable.marked and accents != "ignore"
        case _:
            return False


def holds_any(node: Node, of_phrase: Callable[[Phrase | Near], bool]) -> bool:
    """Return whether exact matching holds any syllable of a tree to its accents.

    Syllables under a Not are always held, so they make no difference.

    :param of_phrase: tells it of a phrase or a proximity.
    """
    match node:
        case Phrase() | Near():
            return of_phrase(node)
        case Run():
            return any(map(of_phrase, node.phrases))
        case And() | Or():
            return any(holds_any(one, of_phrase) for one in node.nodes)
        case Required() | Boost() | InField():
            return holds_any(node.node, of_phrase)
        case _:
            return False


def phrase_holds_any(phrase: Phrase | Near, accents: Accents) -> bool:
    """Return :func:`holds_any` of a phrase or a proximity."""
    if isinstance(phrase, Near):
        sides: tuple[Phrase, ...] = (phrase.left, phrase.right)
    else:
        sides = (phrase, *phrase.others)
    return any(is_held(one, accents) for side in sides for one in side.syllables)


def has_accents(forms: Forms) -> bool:
    """Return whether any syllable must match its accented form."""
    return any(accented is not None for _, accented in forms)
