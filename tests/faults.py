"""A simulated disk that counts file operations, and fails or kills the process at one of them.

It counts every call below a folder that opens, writes, syncs, renames or removes. The calls have
the names of :mod:`os`, except ``read``, which opens a file for reading, and ``write``, which is one
write to the system.
"""

import contextlib
import errno
import io
import os
import signal
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from danvan_search.index.folder import fsync

NEED_SPACE = ("open", "write", "fsync", "mkdir")
"""The calls that fail on a full disk."""

Act = Callable[[int, str, str], None]
"""Called with the number of a call, from 1, its name and its file."""


class Disk:
    """Counts the calls below a folder.

    :ivar calls: the name and the file of each call, in order.
    """

    def __init__(self, below: Path, act: Act) -> None:
        self.calls: list[tuple[str, str]] = []
        self._below = os.fspath(below)
        self._act = act

    def call(self, what: str, file: str) -> None:
        """Count a call, and act on it."""
        self.calls.append((what, file))
        self._act(len(self.calls), what, file)

    def is_below(self, file: object) -> bool:
        """Say whether calls on a file are counted."""
        return isinstance(file, str | os.PathLike) and os.fspath(file).startswith(self._below)


class _File(io.FileIO):
    """A file whose writes are counted; a write that fails has written half of its data."""

    disk: Disk

    def write(self, data) -> int:
        try:
            self.disk.call("write", str(self.name))
        except OSError:
            super().write(memoryview(data).cast("B")[: memoryview(data).nbytes // 2])
            raise
        return super().write(data) or 0


@contextlib.contextmanager
def watched(below: Path, act: Act = lambda *_call: None) -> Iterator[Disk]:
    """Count the calls below a folder, and act on each."""
    counted = Disk(below, act)
    with pytest.MonkeyPatch.context() as patch:
        _watch(patch, counted)
        yield counted


def _watch(patch: pytest.MonkeyPatch, counted: Disk) -> None:
    open_file, open_handle, sync = io.open, os.open, os.fsync

    def opened(file, mode="r", *args, **options):
        if not counted.is_below(file):
            return open_file(file, mode, *args, **options)
        counted.call("read" if "r" in mode else "open", os.fspath(file))
        if "b" in mode and "r" not in mode:
            raw = _File(file, mode.replace("b", ""))
            raw.disk = counted
            return io.BufferedWriter(raw)
        return open_file(file, mode, *args, **options)

    def handle(file, flags, *args, **options):
        if counted.is_below(file):
            counted.call("open" if flags & os.O_CREAT else "read", os.fspath(file))
        return open_handle(file, flags, *args, **options)

    def synced(number):
        name = f"/proc/self/fd/{number}"
        file = os.readlink(name) if os.path.exists(name) else ""  # noqa: PTH110, PTH115
        if counted.is_below(file) or not file:
            counted.call("fsync", file)
        sync(number)

    def around(owner, name):
        real = getattr(owner, name)

        def call(file, *args, **options):
            if counted.is_below(file):
                counted.call(name, os.fspath(file))
            return real(file, *args, **options)

        patch.setattr(owner, name, call)

    patch.setattr(io, "open", opened)
    patch.setattr(os, "open", handle)
    patch.setattr(os, "fsync", synced)
    for name in ("rename", "replace", "mkdir", "unlink", "rmdir"):
        around(os, name)
    around(fsync, "exchange_folders")


def failing(call: int, number: int = errno.ENOSPC) -> Act:
    """Fail at one call only."""

    def act(at: int, _what: str, file: str) -> None:
        if at == call:
            raise OSError(number, os.strerror(number), file)

    return act


def full_from(call: int) -> Act:
    """Simulate a full disk from a call on: only calls that need space fail."""

    def act(at: int, what: str, file: str) -> None:
        if at >= call and what in NEED_SPACE:
            raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC), file)

    return act


def dead_from(call: int) -> Act:
    """Simulate a broken disk from a call on: every call fails."""

    def act(at: int, _what: str, file: str) -> None:
        if at >= call:
            raise OSError(errno.EIO, os.strerror(errno.EIO), file)

    return act


def killed_at(call: int) -> Act:
    """Kill the process before a call."""

    def act(at: int, _what: str, _file: str) -> None:
        if at == call:
            os.kill(os.getpid(), signal.SIGKILL)

    return act


def in_child(work: Callable[[], object]) -> int:
    """Call a function in a forked process; return its status, as from :func:`os.waitpid`."""
    child = os.fork()
    if child == 0:
        code = 1
        try:
            work()
            code = 0
        finally:
            os._exit(code)
    return os.waitpid(child, 0)[1]
