"""`dvsearch mcp`: tools for language models, over the standard streams."""

import os
import signal
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from types import FrameType
from typing import Final, NoReturn

import click

from danvan_search import Index
from danvan_search.cli.options import reading_index_option

_EXIT_INTERRUPTED: Final = 130


@click.command("mcp")
@reading_index_option
def mcp_command(index_path: Path) -> None:
    """Let a language model search the index: a server of the Model Context Protocol over stdio.

    The program that talks to the model starts it. Its tools search, read an article in pieces, say
    what a query may have meant, and count categories and dates; nothing changes the index. It
    needs the extra `mcp`: pip install 'danvan-search[mcp]'.

    \b
    What such a program is configured with:
      {"mcpServers": {"danvan": {"command": "dvsearch",
                                 "args": ["mcp", "--index", "/path/to/the/index"]}}}
    """
    try:
        from danvan_search.mcp import make_server
    except ImportError as error:
        raise click.ClickException(
            "`dvsearch mcp` needs the package mcp: pip install 'danvan-search[mcp]'"
        ) from error
    with Index.open(index_path) as index, _leave_at_once():
        make_server(index).run("stdio")


@contextmanager
def _leave_at_once() -> Iterator[None]:
    """End the process at Ctrl-C and SIGTERM; nothing is written, so nothing is left half done.

    Without this it ends with its standard input only, for which a thread of the server waits.
    """
    numbers = (signal.SIGINT, signal.SIGTERM)
    before = [signal.signal(number, _leave) for number in numbers]
    try:
        yield
    finally:
        for number, handler in zip(numbers, before, strict=True):
            signal.signal(number, handler)


def _leave(_signal: int, _frame: FrameType | None) -> NoReturn:
    os._exit(_EXIT_INTERRUPTED)
