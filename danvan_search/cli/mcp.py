"""`dvsearch mcp`: tools for language models, over the standard streams."""

from pathlib import Path

import click

from danvan_search import Index
from danvan_search.cli.options import reading_index_option
from danvan_search.cli.progress import stop_cleanly


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
    with Index.open(index_path) as index, stop_cleanly():
        make_server(index).run("stdio")
