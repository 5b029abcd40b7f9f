"""Text analysis: batches of titles and bodies to arrays of syllables.

An ``Analysis`` accepts batches in order and returns the arrays of each, immediately
(``InProcessAnalysis``) or later (``WorkerPool``). Up to ``Analysis.ahead`` batches may be pending.
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

    :ivar accented: int32[n], the ids of the accented forms.
    :ivar starts: int32[n], the offset of each syllable in its text.
    :ivar lengths: int32[n], the number of characters of each syllable.
    :ivar counts: int64[d], the number of syllables of each text.
    :ivar word_starts: bool[n], whether a word starts with each syllable; None if the texts were
        not segmented into words.
    """

    accented: np.ndarray
    starts: np.ndarray
    lengths: np.ndarray
    counts: np.ndarray
    word_starts: np.ndarray | None


AnalyzedBatch = tuple[AnalyzedPart, AnalyzedPart]
"""The titles and the bodies of the same articles."""


class Analysis(Protocol):
    """Analyses batches.

    :ivar form_table: the forms of all ids in the batches returned so far.
    :ivar ahead: how many batches may be started whose results are not yet collected.
    """

    form_table: FormTable
    ahead: int

    def start(self, titles: Sequence[str], bodies: Sequence[str]) -> Callable[[], AnalyzedBatch]:
        """Start the analysis of a batch; return a function that waits for the result.

        The functions must be called in the order in which the batches were started.
        """

    def close(self) -> None:
        """Release all resources; results that were not collected are lost."""


class InProcessAnalysis:
    """Analyses in this process, immediately.

    :param words: whether to segment the texts into words.
    """

    def __init__(self, *, words: bool) -> None:
        self.ahead = 0
        self._words = words
        self._analyzer = BatchAnalyzer()
        self.form_table = self._analyzer.form_table

    def start(self, titles: Sequence[str], bodies: Sequence[str]) -> Callable[[], AnalyzedBatch]:
        """Analyse a batch; return a function that returns the result."""
        result = (
            analyze_part(self._analyzer, titles, words=self._words),
            analyze_part(self._analyzer, bodies, words=self._words),
        )
        return lambda: result

    def close(self) -> None:
        """Do nothing: there are no resources to release."""


def analyze_part(analyzer: BatchAnalyzer, texts: Sequence[str], *, words: bool) -> AnalyzedPart:
    """Analyse the titles, or the bodies, of a batch.

    :param words: whether to segment the texts into words.
    """
    grid = analyzer.analyze(texts)
    starts = None
    if words:
        starts = default_segmenter().word_start_flags(texts)[0]
        # A text counts as segmented if a word starts with its first syllable: see word_boundaries.
        starts[grid.offsets[:-1][np.diff(grid.offsets) > 0]] = True
    return AnalyzedPart(
        grid.accented, grid.starts, grid.ends - grid.starts, np.diff(grid.offsets), starts
    )
