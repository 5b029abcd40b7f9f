"""The command `dvsearch`: what must be settled before anything else is loaded, then the command."""

import os


def main() -> None:
    """Run `dvsearch`.

    NumPy's algebra library starts a thread for each processor when it is loaded, which takes more
    time than a search. Nothing here uses it, so the command does without; a program that uses the
    library keeps its own setting.
    """
    os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")
    from danvan_search.cli import main as run

    run()
