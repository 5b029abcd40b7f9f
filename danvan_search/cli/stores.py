"""`--store`: articles on a cluster, in place of an index in a folder."""

import importlib.util
import os
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Final, TypeVar

import click

from danvan_search import Index, OptionError, StoreIndex

if TYPE_CHECKING:
    from danvan_search.opensearch.store import OpenSearchStore

Function = TypeVar("Function", bound=Callable[..., object])

_PACKAGE: Final = "opensearchpy"


def store_option(function: Function) -> Function:
    """Add --store. The option beats the environment variable; either beats --index."""
    return click.option(
        "--store",
        "address",
        envvar="DVSEARCH_STORE",
        show_envvar=True,
        metavar="ADDRESS",
        help="Articles on a cluster of OpenSearch, in place of an index in a folder: "
        "opensearch://HOST:9200/ALIAS, or opensearchs:// with TLS. User and password are in "
        "DVSEARCH_STORE_USER and DVSEARCH_STORE_PASSWORD, or _PASSWORD_FILE.",
    )(function)


def opened(index_path: Path, address: str | None, *, wait: float = 0.0) -> Index | StoreIndex:
    """Return the index in a folder, or on a cluster if its address is given."""
    if address is None:
        return Index.open(index_path, wait=wait)
    return Index.on(store_at(address))


def store_at(address: str) -> "OpenSearchStore":
    """Return the store of an address.

    :raises OptionError: the extra is missing, or it is no address of a store.
    """
    if importlib.util.find_spec(_PACKAGE) is None:
        raise OptionError("--store needs more packages: pip install 'danvan-search[opensearch]'")
    from danvan_search.opensearch.address import store_at as at

    return at(address, os.environ)
