"""The entry point of the command `dvsearch`."""

import os
import signal
from types import FrameType
from typing import NoReturn


def main() -> None:
    """Run `dvsearch`, with OpenBLAS limited to one thread.

    NumPy loads OpenBLAS, which starts a thread for each processor; that takes longer than a search.
    The command does not use OpenBLAS. A program that imports the library keeps its own setting.

    Ctrl-C ends the process with one word at any time, also while modules are imported, when an
    exception might be lost or turned into another one.
    """
    try:
        before = signal.getsignal(signal.SIGINT)
        if before is signal.default_int_handler:  # a shell ignores the signal in the background
            signal.signal(signal.SIGINT, _leave)
        os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")
        from danvan_search.cli import main as run

        signal.signal(signal.SIGINT, before)
        run()
    except KeyboardInterrupt:
        _leave()


def _leave(_signal: int = 0, _frame: FrameType | None = None) -> NoReturn:
    """Print a word, and end the process at once."""
    try:
        os.write(2, b"interrupted\n")
    finally:
        os._exit(130)
