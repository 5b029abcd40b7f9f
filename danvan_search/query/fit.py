"""Whether a syllable of a query matches a syllable of a text, given its forms."""

from danvan_search.query.nodes import Fuzzy, Prefix, Syllable, Term, Wildcard
from danvan_search.text.alphabet import FOLDED_LETTER, UNTONED


def fits(syllable: Syllable, accented: str, folded: str, *, exact: bool) -> bool:
    """Return whether a syllable of a query matches one of a text.

    :param accented: the accented form in the text.
    :param folded: the folded form in the text.
    :param exact: whether a syllable typed with a mark is held to its accents.
    """
    match syllable:
        case Term():
            is_typed = syllable.accented == accented or not (exact and syllable.marked)
            return is_typed and syllable.folded == folded
        case Prefix():
            if exact and syllable.marked:
                return begins_with(accented, syllable.accented)
            return folded.startswith(syllable.folded)
        case Fuzzy():
            return is_one_edit(syllable.folded, folded)
        case Wildcard():
            return True


def begins_with(form: str, prefix: str) -> bool:
    """Return whether an accented form begins with a prefix, whose marks hold letter by letter.

    A letter typed with a quality mark or a tone has it; what was not typed is free.
    """
    return len(form) >= len(prefix) and all(map(_letter_fits, prefix, form))


def _letter_fits(typed: str, letter: str) -> bool:
    if FOLDED_LETTER.get(typed, typed) != FOLDED_LETTER.get(letter, letter):
        return False
    typed_quality, typed_tone = UNTONED.get(typed, (typed, ""))
    quality, tone = UNTONED.get(letter, (letter, ""))
    is_plain = typed_quality == FOLDED_LETTER.get(typed_quality, typed_quality)
    return (is_plain or typed_quality == quality) and (not typed_tone or typed_tone == tone)


def is_one_edit(form: str, other: str) -> bool:
    """Return whether forms are equal, or one letter more, less or other, or two swapped, apart."""
    if abs(len(form) - len(other)) > 1:
        return False
    first = 0
    while first < min(len(form), len(other)) and form[first] == other[first]:
        first += 1
    rest, other_rest = form[first:], other[first:]
    return (
        rest[1:] == other_rest[1:]
        or rest[1:] == other_rest
        or rest == other_rest[1:]
        or (rest[:2] == other_rest[1::-1] and rest[2:] == other_rest[2:])
    )
