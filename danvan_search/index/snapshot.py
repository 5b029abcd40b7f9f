"""A snapshot: one generation of the index, open for reading.

A snapshot never changes, whatever writers do, and threads may share it. A document is addressed by
a pair: the index of its segment in ``Snapshot.segments``, and its number in that segment.
"""

import threading
from collections.abc import Iterator
from functools import cached_property
from pathlib import Path
from typing import Final

import numpy as np

from danvan_search.article import Article
from danvan_search.errors import OptionError, StoreError
from danvan_search.index.codec.corruption import CorruptionGuard
from danvan_search.index.codec.segment_files import OpenSegment
from danvan_search.index.folder import commit_file
from danvan_search.index.folder.file_lock import call_after_fork
from danvan_search.index.folder.index_folder import (
    folder_state,
    identity,
    is_untouched,
    retry_while_committed,
    storage_errors,
)
from danvan_search.index.folder.segment_entry import SegmentEntry, live_mask

_ADD_WORDS: Final = "index again with --rebuild and without --no-words"

Doc = tuple[int, int]
"""A document: the index of its segment in the list of segments, and its number there."""


class SegmentCache:
    """The open segments by name, so that a new generation opens only its new segments.

    :param path: the folder of the index.
    """

    def __init__(self, path: Path) -> None:
        self._path = path
        self._open: dict[str, OpenSegment] = {}
        self.after_fork()
        call_after_fork(self)

    def after_fork(self) -> None:
        """Replace the lock, which a thread of the parent process may hold."""
        self._lock = threading.Lock()

    def open(self, segments: list[SegmentEntry]) -> list[OpenSegment]:
        """Return some segments, opened if they are not yet, and drop all others."""
        with self._lock:
            self._open = {
                one.segid: self._open.get(one.segid)
                or OpenSegment(self._path, one.segment_id(), one.doc_count_all())
                for one in segments
            }
            return list(self._open.values())


class Snapshot:
    """One generation of an index.

    :param path: the folder of the index.
    :param cache: the segments that earlier snapshots opened.

    :ivar generation: its number, which each commit raises by one.
    :ivar committed: the time of the commit, in UTC.
    :ivar segments: its segments.
    :ivar live: for each segment, bool[docs], False for deleted documents; None if none is deleted.
    :ivar doc_count: the number of live documents in all segments.
    :ivar guard: maps exceptions in code that reads the segments; the methods here use it.

    :raises IndexStorageError: the index cannot be read.
    :raises IndexDamagedError: a file is cut or altered.
    """

    def __init__(self, path: Path, cache: SegmentCache) -> None:
        self._path = path
        self.guard = CorruptionGuard(path, self.check_values)
        self._identity = identity(path)
        self._folder = folder_state(path)
        with storage_errors(path):
            retry_while_committed(lambda: self._read(cache))

    def _read(self, cache: SegmentCache) -> None:
        self.generation, own, _ = commit_file.read_latest(self._path)
        self._stamp = commit_file.stamp(self._path, self.generation)
        self.committed = self._stamp.committed
        self.segments = cache.open(own)
        self.live = [live_mask(segment) for segment in own]
        self.doc_count: int = sum(segment.doc_count() for segment in own)

    def check_values(self) -> None:
        """Check the values of all segments; see :meth:`.OpenSegment.check_values`."""
        for segment in self.segments:
            segment.check_values()

    def is_outdated(self) -> bool:
        """Say whether this is not the newest commit: a newer one exists, or this one was undone."""
        with storage_errors(self._path):
            return retry_while_committed(self._is_outdated)

    def _is_outdated(self) -> bool:
        return (
            commit_file.latest_generation(self._path) != self.generation
            or commit_file.stamp(self._path, self.generation) != self._stamp
        )

    def is_replaced(self) -> bool:
        """Say whether another index has replaced the one that was opened."""
        return identity(self._path) != self._identity

    def is_untouched(self) -> bool:
        """Say whether the folder is certainly unchanged, with one system call.

        A commit creates a file, which changes the modification time of the folder. Clocks are
        coarse, so an equal time proves this only if it was some seconds old when it was recorded.
        """
        if is_untouched(self._path, self._folder):
            return True
        self._folder = folder_state(self._path)
        return False

    def article(self, doc: Doc) -> Article:
        """Return the article of a document."""
        segment, number = doc
        return self.segments[segment].article(number)

    def find(self, article_id: str) -> Doc | None:
        """Return the document with an article id; None if there is none."""
        with self.guard:
            for at, segment in enumerate(self.segments):
                for number in segment.doc_values.find(article_id):
                    if self._is_live(at, number):
                        return at, number
        return None

    def ids(self) -> Iterator[str]:
        """Yield the ids of all articles, in the order of their documents."""
        for at, segment in enumerate(self.segments):
            for number in range(len(segment.doc_values)):
                if self._is_live(at, number):
                    with self.guard:
                        article_id = segment.doc_values.id(number)
                    yield article_id

    @property
    def segmenters(self) -> tuple[str, ...]:
        """The fingerprints of the segmenters that made the words, sorted."""
        return tuple(sorted({name for one in self.segments for name in one.reader.segmenters}))

    @cached_property
    def without_words(self) -> int:
        """The number of articles that were not segmented into words."""
        with self.guard:
            return sum(
                int(np.count_nonzero(~segmented if live is None else live & ~segmented))
                for segmented, live in zip(
                    (segment.reader.word_boundaries.segmented() for segment in self.segments),
                    self.live,
                    strict=True,
                )
            )

    def check_words(self) -> None:
        """Check that all articles were segmented into words.

        :raises StoreError: some were not.
        """
        without = self.without_words
        if without == self.doc_count and without:
            raise StoreError(f"this index holds no words: {_ADD_WORDS}")
        if without:
            raise StoreError(
                f"{without:,} of the {self.doc_count:,} articles of this index hold no words: "
                f"{_ADD_WORDS}"
            )

    @property
    def vector_model(self) -> tuple[str, int] | None:
        """The name and the dimension of the embedder of the vectors; None without vectors."""
        for segment in self.segments:
            if segment.vectors is not None:
                return segment.vectors.model, segment.vectors.dimension
        return None

    def check_vectors(self, model: str, dimension: int) -> None:
        """Check that all vectors, if there are any, are of an embedder.

        :raises OptionError: they are of another.
        """
        for segment in self.segments:
            own = segment.vectors
            if own is not None and (own.model, own.dimension) != (model, dimension):
                raise OptionError(
                    f"the vectors of this index are of the embedder {own.model} "
                    f"({own.dimension:,} numbers), not of {model} ({dimension:,} numbers): use "
                    "that one, or make all vectors again with replace"
                )

    @cached_property
    def embedded(self) -> int:
        """The number of articles with vectors."""
        with self.guard:
            return sum(
                int(np.count_nonzero(has if live is None else live & has))
                for segment, live in zip(self.segments, self.live, strict=True)
                if segment.vectors is not None
                for has in (segment.vectors.counts() > 0,)
            )

    @property
    def syllable_count(self) -> int:
        """The number of syllables in the texts of all live articles."""
        total = 0
        for segment, live in zip(self.segments, self.live, strict=True):
            lengths = segment.reader.grid.lengths()
            total += int(lengths.sum() if live is None else lengths[live].sum())
        return total

    def distinct_forms(self) -> tuple[int, int]:
        """Return the numbers of distinct accented and folded forms.

        Forms that occur only in removed articles count until their segment is merged.
        """
        accented: set[str] = set()
        folded: set[str] = set()
        with self.guard:
            for segment in self.segments:
                own = segment.reader.term_dictionary
                accented.update(map(own.accented_form, range(1, own.accented_count + 1)))
                folded.update(map(own.folded_form, range(1, own.folded_count + 1)))
        return len(accented), len(folded)

    def _is_live(self, segment: int, number: int) -> bool:
        mask = self.live[segment]
        return mask is None or bool(mask[number])
