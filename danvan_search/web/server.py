"""What serves: a socket, and uvicorn on it until Ctrl-C, in this process or in several workers."""

import multiprocessing
import os
import signal
import socket
import sys
import threading
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from multiprocessing import connection
from typing import Any, Final

import uvicorn
from uvicorn.config import STARTUP_FAILURE
from uvicorn.supervisors import Multiprocess

from danvan_search import DanvanError, Index, OptionError, StoreIndex
from danvan_search.web.app import make_app
from danvan_search.web.guard import Guard
from danvan_search.web.settings import Settings, bracketed

_BACKLOG: Final = 128
_MAX_CONNECTIONS: Final = 200
"""Further connections are told that the server is busy."""
_KEEP_ALIVE_SECONDS: Final = 15
_GRACE_SECONDS: Final = 5
"""So long a stop waits for requests that are at work."""
_HEALTH_SECONDS: Final = 60
"""A worker that does not answer its parent for so long is replaced; starting takes some of it."""


@dataclass(frozen=True)
class Served:
    """What is served.

    :ivar index: opens the index; it can be pickled.
    :ivar settings: what the operator decided.
    """

    index: Callable[[], Index | StoreIndex]
    settings: Settings

    def open(self) -> Guard:
        """Open the index, and return the application that serves it.

        :raises DanvanError: the index cannot be opened.
        """
        return make_app(self.index(), self.settings)

    def __call__(self) -> Guard:
        """Do the same in a worker, which ends with a sentence if it cannot.

        A worker also ends when its parent is killed: else nobody would stop it.
        """
        parent = multiprocessing.parent_process()
        if parent is not None:
            threading.Thread(target=_end_with, args=(parent.sentinel,), daemon=True).start()
        try:
            return self.open()
        except DanvanError as error:
            sys.stderr.write(f"error: {error}\n")
            sys.exit(STARTUP_FAILURE)  # so that the others are stopped, and no more are started


def _end_with(sentinel: int) -> None:
    """End this process when another one has ended."""
    connection.wait([sentinel])
    os.kill(os.getpid(), signal.SIGTERM)


def serve(
    served: Served, *, workers: int, port: int, root_path: str, tell: Callable[[str], None]
) -> None:
    """Serve an index until the process is interrupted.

    :param workers: how many processes serve it, each with the limits of ``settings``. One is this
        process; several are its children, of which those that die are replaced.
    :param port: the port; 0 for a free one.
    :param root_path: the path under which a proxy shows the site.
    :param tell: called with the address of the site when it can be reached.
    :raises DanvanError: the index cannot be opened.
    :raises OptionError: the host and the port cannot be listened at.
    """
    app = served.open()
    try:
        host = served.settings.host
        with listening_socket(host, port) as listener:
            tell(f"http://{bracketed(host)}:{listener.getsockname()[1]}{root_path}/")
            with suppress(KeyboardInterrupt):  # uvicorn has stopped by itself
                if workers == 1:
                    uvicorn.Server(_config(app, root_path)).run(sockets=[listener])
                else:
                    app.site.index.close()
                    more = {"timeout_worker_healthcheck": _HEALTH_SECONDS}
                    config = _config(served, root_path, factory=True, workers=workers, **more)
                    Multiprocess(config, [listener]).run()
    finally:
        app.site.pool.close()
        app.site.index.close()


def _config(app: Callable[..., Any], root_path: str, **more: Any) -> uvicorn.Config:  # noqa: ANN401
    return uvicorn.Config(
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
        **more,
    )


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
