"""Texts to the arrays that segments are built of, in this process or in others.

A batch is the titles and the bodies of some articles. An analysis takes batches in order and
gives each back as arrays, later if it likes: how many it may hold at a time is its ``ahead``.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Protocol

import numpy as np

from danvan_search.text.batch_analyzer import BatchAnalyzer
from danvan_search.text.form_table import FormTable
from danvan_search.text.segmenter import default_segmenter


@dataclass(frozen=True, slots=True)
class AnalyzedPart:
    """The n syllables of the titles, or of the bodies, of d articles.

    :ivar accented: int32[n], ids of the accented forms.
    :ivar starts: int32[n], where each starts, in characters of its own text.
    :ivar lengths: int32[n], how many characters each has.
    :ivar counts: int64[d], how many syllables each text has.
    :ivar word_starts: bool[n], whether a word starts with each; None when it was not asked for.
    """

    accented: np.ndarray
    starts: np.ndarray
    lengths: np.ndarray
    counts: np.ndarray
    word_starts: np.ndarray | None


AnalyzedBatch = tuple[AnalyzedPart, AnalyzedPart]
"""Titles and bodies of the same articles."""


class Analysis(Protocol):
    """A way of analysing batches.

    :ivar form_table: what the ids mean, for all batches that were given back.
    :ivar ahead: so many batches may be started and not yet asked for.
    """

    form_table: FormTable
    ahead: int

    def start(self, titles: Sequence[str], bodies: Sequence[str]) -> Callable[[], AnalyzedBatch]:
        """Begin with a batch; the function that is returned waits for it and gives it.

        They are to be called in the order in which the batches were started.
        """

    def close(self) -> None:
        """Give back what it holds; batches that were not asked for are lost."""


class InProcessAnalysis:
    """Analyses in this process, at once.

    :param words: whether to segment the texts into words.
    """

    def __init__(self, *, words: bool) -> None:
        self.ahead = 0
        self._words = words
        self._analyzer = BatchAnalyzer()
        self.form_table = self._analyzer.form_table

    def start(self, titles: Sequence[str], bodies: Sequence[str]) -> Callable[[], AnalyzedBatch]:
        """Analyse a batch; the function that is returned gives it."""
        done = (
            analyze_part(self._analyzer, titles, words=self._words),
            analyze_part(self._analyzer, bodies, words=self._words),
        )
        return lambda: done

    def close(self) -> None:
        """Do nothing: there is nothing to give back."""


def analyze_part(analyzer: BatchAnalyzer, texts: Sequence[str], *, words: bool) -> AnalyzedPart:
    """Analyse the titles, or the bodies, of a batch.

    :param words: whether to segment them into words.
    """
    grid = analyzer.analyze(texts)
    starts = None
    if words:
        starts = default_segmenter().word_start_flags(texts)[0]
        # That a text starts with a word tells that it was segmented: see WordBits.
        starts[grid.offsets[:-1][np.diff(grid.offsets) > 0]] = True
    return AnalyzedPart(
        grid.accented, grid.starts, grid.ends - grid.starts, np.diff(grid.offsets), starts
    )
