"""The public face: one object for an index."""

import os
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from types import TracebackType
from typing import BinaryIO, Self

from danvan_search.article import Article
from danvan_search.errors import IndexExistsError, OptionError
from danvan_search.index import (
    IndexWriter,
    LiveSnapshot,
    await_index,
    build,
    check_index,
    create,
    is_index,
    put_back,
)
from danvan_search.index.statistics import statistics_of
from danvan_search.options import takes
from danvan_search.reports import (
    BackupReport,
    Changes,
    Progress,
    RepairReport,
    Stats,
    SyncReport,
    Verification,
)
from danvan_search.rescue.check import verify_index
from danvan_search.search import Results, SearchOptions, search
from danvan_search.search.searchable import SearchableSnapshot
from danvan_search.search.word_list import Word, find_words
from danvan_search.sync import BuildOptions, SyncOptions, WriteOptions, sync_paths
from danvan_search.upsert import checked_articles, checked_id, checked_ids, upsert


class Index:
    """An index of articles in a folder. Open it with :meth:`open` or :meth:`create`.

    It may be shared by threads. Searches see the newest commit, those of other processes too;
    what a search returned stays as it was. A context manager: leaving it closes the files.

    There is one writer at a time, whatever process it is in. While another is at work, what
    changes the index waits for so many seconds as ``wait`` said when it was opened, and then
    raises :class:`IndexLockedError`.
    """

    def __init__(self, path: str | os.PathLike[str], *, wait: float = 0.0) -> None:
        self._path = Path(path)
        self._wait = _checked_wait(wait)
        await_index(self._path, self._wait)
        check_index(self._path)
        self._live = LiveSnapshot(self._path)
        self._searchable: SearchableSnapshot | None = None

    @classmethod
    def create(cls, path: str | os.PathLike[str], *, wait: float = 0.0) -> Self:
        """Make an empty index in a new or empty folder, and open it.

        :param wait: how long to wait for another writer, in seconds: see :meth:`open`.
        :raises IndexExistsError: there is an index, or other files.
        :raises IndexLockedError: another process is making an index there.
        :raises IndexStorageError: the folder cannot be made or written.
        """
        _checked_wait(wait)
        create(Path(path), wait=wait)
        return cls(path, wait=wait)

    @classmethod
    def open(cls, path: str | os.PathLike[str], *, create: bool = False, wait: float = 0.0) -> Self:
        """Open the index in a folder.

        :param create: make an empty one if there is none.
        :param wait: how long whatever changes this index waits for another writer, in seconds;
            ``math.inf`` waits without end. Reading never waits, but where there is no index
            yet, and another process is building it, opening does.
        :raises OptionError: ``wait`` is no number of seconds.
        :raises IndexLockedError: it waited, and the index was still being built.
        :raises IndexNotFoundError: there is no index.
        :raises IndexFormatError: it is of another format, or it is not one of ours.
        :raises IndexDamagedError: its bytes are not those that were written.
        :raises IndexStorageError: it cannot be read.
        """
        put_back(Path(path))
        if create and not is_index(Path(path)):
            try:
                return cls.create(path, wait=wait)
            except IndexExistsError:
                if not is_index(Path(path)):  # else another process was as quick
                    raise
        return cls(path, wait=wait)

    @classmethod
    @takes(BuildOptions)
    def build(
        cls,
        path: str | os.PathLike[str],
        paths: Sequence[str | os.PathLike[str]],
        options: BuildOptions,
    ) -> SyncReport:
        """Index folders and files into a new index, in place of the index that is there, if any.

        The index appears when it is finished; until then, and if the call fails, the place
        stays as it was. This is also the way to replace an index of another format.

        :param path: the folder of the index.
        :param paths: see :meth:`sync`. The keyword arguments are the fields of
            :class:`~danvan_search.sync.BuildOptions`.
        :raises IndexExistsError: the folder holds files that are not an index.
        :raises ArticleError: there is nothing to index.
        :raises IndexLockedError: another writer is at work.
        :raises IndexStorageError: the index cannot be written.
        """

        def fill(fresh: Path) -> SyncReport:
            with IndexWriter(fresh, words=options.words, jobs=options.jobs) as writer:
                return sync_paths(writer, paths, options)

        wait = _checked_wait(options.wait)
        return build(Path(path), fill, dry_run=options.dry_run, wait=wait)

    @classmethod
    def repair(
        cls,
        path: str | os.PathLike[str],
        *,
        dry_run: bool = False,
        wait: float = 0.0,
        progress: Progress | None = None,
    ) -> RepairReport:
        """Put an index of all that is whole in the place of a damaged one; tell what was lost.

        Parts that are whole stay as they are. Of a damaged part, each article that proves to be
        what was written is indexed anew. The damaged folder is kept beside its place, under the
        name that the report gives: delete it when nothing in it is needed any more. If the
        call fails, or nothing is damaged, nothing is changed.

        :param path: the folder of an index, which :meth:`open` may refuse.
        :param dry_run: report what would be done and change nothing.
        :param wait: how long to wait for another writer, in seconds.
        :param progress: called with (articles indexed anew, articles to be indexed anew).
        :raises IndexNotFoundError: there is no index.
        :raises IndexFormatError: it is of another format, or it is not one of ours: build anew.
        :raises IndexDamagedError: nothing is left of it.
        :raises IndexLockedError: another writer is at work.
        :raises IndexStorageError: it cannot be read, or the new one cannot be written.
        """
        from danvan_search.rescue.repair import repair_index

        return repair_index(
            Path(path), dry_run=dry_run, wait=_checked_wait(wait), progress=progress
        )

    @classmethod
    def restore(
        cls,
        path: str | os.PathLike[str],
        source: str | os.PathLike[str] | BinaryIO,
        *,
        force: bool = False,
        wait: float = 0.0,
        progress: Progress | None = None,
    ) -> BackupReport:
        """Put the index of a backup in a place.

        All of it is read and compared with its checksums before it is put there, so the place
        holds a whole index afterwards, or, if the call fails, what it held before.

        :param path: the folder of the index.
        :param source: what :meth:`backup` wrote: a file, or a stream open for reading bytes.
            It may come from anywhere: nothing in it is run or trusted.
        :param force: if there is an index, keep it beside its place under another name, which
            the report gives.
        :param wait: how long to wait for another writer, in seconds.
        :param progress: called with (bytes read, bytes of the file); not for a stream.
        :raises BackupError: the backup cannot be read, is none, or is not what was written.
        :raises IndexExistsError: there is an index, or there are files that are none.
        :raises IndexLockedError: another writer is at work.
        :raises IndexStorageError: the index cannot be written.
        """
        from danvan_search.rescue.restore import restore_index

        return restore_index(
            Path(path),
            _file(source),
            force=force,
            wait=_checked_wait(wait),
            progress=progress,
        )

    @property
    def path(self) -> Path:
        """The folder of the index."""
        return self._path

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        self.close()

    def __len__(self) -> int:
        return self._live.current().doc_count

    def __contains__(self, article_id: object) -> bool:
        return isinstance(article_id, str) and self._live.current().find(article_id) is not None

    def ids(self) -> Iterator[str]:
        """Yield the ids of all articles, in the order in which they were added."""
        yield from self._live.current().ids()

    def get(self, article_id: str) -> Article | None:
        """Return the article of an id; None if it is not there.

        :raises ArgumentTypeError: the id is no string.
        """
        snapshot = self._live.current()
        doc = snapshot.find(checked_id(article_id))
        return None if doc is None else snapshot.article(doc)

    @takes(WriteOptions)
    def add(self, articles: Iterable[Article], options: WriteOptions) -> Changes:
        """Add articles, replacing those of the same id, in one commit.

        Of two with the same id in one call the last one stays. If the call fails, or the
        iteration of the articles does, the index is as it was.

        :param articles: the articles. The keyword arguments are the fields of
            :class:`~danvan_search.sync.WriteOptions`.
        :raises ArgumentTypeError: ``articles`` holds something that is no article.
        :raises OptionError: ``jobs`` is no number of processes.
        :raises IndexLockedError: another writer is at work.
        :raises IndexStorageError: the index cannot be written.
        """
        checked = checked_articles(articles)
        with self._writer(options) as writer:
            return upsert(writer, checked)

    def remove(self, ids: Iterable[str]) -> int:
        """Remove articles by id, in one commit; return how many were there.

        :raises ArgumentTypeError: an id is no string.
        :raises IndexLockedError: another writer is at work.
        :raises IndexStorageError: the index cannot be written.
        """
        checked = checked_ids(ids)
        with self._writer() as writer:
            return sum(writer.remove(one) for one in checked)

    @takes(SyncOptions)
    def sync(self, paths: Sequence[str | os.PathLike[str]], options: SyncOptions) -> SyncReport:
        """Bring the index in line with folders and files of articles, in one commit.

        Unchanged articles are skipped, changed ones replaced, and those that vanished from
        the given paths removed; articles from elsewhere are left alone.

        :param paths: folders, taken with all below them, or files; ``-`` reads JSON lines
            from standard input. The keyword arguments are the fields of
            :class:`~danvan_search.sync.SyncOptions`.
        :raises OptionError: an option has a value that makes no sense.
        :raises ArticleError: there is nothing to index in any path. One of several that is missing
            or empty is skipped, and what the index holds from it stays.
        :raises IndexLockedError: another writer is at work.
        :raises IndexStorageError: the index cannot be written.
        """
        with self._writer(options, clear=options.rebuild) as writer:
            report = sync_paths(writer, paths, options, prune=options.prune)
            if options.dry_run:
                writer.discard()
        return report

    @takes(SearchOptions)
    def search(self, query: str, options: SearchOptions) -> Results:
        """Search the index.

        :param query: bare syllables, ``"quoted phrases"``, ``word:"one word"``, or several. The
            keyword arguments are the fields of :class:`~danvan_search.search.SearchOptions`.
        :raises QueryError: the query cannot be understood, or asks for words of an index that
            holds none.
        :raises ArgumentTypeError: the query is no string.
        :raises OptionError: an option has a value that makes no sense.
        :raises IndexDamagedError: the bytes of the index are not those that were written.
        :raises IndexStorageError: the index cannot be read.
        """
        return search(self._current(), query, options)

    def optimize(self) -> None:
        """Write the whole index anew in as few pieces as can be, without what was removed.

        Searching visits every piece, so an index that has had many commits gets a little
        quicker; small commits need no such help.

        :raises IndexLockedError: another writer is at work.
        :raises IndexStorageError: the index cannot be written.
        """
        with self._writer() as writer:
            writer.optimize()

    def vocabulary(self, prefix: str = "", *, limit: int = 100, folded: bool = False) -> list[Word]:
        """Return the words of the index, the most frequent first.

        Words are those that the segmenter made: letters and digits only, in their accented
        forms. The first call after a commit counts them all, which takes about a second for
        ten million syllables.

        :param prefix: only words that begin with it; typed without marks it is compared with
            the folded forms. A blank at its end asks for words that go on with a new syllable.
        :param limit: how many words at most.
        :param folded: take words that differ in their accents alone for one.
        :raises OptionError: an argument has a value that makes no sense.
        :raises StoreError: articles were indexed without words.
        :raises IndexStorageError: the index cannot be read.
        """
        return find_words(self._current().word_list, prefix, limit=limit, folded=folded)

    def stats(self) -> Stats:
        """Return the numbers of the index."""
        return statistics_of(self._live.current(), self._path)

    def verify(self) -> Verification:
        """Read the whole index and tell what is not what was written; about 1 GB a second.

        :func:`danvan_search.verify_index` does the same for an index that cannot be opened.

        :raises IndexNotFoundError: the index is gone.
        :raises IndexFormatError: another took its place that is of another format.
        :raises IndexStorageError: the folder cannot be read.
        """
        self._live.check_open()
        return verify_index(self._path)

    def backup(
        self,
        target: str | os.PathLike[str] | BinaryIO,
        *,
        force: bool = False,
        progress: Progress | None = None,
    ) -> BackupReport:
        """Write the index as it is now into one file, from which :meth:`restore` makes it again.

        The file (``.tar.zst``) holds one commit, whatever writers do meanwhile. All that goes
        into it is compared with its checksums first, so a damaged index is not saved silently.
        A file appears when it is finished and the disk holds it, or not at all.

        :param target: the file, or a stream open for writing bytes, which stays open.
        :param force: overwrite a file that exists.
        :param progress: called with (bytes packed, bytes in all).
        :raises BackupError: the file exists, or it cannot be written.
        :raises IndexDamagedError: the index is damaged, naming the file: repair it first.
        :raises IndexStorageError: the index cannot be read, or lacks a file.
        """
        from danvan_search.rescue.backup import backup_index

        self._live.check_open()
        return backup_index(self._path, _file(target), force=force, progress=progress)

    def close(self) -> None:
        """Close the files. The index cannot be used afterwards; results can."""
        self._live.close()
        self._searchable = None

    def _writer(self, options: WriteOptions | None = None, *, clear: bool = False) -> IndexWriter:
        self._live.check_open()
        how = options or WriteOptions()
        return IndexWriter(self._path, clear=clear, words=how.words, jobs=how.jobs, wait=self._wait)

    def _current(self) -> SearchableSnapshot:
        snapshot = self._live.current()
        known = self._searchable
        if known is None or known.snapshot is not snapshot:
            known = self._searchable = SearchableSnapshot(snapshot)
        return known


def _file(file: str | os.PathLike[str] | BinaryIO) -> Path | BinaryIO:
    return Path(file) if isinstance(file, str | os.PathLike) else file


def _checked_wait(wait: float) -> float:
    if isinstance(wait, bool) or not isinstance(wait, int | float) or not wait >= 0:
        raise OptionError(f"wait is {wait!r}: give a number of seconds, 0 or more")
    return wait
