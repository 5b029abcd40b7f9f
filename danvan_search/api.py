"""The public face: one object for an index."""

import datetime
import os
import threading
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from types import TracebackType
from typing import BinaryIO, Final, Self

from danvan_search.article import Article
from danvan_search.errors import (
    DanvanError,
    IndexExistsError,
    OptionError,
)
from danvan_search.index import (
    FORMAT,
    ArticleWriter,
    Known,
    SegmentCache,
    Snapshot,
    Word,
    await_index,
    call_after_fork,
    check_format,
    check_index,
    create,
    is_index,
    plain_prefix,
    put_back,
    size_on_disk,
)
from danvan_search.ingest import MAX_BYTES
from danvan_search.query import MAX_QUERY_CHARS
from danvan_search.reports import BackupReport, Changes, RepairReport, Stats, Verification
from danvan_search.rescue.check import verify_index
from danvan_search.search import Results, search, search_options
from danvan_search.search.options import Accents, Match, Sort
from danvan_search.sync import OnSkip, Progress, SyncReport, build_index, sync_paths
from danvan_search.text import is_marked
from danvan_search.version import __version__

_LIBRARIES: Final = ("Whoosh", "underthesea")


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
        self._segments = SegmentCache(self._path)
        self._snapshot: Snapshot | None = None
        self._closed = False
        self.after_fork()
        call_after_fork(self)

    def after_fork(self) -> None:
        """Have locks that no thread of another process holds; Python calls it after a fork."""
        self._lock = threading.Lock()

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
    def build(
        cls,
        path: str | os.PathLike[str],
        paths: Sequence[str | os.PathLike[str]],
        *,
        dry_run: bool = False,
        max_bytes: int = MAX_BYTES,
        words: bool = True,
        jobs: int = 1,
        wait: float = 0.0,
        progress: Progress | None = None,
        on_skip: OnSkip | None = None,
    ) -> SyncReport:
        """Index folders and files into a new index, in place of what index there is.

        The index appears when it is finished; until then, and if the call fails, the place
        stays as it was. This is also the way to replace an index of another format.

        :param path: the folder of the index.
        :param wait: how long to wait for another writer, in seconds. The other parameters are
            those of :meth:`sync`.
        :raises IndexExistsError: the folder holds files that are not an index.
        :raises ArticleError: there is nothing to index.
        :raises IndexLockedError: another writer is at work.
        :raises IndexStorageError: the index cannot be written.
        """
        return build_index(
            Path(path),
            paths,
            dry_run=dry_run,
            max_bytes=max_bytes,
            words=words,
            jobs=jobs,
            wait=_checked_wait(wait),
            progress=progress,
            on_skip=on_skip,
        )

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
        return self._current().doc_count

    def __contains__(self, article_id: object) -> bool:
        return isinstance(article_id, str) and self._current().find(article_id) is not None

    def ids(self) -> Iterator[str]:
        """Yield the ids of all articles, in the order in which they were added."""
        yield from self._current().ids()

    def get(self, article_id: str) -> Article | None:
        """Return the article of an id; None if it is not there."""
        snapshot = self._current()
        doc = snapshot.find(article_id)
        return None if doc is None else snapshot.article(doc)

    def add(self, articles: Iterable[Article], *, words: bool = True, jobs: int = 1) -> Changes:
        """Add articles, replacing those of the same id, in one commit.

        Of two with the same id in one call the last one stays. If the call fails, or the
        iteration of the articles does, the index is as it was.

        :param words: segment the texts into words: see :meth:`sync`.
        :param jobs: how many processes analyse the texts: see :meth:`sync`.
        :raises OptionError: ``jobs`` is no number of processes.
        :raises IndexLockedError: another writer is at work.
        :raises IndexStorageError: the index cannot be written.
        """
        became: dict[str, str] = {}
        with self._writer(words=words, jobs=jobs) as writer:
            for article in articles:
                if became.get(article.id, "unchanged") == "unchanged":
                    known = writer.find(article.id)
                    if known == Known(article.id, article.content_hash(), "", ""):
                        became[article.id] = "unchanged"
                        continue
                    became[article.id] = "added" if known is None else "updated"
                writer.put(article)
        counts = Counter(became.values())
        return Changes(counts["added"], counts["updated"], counts["unchanged"])

    def remove(self, ids: Iterable[str]) -> int:
        """Remove articles by id, in one commit; return how many were there.

        :raises IndexLockedError: another writer is at work.
        :raises IndexStorageError: the index cannot be written.
        """
        if isinstance(ids, str):
            ids = [ids]
        with self._writer() as writer:
            return sum(writer.remove(one) for one in ids)

    def sync(
        self,
        paths: Sequence[str | os.PathLike[str]],
        *,
        prune: bool = True,
        rebuild: bool = False,
        dry_run: bool = False,
        max_bytes: int = MAX_BYTES,
        words: bool = True,
        jobs: int = 1,
        progress: Progress | None = None,
        on_skip: OnSkip | None = None,
    ) -> SyncReport:
        """Bring the index in line with folders and files of articles, in one commit.

        Unchanged articles are skipped, changed ones replaced, and those that vanished from
        the given paths removed; articles from elsewhere are left alone.

        :param paths: folders, taken with all below them, or files; ``-`` reads JSON lines
            from standard input.
        :param prune: remove the articles that vanished.
        :param rebuild: forget all that is in the index and index only the paths.
        :param dry_run: report what would be done and change nothing.
        :param max_bytes: the largest text file, or JSON line, to read, in bytes.
        :param words: segment the texts into words. Without them indexing takes less time, and
            ``word:`` queries and :meth:`vocabulary` are errors as long as the index holds one
            such article. Articles that are unchanged stay as they are.
        :param jobs: how many processes analyse the texts, this one among them. Others are
            started that import the main module: a script has its work under
            ``if __name__ == "__main__"``. What is found does not depend on it.
        :param progress: called with (bytes read, bytes in all) as the work goes on.
        :param on_skip: called with one line for each file or record that is skipped.
        :raises OptionError: ``jobs`` is no number of processes.
        :raises ArticleError: there is nothing to index in any path. One of several that is missing
            or empty is skipped, and what the index holds from it stays.
        :raises IndexLockedError: another writer is at work.
        :raises IndexStorageError: the index cannot be written.
        """
        with self._writer(clear=rebuild, words=words, jobs=jobs) as writer:
            report = sync_paths(
                writer,
                paths,
                prune=prune,
                max_bytes=max_bytes,
                progress=progress,
                on_skip=on_skip,
            )
            if dry_run:
                writer.discard()
        return report

    def search(
        self,
        query: str,
        *,
        limit: int = 10,
        page: int = 1,
        match: Match = "auto",
        accents: Accents = "auto",
        since: datetime.date | None = None,
        until: datetime.date | None = None,
        category: str | None = None,
        sort: Sort = "score",
        snippet_chars: int = 200,
        max_query_chars: int = MAX_QUERY_CHARS,
    ) -> Results:
        """Search the index; :class:`~danvan_search.search.SearchOptions` explains the options.

        :param query: bare syllables, ``"quoted phrases"``, ``word:"one word"``, or several.
        :raises QueryError: the query cannot be understood, or asks for words of an index that
            holds none.
        :raises OptionError: an option has a value that makes no sense.
        :raises IndexDamagedError: the bytes of the index are not those that were written.
        :raises IndexStorageError: the index cannot be read.
        """
        options = search_options(
            limit=limit,
            page=page,
            match=match,
            accents=accents,
            since=since,
            until=until,
            category=category,
            sort=sort,
            snippet_chars=snippet_chars,
            max_query_chars=max_query_chars,
        )
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
        if not isinstance(prefix, str):
            raise OptionError(f"prefix is {prefix!r}: give a string")
        if isinstance(limit, bool) or not isinstance(limit, int) or limit < 0:
            raise OptionError(f"limit is {limit!r}: give a whole number of at least 0")
        fold_forms = folded or not is_marked(plain_prefix(prefix, folded=False))
        plain = plain_prefix(prefix, folded=fold_forms)
        words = self._current().word_list(folded=folded)
        if prefix.strip() and not plain:
            return []  # signs only: no word begins with them
        return words.find(plain, limit, fold_forms=fold_forms)

    def stats(self) -> Stats:
        """Return the numbers of the index."""
        import importlib.metadata  # takes longer to load than a search

        snapshot = self._current()
        accented_forms, folded_forms = snapshot.distinct_forms()
        return Stats(
            articles=snapshot.doc_count,
            syllables=snapshot.syllable_count,
            accented_forms=accented_forms,
            folded_forms=folded_forms,
            size_bytes=size_on_disk(self._path),
            last_commit=snapshot.committed,
            generation=snapshot.generation,
            without_words=snapshot.without_words,
            segmenters=snapshot.segmenters,
            format=FORMAT,
            versions={
                "danvan-search": __version__,
                **{name: importlib.metadata.version(name) for name in _LIBRARIES},
            },
        )

    def verify(self) -> Verification:
        """Read the whole index and tell what is not what was written; about 1 GB a second.

        :func:`danvan_search.verify_index` does the same for an index that cannot be opened.

        :raises IndexNotFoundError: the index is gone.
        :raises IndexFormatError: another took its place that is of another format.
        :raises IndexStorageError: the folder cannot be read.
        """
        with self._lock:
            self._check_open()
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

        with self._lock:
            self._check_open()
        return backup_index(self._path, _file(target), force=force, progress=progress)

    def refresh(self) -> bool:
        """Move to the newest commit; return whether there was a newer one.

        Searches do so by themselves. Newer is what was committed, by this object too, since it was
        last read from.
        """
        with self._lock:
            before = self._snapshot
        return self._current() is not before and before is not None

    def close(self) -> None:
        """Close the files. The index cannot be used afterwards."""
        with self._lock:
            # Results hold no file; the mapped ones go when the last reader of them is done.
            self._segments = SegmentCache(self._path)
            self._snapshot = None
            self._closed = True

    def _writer(self, *, clear: bool = False, words: bool = True, jobs: int = 1) -> ArticleWriter:
        with self._lock:
            self._check_open()
        return ArticleWriter(self._path, clear=clear, words=words, jobs=jobs, wait=self._wait)

    def _current(self) -> Snapshot:
        with self._lock:
            self._check_open()
            if self._snapshot is not None and self._snapshot.is_untouched():
                return self._snapshot
            if self._snapshot is not None and self._snapshot.is_replaced():
                check_format(self._path)
                self._snapshot = None
            if self._snapshot is None or self._snapshot.is_outdated():
                # Other threads may still read the old one; it closes when they are done.
                self._snapshot = Snapshot(self._path, self._segments)
            return self._snapshot

    def _check_open(self) -> None:
        if self._closed:
            raise DanvanError("the index is closed: open it again")


def _file(file: str | os.PathLike[str] | BinaryIO) -> Path | BinaryIO:
    return Path(file) if isinstance(file, str | os.PathLike) else file


def _checked_wait(wait: float) -> float:
    if isinstance(wait, bool) or not isinstance(wait, int | float) or not wait >= 0:
        raise OptionError(f"wait is {wait!r}: give a number of seconds, 0 or more")
    return wait
