"""Queries as people mistype them, made of the titles of documents that an index has not seen."""

import random
from collections.abc import Callable, Iterator, Sequence
from typing import Final

from benchmarks.sampling import SEED
from danvan_search.text import syllable_grid, word_starts
from danvan_search.text.alphabet import TONED, TONES, UNTONED

_ROWS: Final = ("qwertyuiop", "asdfghjkl", "zxcvbnm")
_TELEX_TONES: Final = dict(zip(TONES[1:], "fsxrj", strict=True))
_VNI_TONES: Final = dict(zip(TONES[1:], "21435", strict=True))
_TELEX_LETTERS: Final = {
    "ă": "aw", "â": "aa", "đ": "dd", "ê": "ee", "ô": "oo", "ơ": "ow", "ư": "uw",
}  # fmt: skip
_VNI_LETTERS: Final = {
    "ă": "a8", "â": "a6", "đ": "d9", "ê": "e6", "ô": "o6", "ơ": "o7", "ư": "u7",
}  # fmt: skip
_SOUNDS: Final = (("s", "x"), ("ch", "tr"), ("l", "n"), ("d", "gi"))
_ENDS: Final = (("n", "ng"), ("t", "c"))
_OTHER_QUALITY: Final = {"â": "ă", "ă": "â", "ê": "e", "ô": "ơ", "ơ": "ô"}
_SHORT_SYLLABLES: Final = range(2, 6)

Syllables = tuple[str, ...]


def headlines(titles: Sequence[str], count: int) -> list[Syllables]:
    """Draw titles of at least two syllables, as accented forms."""
    drawn = random.Random(SEED).sample(titles, len(titles))
    grids = (syllable_grid(title) for title in drawn)
    found = (tuple(grid.accented) for grid in grids if len(grid) > 1)
    return [one for one, _ in zip(found, range(count), strict=False)]


def short_queries(titles: Sequence[str], count: int) -> list[Syllables]:
    """Draw one or two neighbouring words of a title each, of two to five syllables."""
    rng = random.Random(SEED)
    found: dict[Syllables, None] = {}
    for title in rng.sample(titles, len(titles)):
        grid = syllable_grid(title)
        starts = [at for at, starts in enumerate(word_starts(title).flags) if starts]
        borders = [*starts, len(grid)]
        if len(borders) > 1:
            first = rng.randrange(len(borders) - 1)
            last = min(first + rng.choice((1, 2)), len(borders) - 1)
            query = tuple(grid.accented[borders[first] : borders[last]])
            if len(query) in _SHORT_SYLLABLES:
                found[query] = None
        if len(found) == count:
            break
    return list(found)


def in_telex(form: str, *, late: bool) -> str:
    """Return the keys of a syllable in Telex.

    :param late: the tone is typed at the end, not right after its vowel.
    """
    return _keys(form, _TELEX_LETTERS, _TELEX_TONES, late=late).replace("uwow", "uow")


def in_vni(form: str, *, late: bool) -> str:
    """Return the keys of a syllable in VNI; see :func:`in_telex`."""
    return _keys(form, _VNI_LETTERS, _VNI_TONES, late=late).replace("u7o7", "uo7")


def _keys(form: str, letters: dict[str, str], tones: dict[str, str], *, late: bool) -> str:
    keys = end = ""
    for letter in form:
        vowel, tone = UNTONED.get(letter, (letter, ""))
        keys += letters.get(vowel, vowel)
        if tone and late:
            end = tones[tone]
        elif tone:
            keys += tones[tone]
    return keys + end


def slip(form: str, rng: random.Random) -> str:
    """Return a syllable with one slip of the keyboard, or a spelling that sounds alike."""
    kinds: list[Callable[[str, random.Random], str]] = [
        _near, _near, _doubled, _swapped, _missing, _extra, _sounding, _sounding,
    ]  # fmt: skip
    for _ in range(20):
        changed = rng.choice(kinds)(form, rng)
        if changed != form:
            return changed
    return form


def wrong_marks(form: str, rng: random.Random) -> Iterator[tuple[str, str]]:
    """Yield the kinds of wrong marks, and a syllable with each that it can have."""
    swapped = {TONES[3]: TONES[4], TONES[4]: TONES[3]}
    parts = [UNTONED.get(letter, (letter, "")) for letter in form]
    for at, (vowel, tone) in enumerate(parts):
        if tone in swapped:
            yield "hỏi or ngã", form[:at] + TONED[vowel, swapped[tone]] + form[at + 1 :]
        if tone:
            other = rng.choice([one for one in TONES[1:] if one != tone])
            yield "tone", form[:at] + TONED[vowel, other] + form[at + 1 :]
        if vowel in _OTHER_QUALITY:
            yield "quality", form[:at] + TONED[_OTHER_QUALITY[vowel], tone] + form[at + 1 :]


def _near(form: str, rng: random.Random) -> str:
    at = rng.randrange(len(form))
    for row, keys in enumerate(_ROWS):
        column = keys.find(form[at])
        if column >= 0:
            near = [keys[i] for i in (column - 1, column + 1) if 0 <= i < len(keys)]
            if row:
                near += _ROWS[row - 1][column : column + 2]
            return form[:at] + rng.choice(near) + form[at + 1 :]
    return form


def _doubled(form: str, rng: random.Random) -> str:
    at = rng.randrange(len(form))
    return form[: at + 1] + form[at:]


def _swapped(form: str, rng: random.Random) -> str:
    at = rng.randrange(max(1, len(form) - 1))
    return form[:at] + form[at : at + 2][::-1] + form[at + 2 :]


def _missing(form: str, rng: random.Random) -> str:
    if len(form) < 3:
        return form
    at = rng.randrange(len(form))
    return form[:at] + form[at + 1 :]


def _extra(form: str, rng: random.Random) -> str:
    at = rng.randrange(len(form))
    near = _near(form, rng)
    return form[:at] + near[at] + form[at:]


def _sounding(form: str, rng: random.Random) -> str:
    one, other = rng.choice((*_SOUNDS, *(pair[::-1] for pair in _SOUNDS)))
    if form.startswith(one):
        return other + form[len(one) :]
    one, other = rng.choice((*_ENDS, *(pair[::-1] for pair in _ENDS)))
    return form[: len(form) - len(one)] + other if form.endswith(one) else form
