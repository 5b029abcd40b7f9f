"""The command line: a thin layer over the public API.

- ``app``: the group of commands, and exit codes.
- ``query``, ``indexing``, ``stats``, ``vocabulary``, ``analyze``, ``rescue``, ``backup``,
  ``serve``, ``mcp``: the commands.
- ``completion``: completing commands in a shell. ``grammar``: which words are commands, options and
  queries, and the completions themselves, without the package.
- ``options``: the options that commands share. ``progress``: progress bars and signals.
- ``streams``: the standard streams, closed ones too.
- ``render``: output for people. ``output``: JSON, JSON lines and CSV.
"""

from danvan_search.cli.app import cli


def main() -> None:
    """Run `dvsearch`."""
    cli.main()


__all__ = ["cli", "main"]
