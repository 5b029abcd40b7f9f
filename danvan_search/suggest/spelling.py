"""Spelling: what was meant by a slip of the keyboard, and by syllables that were glued together.

Only a syllable whose pairs with its neighbours hardly ever occur is doubted, and only a spelling
whose pairs do occur is offered; of what is no word, also one that leaves no doubt.
"""

import math
import threading
from collections.abc import Mapping, Sequence
from functools import lru_cache
from itertools import pairwise, starmap
from typing import Final, NamedTuple

import numpy as np

from danvan_search.index.folder.file_lock import call_after_fork
from danvan_search.suggest.form_counts import FormCounts
from danvan_search.suggest.slips import SlipTable
from danvan_search.suggest.word_model import WordModel
from danvan_search.text.alphabet import FOLDED_LETTER, UNTONED
from danvan_search.text.normalize import could_be_syllable

FEW: Final = 2
"""A syllable is doubted if its pairs with its neighbours occur at most this often."""
SEEN: Final = 3
"""A spelling is offered if a new pair occurs this often…"""
CLEAR_ODDS: Final = 3.0
"""… or if the typed form is no word, and the spelling e^this times likelier than all others."""
_ALONE: Final = 3
"""A query of one syllable is doubted if it occurs less often."""
_CANDIDATES: Final = 30
_SEAM: Final = 20
"""A glued word that occurs itself is cut if its pair is this many times as frequent."""
MAX_GLUED: Final = 60
_MAX_FORM: Final = 12
_GLUED_BEAM: Final = 8
_MARKS_KEPT: Final = 1 << 13


class Spelling(NamedTuple):
    """Another spelling of some syllables.

    :ivar folded: the folded forms.
    :ivar gain: by how much it is likelier, as a natural logarithm.
    """

    folded: tuple[str, ...]
    gain: float


class _Row(NamedTuple):
    """Some syllables.

    :ivar folded: their folded forms.
    :ivar score: their likelihood, as a natural logarithm.
    """

    folded: tuple[str, ...]
    score: float


class Speller:
    """Corrects folded syllables.

    :param counts: the counts of the index.
    """

    def __init__(self, counts: FormCounts) -> None:
        self._counts = counts
        self._model = WordModel(counts)
        self._table: SlipTable | None = None
        self.after_fork()
        call_after_fork(self)

    def after_fork(self) -> None:
        """Replace the lock, which a thread of the parent process may have held."""
        self._lock = threading.Lock()

    @property
    def _slips(self) -> SlipTable:
        """The forms that occur often enough to be meant; made once, in some 40 ms."""
        with self._lock:
            if self._table is None:
                self._table = SlipTable(self._counts.frequent_forms())
            return self._table

    def correct(
        self, folded: Sequence[str], typed: Sequence[str], free: Sequence[bool]
    ) -> Spelling | None:
        """Return a likelier spelling of syllables; None if there is none.

        :param folded: n folded forms.
        :param typed: the accented forms as typed: their marks speak for a spelling that bears them.
        :param free: which of them may be changed.
        """
        doubts = self._doubts(folded, free)
        if not any(doubts):
            return None
        rows = [
            self._candidates(form, own) if doubt else {form: 0.0}
            for form, own, doubt in zip(folded, typed, doubts, strict=True)
        ]
        best = self._best(rows)
        path = best.folded
        changed = [at for at in range(len(folded)) if path[at] != folded[at]]
        if not changed or len(changed) > max(1, len(folded) // 3):
            return None
        if len(folded) > 1 and not all(
            self._is_seen(path, at) or self._is_clear(rows, best, folded[at], at) for at in changed
        ):
            return None
        return Spelling(path, best.score - self._model.row(folded))

    def _is_clear(
        self, rows: Sequence[Mapping[str, float]], meant: _Row, typed: str, at: int
    ) -> bool:
        """Return whether a typed form is no word, and its spelling far likelier than all others.

        :param rows: the spellings of each form, with their costs.
        :param meant: the likeliest row, and its likelihood.
        """
        if could_be_syllable(typed) or self._counts.form(typed).occurrences:
            return False
        known = (meant.folded[at], typed)
        others = {form: cost for form, cost in rows[at].items() if form not in known}
        if not others:
            return True
        rival = self._best([*rows[:at], others, *rows[at + 1 :]])
        return meant.score - rival.score >= CLEAR_ODDS

    def _best(self, rows: Sequence[Mapping[str, float]]) -> _Row:
        """Return the likeliest row of syllables, one of each mapping."""
        forms = [list(row) for row in rows]
        score = np.array([self._model.single(form) for form in forms[0]])
        score += list(rows[0].values())
        steps: list[np.ndarray] = []
        for before, row, costs in zip(forms, forms[1:], rows[1:], strict=False):
            total = score[:, None] + self._model.links(before, row)
            steps.append(total.argmax(axis=0))
            score = total.max(axis=0) + list(costs.values())
        number = int(score.argmax())
        path = [forms[-1][number]]
        for at in range(len(steps) - 1, -1, -1):
            number = int(steps[at][number])
            path.append(forms[at][number])
        return _Row(tuple(reversed(path)), float(score.max()))

    def _doubts(self, folded: Sequence[str], free: Sequence[bool]) -> list[bool]:
        letters = [
            may and form.isascii() and form.isalpha()
            for form, may in zip(folded, free, strict=True)
        ]
        if len(folded) == 1:
            return [letters[0] and self._counts.form(folded[0]).occurrences < _ALONE]
        pairs = list(map(self._counts.pair, folded, folded[1:]))
        return [
            is_word and max(pairs[max(0, at - 1) : at + 1]) <= FEW
            for at, is_word in enumerate(letters)
        ]

    def _candidates(self, folded: str, typed: str) -> dict[str, float]:
        """Return the likeliest meanings of a doubtful syllable, itself among them."""
        costs = self._slips.meant(folded)
        if typed != folded:
            for form in costs:
                if form != folded:
                    _, share = self.with_marks_of(form, typed)
                    costs[form] += math.log(3 * share + 0.03)
        likely = sorted(costs, key=lambda form: -costs[form] - 0.5 * self._model.single(form))
        return {form: costs[form] for form in (folded, *likely[:_CANDIDATES])}

    def _is_seen(self, path: Sequence[str], at: int) -> bool:
        pairs = list(
            map(self._counts.pair, path[max(0, at - 1) : at + 1], path[max(1, at) : at + 2])
        )
        return max(pairs) >= SEEN

    def with_marks_of(self, folded: str, typed: str) -> tuple[str | None, float]:
        """Return the most frequent accented form that bears the marks of another, and its share.

        :param typed: an accented form.
        :return: (None, 0) if there is none.
        """
        variants = self._counts.variants(folded)
        wanted = _marks(typed)
        for number, form in enumerate(variants.forms):
            if _marks(form) == wanted:
                return form, float(variants.shares[number])
        return None, 0.0

    def unglue(self, glued: str) -> tuple[str, ...] | None:
        """Return the syllables of a word that was typed without blanks; None if it is none.

        :param glued: a folded form.
        """
        if not (glued.isascii() and glued.isalpha() and 4 <= len(glued) <= MAX_GLUED):
            return None
        rows: list[list[tuple[float, tuple[str, ...]]]] = [[(0.0, ())]]
        for end in range(1, len(glued) + 1):
            found = []
            for start in range(max(0, end - _MAX_FORM), end):
                syllable = glued[start:end]
                if rows[start] and self._may_be_glued(syllable):
                    for score, path in rows[start]:
                        if path and not self._is_seam(path[-1], syllable):
                            continue
                        link = (
                            self._model.link(path[-1], syllable)
                            if path
                            else self._model.single(syllable)
                        )
                        found.append((score + link, (*path, syllable)))
            rows.append(sorted(found, reverse=True)[:_GLUED_BEAM])
        paths = [path for _, path in rows[-1] if len(path) > 1]
        if not paths:
            return None
        own = self._counts.form(glued).occurrences
        if own >= SEEN and min(starmap(self._counts.pair, pairwise(paths[0]))) < _SEAM * own:
            return None
        return paths[0]

    def _may_be_glued(self, form: str) -> bool:
        return form in self._slips.forms and (len(form) > 1 or could_be_syllable(form))

    def _is_seam(self, first: str, second: str) -> bool:
        """Return whether two forms may have been glued.

        Almost any word can be made of letters, and of names and abbreviations in other languages.
        """
        are_syllables = all(len(one) > 1 and could_be_syllable(one) for one in (first, second))
        return self._counts.pair(first, second) >= (1 if are_syllables else SEEN)


@lru_cache(maxsize=_MARKS_KEPT)
def _marks(form: str) -> tuple[str, frozenset[str]]:
    """Return the tone of an accented form, and its letters with a quality mark or a bar."""
    plain = [UNTONED.get(letter, (letter, "")) for letter in form]
    tone = "".join(tone for _, tone in plain)
    return tone, frozenset(vowel for vowel, _ in plain if FOLDED_LETTER.get(vowel, vowel) != vowel)
