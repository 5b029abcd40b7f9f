"""The writer of an index: adds and removes articles in one commit, or not at all."""

import contextlib
import logging
import os
from collections.abc import Iterable, Iterator, Sequence
from functools import cache
from pathlib import Path
from types import TracebackType
from typing import Final, Self

from danvan_search.article import Article
from danvan_search.index.codec.doc_values import DocValuesBuilder
from danvan_search.index.codec.segment_files import OpenSegment
from danvan_search.index.codec.vectors import Passages, VectorColumns
from danvan_search.index.folder import commit_file
from danvan_search.index.folder.file_names import segment_file_names, unfinished_commit_file_name
from danvan_search.index.folder.fsync import sync_folder
from danvan_search.index.folder.index_folder import (
    check_format,
    check_lock,
    storage_errors,
    write_lock,
)
from danvan_search.index.folder.publish import remove_unfinished
from danvan_search.index.folder.segment_entry import SegmentEntry, live_docs, live_mask
from danvan_search.index.writing.committed_segments import CommittedSegments, open_segment
from danvan_search.index.writing.merge_policy import Size, load, plan_merge, plan_optimize
from danvan_search.index.writing.segment_builder import SegmentBuilder
from danvan_search.index.writing.segment_merger import merged_columns
from danvan_search.index.writing.segment_writer import write_files
from danvan_search.index.writing.text_analysis import analysis_of
from danvan_search.index.writing.vector_columns import (
    changed_vectors,
    merged_vectors,
    passages_by_segment,
    write_copy,
)
from danvan_search.store import IndexedArticle
from danvan_search.text.segmenter import default_segmenter

_logger = logging.getLogger(__name__)

FLUSH_LOAD: Final = 32_000_000
"""The load at which a segment is written; see :func:`.merge_policy.load`."""


class IndexWriter:
    """Writes to an index; only one writer can be open at a time. A context manager.

    The end of the context commits the changes. An exception that leaves the context, Ctrl-C
    included, drops them.

    :param path: the folder of the index.
    :param clear: remove all committed articles with the commit.
    :param words: whether to segment the texts into words.
    :param jobs: the number of processes that analyse texts; 1 means only this process.
    :param wait: how long to wait for another writer, in seconds.
    :raises OptionError: ``jobs`` is not a number of processes.
    :raises IndexLockedError: another writer is at work.
    :raises IndexFormatError: the index has another format.
    :raises IndexDamagedError: the index is damaged.
    :raises IndexStorageError: the folder cannot be read or written.
    """

    lookahead: Final = 1

    def __init__(
        self,
        path: Path,
        *,
        clear: bool = False,
        words: bool = True,
        jobs: int = 1,
        wait: float = 0.0,
    ) -> None:
        self._path = path
        self._process = os.getpid()
        self._words = words
        self._segmenter = ""
        self._changed = clear
        self._optimizes = False
        self._is_committed = False
        self._written_segments: list[str] = []
        self._analysis = analysis_of(jobs, words=words)
        self._added: dict[str, tuple[SegmentEntry, int]] = {}
        self._flushed: list[SegmentEntry] = []
        self._lock = write_lock(path, wait=wait)
        try:
            check_format(path)  # the index may have been replaced since it was opened
            with storage_errors(path):
                self._generation = commit_file.latest_generation(path)
                # The segments of the newest generation; the merges make them those of the next.
                # With clear, the old segments are not read: they may be damaged.
                self._segments = [] if clear else commit_file.read(path, self._generation)
                self._committed = CommittedSegments(path, self._segments)
                if not clear:
                    self._remove_leftovers()
                remove_unfinished(path)
            self._start_segment()
        except BaseException:
            self._lock.release()
            raise

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        if kind is None:
            self.commit()
        else:
            self.cancel()

    @property
    def generation(self) -> int:
        """The generation that the writer changes."""
        return self._generation

    @property
    def segments(self) -> list[SegmentEntry]:
        """The committed segments; what the writer removes is deleted in them."""
        return list(self._committed.entries)

    def id_of(self, segment: SegmentEntry, doc: int) -> str:
        """Return the id of a document of a committed segment."""
        return self._committed.id_of(segment, doc)

    def find(self, article_id: str) -> IndexedArticle | None:
        """Return the metadata of a committed article.

        None if there is no such article, or if this writer has replaced or removed it.
        """
        return self._committed.find(article_id)

    def expect(self, article_ids: Sequence[str]) -> None:
        """Do nothing: articles are looked for one by one, at once."""

    def known(self) -> Iterator[IndexedArticle]:
        """Yield the metadata of all committed articles that this writer has not removed."""
        return self._committed.known()

    def put(self, article: Article, *, origin: str = "", root: str = "") -> bool:
        """Add an article, or replace the one with the same id.

        :param origin: the file it came from; see :class:`.IndexedArticle`.
        :param root: the folder it came from; see :class:`.IndexedArticle`.
        :return: whether the index, or this writer, already had an article with that id.
        """
        if self._words and not self._segmenter:
            self._segmenter = self._current_segmenter()
        replaced = self.remove(article.id)
        known = IndexedArticle(article.id, article.content_hash(), origin, root)
        doc = self._builder.add(article, known)
        self._added[article.id] = self._segment, doc
        self._changed = True
        if self._builder.load >= FLUSH_LOAD:
            self._flush()
        return replaced

    def remove(self, article_id: str) -> bool:
        """Remove an article; return whether there was one with that id."""
        added = self._added.pop(article_id, None)
        docs = [*self._committed.live_docs(article_id), *([added] if added else [])]
        for segment, doc in docs:
            segment.delete_document(doc)
        self._changed |= bool(docs)
        return bool(docs)

    def put_vectors(
        self, model: str, dimension: int, found: Iterable[tuple[str, str, Passages]]
    ) -> int:
        """Add the vectors of committed articles; return how many articles got theirs.

        Vectors of another embedder are dropped, of all segments.

        :param model: the name of the embedder.
        :param dimension: the numbers of a vector.
        :param found: the id, the content hash and the passages of articles. An article that was
            removed, or has another content by now, gets none.
        """
        count, by_segment = passages_by_segment(self._committed, found)
        with self._committed.guard:
            own = model, dimension
            for entry, opened, vectors in changed_vectors(self._committed, by_segment, own):
                self._committed.replace(entry, self._write_copy(entry, opened, vectors))
                self._changed = True
        return count

    def _write_copy(
        self, entry: SegmentEntry, opened: OpenSegment, vectors: VectorColumns
    ) -> SegmentEntry:
        """Write a copy of a committed segment with other vectors; return its entry."""
        copy = SegmentEntry(entry.doc_count_all(), entry.syllables)
        for doc in entry.deleted_docs():
            copy.delete_document(doc)
        self._written_segments.append(copy.segment_id())
        with storage_errors(self._path):
            write_copy(self._path, opened, copy.segment_id(), vectors)
        return copy

    def discard(self) -> None:
        """Drop the changes so far; the writer stays open."""
        self._changed = False

    def optimize(self) -> None:
        """Have the commit rewrite all segments as few large ones, without deleted documents."""
        self._optimizes = True

    def commit(self) -> None:
        """Make all changes visible in one step, and close the writer.

        Without changes there is no new generation.

        :raises IndexStorageError: the changes cannot be written, or the index was moved or
            replaced meanwhile; the index is unchanged.
        """
        if not self._changed and not self._optimizes:
            self.cancel()
            return
        try:
            with storage_errors(self._path):
                check_lock(self._path, self._lock)
                self._flush()
                with self._committed.guard:
                    self._merge()
                check_lock(self._path, self._lock)
                commit_file.write(self._path, self._generation + 1, self._segments)
                self._is_committed = True
        finally:
            self._close()

    def cancel(self) -> None:
        """Drop all changes, and close the writer."""
        self._close()

    def _current_segmenter(self) -> str:
        """Return the fingerprint of the segmenter; warn if another made the words of the index."""
        current = default_segmenter().fingerprint()
        if self._committed.segmenters() - {current}:
            _warn_of_other_segmenter(str(self._path), current)
        return current

    def _start_segment(self) -> None:
        self._segment = SegmentEntry()
        self._builder = SegmentBuilder(self._analysis)

    def _flush(self) -> None:
        """Write the articles added since the last flush as a segment."""
        if len(self._builder):
            with storage_errors(self._path):
                self._write_added(self._segment, self._builder)
            self._flushed.append(self._segment)
        self._start_segment()

    def _write_added(self, segment: SegmentEntry, builder: SegmentBuilder) -> None:
        columns = builder.columns((self._segmenter,) if self._segmenter else ())
        segment.set_doc_count(len(builder))
        segment.syllables = builder.syllables
        self._written_segments.append(segment.segment_id())
        write_files(self._path, segment.segment_id(), columns, builder.rows.arrays())

    def _merge(self) -> None:
        """Drop segments without live documents, and merge segments as the policy says."""
        self._segments = [
            one for one in (*self._committed.entries, *self._flushed) if one.doc_count()
        ]
        if self._optimizes:
            # From the last group on, so that the indices of the groups before stay valid.
            for large in reversed(plan_optimize([_size(one) for one in self._segments])):
                self._rewrite(large)
        while (group := plan_merge([_size(one) for one in self._segments])) is not None:
            self._rewrite(group)

    def _rewrite(self, group: range) -> None:
        """Replace neighbouring segments by one with their live documents."""
        merged = self._segments[group.start : group.stop]
        opened = [self._committed.opened(one) or open_segment(self._path, one) for one in merged]
        live = [live_mask(one) for one in merged]
        segment = SegmentEntry()
        rows = DocValuesBuilder()
        for one, part in zip(merged, opened, strict=True):
            for doc in range(one.doc_count_all()):
                if not one.is_deleted(doc):
                    # The columns contain the bodies, so the doc values need none.
                    rows.add(part.doc_values.article(doc, ""), part.doc_values.known(doc))
        segment.set_doc_count(len(rows))
        columns = merged_columns([part.reader for part in opened], live)
        vectors = merged_vectors(
            [part.vectors for part in opened],
            [live_docs(one) for one in merged],
        )
        segment.syllables = columns.syllables
        self._written_segments.append(segment.segment_id())
        write_files(self._path, segment.segment_id(), columns, rows.arrays(), vectors)
        self._segments[group.start : group.stop] = [segment]

    def _close(self) -> None:
        """Stop the analysis, remove files that are not needed, and release the lock."""
        if os.getpid() != self._process:
            return  # a copy in a forked process: the parent closes the writer
        try:
            self._analysis.close()
            # The next commit removes what cannot be removed now.
            with contextlib.suppress(OSError):
                self._remove_files()
        finally:
            self._lock.release()

    def _remove_files(self) -> None:
        # The folder tells whether the commit happened: after an interrupt the commit file may be
        # in place although the call that wrote it has not returned.
        if commit_file.latest_generation(self._path) == self._generation + 1:
            if not self._is_committed:
                sync_folder(self._path)
            self._generation += 1
            self._remove_leftovers()
            return
        names = [file for name in self._written_segments for file in segment_file_names(name)]
        for name in (*names, unfinished_commit_file_name(self._generation + 1)):
            with contextlib.suppress(OSError):
                (self._path / name).unlink(missing_ok=True)

    def _remove_leftovers(self) -> None:
        commit_file.remove_leftovers(self._path, self._generation, self._segments)


@cache
def _warn_of_other_segmenter(path: str, current: str) -> None:
    """Log that words may differ, once per process and index."""
    _logger.warning(
        "the words of the index at %s were made by another version of the segmenter than %s: "
        "words of old and new articles may differ; index again with --rebuild to make them alike",
        path,
        current,
    )


def _size(segment: SegmentEntry) -> Size:
    deleted_share = segment.deleted_count() / segment.doc_count_all()
    full_load = load(segment.syllables, segment.doc_count_all())
    return Size(round(full_load * (1 - deleted_share)), deleted_share)
