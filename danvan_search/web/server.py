"""The process that serves: a socket, and uvicorn on it until Ctrl-C."""

import socket
from collections.abc import Callable
from contextlib import suppress
from typing import Final

import uvicorn

from danvan_search import Index, OptionError
from danvan_search.web.app import make_app
from danvan_search.web.settings import Settings, bracketed

_BACKLOG: Final = 128
_MAX_CONNECTIONS: Final = 200
"""Further connections are told that the server is busy."""
_KEEP_ALIVE_SECONDS: Final = 15
_GRACE_SECONDS: Final = 5
"""So long a stop waits for requests that are at work."""


def serve(
    index: Index, settings: Settings, *, port: int, root_path: str, tell: Callable[[str], None]
) -> None:
    """Serve an index until the process is interrupted.

    :param port: the port; 0 for a free one.
    :param root_path: the path under which a proxy shows the site.
    :param tell: called with the address of the site when it can be reached.
    :raises OptionError: the host and the port cannot be listened at.
    """
    app = make_app(index, settings)
    with listening_socket(settings.host, port) as listener:
        config = uvicorn.Config(
            app,
            root_path=root_path,
            log_config=None,
            access_log=False,
            server_header=False,
            lifespan="off",
            ws="none",
            limit_concurrency=_MAX_CONNECTIONS,
            timeout_keep_alive=_KEEP_ALIVE_SECONDS,
            timeout_graceful_shutdown=_GRACE_SECONDS,
        )
        tell(f"http://{bracketed(settings.host)}:{listener.getsockname()[1]}{root_path}/")
        try:
            with suppress(KeyboardInterrupt):  # uvicorn has stopped by itself
                uvicorn.Server(config).run(sockets=[listener])
        finally:
            app.site.pool.close()


def listening_socket(host: str, port: int) -> socket.socket:
    """Return a socket that listens at an address.

    :raises OptionError: it cannot be listened at.
    """
    try:
        family, _, _, _, address = socket.getaddrinfo(
            host.strip("[]"), port, type=socket.SOCK_STREAM, flags=socket.AI_PASSIVE
        )[0]
        return socket.create_server(address[:2], family=family, backlog=_BACKLOG)
    except (OSError, OverflowError, UnicodeError) as error:
        reason = getattr(error, "strerror", None) or error
        raise OptionError(
            f"{host} port {port} cannot be listened at ({reason}): stop what uses it, or give "
            "another --port; 0 takes a free one"
        ) from error
