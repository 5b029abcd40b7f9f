"""Progress bars, and the termination signal, of commands that take long."""

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
_SKIPPED_SHOWN: Final = 50
"""How many skipped files or records are printed one by one."""


class Bar:
    """A progress bar on stderr, only on a terminal, and only after one second."""

    def __init__(self, work: str, *, in_bytes: bool) -> None:
        self._work = work
        self._in_bytes = in_bytes
        self._started = time.monotonic()
        self._console = console("auto", sys.stderr)
        self._bar: Progress | None = None
        self._skipped = 0

    def tell(self, done: int, total: int) -> None:
        """Update the bar; show it if it is time.

        :param done: bytes, or articles, that are done.
        :param total: bytes, or articles, in all.
        """
        if self._bar is None:
            if time.monotonic() - self._started < _PROGRESS_AFTER_SECONDS:
                return
            if not sys.stderr.isatty():
                return
            # Imported at the top, it would slow down the start of every command.
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
        """Print a skipped file or record above the bar; from many on, only count them."""
        self._skipped += 1
        if self._skipped <= _SKIPPED_SHOWN:
            self._console.print(f"skipped {visible(line)}")

    def stop(self) -> None:
        """Remove the bar, and say how many skipped files or records were not printed."""
        if self._skipped > _SKIPPED_SHOWN:
            self._console.print(f"skipped {self._skipped - _SKIPPED_SHOWN:,} more")
            self._skipped = 0
        if self._bar is not None:
            self._bar.stop()


@contextmanager
def progress_bar(work: str, *, in_bytes: bool = True) -> Iterator[Bar]:
    """Yield a progress bar, and remove it at the end.

    :param work: a word for the work: "indexing".
    :param in_bytes: whether the progress is in bytes, not in articles.
    """
    bar = Bar(work, in_bytes=in_bytes)
    try:
        yield bar
    finally:
        bar.stop()


@contextmanager
def stop_cleanly() -> Iterator[None]:
    """Make SIGTERM raise KeyboardInterrupt, as Ctrl-C does: the index stays as it was."""

    def interrupt(_signal: int, _frame: FrameType | None) -> None:
        raise KeyboardInterrupt

    try:
        before = signal.signal(signal.SIGTERM, interrupt)
    except ValueError:  # signals can be handled in the main thread only
        yield
        return
    try:
        yield
    finally:
        signal.signal(signal.SIGTERM, before)
