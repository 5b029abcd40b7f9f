"""Worker processes: they take tasks from this process, and end with it."""

import contextlib
import multiprocessing
import multiprocessing.connection
import multiprocessing.process
import os
import signal
import threading
from collections.abc import Callable, Iterator
from concurrent.futures import Future, ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from typing import Final, ParamSpec, TypeVar

from danvan_search.errors import StoreError

Value = TypeVar("Value")
Arguments = ParamSpec("Arguments")

_TERMINATION_SIGNALS: Final = (signal.SIGINT, signal.SIGTERM)
_FAILED: Final = 1
"""The exit code of a process that an exception ended."""


class Workers:
    """Processes that start with the first task.

    They are spawned, so they import the main module: a script that uses them must do its work under
    ``if __name__ == "__main__"``.

    :ivar count: how many there are.
    """

    def __init__(self, count: int) -> None:
        self.count = count
        self._pool: ProcessPoolExecutor | None = None
        self._processes: set[multiprocessing.process.BaseProcess] = set()

    def submit(
        self,
        function: Callable[Arguments, Value],
        *args: Arguments.args,
        **kwargs: Arguments.kwargs,
    ) -> "Future[Value]":
        """Start a call in one of the processes, as soon as one is free.

        :param function: of a module, as are the types of what it takes and returns.
        :raises StoreError: a process was killed, or could not start.
        """
        if self._pool is None:
            context = multiprocessing.get_context("spawn")
            self._pool = ProcessPoolExecutor(self.count, context, _initialize)
        others = set(multiprocessing.active_children()) - self._processes
        with self._death_as_error(), _signals_blocked():
            future = self._pool.submit(function, *args, **kwargs)
        self._processes.update(set(multiprocessing.active_children()) - others)
        return future

    def result(self, future: "Future[Value]") -> Value:
        """Wait for what a call returns, or raises.

        :raises StoreError: a process was killed, or could not start.
        """
        with self._death_as_error():
            return future.result()

    def close(self) -> None:
        """Stop the processes, without the calls that did not start."""
        if self._pool is not None:
            self._pool.shutdown(cancel_futures=True)
            self._pool = None

    @contextlib.contextmanager
    def _death_as_error(self) -> Iterator[None]:
        """Raise a ``StoreError`` if a process was killed, or could not start."""
        try:
            yield
        except BrokenProcessPool as error:
            self.close()  # waits for the processes, which then have their exit codes
            if any(process.exitcode == _FAILED for process in self._processes):
                raise StoreError(
                    "a worker process could not start: a script must index under "
                    "if __name__ == '__main__':, or with one job"
                ) from error
            raise StoreError(
                "a worker process was killed, perhaps for want of memory: "
                "index again with fewer jobs"
            ) from error


@contextlib.contextmanager
def _signals_blocked() -> Iterator[None]:
    """Block termination signals while a worker starts.

    The worker inherits the signal mask, and unblocks the signals when it has its handlers.
    """
    if not hasattr(signal, "pthread_sigmask"):  # Windows, where Ctrl-C is not a signal
        yield
        return
    before = signal.pthread_sigmask(signal.SIG_BLOCK, _TERMINATION_SIGNALS)
    try:
        yield
    finally:
        signal.pthread_sigmask(signal.SIG_SETMASK, before)


def _initialize() -> None:
    """Ignore Ctrl-C, which the parent process handles, and end when the parent ends."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    if hasattr(signal, "pthread_sigmask"):
        signal.pthread_sigmask(signal.SIG_UNBLOCK, _TERMINATION_SIGNALS)
    parent = multiprocessing.parent_process()
    if parent is not None:
        threading.Thread(target=_exit_with, args=(parent.sentinel,), daemon=True).start()


def _exit_with(sentinel: int) -> None:
    """Wait until the process of a sentinel ends, and exit then."""
    multiprocessing.connection.wait([sentinel])
    os._exit(1)
