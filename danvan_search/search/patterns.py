"""Query nodes as the patterns that the index is searched for."""

from danvan_search.index.arrays import Pattern
from danvan_search.query import Phrase
from danvan_search.search.options import Accents


def pattern_of(phrase: Phrase, accents: Accents) -> Pattern:
    """Return the syllables of a phrase as (folded form, accented form or None).

    A syllable that was typed with a mark has its accented form there, unless accents are to be
    ignored; for any other every accented form will do.
    """
    if accents == "ignore":
        return tuple([(one.folded, None) for one in phrase.syllables])
    return tuple([(one.folded, one.accented if one.marked else None) for one in phrase.syllables])


def has_marks(pattern: Pattern) -> bool:
    """Say whether a pattern asks for accents anywhere."""
    return any(accented is not None for _, accented in pattern)
