"""Reads many files in their order, most of them in worker processes, ahead of their turn.

Files are handed to the workers in batches, of which a few wait at a time, so memory is bounded. A
file that is large, compressed or of many articles is read by this process, article by article; so
is one of which a worker finds more text than it may hold.
"""

from collections import deque
from collections.abc import Callable, Generator, Iterable, Iterator, Sequence
from typing import Final

from danvan_search.ingest.formats import compression_of, reader_by_suffix
from danvan_search.ingest.jsonlines import JSON_LINES
from danvan_search.ingest.mbox import MBOX
from danvan_search.ingest.read_file import read_file
from danvan_search.ingest.records import Loaded, OnBytes, Record, Records, SourceFile
from danvan_search.ingest.zip_file import ZIP
from danvan_search.workers import Workers

_BATCH_BYTES: Final = 1 << 18
"""Of the files that a worker reads at a time; their sizes on disk."""
_BATCH_FILES: Final = 64
_BATCHES_PER_WORKER: Final = 2
"""That are read, or wait for those before them."""
_MIN_BYTES: Final = 1 << 22
"""Fewer bytes in all are read sooner than workers start."""
_MAX_BYTES: Final = 1 << 24
"""Of a file that a worker reads: its size on disk."""
_MAX_CHARS: Final = 1 << 22
"""Of the bodies that a worker holds of a file."""
_MANY_ARTICLES: Final = (JSON_LINES, MBOX, ZIP)
"""Readers of files that hold many articles."""

_Batch = tuple[Sequence[SourceFile], Callable[[], Iterable[Iterable[Record] | None]]]
"""Files, and what returns the records of each; None for a file to be read by this process."""


def read_files(
    files: Sequence[SourceFile],
    *,
    jobs: int,
    max_bytes: int,
    encoding: str | None,
    progress: OnBytes,
) -> Generator[Iterable[Record], None, None]:
    """Yield the records of each of some files; see :func:`.read_file` and its parameters.

    :param jobs: the number of processes, this one included.
    :param progress: called with the bytes of the present file that have been read so far.
    :raises StoreError: a worker was killed, or could not start.
    """

    def read(file: SourceFile) -> Records:
        return read_file(file, max_bytes=max_bytes, encoding=encoding, progress=progress)

    if jobs == 1 or sum(file.size for file in files) < _MIN_BYTES:
        yield from map(read, files)
        return
    workers = Workers(jobs - 1)

    def started(batch: Sequence[SourceFile]) -> _Batch:
        if not _is_for_worker(batch[0]):
            return batch, lambda: [None]
        future = workers.submit(_read_whole, batch, max_bytes, encoding)
        return batch, lambda: workers.result(future)

    try:
        waiting: deque[_Batch] = deque()
        batches = _batches(files)
        while True:
            while len(waiting) < _BATCHES_PER_WORKER * workers.count:
                batch = next(batches, None)
                if batch is None:
                    break
                waiting.append(started(batch))
            if not waiting:
                return
            own, result = waiting.popleft()
            for file, records in zip(own, result(), strict=True):
                yield read(file) if records is None else records
    finally:
        workers.close()


def _batches(files: Sequence[SourceFile]) -> Iterator[list[SourceFile]]:
    """Yield neighbouring files: some for a worker, or one for this process."""
    batch: list[SourceFile] = []
    size = 0
    for file in files:
        is_for_worker = _is_for_worker(file)
        fits = size + file.size <= _BATCH_BYTES and len(batch) < _BATCH_FILES
        if batch and not (is_for_worker and fits):
            yield batch
            batch, size = [], 0
        if is_for_worker:
            batch.append(file)
            size += file.size
        else:
            yield [file]
    if batch:
        yield batch


def _is_for_worker(file: SourceFile) -> bool:
    name = file.path.name
    if compression_of(name) or file.size > _MAX_BYTES:
        return False
    return file.size <= _BATCH_BYTES or reader_by_suffix(name) not in _MANY_ARTICLES


def _read_whole(
    files: Sequence[SourceFile], max_bytes: int, encoding: str | None
) -> list[list[Record] | None]:
    """Return the records of each of some files, None for one of too much text; in a worker."""
    return [_records(read_file(file, max_bytes=max_bytes, encoding=encoding)) for file in files]


def _records(records: Records) -> list[Record] | None:
    found = []
    chars = 0
    for record in records:
        found.append(record)
        if isinstance(record, Loaded):
            chars += len(record.article.body)
            if chars > _MAX_CHARS:
                return None
    return found
