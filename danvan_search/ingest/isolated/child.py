"""The loop of the child: a file comes in, the values that a parser finds in it go out.

The child may be in the hands of a hostile file. It has limits of the system on its memory and its
time, writes no files, and is refused what Python does with sockets and processes.
"""

import contextlib
import importlib
import os
import signal
import sys
import threading
import time
from collections.abc import Callable, Iterator
from typing import Any, BinaryIO, Final

from danvan_search.ingest.isolated.frames import read_frame, write_frame
from danvan_search.ingest.isolated.reply import DETAIL, END, FAILURE, VALUE, Failure, ParseError

_REFUSED: Final = ("socket.", "subprocess.", "os.system", "os.exec", "os.posix_spawn", "os.fork")
_WRITES: Final = os.O_WRONLY | os.O_RDWR | os.O_CREAT | os.O_TRUNC | os.O_APPEND
_DETAIL_CHARS: Final = 120
_ORPHAN_SECONDS: Final = 1.0
_STACK_BYTES: Final = 1 << 18
_MAX_FRAME: Final = (1 << 32) - 1


def main() -> None:
    """Serve the files that come over standard input, until it ends."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C is the parent's affair
    out = os.fdopen(os.dup(1), "wb")
    os.dup2(2, 1)  # what a parser prints is no frame
    sys.addaudithook(_refuse)
    threading.stack_size(_STACK_BYTES)
    threading.Thread(target=_end_with, args=(os.getppid(),), daemon=True).start()
    with out, contextlib.suppress(BrokenPipeError):
        while frame := read_frame(sys.stdin.buffer, _MAX_FRAME):
            request = frame.values
            _limit(request["seconds"], request["memory"])
            _serve(request["parser"], frame.content, out)


def _end_with(parent: int) -> None:
    """End this process when its parent is gone, in the middle of a file, too."""
    while os.getppid() == parent:
        time.sleep(_ORPHAN_SECONDS)
    os._exit(1)


def _serve(parser: str, content: bytes, out: BinaryIO) -> None:
    """Write the values of a file, then the end of it, or why there are no more."""
    try:
        parse: Callable[[bytes], Iterator[dict[str, Any]]]
        parse = importlib.import_module(parser).parse
        for value in parse(content):
            write_frame(out, {VALUE: value})
        reply: dict[str, Any] = {END: True}
    except BrokenPipeError:
        raise
    except ParseError as error:
        reply = {FAILURE: error.failure, DETAIL: error.detail}
    except ModuleNotFoundError as error:
        reply = {FAILURE: Failure.PACKAGE, DETAIL: error.name or ""}
    except MemoryError:
        reply = {FAILURE: Failure.MEMORY}
    except Exception as error:  # noqa: BLE001 - a parser may raise anything
        reply = {FAILURE: Failure.DAMAGED, DETAIL: _detail(error)}
    except BaseException as error:  # noqa: BLE001 - what Rust panics with; the state is uncertain
        reply = {FAILURE: Failure.UNEXPECTED, DETAIL: _detail(error)}
    write_frame(out, reply)


def _detail(error: BaseException) -> str:
    detail = f"{type(error).__name__}: {error}" if str(error) else type(error).__name__
    return " ".join(detail.split())[:_DETAIL_CHARS]


def _limit(seconds: int, memory: int) -> None:
    """Let the system end this process if a file takes too much, where it can.

    :param seconds: of CPU time, from now on.
    :param memory: in bytes.
    """
    try:
        import resource
    except ImportError:  # Windows: the parent watches the time
        return
    used = resource.getrusage(resource.RUSAGE_SELF)
    until = int(used.ru_utime + used.ru_stime) + seconds + 1
    for name, limit in (
        ("RLIMIT_CPU", until), ("RLIMIT_AS", memory), ("RLIMIT_FSIZE", 0), ("RLIMIT_CORE", 0),
    ):  # fmt: skip
        # Some systems have a limit, but do not let it be set.
        with contextlib.suppress(AttributeError, ValueError, OSError):
            kind = getattr(resource, name)
            hard = resource.getrlimit(kind)[1]
            resource.setrlimit(kind, (limit, hard))


def _refuse(event: str, args: tuple[Any, ...]) -> None:
    """Refuse what no parser needs; raised in the parser by the interpreter."""
    if event == "open":
        flags = args[2]
        if isinstance(flags, int) and flags & _WRITES and not isinstance(args[0], int):
            raise PermissionError("a parser writes no files")
    elif event.startswith(_REFUSED):
        raise PermissionError("a parser asks for nothing outside")
