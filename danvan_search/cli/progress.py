"""What is shown while a long work goes on, and how it is ended."""

import signal
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from types import FrameType
from typing import TYPE_CHECKING, Final

from danvan_search.cli.render import console, visible

if TYPE_CHECKING:
    from rich.progress import Progress

_PROGRESS_AFTER_SECONDS: Final = 1.0


class Bar:
    """A progress bar on stderr, from the second second on, and only on a terminal."""

    def __init__(self, work: str, *, in_bytes: bool) -> None:
        self._work = work
        self._in_bytes = in_bytes
        self._started = time.monotonic()
        self._console = console("auto", sys.stderr)
        self._bar: Progress | None = None

    def tell(self, done: int, total: int) -> None:
        """Show how much is done."""
        if self._bar is None:
            if time.monotonic() - self._started < _PROGRESS_AFTER_SECONDS:
                return
            if not sys.stderr.isatty():
                return
            # Loaded with all else it would make every start slower.
            from rich.progress import (
                BarColumn,
                DownloadColumn,
                MofNCompleteColumn,
                Progress,
                TimeRemainingColumn,
            )

            self._bar = Progress(
                self._work,
                BarColumn(),
                DownloadColumn() if self._in_bytes else MofNCompleteColumn(),
                TimeRemainingColumn(),
                console=self._console,
                transient=True,
            )
            self._bar.add_task(self._work)
            self._bar.start()
        self._bar.update(self._bar.task_ids[0], completed=done, total=total)

    def skipped(self, line: str) -> None:
        """Print what was skipped, beside the bar."""
        self._console.print(f"skipped {visible(line)}")

    def stop(self) -> None:
        """Take the bar away."""
        if self._bar is not None:
            self._bar.stop()


@contextmanager
def progress_bar(work: str, *, in_bytes: bool = True) -> Iterator[Bar]:
    """Give a progress bar.

    :param work: what is done, in a word.
    :param in_bytes: whether bytes are counted.
    """
    bar = Bar(work, in_bytes=in_bytes)
    try:
        yield bar
    finally:
        bar.stop()


@contextmanager
def stop_cleanly() -> Iterator[None]:
    """Make a termination signal end the work as Ctrl-C does: everything stays as it was."""

    def interrupt(_signal: int, _frame: FrameType | None) -> None:
        raise KeyboardInterrupt

    try:
        before = signal.signal(signal.SIGTERM, interrupt)
    except ValueError:  # not in the main thread: the signal is not ours to take
        yield
        return
    try:
        yield
    finally:
        signal.signal(signal.SIGTERM, before)
