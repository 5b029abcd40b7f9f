"""Text to its syllable grid: every syllable, with its place in the original text.

A syllable is a run of letters with their marks, a run of digits, or one ideograph. Letters
and digits part (``Covid19`` is ``Covid`` and ``19``), and so does everything else: a code
such as ``32-CTr/TU`` is the run of syllables ``32 CTr TU``, found by its parts and, as a
phrase, whole.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

import regex

from danvan_search.text.fold import fold
from danvan_search.text.kinds import IDEOGRAPH, IDEOGRAPH_MARK, LETTER, MARK, NUMBER
from danvan_search.text.normalize import IGNORABLE, normalize

MAX_SYLLABLE_CHARS: Final = 64
"""A longer run of letters or digits is cut into pieces of this many written characters."""

# Ideographs are taken one by one: their texts have no blanks, and one is one syllable.
# Every repetition is possessive, so that no input makes the pattern go back.
_SYLLABLE: Final = regex.compile(
    rf"{LETTER}[{LETTER}{MARK}]*+|{IDEOGRAPH}[{MARK}{IDEOGRAPH_MARK}]*+|{NUMBER}++",
    regex.VERSION1,
)
# What the same finds in ASCII, which knows no marks and no ideographs, in half of the time.
_ASCII_SYLLABLE: Final = re.compile("[A-Za-z]+|[0-9]+")
_LONG: Final = regex.compile(rf"\X{{1,{MAX_SYLLABLE_CHARS}}}+")
_LETTER_OR_NUMBER: Final = regex.compile(r"[\p{L}\p{N}]")

_FORMS_MEMO_SIZE: Final = 1 << 17


@dataclass(frozen=True, slots=True)
class Syllable:
    """One syllable of a text.

    :ivar surface: the syllable as written.
    :ivar start: where it starts in the original text, in characters.
    :ivar end: where it ends in the original text, in characters.
    :ivar accented: its accented form, for example ``hòa`` for ``Hoà``.
    :ivar folded: its folded form, for example ``hoa``.
    """

    surface: str
    start: int
    end: int
    accented: str
    folded: str


@dataclass(frozen=True, slots=True)
class SyllableGrid:
    """The syllables of a text in columns: four lists of the same length.

    :ivar starts: where each syllable starts in the original text, in characters.
    :ivar ends: where each syllable ends in the original text, in characters.
    :ivar accented: the accented forms.
    :ivar folded: the folded forms.
    """

    starts: list[int]
    ends: list[int]
    accented: list[str]
    folded: list[str]

    def __len__(self) -> int:
        return len(self.starts)


# Surface to (accented, folded). News of any size has some 200,000 surfaces; a text of random
# letters must not grow it without bound, so it starts afresh when it is full.
_forms_memo: dict[str, tuple[str, str]] = {}


def forms(surface: str) -> tuple[str, str]:
    """Return the accented and the folded form of one syllable as written."""
    pair = _forms_memo.get(surface)
    if pair is None:
        accented = normalize(surface)
        pair = accented, fold(accented)
        if len(_forms_memo) >= _FORMS_MEMO_SIZE:
            _forms_memo.clear()
        _forms_memo[surface] = pair
    return pair


def spans(text: str, first: int = 0, last: int | None = None) -> Iterator[tuple[int, int]]:
    """Yield the (start, end) of each syllable of a text, in characters of that text.

    :param first: where to begin.
    :param last: where to stop; the end of the text if it is None.
    """
    pattern = _ASCII_SYLLABLE if text.isascii() else _SYLLABLE
    for match in pattern.finditer(text, first, len(text) if last is None else last):
        start, end = match.span()
        if text[end - 1] in IGNORABLE:
            end = start + len(match[0].rstrip(IGNORABLE))
        if end - start <= MAX_SYLLABLE_CHARS:
            yield start, end
        else:
            for piece in _LONG.finditer(text, start, end):
                # A piece between two far letters may hold marks or soft hyphens alone.
                if _LETTER_OR_NUMBER.search(text, *piece.span()):
                    yield piece.span()


def syllable_grid(text: str) -> SyllableGrid:
    """Return the syllables of a text in columns.

    :param text: any string, in any Unicode normal form; never altered, never refused.
    """
    grid = SyllableGrid([], [], [], [])
    for start, end in spans(text):
        accented, folded = forms(text[start:end])
        grid.starts.append(start)
        grid.ends.append(end)
        grid.accented.append(accented)
        grid.folded.append(folded)
    return grid


def syllables(text: str) -> tuple[Syllable, ...]:
    """Return the syllables of a text, one object each; see :func:`syllable_grid`."""
    grid = syllable_grid(text)
    return tuple(
        Syllable(text[start:end], start, end, accented, folded)
        for start, end, accented, folded in zip(
            grid.starts, grid.ends, grid.accented, grid.folded, strict=True
        )
    )
