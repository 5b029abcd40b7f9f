"""Processes with many threads search while another commits: each result is that of one commit."""

import multiprocessing
import random
import threading
import time
from concurrent.futures import ProcessPoolExecutor
from pathlib import Path

import numpy as np
import pytest

from danvan_search import Index
from tests.commits import QUERIES, answer, check_whole, commit, expected

SEED = 20261122
_DONE, _BEGUN, _END, _READY = range(4)


class Reader:
    """A thread that searches.

    :param shared: int64[3 + processes], shared by all processes: the last finished commit, the
        last commit begun, whether writing has ended, and which processes are ready.
    """

    def __init__(self, path: Path, index: Index, shared: np.ndarray, seed: int) -> None:
        self._path, self._index, self._shared = path, index, shared
        self._chance = random.Random(seed)
        self.answers = 0
        self.error: BaseException | None = None
        self.thread = threading.Thread(target=self._run)

    def _run(self) -> None:
        try:
            while not self._shared[_END]:
                self._ask(self._index, *self._chance.choice(QUERIES))
                if self.answers % 10 == 0:
                    self._index.stats()
                if self.answers % 25 == 0:  # as a newly started process does
                    with Index.open(self._path) as other:
                        self._ask(other, *self._chance.choice(QUERIES))
            for typed, phrase in QUERIES:
                self._ask(self._index, typed, phrase)
        except BaseException as error:  # noqa: BLE001 - raised again in the main thread
            self.error = error

    def _ask(self, index: Index, typed: str, phrase: str) -> None:
        first = int(self._shared[_DONE])
        found = answer(index, typed)
        last = int(self._shared[_BEGUN])
        assert any(found == expected(number, phrase) for number in range(first, last + 1)), (
            f"{typed}: {found} is of none of the commits {first} to {last}"
        )
        self.answers += 1


def read(path: Path, counters: Path, threads: int, process: int) -> int:
    """Search in a separate process until writing has ended; return the number of searches."""
    shared = np.memmap(counters, np.int64, "r+")
    with Index.open(path) as index:
        seeds = [SEED + process * threads + thread for thread in range(threads)]
        readers = [Reader(path, index, shared, seed) for seed in seeds]
        for reader in readers:
            reader.thread.start()
        shared[_READY + process] = 1
        for reader in readers:
            reader.thread.join()
    for reader in readers:
        if reader.error is not None:
            raise reader.error
    return sum(reader.answers for reader in readers)


def load(folder: Path, *, processes: int, threads: int, commits: int, seconds: float) -> int:
    """Commit while other processes search; return the number of searches.

    :param seconds: the minimal time over which the commits are spread.
    """
    print(f"seed {SEED}")
    path, counters = folder / "index", folder / "counters"
    np.zeros(_READY + processes, np.int64).tofile(counters)
    shared = np.memmap(counters, np.int64, "r+")
    with Index.create(path) as index:
        commit(index, 0)
        with ProcessPoolExecutor(processes, multiprocessing.get_context("spawn")) as pool:
            try:
                asked = [
                    pool.submit(read, path, counters, threads, number)
                    for number in range(processes)
                ]
                while not all(shared[_READY + number] for number in range(processes)):
                    assert not any(one.done() for one in asked)
                    time.sleep(0.01)
                started = time.monotonic()
                for number in range(1, commits + 1):
                    shared[_BEGUN] = number
                    commit(index, number)
                    shared[_DONE] = number
                    left = started + seconds * number / commits - time.monotonic()
                    time.sleep(max(left, 0))
                    if any(one.done() for one in asked):
                        break
            finally:
                shared[_END] = 1
            answers = sum(one.result() for one in asked)
    assert check_whole(path, [commits]) == commits
    return answers


def test_searches_while_another_process_commits(tmp_path):
    """A short version of the next test."""
    assert load(tmp_path, processes=2, threads=2, commits=30, seconds=0) >= 4 * len(QUERIES)


@pytest.mark.slow
def test_load_of_half_a_minute(tmp_path):
    """Sixteen threads in four processes search for half a minute, during 60 commits."""
    answers = load(tmp_path, processes=4, threads=4, commits=60, seconds=30)
    print(f"{answers} answers")
    assert answers >= 16 * len(QUERIES)
