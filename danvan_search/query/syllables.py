"""Reads the syllables of a query string: terms, patterns, and codes that stay together.

A code is written in one piece: ``32-CTr/TU``, ``30/8/2013``, ``TP.HCM``, ``CQ&DN``. Its parts are
joined by one of a few signs, by a comma between digits, or by nothing between letters and digits
(``Covid19``).
"""

import re
from collections.abc import Iterable, Iterator, Sequence
from functools import lru_cache
from typing import Final

from danvan_search.query.nodes import (
    Fuzzy,
    Phrase,
    Prefix,
    Run,
    Syllable,
    Term,
    Wildcard,
    syllables_of,
)
from danvan_search.text import is_marked
from danvan_search.text.grid import forms, spans

_JOINTS: Final = frozenset("-‐‑–/._&'’:+")
_PATTERN: Final = re.compile(r"[*~](?![\w*~])")
"""What makes a pattern of the syllable before: ``*`` or ``~``, with no letter or digit behind."""
_WILDCARD: Final = re.compile(r"(?<!\S)\*(?!\S)")

_EDGES: Final = frozenset(' "')
"""Signs that are part of no syllable, and change none beside them."""
_MAX_KNOWN_CHARS: Final = 32
"""The syllables of a longer piece of a query are read anew each time."""

_Part = tuple[int, int, str, str, bool]
"""A syllable: its first offset, that after its last, the fields of its term."""


def terms_in(text: str, start: int, end: int) -> tuple[Term, ...]:
    """Return the syllables between two offsets of a query as plain terms."""
    pieces: list[tuple[int, Iterable[_Part]]] = []
    if (start and text[start - 1] not in _EDGES) or (end < len(text) and text[end] not in _EDGES):
        pieces.append((0, _parts_of(text, start, end)))
    else:
        # What stands on the other side of a blank makes no difference to a syllable.
        for piece in text[start:end].split(" "):
            is_short = len(piece) <= _MAX_KNOWN_CHARS
            parts = _parts_of_piece(piece) if is_short else _parts_of(piece, 0, len(piece))
            pieces.append((start, parts))
            start += len(piece) + 1
    return tuple(
        [
            Term(folded, accented, marked, span=(first + shift, last + shift))
            for shift, parts in pieces
            for first, last, folded, accented, marked in parts
        ]
    )


def _parts_of(text: str, start: int, end: int) -> Iterator[_Part]:
    """Yield the syllables between two offsets of a text."""
    for first, last in spans(text, start, end):
        accented, folded = forms(text[first:last])
        yield first, last, folded, accented, accented != folded and is_marked(accented)


@lru_cache(maxsize=1 << 14)
def _parts_of_piece(piece: str) -> tuple[_Part, ...]:
    """Return the syllables of a piece of a query without blanks."""
    return tuple(_parts_of(piece, 0, len(piece)))


def prefix_of(term: Term) -> Prefix:
    """Return the prefix that stands for all syllables that begin as a term does."""
    return Prefix(term.folded, term.accented, term.marked, span=term.span)


def has_patterns(text: str, start: int, end: int) -> bool:
    """Return whether a sign that may make a pattern stands between two offsets."""
    return text.find("*", start, end) >= 0 or text.find("~", start, end) >= 0


def syllables_in(text: str, start: int, end: int) -> tuple[Syllable, ...]:
    """Return the syllables between two offsets, those with ``*`` and ``~`` as patterns."""
    terms = terms_in(text, start, end)
    if not has_patterns(text, start, end):
        return terms
    return tuple([_pattern_of(text, term, end) for term in terms])


def _pattern_of(text: str, term: Term, end: int) -> Syllable:
    """Return the pattern that the sign behind a term makes of it, or the term."""
    first, last = term.span
    sign = _PATTERN.match(text, last) if last < end else None
    if sign is None or sign.end() > end:
        return term
    kind = Prefix if sign[0] == "*" else Fuzzy
    return kind(term.folded, term.accented, term.marked, span=(first, sign.end()))


def quoted_syllables(text: str, start: int, end: int) -> tuple[Syllable, ...]:
    """Return the syllables between two quotes; a star between blanks stands for any one.

    Stars at the ends say nothing, and are left out.
    """
    syllables = syllables_in(text, start, end)
    if len(syllables) < 2 or text.find("*", start, end) < 0:
        return syllables
    stars = [
        Wildcard(span=star.span())
        for star in _WILDCARD.finditer(text, syllables[0].span[1], syllables[-1].span[0])
    ]
    return tuple(sorted([*syllables, *stars], key=lambda one: one.span)) if stars else syllables


def bare_phrases(text: str, start: int, end: int) -> list[Phrase]:
    """Return the bare syllables and codes between two offsets, a phrase each."""
    return with_codes(text, syllables_in(text, start, end))


def with_codes(text: str, syllables: Sequence[Syllable]) -> list[Phrase]:
    """Return the syllables of a text as phrases of one, and those of a code as one phrase."""
    groups: list[list[Syllable]] = []
    last = 0
    for one in syllables:
        start, end = one.span
        # Most syllables have a blank before them, which joins nothing.
        if groups and text[last] != " " and _is_joint(text, last, start):
            groups[-1].append(one)
        else:
            groups.append([one])
        last = end
    return [Phrase(tuple(group), span=(group[0].span[0], group[-1].span[1])) for group in groups]


def run_in(text: str, start: int, end: int) -> Run | None:
    """Return the bare syllables and codes between two offsets as a run; None for none."""
    phrases = bare_phrases(text, start, end)
    return run_of(phrases) if phrases else None


def run_of(phrases: list[Phrase]) -> Run:
    """Return a run of phrases, in the order of the query."""
    return Run(tuple(phrases), span=(phrases[0].span[0], phrases[-1].span[1]))


def phrase_of(run: Run) -> Phrase:
    """Return the syllables of a run side by side."""
    return Phrase(syllables_of(run), span=run.span)


def _is_joint(text: str, start: int, end: int) -> bool:
    """Return whether the characters between two syllables join them into a code."""
    between = text[start:end].removeprefix("\\")
    if between == ",":
        return text[start - 1].isnumeric() and text[end].isnumeric()
    return not between or between in _JOINTS
