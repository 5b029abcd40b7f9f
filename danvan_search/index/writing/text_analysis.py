"""Text analysis: batches of titles, bodies and details to arrays of syllables.

An ``Analysis`` accepts batches in order and returns the arrays of each, immediately
(``InProcessAnalysis``) or later (``WorkerPool``). Up to ``Analysis.ahead`` batches may be pending.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Protocol

import numpy as np

from danvan_search.errors import OptionError
from danvan_search.index.codec.ragged import offsets_of
from danvan_search.text.batch_analyzer import BatchAnalyzer
from danvan_search.text.form_table import FormTable
from danvan_search.text.segmenter import default_segmenter


@dataclass(frozen=True, slots=True)
class AnalyzedPart:
    """The n syllables of the titles, of the bodies, or of the details of d articles.

    In details each line that has syllables ends with a gap, which counts as a syllable here.

    :ivar accented: int32[n], the ids of the accented forms; -1 for a gap.
    :ivar starts: int32[n], the offset of each syllable in its text.
    :ivar lengths: int32[n], the number of characters of each syllable.
    :ivar counts: int64[d], the number of syllables of each text.
    :ivar word_starts: bool[n], whether a word starts with each syllable; None if the texts were
        not segmented into words.
    :ivar lines: int64[d], the number of gaps; None if there are none.
    """

    accented: np.ndarray
    starts: np.ndarray
    lengths: np.ndarray
    counts: np.ndarray
    word_starts: np.ndarray | None
    lines: np.ndarray | None = None


AnalyzedBatch = tuple[AnalyzedPart, AnalyzedPart, AnalyzedPart]
"""The titles, the bodies and the details of the same articles."""

Texts = tuple[Sequence[str], Sequence[str], Sequence[str]]
"""The titles, the bodies and the details of the same articles."""


class Analysis(Protocol):
    """Analyses batches.

    :ivar form_table: the forms of all ids in the batches returned so far.
    :ivar ahead: how many batches may be started whose results are not yet collected.
    """

    form_table: FormTable
    ahead: int

    def start(self, texts: Texts) -> Callable[[], AnalyzedBatch]:
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

    def start(self, texts: Texts) -> Callable[[], AnalyzedBatch]:
        """Analyse a batch; return a function that returns the result."""
        result = analyze_texts(self._analyzer, texts, words=self._words)
        return lambda: result

    def close(self) -> None:
        """Do nothing: there are no resources to release."""


def analysis_of(jobs: int, *, words: bool) -> Analysis:
    """Return what analyses texts in some number of processes.

    :param words: whether to segment the texts into words.
    :raises OptionError: ``jobs`` is no number of processes.
    """
    if isinstance(jobs, bool) or not isinstance(jobs, int) or jobs < 1:
        raise OptionError(f"jobs is {jobs!r}: give the number of processes, 1 or more")
    if jobs == 1:
        return InProcessAnalysis(words=words)
    # The modules for worker processes are slow to load, and a search does not need them.
    from danvan_search.index.writing.worker_pool import WorkerPool

    return WorkerPool(jobs, words=words)


def analyze_texts(analyzer: BatchAnalyzer, texts: Texts, *, words: bool) -> AnalyzedBatch:
    """Analyse a batch.

    :param words: whether to segment the texts into words.
    """
    titles, bodies, details = texts
    return (
        analyze_part(analyzer, titles, words=words),
        analyze_part(analyzer, bodies, words=words),
        analyze_details(analyzer, details, words=words),
    )


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


def analyze_details(analyzer: BatchAnalyzer, texts: Sequence[str], *, words: bool) -> AnalyzedPart:
    """Analyse the details of a batch, each line as a text of its own.

    :param words: whether to segment the lines into words.
    """
    if not any(texts):
        none, zeros = np.zeros(0, dtype=np.int32), np.zeros(len(texts), dtype=np.int64)
        return AnalyzedPart(none, none, none, zeros, none.astype(bool) if words else None, zeros)
    lines: list[str] = []
    line_starts: list[int] = []
    line_counts: list[int] = []
    for text in texts:
        own = text.split("\n") if text else []
        line_counts.append(len(own))
        lines += own
        start = 0
        for line in own:
            line_starts.append(start)
            start += len(line) + 1
    part = analyze_part(analyzer, lines, words=words)
    is_held = part.counts > 0
    first_lines = offsets_of(np.array(line_counts, dtype=np.int64))
    held = offsets_of(is_held)[first_lines]
    syllables = offsets_of(part.counts)[first_lines]
    # A gap goes in after the last syllable of each line, and starts where that ends.
    ends = np.cumsum(part.counts)[is_held]
    starts = part.starts + np.repeat(np.array(line_starts, dtype=np.int32), part.counts)
    return AnalyzedPart(
        np.insert(part.accented, ends, -1),
        np.insert(starts, ends, starts[ends - 1] + part.lengths[ends - 1]),
        np.insert(part.lengths, ends, 0),
        np.diff(held + syllables),
        None if part.word_starts is None else np.insert(part.word_starts, ends, False),
        np.diff(held),
    )
