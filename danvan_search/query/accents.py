"""The accent policy of a query: which of its syllables are held to their accented forms."""

from typing import Final, Literal, get_args

from danvan_search.query.nodes import Phrase

Accents = Literal["auto", "exact", "ignore"]
"""``auto`` ranks by accents, ``exact`` filters by them, ``ignore`` does neither."""

ACCENTS: Final[tuple[Accents, ...]] = get_args(Accents)

Forms = tuple[tuple[str, str | None], ...]
"""The folded form of each syllable, and its accented form, or None where every variant matches."""


def forms_of(phrase: Phrase, accents: Accents) -> Forms:
    """Return the forms of a phrase that an index is searched for.

    A syllable that was typed with a mark has its accented form, unless accents are ignored; every
    variant matches any other syllable.
    """
    if accents == "ignore":
        return tuple([(one.folded, None) for one in phrase.syllables])
    return tuple([(one.folded, one.accented if one.marked else None) for one in phrase.syllables])


def has_marks(forms: Forms) -> bool:
    """Return whether any syllable is held to its accented form."""
    return any(accented is not None for _, accented in forms)
