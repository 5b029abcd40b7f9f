"""Analysis in several processes, with the same result as in one.

This process is one of them: it hands batches out as long as the others have less than two each,
and analyses the next one itself when they have enough. It numbers as they do:

A worker numbers the forms of each batch from 0, in the order in which it meets them. The batches
are taken in the order in which they were started and their forms given the ids of the whole, so
these are the ids that one process alone would have given.
"""

import contextlib
import multiprocessing
import multiprocessing.connection
import os
import signal
import threading
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import Future, ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from dataclasses import dataclass, replace
from functools import cache
from typing import Final

import numpy as np

from danvan_search.errors import StoreError
from danvan_search.index.writing.text_analysis import AnalyzedBatch, AnalyzedPart, analyze_part
from danvan_search.text.batch_analyzer import BatchAnalyzer
from danvan_search.text.form_table import FormTable
from danvan_search.text.segmenter import default_segmenter

_WAITING: Final = 2
"""A worker has one batch at work and another that it can begin with at once."""

_ENDING: Final = (signal.SIGINT, signal.SIGTERM)


@dataclass(frozen=True, slots=True)
class _Answer:
    """A batch as a worker gives it: its ids are places in its own lists of forms."""

    accented: list[str]
    folded: list[str]
    title: AnalyzedPart
    body: AnalyzedPart


class WorkerPool:
    """Analyses in this process and in others, which start with the first batch.

    The others are started afresh and import the main module, so a script that uses them does its
    work under ``if __name__ == "__main__"``.

    :param jobs: how many processes, this one among them; at least 2.
    :param words: whether to segment the texts into words.
    """

    def __init__(self, jobs: int, *, words: bool) -> None:
        self.form_table = FormTable()
        # What is analysed here lies between batches that are still at work.
        self.ahead = 4 * jobs
        self._workers = jobs - 1
        self._words = words
        self._analyzer = BatchAnalyzer()
        self._pool: ProcessPoolExecutor | None = None
        self._running: list[Future[_Answer]] = []

    def start(self, titles: Sequence[str], bodies: Sequence[str]) -> Callable[[], AnalyzedBatch]:
        """Begin with a batch; the function that is returned waits for it and gives it.

        :raises StoreError: a process was killed.
        """
        if self._pool is None:
            if self._words:
                # What is compiled once for all should not be compiled by each.
                default_segmenter().word_starts_batch(["a"])
            self._pool = ProcessPoolExecutor(
                self._workers, multiprocessing.get_context("spawn"), _prepare
            )
        self._running = [future for future in self._running if not future.done()]
        if len(self._running) >= _WAITING * self._workers:
            answer = _analyze(self._analyzer, titles, bodies, words=self._words)
            return lambda: self._take(answer)
        with _killed(), _deaf():
            future = self._pool.submit(_analyze_in_worker, titles, bodies, words=self._words)
        self._running.append(future)
        return lambda: self._take(_result(future))

    def close(self) -> None:
        """Stop the processes."""
        if self._pool is not None:
            self._pool.shutdown(cancel_futures=True)
            self._pool = None

    def _take(self, answer: _Answer) -> AnalyzedBatch:
        forms = zip(answer.accented, answer.folded, strict=True)
        ids = np.array([self.form_table.add(*pair) for pair in forms], np.int32)
        return (
            replace(answer.title, accented=ids[answer.title.accented]),
            replace(answer.body, accented=ids[answer.body.accented]),
        )


def _result(future: "Future[_Answer]") -> _Answer:
    with _killed():
        return future.result()


@contextlib.contextmanager
def _killed() -> Iterator[None]:
    try:
        yield
    except BrokenProcessPool as error:
        raise StoreError(
            "a process that analysed texts was killed, perhaps for want of memory: "
            "index again with fewer jobs"
        ) from error


@contextlib.contextmanager
def _deaf() -> Iterator[None]:
    """Hold signals back while a process starts: it inherits that, until it can see to them."""
    if not hasattr(signal, "pthread_sigmask"):  # Windows, where Ctrl-C is no signal
        yield
        return
    before = signal.pthread_sigmask(signal.SIG_BLOCK, _ENDING)
    try:
        yield
    finally:
        signal.pthread_sigmask(signal.SIG_SETMASK, before)


def _prepare() -> None:
    """Leave Ctrl-C to the process that gives the work, and end when that one does."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    if hasattr(signal, "pthread_sigmask"):
        signal.pthread_sigmask(signal.SIG_UNBLOCK, _ENDING)
    parent = multiprocessing.parent_process()
    if parent is not None:
        threading.Thread(target=_end_with, args=(parent.sentinel,), daemon=True).start()


def _end_with(sentinel: int) -> None:
    multiprocessing.connection.wait([sentinel])
    os._exit(1)


@cache
def _worker_analyzer() -> BatchAnalyzer:
    return BatchAnalyzer()


def _analyze_in_worker(titles: Sequence[str], bodies: Sequence[str], *, words: bool) -> _Answer:
    return _analyze(_worker_analyzer(), titles, bodies, words=words)


def _analyze(
    analyzer: BatchAnalyzer, titles: Sequence[str], bodies: Sequence[str], *, words: bool
) -> _Answer:
    """Analyse a batch, and number its forms from 0."""
    title = analyze_part(analyzer, titles, words=words)
    body = analyze_part(analyzer, bodies, words=words)
    used, first, places = np.unique(
        np.concatenate([title.accented, body.accented]), return_index=True, return_inverse=True
    )
    # Numbered in the order in which they are met, as one process alone does it.
    order = np.argsort(first)
    number = np.empty(len(used), np.int32)
    number[order] = np.arange(len(used), dtype=np.int32)
    own = number[places]
    forms = used[order].tolist()
    form_table = analyzer.form_table
    return _Answer(
        [form_table.accented[form] for form in forms],
        [form_table.folded[form] for form in forms],
        replace(title, accented=own[: len(title.accented)]),
        replace(body, accented=own[len(title.accented) :]),
    )
