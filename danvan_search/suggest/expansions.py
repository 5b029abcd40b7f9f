"""Expansions of a query: what its abbreviations stand for, and other ways to write the same."""

import re
from collections.abc import Callable, Iterator, Sequence
from functools import partial
from itertools import chain
from typing import Final

from danvan_search.search.execution.segment_view import SegmentView
from danvan_search.suggest.abbreviations import Meaning, meaning_of
from danvan_search.suggest.form_counts import FormCounts, remembered
from danvan_search.suggest.spelt_otherwise import codes, dates, numbers, spellings
from danvan_search.suggest.suggestion import Suggestion
from danvan_search.suggest.typed_text import Changes, Piece, TypedText
from danvan_search.text import fold, syllable_grid
from danvan_search.text.normalize import could_be_syllable

SEEN: Final = 5
"""A spelling with another letter is offered if a pair of it occurs this often…"""
TIMES: Final = 20
"""… and this many times as often as that of the one that was typed."""
_CAPITALS: Final = re.compile(r"[A-ZĐÂĂÊÔƠƯ]{2,10}|[A-ZĐ]{1,5}[.&-][A-ZĐ]{1,5}")
_WAYS: Final[tuple[Callable[[str], Iterator[str]], ...]] = (numbers, dates, codes)


class Expansions:
    """Expands queries.

    :param views: the segments of the index.
    :param counts: their counts.
    """

    def __init__(self, views: Sequence[SegmentView], counts: FormCounts) -> None:
        self._views = views
        self._counts = counts
        self._meanings: dict[tuple[str, ...], Meaning] = {}

    def suggest(self, typed: TypedText) -> list[Suggestion]:
        """Return a query with its abbreviations spelt out, and one with its parts spelt otherwise.

        Nothing is suggested that the index does not have.
        """
        meanings: Changes = {}
        others: Changes = {}
        share = 1.0
        for start, end in typed.words:
            word = typed.text[start:end]
            meaning = self.meaning(word)
            if meaning is not None:
                meanings[start, end] = " ".join(meaning.forms)
                share = min(share, meaning.share)
            other = self._otherwise(word)
            if other is not None:
                others[start, end] = other
        for run in typed.runs:
            others |= self._spelt(run)
        made = []
        if meanings:
            text = typed.rewritten(meanings, keep_case=False)
            made.append(Suggestion(text, "abbreviation", share))
        if others:
            made.append(Suggestion(typed.rewritten(others), "variant", 0.5))
        return made

    def meaning(self, word: str) -> Meaning | None:
        """Return what a word in capitals stands for, if the index has that."""
        if not _CAPITALS.fullmatch(word) or could_be_syllable(fold(word.lower())):
            return None
        parts = tuple(syllable_grid(word).accented)
        meaning = remembered(self._meanings, parts, partial(meaning_of, self._views))
        is_known = meaning.forms and self._occurrences(" ".join(meaning.forms))
        return meaning if is_known else None

    def _otherwise(self, word: str) -> str | None:
        """Return the most frequent other way to write a number, a date or a code."""
        ways = chain.from_iterable(way(word) for way in _WAYS)
        count, best = max(((self._occurrences(one), one) for one in ways), default=(0.0, ""))
        return best if count else None

    def _occurrences(self, text: str) -> float:
        """Return how often the syllables of a text stand side by side; estimated from a sample."""
        return self._counts.run(tuple(syllable_grid(text).folded))

    def _spelt(self, run: Sequence[Piece]) -> Changes:
        """Return the syllables of a run that are far more frequent with another letter."""
        changes: Changes = {}
        for at, piece in enumerate(run):
            if not piece.free:
                continue
            for form in spellings(piece.accented):
                now, then = (self._beside(run, at, one) for one in (piece.folded, fold(form)))
                if then >= SEEN and then >= TIMES * now:
                    changes[piece.start, piece.end] = form
        return changes

    def _beside(self, run: Sequence[Piece], at: int, folded: str) -> float:
        """Return how often a form stands beside the neighbours of a syllable."""
        before = [self._counts.pair(run[at - 1].folded, folded)] if at else []
        after = [self._counts.pair(folded, run[at + 1].folded)] if at + 1 < len(run) else []
        return max(before + after, default=0.0)
