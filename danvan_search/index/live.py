"""The newest generation of an index, reopened after each commit."""

import threading
from pathlib import Path

from danvan_search.errors import DanvanError
from danvan_search.index.folder.file_lock import call_after_fork
from danvan_search.index.folder.index_folder import check_format
from danvan_search.index.snapshot import SegmentCache, Snapshot


class LiveSnapshot:
    """Returns the newest snapshot of the index in a folder; threads may share it.

    :param path: the folder.
    """

    def __init__(self, path: Path) -> None:
        self._path = path
        self._segments = SegmentCache(path)
        self._snapshot: Snapshot | None = None
        self._closed = False
        self.after_fork()
        call_after_fork(self)

    def after_fork(self) -> None:
        """Replace the lock, which a thread of the parent process may hold."""
        self._lock = threading.Lock()

    def current(self) -> Snapshot:
        """Return a snapshot of the newest generation.

        :raises DanvanError: this object is closed.
        :raises IndexNotFoundError: the folder does not hold an index any more.
        :raises IndexFormatError: the index was replaced by one of another format.
        :raises IndexStorageError: the index cannot be read.
        :raises IndexDamagedError: a file is cut or altered.
        """
        with self._lock:
            self._check_open()
            if self._snapshot is not None and self._snapshot.is_untouched():
                return self._snapshot
            if self._snapshot is not None and self._snapshot.is_replaced():
                check_format(self._path)
                self._snapshot = None
            if self._snapshot is None or self._snapshot.is_outdated():
                # The old snapshot closes when the last thread that reads it is done.
                self._snapshot = Snapshot(self._path, self._segments)
            return self._snapshot

    def check_open(self) -> None:
        """Check that this object is not closed.

        :raises DanvanError: it is closed.
        """
        with self._lock:
            self._check_open()

    def close(self) -> None:
        """Close the files; mapped files stay mapped until their last reader is done."""
        with self._lock:
            self._segments = SegmentCache(self._path)
            self._snapshot = None
            self._closed = True

    def _check_open(self) -> None:
        if self._closed:
            raise DanvanError("the index is closed: open it again")
