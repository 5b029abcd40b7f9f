"""Parsers that do what parsers of hostile files are made to do; the content says what."""

import ctypes
import os
import signal
import socket
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any


def parse(content: bytes) -> Iterator[dict[str, Any]]:
    """Yield the content as text, unless it names one of the deeds."""
    deed = DEEDS.get(content.decode("utf-8", "replace"))
    yield {"text": content.decode("utf-8", "replace")[:100], "pid": os.getpid()}
    if deed is not None:
        yield {"done": str(deed())}


def loop() -> None:
    while True:
        pass


def sleep() -> None:
    time.sleep(1000)


def allocate() -> None:
    kept = []
    while True:
        kept.append(bytearray(10_000_000))


def recurse() -> None:
    recurse()


def raise_from_rust() -> None:
    raise BaseException("panicked\nat line 1")


def segfault() -> None:
    ctypes.string_at(0)


def write() -> None:
    Path("made by a parser").write_text("x")


def connect() -> None:
    socket.create_connection(("127.0.0.1", 9))


def print_much() -> None:
    print("x" * 100_000, flush=True)
    os.write(1, b"y" * 100_000)


def answer(raw: bytes) -> None:
    """Write bytes on the pipe of the frames, as code of a hostile file might."""
    for number in range(3, 20):
        try:
            os.write(number, raw)
        except OSError:
            continue
    time.sleep(1000)


DEEDS = {
    "loop": loop,
    "sleep": sleep,
    "allocate": allocate,
    "recurse": recurse,
    "panic": raise_from_rust,
    "segfault": segfault,
    "exit": lambda: os._exit(3),
    "kill": lambda: os.kill(os.getpid(), signal.SIGKILL),
    "write": write,
    "connect": connect,
    "print": print_much,
    "system": lambda: os.system("true"),
    "numpy": lambda: "numpy" in sys.modules,
    "long frame": lambda: answer(b"\xff" * 8),
    "no json": lambda: answer(b"\0\0\0\1\0\0\0\0{"),
    "no object": lambda: answer(b"\0\0\0\2\0\0\0\0[]"),
    "nested": lambda: answer(b"\0\1\0\0\0\0\0\0" + b"[" * 65536),
    "strange failure": lambda: answer(b'\0\0\0\x10\0\0\0\0{"failure": [1]}'),
}
