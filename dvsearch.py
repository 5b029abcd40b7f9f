"""The entry point of the command `dvsearch`."""

import importlib.util
import os
import signal
import sys
from pathlib import Path
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
        if "_DVSEARCH_COMPLETE" in os.environ:
            sys.exit(_complete(os.environ["_DVSEARCH_COMPLETE"]))
        os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")
        from danvan_search.cli import main as run

        signal.signal(signal.SIGINT, before)
        run()
    except KeyboardInterrupt:
        _leave()


def _complete(instruction: str) -> int:
    """Print what completes a command line, without importing the package: people wait for it.

    :param instruction: what a shell asks for.
    """
    package = importlib.util.find_spec("danvan_search")
    assert package is not None  # noqa: S101 - both are installed together
    assert package.origin is not None  # noqa: S101
    file = Path(package.origin).parent / "cli" / "grammar.py"
    spec = importlib.util.spec_from_file_location("dvsearch_grammar", file)
    assert spec is not None  # noqa: S101
    assert spec.loader is not None  # noqa: S101
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return int(module.complete(instruction))


def _leave(_signal: int = 0, _frame: FrameType | None = None) -> NoReturn:
    """Print a word, and end the process at once."""
    try:
        os.write(2, b"interrupted\n")
    finally:
        os._exit(130)
