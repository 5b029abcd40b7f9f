"""The command line: a face over the public API, with nothing in it that a library cannot do.

``app`` is the command and its errors; ``query``, ``indexing``, ``stats``, ``vocabulary``,
``analyze``, ``rescue`` and ``backup`` are its commands; ``options`` and ``progress`` what they
share; ``render`` what people see and ``output`` what programs read.
"""

from danvan_search.cli.app import cli


def main() -> None:
    """Run `dvsearch`."""
    cli.main()


__all__ = ["cli", "main"]
