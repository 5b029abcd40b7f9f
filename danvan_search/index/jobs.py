"""Analysis in several processes, with the same result as in one.

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
from danvan_search.index.analysis import Analyzed, AnalyzedPart, analyze_part
from danvan_search.text.batch import BatchAnalyzer
from danvan_search.text.segmenter import default_segmenter
from danvan_search.text.vocabulary import Vocabulary

_ENDING: Final = (signal.SIGINT, signal.SIGTERM)


@dataclass(frozen=True, slots=True)
class _Answer:
    """A batch as a worker gives it: its ids are places in its own lists of forms."""

    accented: list[str]
    folded: list[str]
    title: AnalyzedPart
    body: AnalyzedPart


class Processes:
    """Analyses in processes of their own, which start with the first batch.

    They are started afresh and import the main module, so a script that uses them does its work
    under ``if __name__ == "__main__"``.

    :param jobs: how many processes, at least 1.
    :param words: whether to segment the texts into words.
    """

    def __init__(self, jobs: int, *, words: bool) -> None:
        self.vocabulary = Vocabulary()
        self.ahead = 2 * jobs
        self._jobs = jobs
        self._words = words
        self._pool: ProcessPoolExecutor | None = None

    def start(self, titles: Sequence[str], bodies: Sequence[str]) -> Callable[[], Analyzed]:
        """Begin with a batch; the function that is returned waits for it and gives it.

        :raises StoreError: a process was killed.
        """
        if self._pool is None:
            if self._words:
                # What is compiled once for all should not be compiled by each.
                default_segmenter().word_starts_batch(["a"])
            self._pool = ProcessPoolExecutor(
                self._jobs, multiprocessing.get_context("spawn"), _prepare
            )
        with _killed(), _deaf():
            answer = self._pool.submit(_analyze, titles, bodies, words=self._words)
        return lambda: self._take(answer)

    def close(self) -> None:
        """Stop the processes."""
        if self._pool is not None:
            self._pool.shutdown(cancel_futures=True)
            self._pool = None

    def _take(self, future: "Future[_Answer]") -> Analyzed:
        with _killed():
            answer = future.result()
        forms = zip(answer.accented, answer.folded, strict=True)
        ids = np.array([self.vocabulary.add(*pair) for pair in forms], np.int32)
        return (
            replace(answer.title, accented=ids[answer.title.accented]),
            replace(answer.body, accented=ids[answer.body.accented]),
        )


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
def _analyzer() -> BatchAnalyzer:
    return BatchAnalyzer()


def _analyze(titles: Sequence[str], bodies: Sequence[str], *, words: bool) -> _Answer:
    """Analyse a batch in a worker."""
    analyzer = _analyzer()
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
    vocabulary = analyzer.vocabulary
    return _Answer(
        [vocabulary.accented[form] for form in forms],
        [vocabulary.folded[form] for form in forms],
        replace(title, accented=own[: len(title.accented)]),
        replace(body, accented=own[len(title.accented) :]),
    )
