"""Locks between processes, on files and folders, and a hook that runs in forked processes.

The system releases a lock when its process ends, however it ends, so there are no stale locks. The
lock belongs to a file and not to a name, so each acquisition checks that the name still leads to
the locked file.
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
_HELD_ELSEWHERE: Final = (errno.EAGAIN, errno.EACCES, errno.EDEADLK)

if sys.platform == "win32":
    import msvcrt

    def _acquire(handle: int) -> None:
        msvcrt.locking(handle, msvcrt.LK_NBLCK, 1)

    def _release(handle: int) -> None:
        msvcrt.locking(handle, msvcrt.LK_UNLCK, 1)
else:
    import fcntl

    def _acquire(handle: int) -> None:
        fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)

    def _release(handle: int) -> None:
        fcntl.flock(handle, fcntl.LOCK_UN)


class Lock:
    """A lock on an open file or folder; see :func:`lock_file` and :func:`lock_folder`.

    :param handle: the file descriptor, which :meth:`release` closes.
    """

    def __init__(self, handle: int) -> None:
        self._handle = handle
        self._is_held = False
        _fork_listeners.add(self)

    def __del__(self) -> None:
        self.release()

    def take(self) -> bool:
        """Try to acquire the lock, without waiting; return whether this process holds it now."""
        try:
            _acquire(self._handle)
        except OSError as error:
            if error.errno not in _HELD_ELSEWHERE:
                raise
            return False
        self._is_held = True
        return True

    def release(self) -> None:
        """Release the lock. In a forked process, and on a second call, this does nothing."""
        handle, self._handle = self._handle, -1
        if handle < 0:
            return
        try:
            if self._is_held:
                # Closing is not enough while a child process that is starting has a copy.
                _release(handle)
        finally:
            os.close(handle)

    def is_of(self, path: Path) -> bool:
        """Say whether this process holds the lock and a path leads to the locked file."""
        if self._handle < 0:
            return False
        try:
            return os.path.samestat(os.fstat(self._handle), path.stat())
        except FileNotFoundError:
            return False

    def after_fork(self) -> None:
        """Close the copy in the forked process, without releasing the lock of the parent."""
        self._is_held = False
        self.release()


def lock_file(path: Path, *, wait: float = 0.0) -> Lock | None:
    """Lock a file, which is created if it is missing; return None if the lock is held elsewhere.

    :param wait: how long to try again, in seconds.
    :raises OSError: the file cannot be opened.
    """
    return _lock(path, os.O_CREAT | os.O_RDWR, wait)


def lock_folder(path: Path, *, wait: float = 0.0, make: bool = False) -> Lock | None:
    """Lock a folder; return None if the lock is held elsewhere. Renames do not affect the lock.

    :param wait: how long to try again, in seconds.
    :param make: create the folder if it is missing.
    :raises OSError: the folder cannot be created or opened.
    """
    return _lock(path, os.O_RDONLY | os.O_DIRECTORY, wait, make=make)


def _lock(path: Path, flags: int, wait: float, *, make: bool = False) -> Lock | None:
    end = time.monotonic() + wait
    while True:
        if make:
            # Not mkdir(exist_ok=True), which fails if the folder is renamed at that moment.
            with contextlib.suppress(FileExistsError):
                path.mkdir()
        try:
            lock = Lock(os.open(path, flags, 0o666))
        except FileNotFoundError:
            if make:  # the previous holder removed it just now
                continue
            raise
        except OSError:
            if make:
                with contextlib.suppress(OSError):  # not empty: another process works in it
                    path.rmdir()
            raise
        try:
            is_held = lock.take()
            if is_held and lock.is_of(path):
                return lock
        except BaseException:
            lock.release()
            raise
        lock.release()
        if is_held:  # the file was replaced or removed between opening and locking
            continue
        left = end - time.monotonic()
        if left <= 0:
            return None
        time.sleep(min(_PAUSE_SECONDS, left))


class _ForkListener(Protocol):
    def after_fork(self) -> None: ...


_fork_listeners: "WeakSet[_ForkListener]" = WeakSet()


def call_after_fork(owner: _ForkListener) -> None:
    """Have ``owner.after_fork()`` called in each process that is forked from this one.

    Owners of thread locks replace them there: at the fork another thread may hold such a lock,
    and the new process does not have that thread to release it.

    :param owner: only a weak reference to it is kept.
    """
    _fork_listeners.add(owner)


def _after_fork() -> None:
    for owner in list(_fork_listeners):
        with contextlib.suppress(OSError):
            owner.after_fork()


if hasattr(os, "register_at_fork"):
    os.register_at_fork(after_in_child=_after_fork)
