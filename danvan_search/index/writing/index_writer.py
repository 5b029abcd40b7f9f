"""Writing: articles into the index, in one commit or not at all."""

import contextlib
import logging
import os
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from types import TracebackType
from typing import Final, Self

from danvan_search.article import Article
from danvan_search.errors import OptionError
from danvan_search.index.codec.corruption import CorruptionGuard
from danvan_search.index.codec.doc_values import DocValuesBuilder
from danvan_search.index.codec.segment_files import OpenSegment
from danvan_search.index.folder import commit_file
from danvan_search.index.folder.fsync import sync_folder
from danvan_search.index.folder.index_folder import (
    check_format,
    check_lock,
    storage_errors,
    write_lock,
)
from danvan_search.index.folder.publish import remove_unfinished
from danvan_search.index.folder.whoosh_segment import ArticleSegment, live_mask
from danvan_search.index.writing.merge_policy import Size, load, plan_merge, plan_optimize
from danvan_search.index.writing.segment_builder import SegmentBuilder
from danvan_search.index.writing.segment_merger import merged_columns
from danvan_search.index.writing.segment_writer import write_files
from danvan_search.index.writing.text_analysis import Analysis, InProcessAnalysis
from danvan_search.store import IndexedArticle
from danvan_search.text.segmenter import default_segmenter

_logger = logging.getLogger(__name__)

FLUSH_LOAD: Final = 32_000_000
"""A segment is written when it holds so much: see :func:`~danvan_search.index.writing.merge_policy.load`."""


class IndexWriter:
    """The one writer of an index; a context manager.

    Leaving the context commits; leaving it by an exception, Ctrl-C too, leaves the index as it
    was. Only one can be open at a time.

    :param clear: the commit drops all that was there before.
    :param words: whether to segment the texts into words.
    :param jobs: how many processes analyse the texts; 1 is this one alone.
    :param wait: how long to wait for another writer, in seconds.
    :raises OptionError: ``jobs`` is no number of processes.
    :raises IndexLockedError: another writer is at work.
    :raises IndexStorageError: the folder cannot be read or written.
    """

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
        self._guard = CorruptionGuard(path, self._check_values)
        self._words = words
        self._segmenter = ""
        self._changed = clear
        self._optimizes = False
        self._committed = False
        self._written: list[str] = []
        self._analysis = _analysis(jobs, words=words)
        self._mine: dict[str, tuple[ArticleSegment, int]] = {}
        self._lock = write_lock(path, wait=wait)
        try:
            check_format(path)  # another one may stand here since the index was opened
            with storage_errors(path):
                self._generation = commit_file.latest_generation(path)
                # What is dropped need not be read, and may be damaged.
                self._segments = [] if clear else commit_file.read(path, self._generation)
                self._open = {
                    segment.segid: self._open_segment(segment) for segment in self._segments
                }
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

    def find(self, article_id: str) -> IndexedArticle | None:
        """Return what the committed index knows of an article.

        None if it is not there, or was replaced or removed by this writer.
        """
        for segment, doc in self._places(article_id):
            with self._guard:
                return self._open[segment.segid].doc_values.known(doc)
        return None

    def known(self) -> Iterator[IndexedArticle]:
        """Yield what the committed index knows of each of its articles."""
        for segment in self._segments:
            if segment.segid in self._open:
                documents = self._open[segment.segid].doc_values
                for doc in range(len(documents)):
                    if not segment.is_deleted(doc):
                        with self._guard:
                            known = documents.known(doc)
                        yield known

    def put(self, article: Article, *, origin: str = "", root: str = "") -> bool:
        """Add an article, or replace the one of the same id.

        :return: whether the committed index, or this writer, had one of that id before.
        """
        if self._words and not self._segmenter:
            self._segmenter = self._current_segmenter()
        replaced = self.remove(article.id)
        known = IndexedArticle(article.id, article.content_hash(), origin, root)
        doc = self._builder.add(article, known)
        self._mine[article.id] = self._segment, doc
        self._changed = True
        if self._builder.load >= FLUSH_LOAD:
            self._flush()
        return replaced

    def remove(self, article_id: str) -> bool:
        """Remove an article; return whether it was there."""
        mine = self._mine.pop(article_id, None)
        places = [*self._places(article_id), *([mine] if mine else [])]
        for segment, doc in places:
            segment.delete_document(doc)
        self._changed |= bool(places)
        return bool(places)

    def discard(self) -> None:
        """Drop the changes so far; the writer stays open."""
        self._changed = False

    def optimize(self) -> None:
        """Have the commit write the segments anew as few large ones, without what was removed."""
        self._optimizes = True

    def commit(self) -> None:
        """Make the changes visible, all at once; without changes the index stays as it is."""
        if not self._changed and not self._optimizes:
            self.cancel()
            return
        try:
            with storage_errors(self._path):
                check_lock(self._path, self._lock)
                self._flush()
                with self._guard:
                    self._merge()
                check_lock(self._path, self._lock)
                commit_file.write(self._path, self._generation + 1, self._segments)
                self._committed = True
        finally:
            self._end()

    def cancel(self) -> None:
        """Drop the changes and release the lock."""
        self._end()

    def _check_values(self) -> None:
        for segment in self._open.values():
            segment.check_values()

    def _current_segmenter(self) -> str:
        """Return what makes words now; say so if it is not what made those of the index."""
        current = default_segmenter().fingerprint()
        before = {
            name
            for segment in self._segments
            if segment.segid in self._open
            for name in self._open[segment.segid].reader.segmenters
        }
        if before - {current}:
            _notice_other_segmenter(str(self._path), current)
        return current

    def _start_segment(self) -> None:
        self._segment = ArticleSegment()
        self._builder = SegmentBuilder(self._analysis)

    def _flush(self) -> None:
        """Write what was added as a segment."""
        if len(self._builder):
            with storage_errors(self._path):
                self._write(self._segment, self._builder)
            self._segments.append(self._segment)
        self._start_segment()

    def _write(self, segment: ArticleSegment, builder: SegmentBuilder) -> None:
        columns = builder.columns((self._segmenter,) if self._segmenter else ())
        segment.set_doc_count(len(builder))
        segment.syllables = builder.syllables
        self._written.append(segment.segment_id())
        write_files(self._path, segment.segment_id(), columns, builder.rows.arrays())

    def _merge(self) -> None:
        """Keep the segments few, and drop those of which nothing is left."""
        self._segments = [one for one in self._segments if one.doc_count()]
        if self._optimizes:
            # From the end, so that the places before stay what they are.
            for large in reversed(plan_optimize([_size(one) for one in self._segments])):
                self._rewrite(large)
        while (group := plan_merge([_size(one) for one in self._segments])) is not None:
            self._rewrite(group)

    def _rewrite(self, group: range) -> None:
        """Write neighbouring segments anew as one, without what was removed."""
        merged = self._segments[group.start : group.stop]
        opened = [self._open.get(one.segid) or self._open_segment(one) for one in merged]
        live = [live_mask(one) for one in merged]
        segment = ArticleSegment()
        rows = DocValuesBuilder()
        for one, part in zip(merged, opened, strict=True):
            for doc in range(one.doc_count_all()):
                if not one.is_deleted(doc):
                    # Bodies are carried over with the columns; rows need none.
                    rows.add(part.doc_values.article(doc, ""), part.doc_values.known(doc))
        segment.set_doc_count(len(rows))
        columns = merged_columns([part.reader for part in opened], live)
        segment.syllables = columns.syllables
        self._written.append(segment.segment_id())
        write_files(self._path, segment.segment_id(), columns, rows.arrays())
        self._segments[group.start : group.stop] = [segment]

    def _open_segment(self, segment: ArticleSegment) -> OpenSegment:
        return OpenSegment(self._path, segment.segment_id(), segment.doc_count_all())

    def _places(self, article_id: str) -> list[tuple[ArticleSegment, int]]:
        """Where the committed index has an article, if it was not removed since."""
        with self._guard:
            return [
                (segment, doc)
                for segment in self._segments
                if segment.segid in self._open
                for doc in self._open[segment.segid].doc_values.find(article_id)
                if not segment.is_deleted(doc)
            ]

    def _end(self) -> None:
        """End the analysis, remove the files that no generation needs, and release the lock."""
        if os.getpid() != self._process:
            return  # a copy in a process that was forked: all of it is the other's
        try:
            self._analysis.close()
            # What cannot be removed now is removed by the next commit.
            with contextlib.suppress(OSError):
                self._remove_files()
        finally:
            self._lock.release()

    def _remove_files(self) -> None:
        # What stands in the folder decides: an interrupt can come when the table of contents is
        # written but the call had not returned.
        if commit_file.latest_generation(self._path) == self._generation + 1:
            if not self._committed:
                sync_folder(self._path)
            self._generation += 1
            self._remove_leftovers()
            return
        for pattern in (*(f"{name}.*" for name in self._written), "*.toc.new"):
            for file in self._path.glob(pattern):
                with contextlib.suppress(OSError):
                    file.unlink()

    def _remove_leftovers(self) -> None:
        commit_file.remove_leftovers(self._path, self._generation, self._segments)


def _analysis(jobs: int, *, words: bool) -> Analysis:
    if isinstance(jobs, bool) or not isinstance(jobs, int) or jobs < 1:
        raise OptionError(f"jobs is {jobs!r}: give the number of processes, 1 or more")
    if jobs == 1:
        return InProcessAnalysis(words=words)
    # What several processes need takes long to load, and a search needs none of it.
    from danvan_search.index.writing.worker_pool import WorkerPool

    return WorkerPool(jobs, words=words)


@cache
def _notice_other_segmenter(path: str, current: str) -> None:
    """Say that words may differ, once in a process for each index."""
    _logger.warning(
        "the words of the index at %s were made by another version of the segmenter than %s: "
        "words of old and new articles may differ; index again with --rebuild to make them alike",
        path,
        current,
    )


def _size(segment: ArticleSegment) -> Size:
    share = segment.deleted_count() / segment.doc_count_all()
    whole = load(segment.syllables, segment.doc_count_all())
    return Size(round(whole * (1 - share)), share)
