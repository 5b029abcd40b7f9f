"""The syllable grid of a text: its syllables with their offsets, accented and folded forms.

A syllable is a run of letters with their marks, a run of digits, or one ideograph. A syllable
ends between letters and digits (``Covid19`` is ``Covid`` and ``19``) and at every other
character: a code such as ``32-CTr/TU`` is the three syllables ``32 CTr TU``. A query finds the
code by its parts or, as a phrase, as a whole.

Two signs belong to syllables. ``#`` and ``++`` behind a single letter are part of it, so that
``C#`` and ``C++`` differ from ``C``. A run of letters behind ``#`` is the words that its capitals
begin, if they are spelt as Vietnamese syllables: ``#DânVậnKhéo``, but not ``#YouTube``.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

import regex

from danvan_search.text.fold import fold
from danvan_search.text.kinds import IDEOGRAPH, IDEOGRAPH_MARK, LETTER, MARK, NUMBER
from danvan_search.text.normalize import IGNORABLE, could_be_syllable, normalize

MAX_SYLLABLE_CHARS: Final = 64
"""The size limit of a syllable: a longer run of letters or digits is cut into pieces.

A run of at most this many characters is one syllable. A longer one is cut after this many
characters as a reader counts them, that is, grapheme clusters.
"""

# Each ideograph is one syllable, because texts of ideographs have no blanks.
# Every repetition is possessive, so that no input causes backtracking.
_SYLLABLE: Final = regex.compile(
    rf"{LETTER}[{LETTER}{MARK}]*+|{IDEOGRAPH}[{MARK}{IDEOGRAPH_MARK}]*+|{NUMBER}++",
    regex.VERSION1,
)
# The equivalent for ASCII, which has no marks and no ideographs; it takes half the time.
_ASCII_SYLLABLE: Final = re.compile("[A-Za-z]+|[0-9]+")
_PIECE: Final = regex.compile(rf"\X{{1,{MAX_SYLLABLE_CHARS}}}+")
_LETTER_OR_NUMBER: Final = regex.compile(rf"{LETTER}|{IDEOGRAPH}|{NUMBER}", regex.VERSION1)
_SIGNS: Final = ("#", "++")
_SIGNED: Final = regex.compile(
    rf"[A-Za-z](?:#|\+\+)(?!{LETTER}|{IDEOGRAPH}|{NUMBER}|[#+])", regex.VERSION1
)
_TAG_WORD: Final = regex.compile(
    r"(?:\p{Lu}\p{M}*+)+(?!\p{Ll})|(?:\p{Lu}\p{M}*+)?+(?:\p{Ll}\p{M}*+)++"
)
"""A word of a tag: capitals, or small letters with a capital before them, if any."""

_FORMS_MEMO_SIZE: Final = 1 << 17


@dataclass(frozen=True, slots=True)
class Syllable:
    """One syllable of a text.

    :ivar surface: the syllable as written.
    :ivar start: the offset of its first character in the original text.
    :ivar end: the offset after its last character.
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

    :ivar starts: the start offset of each syllable, in characters of the original text.
    :ivar ends: the end offset of each syllable, exclusive.
    :ivar accented: the accented forms.
    :ivar folded: the folded forms.
    """

    starts: list[int]
    ends: list[int]
    accented: list[str]
    folded: list[str]

    def __len__(self) -> int:
        return len(self.starts)


# Maps a surface to (accented form, folded form). News has some 200,000 distinct surfaces, however
# large the collection is; the memo is cleared when it is full, so that random text cannot grow
# it without bound.
_forms_memo: dict[str, tuple[str, str]] = {}


def forms(surface: str) -> tuple[str, str]:
    """Return the accented and the folded form of one syllable, given as written."""
    pair = _forms_memo.get(surface)
    if pair is None:
        accented = normalize(surface)
        pair = accented, fold(accented)
        if len(_forms_memo) >= _FORMS_MEMO_SIZE:
            _forms_memo.clear()
        _forms_memo[surface] = pair
    return pair


def spans(text: str, first: int = 0, last: int | None = None) -> list[tuple[int, int]]:
    """Return the (start, end) offsets of each syllable of a text, in characters of that text.

    :param first: the offset at which to begin.
    :param last: the offset at which to stop; the end of the text if None.
    """
    pattern = _ASCII_SYLLABLE if text.isascii() else _SYLLABLE
    stop = len(text) if last is None else last
    found = []
    for match in pattern.finditer(text, first, stop):
        start, end = match.span()
        if text[end - 1] in IGNORABLE:
            end = start + len(match[0].rstrip(IGNORABLE))
        if end - start == 1 and text.startswith(_SIGNS, end, stop):
            signed = _SIGNED.match(text, start)
            found.append((start, end) if signed is None else signed.span())
        elif start and text[start - 1] == "#" and _is_tag(text[start:end]):
            found += [word.span() for word in _TAG_WORD.finditer(text, start, end)]
        elif end - start <= MAX_SYLLABLE_CHARS:
            found.append((start, end))
        else:
            pieces = [piece.span() for piece in _PIECE.finditer(text, start, end)]
            # A piece between two distant letters may consist of marks or soft hyphens only.
            found += [piece for piece in pieces if _LETTER_OR_NUMBER.search(text, *piece)]
    return found


def signed_places(text: str) -> Iterator[tuple[int, int]]:
    """Yield the (start, end) offsets of all signs that may change the syllables beside them.

    A syllable that ends where the sign starts may have it as its last part; a run of letters that
    starts where it ends may be several syllables.
    """
    for sign in _SIGNS:
        start = text.find(sign)
        while start >= 0:
            end = start + len(sign)
            yield start, end
            start = text.find(sign, end if sign == "#" else start + 1)


def _is_tag(run: str) -> bool:
    """Return whether a run of letters behind ``#`` is several words, each with a capital."""
    words = [word[0] for word in _TAG_WORD.finditer(run)]
    return (
        len(words) > 1
        and len("".join(words)) == len(run)
        and all(word.isupper() or could_be_syllable(forms(word)[1]) for word in words)
    )


def syllable_grid(text: str) -> SyllableGrid:
    """Return the syllables of a text in columns.

    :param text: any string, in any Unicode normal form.
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
