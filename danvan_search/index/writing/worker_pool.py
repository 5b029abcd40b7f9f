"""Text analysis in several processes, with the same result as in one.

This process analyses, too: it hands a batch to the workers while they have fewer than two each,
and otherwise analyses it itself.

The analysis of a batch numbers its forms from 0, in order of first occurrence. Results are
collected in the order in which the batches were started, and their forms are then added to the
shared form table. So the ids are the same as those that one process alone assigns.
"""

from collections.abc import Callable
from concurrent.futures import Future
from dataclasses import dataclass, replace
from functools import cache
from typing import Final

import numpy as np

from danvan_search.index.writing.text_analysis import (
    AnalyzedBatch,
    AnalyzedPart,
    Texts,
    analyze_texts,
)
from danvan_search.text.batch_analyzer import BatchAnalyzer
from danvan_search.text.form_table import FormTable
from danvan_search.text.segmenter import default_segmenter
from danvan_search.workers import Workers

_BATCHES_PER_WORKER: Final = 2
"""A worker has one batch in progress, and one that it can start immediately afterwards."""


@dataclass(frozen=True, slots=True)
class _BatchResult:
    """The result for one batch; its ids are indices into its own lists of forms.

    :ivar accented: the accented forms of the batch.
    :ivar folded: their folded forms.
    """

    accented: list[str]
    folded: list[str]
    title: AnalyzedPart
    body: AnalyzedPart
    details: AnalyzedPart


class WorkerPool:
    """Analyses in this process and in worker processes, which start with the first batch.

    :param jobs: the number of processes, this one included; at least 2.
    :param words: whether to segment the texts into words.
    """

    def __init__(self, jobs: int, *, words: bool) -> None:
        self.form_table = FormTable()
        # Batches analysed in this process wait for those before them, which workers have.
        self.ahead = 4 * jobs
        self._workers = Workers(jobs - 1)
        self._words = words
        self._analyzer = BatchAnalyzer()
        self._running: list[Future[_BatchResult]] = []
        self._is_started = False

    def start(self, texts: Texts) -> Callable[[], AnalyzedBatch]:
        """Start the analysis of a batch; return a function that waits for the result.

        :raises StoreError: a worker was killed; the returned function may raise this, too.
        """
        if self._words and not self._is_started:
            # Compile and cache the segmenter here, so that no worker has to compile it.
            default_segmenter().word_starts_batch(["a"])
        self._is_started = True
        self._running = [future for future in self._running if not future.done()]
        if len(self._running) >= _BATCHES_PER_WORKER * self._workers.count:
            result = _analyze(self._analyzer, texts, words=self._words)
            return lambda: self._with_shared_ids(result)
        future = self._workers.submit(_analyze_in_worker, texts, words=self._words)
        self._running.append(future)
        return lambda: self._with_shared_ids(self._workers.result(future))

    def close(self) -> None:
        """Stop the workers."""
        self._workers.close()

    def _with_shared_ids(self, result: _BatchResult) -> AnalyzedBatch:
        """Return a result with the ids of the shared form table, to which its forms are added."""
        forms = zip(result.accented, result.folded, strict=True)
        # The last one is that of gaps, -1.
        ids = np.array([*[self.form_table.add(*pair) for pair in forms], -1], np.int32)
        return (
            replace(result.title, accented=ids[result.title.accented]),
            replace(result.body, accented=ids[result.body.accented]),
            replace(result.details, accented=ids[result.details.accented]),
        )


@cache
def _worker_analyzer() -> BatchAnalyzer:
    return BatchAnalyzer()


def _analyze_in_worker(texts: Texts, *, words: bool) -> _BatchResult:
    return _analyze(_worker_analyzer(), texts, words=words)


def _analyze(analyzer: BatchAnalyzer, texts: Texts, *, words: bool) -> _BatchResult:
    """Analyse a batch, and number its forms from 0."""
    parts = analyze_texts(analyzer, texts, words=words)
    accented = np.concatenate([part.accented for part in parts])
    is_gap = accented < 0
    used, first, inverse = np.unique(accented[~is_gap], return_index=True, return_inverse=True)
    # In order of first occurrence, as a single process numbers them.
    order = np.argsort(first)
    number = np.empty(len(used), np.int32)
    number[order] = np.arange(len(used), dtype=np.int32)
    accented[~is_gap] = number[inverse]
    title, body, details = parts
    own = np.split(accented, np.cumsum([len(title.accented), len(body.accented)]))
    forms = used[order].tolist()
    form_table = analyzer.form_table
    return _BatchResult(
        [form_table.accented[form] for form in forms],
        [form_table.folded[form] for form in forms],
        replace(title, accented=own[0]),
        replace(body, accented=own[1]),
        replace(details, accented=own[2]),
    )
