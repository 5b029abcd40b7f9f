"""`dvsearch serve`: the page and the REST interface of an index."""

import importlib.util
import os
import sys
import webbrowser
from functools import partial
from pathlib import Path
from typing import Final

import click

from danvan_search import OptionError, SearchOptions, Synonyms
from danvan_search.cli.options import options_of, reading_index_option, whole_number
from danvan_search.cli.progress import stop_cleanly
from danvan_search.cli.stores import opened, store_option
from danvan_search.web.settings import Settings, checked_folders, read_token

_EXTRA: Final = ("starlette", "jinja2", "uvicorn")
"""What the extra `web` installs."""
_MAX_PORT: Final = 65_535
_MAX_WORKERS: Final = 64
_WAIT_SECONDS: Final = 2.0
"""So long a request that changes the index waits for another writer."""


@click.command("serve")
@reading_index_option
@store_option
@click.option(
    "--host",
    default="127.0.0.1",
    show_default=True,
    metavar="HOST",
    help="The address to listen at. One that other machines can reach needs a token.",
)
@click.option(
    "--port",
    type=whole_number,
    default=8765,
    show_default=True,
    metavar="N",
    help="The port to listen at; 0 for a free one, which is printed.",
)
@click.option("--no-open", is_flag=True, help="Do not open the page in a browser.")
@click.option(
    "--originals",
    multiple=True,
    type=click.Path(path_type=Path),
    metavar="DIR",
    help="Let people open the original files of articles in this folder; may be given several "
    "times.",
)
@options_of(SearchOptions, "synonyms")
@click.option(
    "--token-file",
    type=click.Path(path_type=Path),
    metavar="FILE",
    help="A file with a token, which each request must show. DVSEARCH_TOKEN may hold it, too.",
)
@click.option(
    "--writable",
    is_flag=True,
    help="Let requests that show the token add, replace and remove articles.",
)
@click.option(
    "--instantsearch",
    is_flag=True,
    help="Answer the widgets of InstantSearch, too, through @meilisearch/instant-meilisearch.",
)
@click.option(
    "--allow-host",
    "names",
    multiple=True,
    metavar="NAME",
    help="Another name by which people call this server, as that of a proxy; may be given several "
    "times.",
)
@click.option(
    "--root-path",
    default="",
    metavar="PATH",
    help="The path under which a proxy shows the page, such as /search.",
)
@click.option(
    "--workers",
    type=whole_number,
    default=1,
    show_default=True,
    metavar="N",
    help="So many processes serve the index at the port, each with limits and counts of its own.",
)
def serve_command(
    index_path: Path,
    address: str | None,
    host: str,
    port: int,
    no_open: bool,
    originals: tuple[Path, ...],
    synonyms: Synonyms | None,
    token_file: Path | None,
    writable: bool,
    instantsearch: bool,
    names: tuple[str, ...],
    root_path: str,
    workers: int,
) -> int:
    """Serve a search page and a REST interface, for this machine alone unless you say otherwise.

    It runs until Ctrl-C, and sees what others commit to the index. It needs the extra `web`:
    pip install 'danvan-search[web]'.

    \b
    Examples:
      dvsearch serve
      dvsearch serve --index indexes/archive --originals laws/ --port 0 --no-open
      dvsearch serve --store opensearch://localhost:9200/articles
      dvsearch serve --host 0.0.0.0 --token-file token --allow-host search.example.org
    """
    if port > _MAX_PORT:
        raise OptionError(f"port is {port:,}: give a number from 0 to {_MAX_PORT:,}")
    if not 1 <= workers <= _MAX_WORKERS:
        raise OptionError(f"workers is {workers:,}: give a number from 1 to {_MAX_WORKERS}")
    settings = Settings(
        host=host,
        names=names,
        token=read_token(token_file) if token_file else os.environ.get("DVSEARCH_TOKEN") or None,
        is_writable=writable,
        is_instantsearch=instantsearch,
        originals=checked_folders(originals),
        synonyms=synonyms,
    )
    if not all(map(importlib.util.find_spec, _EXTRA)):
        raise click.ClickException(
            "`dvsearch serve` needs more packages: pip install 'danvan-search[web]'"
        )
    from danvan_search.web.server import Served, serve

    def tell(site: str) -> None:
        click.echo(f"serving {address or index_path} at {site} until Ctrl-C")
        sys.stdout.flush()
        if not no_open and sys.stdout.isatty():
            webbrowser.open(site)

    root = f"/{root_path.strip('/')}" if root_path.strip("/") else ""
    with stop_cleanly():
        served = Served(partial(opened, index_path, address, wait=_WAIT_SECONDS), settings)
        serve(served, workers=workers, port=port, root_path=root, tell=tell)
    return 0
