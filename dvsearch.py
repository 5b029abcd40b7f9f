"""The entry point of the command `dvsearch`."""

import os


def main() -> None:
    """Run `dvsearch`, with OpenBLAS limited to one thread.

    NumPy loads OpenBLAS, which starts a thread for each processor; that takes longer than a search.
    The command does not use OpenBLAS. A program that imports the library keeps its own setting.
    """
    os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")
    from danvan_search.cli import main as run

    run()
