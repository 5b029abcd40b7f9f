"""Threads that search: so many at once, so many waiting, and no more."""

import asyncio
import threading
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from typing import TypeVar

Result = TypeVar("Result")


class BusyError(Exception):
    """As many requests wait as may wait."""


class Pool:
    """A thread pool whose queue is bounded.

    :param threads: how many calls run at once.
    :param waiting: how many more may wait for a thread.
    """

    def __init__(self, threads: int, waiting: int) -> None:
        self._executor = ThreadPoolExecutor(threads, thread_name_prefix="danvan-web")
        self._places = threading.BoundedSemaphore(threads + waiting)

    async def run(self, work: Callable[[], Result]) -> Result:
        """Call a function in a thread, and return what it returns.

        :raises BusyError: too many wait already.
        """
        if not self._places.acquire(blocking=False):
            raise BusyError
        future = self._executor.submit(work)
        # The place is free when the thread is, also where nobody waits for the result any more.
        future.add_done_callback(self._leave)
        return await asyncio.wrap_future(future)

    def close(self) -> None:
        """Start no further calls, and wait for those that run."""
        self._executor.shutdown(cancel_futures=True)

    def _leave(self, _done: "Future[Result]") -> None:
        self._places.release()
