"""Locks between processes, on files and on folders; and what a forked process must not inherit.

A lock goes with the process that holds it, however that ends, so that none is ever left behind.
It is a lock of a file, not of a name: whoever gets it looks whether the name still leads there.
"""

import contextlib
import errno
import os
import sys
import time
from pathlib import Path
from typing import Final, Protocol
from weakref import WeakSet

FOLDERS_CAN_BE_LOCKED: Final = sys.platform != "win32"

_PAUSE_SECONDS: Final = 0.02
_TAKEN: Final = (errno.EAGAIN, errno.EACCES, errno.EDEADLK)

if sys.platform == "win32":
    import msvcrt

    def _take(handle: int) -> None:
        msvcrt.locking(handle, msvcrt.LK_NBLCK, 1)

    def _give_back(handle: int) -> None:
        msvcrt.locking(handle, msvcrt.LK_UNLCK, 1)
else:
    import fcntl

    def _take(handle: int) -> None:
        fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)

    def _give_back(handle: int) -> None:
        fcntl.flock(handle, fcntl.LOCK_UN)


class Lock:
    """A lock that is held; made by :func:`lock_file` and :func:`lock_folder`."""

    def __init__(self, handle: int) -> None:
        self._handle = handle
        self._taken = False
        _inherited.add(self)

    def __del__(self) -> None:
        self.release()

    def take(self) -> bool:
        """Try to get the lock; return whether this process has it now."""
        try:
            _take(self._handle)
        except OSError as error:
            if error.errno not in _TAKEN:
                raise
            return False
        self._taken = True
        return True

    def release(self) -> None:
        """Give the lock back. In a forked process, or a second time, this does nothing."""
        handle, self._handle = self._handle, -1
        if handle < 0:
            return
        try:
            if self._taken:
                # Closing is not enough while a process that is being started has a copy.
                _give_back(handle)
        finally:
            os.close(handle)

    def is_of(self, path: Path) -> bool:
        """Say whether this process holds the lock, and a name leads to what is locked."""
        if self._handle < 0:
            return False
        try:
            return os.path.samestat(os.fstat(self._handle), path.stat())
        except FileNotFoundError:
            return False

    def after_fork(self) -> None:
        """Leave the lock to the process that took it: it has both copies."""
        self._taken = False
        self.release()


def lock_file(path: Path, *, wait: float = 0.0) -> Lock | None:
    """Lock a file, which is made if there is none; return None if another has the lock.

    :param wait: for so many seconds try again.
    :raises OSError: when it cannot be opened.
    """
    return _lock(path, os.O_CREAT | os.O_RDWR, wait)


def lock_folder(path: Path, *, wait: float = 0.0, make: bool = False) -> Lock | None:
    """Lock a folder, which keeps its lock when it is renamed; None if another has the lock.

    :param wait: for so many seconds try again.
    :param make: make the folder if there is none.
    :raises OSError: when it cannot be made or opened.
    """
    return _lock(path, os.O_RDONLY | os.O_DIRECTORY, wait, make=make)


def _lock(path: Path, flags: int, wait: float, *, make: bool = False) -> Lock | None:
    end = time.monotonic() + wait
    while True:
        if make:
            path.mkdir(exist_ok=True)
        try:
            lock = Lock(os.open(path, flags, 0o666))
        except FileNotFoundError:
            if make:  # whoever had it has just removed it
                continue
            raise
        except OSError:
            if make:
                with contextlib.suppress(OSError):  # it is not empty: somebody is at work there
                    path.rmdir()
            raise
        try:
            taken = lock.take()
            if taken and lock.is_of(path):
                return lock
        except BaseException:
            lock.release()
            raise
        lock.release()
        if taken:  # it was replaced or removed before we had it
            continue
        left = end - time.monotonic()
        if left <= 0:
            return None
        time.sleep(min(_PAUSE_SECONDS, left))


class _Inherited(Protocol):
    def after_fork(self) -> None: ...


_inherited: "WeakSet[_Inherited]" = WeakSet()


def call_after_fork(owner: _Inherited) -> None:
    """Have ``owner.after_fork()`` called in each process that is forked from this one.

    A lock among threads may be held at that moment by one that the new process does not have.
    """
    _inherited.add(owner)


def _after_fork() -> None:
    for owner in list(_inherited):
        with contextlib.suppress(OSError):
            owner.after_fork()


if hasattr(os, "register_at_fork"):
    os.register_at_fork(after_in_child=_after_fork)
