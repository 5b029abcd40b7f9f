"""What the operator of a site decides."""

from collections.abc import Iterable
from dataclasses import dataclass
from ipaddress import ip_address
from pathlib import Path
from typing import Final

from danvan_search import OptionError, Synonyms

LOOPBACK_NAMES: Final = ("127.0.0.1", "localhost", "[::1]")
MIN_TOKEN_CHARS: Final = 16

MAX_QUERY_CHARS: Final = 1_000
"""The longest query, in characters; other texts of a request are held to it as well."""
MAX_LIMIT: Final = 100
"""Hits per page."""
MAX_PAGE: Final = 1_000
MAX_SNIPPET_CHARS: Final = 2_000
MAX_SNIPPETS: Final = 10
MAX_COMPLETIONS: Final = 50
MAX_QUERIES: Final = 50
"""The queries of one request, which share the time limit of a search."""
MAX_SECONDS: Final = 10.0
"""The time limit of a search, which a request may shorten."""
MAX_EXPORTED: Final = 1_000
"""The hits of an export."""
MAX_FED: Final = 30
"""The entries of a feed."""


@dataclass(frozen=True, slots=True)
class Settings:
    """What the operator of a site decides.

    :ivar host: the address that the server listens at: an IP address, or a name.
    :ivar names: other names by which people call the server, as in the header Host.
    :ivar token: what a request must show; None where all requests of this machine are welcome.
    :ivar is_writable: whether requests with the token may change the index.
    :ivar is_instantsearch: whether searches in the dialect of InstantSearch are answered.
    :ivar originals: folders whose files may be shown as originals of articles.
    :ivar synonyms: what else finds what, in each search.
    :ivar threads: how many requests are worked on at once.
    :ivar waiting: how many more may wait; further ones are sent away.
    :raises OptionError: the server would be open to other machines, or to changes, without a token;
        or the token is short.
    """

    host: str = "127.0.0.1"
    names: tuple[str, ...] = ()
    token: str | None = None
    is_writable: bool = False
    is_instantsearch: bool = False
    originals: tuple[Path, ...] = ()
    synonyms: Synonyms | None = None
    threads: int = 4
    waiting: int = 64

    def __post_init__(self) -> None:
        if self.token is not None and not is_token(self.token):
            raise OptionError(
                f"the token has less than {MIN_TOKEN_CHARS} characters, or others than letters, "
                "digits and - . _ ~: make one with `openssl rand -hex 16`"
            )
        if self.token is None and not is_loopback(self.host):
            raise OptionError(
                f"other machines can reach {self.host}: give a --token-file, made with "
                "`openssl rand -hex 16 > token`, or serve 127.0.0.1"
            )
        if self.token is None and self.is_writable:
            raise OptionError(
                "who may change the index must show a token: give a --token-file, made with "
                "`openssl rand -hex 16 > token`"
            )

    @property
    def is_local(self) -> bool:
        """Whether only this machine can reach the server."""
        return is_loopback(self.host)

    @property
    def host_names(self) -> frozenset[str]:
        """The names that a request may call the server by, in small letters."""
        return frozenset(map(str.lower, (*LOOPBACK_NAMES, bracketed(self.host), *self.names)))


def is_loopback(host: str) -> bool:
    """Return whether an address is one that only this machine can reach."""
    if host.lower() == "localhost":
        return True
    try:
        return ip_address(host.strip("[]")).is_loopback
    except ValueError:
        return False


def is_token(text: str) -> bool:
    """Return whether a text can be a token: no header changes it, and nobody guesses it."""
    allowed = text.isascii() and text.translate(_WITHOUT_SIGNS).isalnum()
    return allowed and len(text) >= MIN_TOKEN_CHARS


_WITHOUT_SIGNS: Final = str.maketrans("", "", "-._~")


def bracketed(host: str) -> str:
    """Return a host as in a URL: IPv6 addresses are in brackets."""
    return f"[{host}]" if ":" in host and not host.startswith("[") else host


def read_token(path: Path) -> str:
    """Return the token in a file.

    :raises OptionError: the file cannot be read, or holds no token.
    """
    try:
        text = path.read_text("utf-8").strip()
    except (OSError, UnicodeDecodeError) as error:
        raise OptionError(f"the token file {path} cannot be read: {error}") from error
    if not is_token(text):
        raise OptionError(
            f"{path} holds no token of at least {MIN_TOKEN_CHARS} letters and digits: make one "
            "with `openssl rand -hex 16`"
        )
    return text


def checked_folders(paths: Iterable[Path]) -> tuple[Path, ...]:
    """Return folders by their real paths.

    :raises OptionError: one is no folder.
    """
    folders = []
    for path in paths:
        if not path.is_dir():
            raise OptionError(f"{path} is no folder: name one whose files may be shown")
        folders.append(path.resolve())
    return tuple(folders)
