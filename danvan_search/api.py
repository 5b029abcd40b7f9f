"""The public face: one object for an index, and what it reports."""

import datetime
import importlib.metadata
import os
import shutil
import threading
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from types import TracebackType
from typing import Any, Final, Self

from danvan_search.article import Article
from danvan_search.errors import DanvanError
from danvan_search.index import (
    FORMAT,
    ArticleWriter,
    Known,
    Snapshot,
    create,
    create_beside,
    is_index,
    open_index,
    replace,
    size_on_disk,
)
from danvan_search.ingest import MAX_BYTES
from danvan_search.query import MAX_QUERY_CHARS
from danvan_search.search import Results, SearchOptions, search
from danvan_search.search.options import Accents, Match, Sort
from danvan_search.sync import OnSkip, Progress, SyncReport, sync_paths
from danvan_search.version import __version__

_LIBRARIES: Final = ("Whoosh", "underthesea")


@dataclass(frozen=True, slots=True)
class Changes:
    """What a call changed.

    :ivar added: articles that were not there before.
    :ivar updated: articles that replaced one of the same id.
    :ivar unchanged: articles that were there already, equal in every value.
    """

    added: int
    updated: int
    unchanged: int


@dataclass(frozen=True, slots=True)
class Stats:
    """Numbers of an index.

    :ivar articles: how many articles it holds.
    :ivar syllables: how many syllables they have, titles and bodies.
    :ivar accented_forms: how many distinct accented forms.
    :ivar folded_forms: how many distinct folded forms.
    :ivar size_bytes: the size of its files on disk.
    :ivar last_commit: when it was last changed, in UTC.
    :ivar generation: how many commits it has had.
    :ivar format: the name of its format.
    :ivar versions: the versions of the software that reads it now, by package name.
    """

    articles: int
    syllables: int
    accented_forms: int
    folded_forms: int
    size_bytes: int
    last_commit: datetime.datetime
    generation: int
    format: str
    versions: dict[str, str]

    def to_json(self) -> dict[str, Any]:
        """Return the numbers as plain JSON values."""
        return {**asdict(self), "last_commit": self.last_commit.isoformat(timespec="seconds")}


class Index:
    """An index of articles in a folder. Open it with :meth:`open` or :meth:`create`.

    It may be shared by threads. Searches see the newest commit, those of other processes too;
    what a search returned stays as it was. A context manager: leaving it closes the files.
    """

    def __init__(self, path: str | os.PathLike[str]) -> None:
        self._path = Path(path)
        self._lock = threading.Lock()
        self._index = open_index(self._path)
        self._snapshot: Snapshot | None = None

    @classmethod
    def create(cls, path: str | os.PathLike[str]) -> Self:
        """Make an empty index in a new or empty folder, and open it.

        :raises IndexExistsError: there is an index, or other files.
        :raises IndexStorageError: the folder cannot be made or written.
        """
        create(Path(path))
        return cls(path)

    @classmethod
    def open(cls, path: str | os.PathLike[str], *, create: bool = False) -> Self:
        """Open the index in a folder.

        :param create: make an empty one if there is none.
        :raises IndexNotFoundError: there is no index.
        :raises IndexFormatError: it is of another format, or it is not one of ours.
        :raises IndexStorageError: it cannot be read.
        """
        if create and not is_index(Path(path)):
            return cls.create(path)
        return cls(path)

    @classmethod
    def build(
        cls,
        path: str | os.PathLike[str],
        paths: Sequence[str | os.PathLike[str]],
        *,
        dry_run: bool = False,
        max_bytes: int = MAX_BYTES,
        progress: Progress | None = None,
        on_skip: OnSkip | None = None,
    ) -> SyncReport:
        """Index folders and files into a new index, in place of what index there is.

        The index appears when it is finished; until then, and if the call fails, the place
        stays as it was. This is also the way to replace an index of another format.

        :param path: the folder of the index; the other parameters are those of :meth:`sync`.
        :raises IndexExistsError: the folder holds files that are not an index.
        :raises ArticleError: a path is missing, or there is nothing to index.
        :raises IndexStorageError: the index cannot be written.
        """
        place = Path(path)
        fresh = create_beside(place)
        try:
            with cls(fresh) as index:
                report = index.sync(paths, max_bytes=max_bytes, progress=progress, on_skip=on_skip)
            if not dry_run:
                replace(place, fresh)
        finally:
            shutil.rmtree(fresh, ignore_errors=True)
        return report

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

    def add(self, articles: Iterable[Article]) -> Changes:
        """Add articles, replacing those of the same id, in one commit.

        Of two with the same id in one call the last one stays. If the call fails, or the
        iteration of the articles does, the index is as it was.

        :raises IndexLockedError: another writer is at work.
        :raises IndexStorageError: the index cannot be written.
        """
        seen: set[str] = set()
        added = updated = unchanged = 0
        with self._writer() as writer:
            for article in articles:
                known = writer.find(article.id)
                if article.id not in seen:
                    if known == Known(article.id, article.content_hash(), "", ""):
                        unchanged += 1
                        continue
                    added += known is None
                    updated += known is not None
                writer.put(article)
                seen.add(article.id)
        self.refresh()
        return Changes(added, updated, unchanged)

    def remove(self, ids: Iterable[str]) -> int:
        """Remove articles by id, in one commit; return how many were there.

        :raises IndexLockedError: another writer is at work.
        :raises IndexStorageError: the index cannot be written.
        """
        if isinstance(ids, str):
            ids = [ids]
        with self._writer() as writer:
            removed = sum(writer.remove(one) for one in ids)
        self.refresh()
        return removed

    def sync(
        self,
        paths: Sequence[str | os.PathLike[str]],
        *,
        prune: bool = True,
        rebuild: bool = False,
        dry_run: bool = False,
        max_bytes: int = MAX_BYTES,
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
        :param progress: called with (bytes read, bytes in all) as the work goes on.
        :param on_skip: called with one line for each file or record that is skipped.
        :raises ArticleError: a path is missing, or there is nothing to index.
        :raises IndexLockedError: another writer is at work.
        :raises IndexStorageError: the index cannot be written.
        """
        with self._writer(clear=rebuild) as writer:
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
        self.refresh()
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

        :param query: bare syllables, ``"quoted phrases"``, or several of both.
        :raises QueryError: the query cannot be understood.
        :raises OptionError: an option has a value that makes no sense.
        :raises IndexStorageError: the index cannot be read.
        """
        options = SearchOptions(
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

    def stats(self) -> Stats:
        """Return the numbers of the index."""
        snapshot = self._current()
        return Stats(
            articles=snapshot.doc_count,
            syllables=snapshot.syllable_count,
            accented_forms=snapshot.distinct("accented"),
            folded_forms=snapshot.distinct("folded"),
            size_bytes=size_on_disk(self._path),
            last_commit=snapshot.committed,
            generation=snapshot.generation,
            format=FORMAT,
            versions={
                "danvan-search": __version__,
                **{name: importlib.metadata.version(name) for name in _LIBRARIES},
            },
        )

    def refresh(self) -> bool:
        """Move to the newest commit; return whether there was a newer one."""
        with self._lock:
            before = self._snapshot
        return self._current() is not before

    def close(self) -> None:
        """Close the files. The index cannot be used afterwards."""
        with self._lock:
            if self._snapshot is not None:
                self._snapshot.close()
            self._snapshot = None
            self._closed = True

    def _writer(self, *, clear: bool = False) -> ArticleWriter:
        return ArticleWriter(self._path, self._index, clear=clear)

    def _current(self) -> Snapshot:
        with self._lock:
            if self._closed:
                raise DanvanError("the index is closed: open it again")
            if self._snapshot is None or self._snapshot.is_outdated():
                # Other threads may still read the old one; it closes when they are done.
                self._snapshot = Snapshot(self._path, self._index)
            return self._snapshot

    _closed = False
