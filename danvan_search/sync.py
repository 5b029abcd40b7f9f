"""Synchronises an index with folders and files of articles.

The index stores the *origin* of each article, which is its file, and its *root*, which is the
folder that was indexed. The ids of files are their names, which :mod:`~danvan_search.naming` gives.
Vanished articles are found by their origins, so articles from other paths are never removed.
"""

import dataclasses
import os
import sys
from collections import Counter, defaultdict
from collections.abc import Sequence
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path

from danvan_search.arguments import checked_paths
from danvan_search.article import Article
from danvan_search.conversions import Conversions
from danvan_search.errors import ArticleError
from danvan_search.ingest import (
    STANDARD_INPUT,
    Cause,
    Loaded,
    Skipped,
    SourceFile,
    locate,
    read_files,
    read_stream,
    reader_by_suffix,
    scan,
)
from danvan_search.naming import Names
from danvan_search.reports import Notice, SyncReport
from danvan_search.store import ArticleWriter, IndexedArticle
from danvan_search.sync_options import IndexingOptions
from danvan_search.unread import Unread, nothing_in


@dataclass(frozen=True, slots=True)
class _Source:
    """A path to index.

    :ivar given: the path as it was given.
    :ivar path: the absolute path.
    :ivar files: the files to read, and the root of each.
    """

    given: str
    path: Path
    files: list[tuple[SourceFile, str]]


def sync_paths(
    writer: ArticleWriter,
    paths: Sequence[str | os.PathLike[str]],
    options: IndexingOptions,
    *,
    prune: bool = False,
) -> SyncReport:
    """Write the changes that synchronise a store with paths; the caller commits.

    :param prune: remove the articles that vanished from the paths.
    :raises ArticleError: no path contains anything to index.
    """
    names = checked_paths(paths)
    if not names:
        raise ArticleError("there is nothing to index: name a folder or a file of articles")
    run = _Run(writer, options)
    sources = run.scan([Path(name) for name in names if name != STANDARD_INPUT])
    if not sources and STANDARD_INPUT not in names:
        raise ArticleError("there is nothing to index in any of the paths")
    # A file that several paths contain is read once.
    files = {
        file.path: (file, root, source.given) for source in sources for file, root in source.files
    }
    total = sum(file.size for file, _, _ in files.values())
    max_bytes = options.byte_limit
    done = 0

    def report_progress(consumed: int) -> None:
        if options.progress is not None:
            options.progress(done + consumed, total)

    try:
        records_of = read_files(
            [file for file, _, _ in files.values()],
            jobs=options.jobs,
            max_bytes=max_bytes,
            encoding=options.encoding,
            progress=report_progress,
        )
        with closing(records_of):
            for (file, root, path), records in zip(files.values(), records_of, strict=True):
                for item in records:
                    run.add(item, root, file.name, path)
                done += file.size
                report_progress(0)
    finally:
        from danvan_search.ingest.isolated.process import release  # not needed by searches

        release()
    if STANDARD_INPUT in names:
        for item in read_stream(sys.stdin.buffer, max_bytes=max_bytes):
            run.add(item, "", STANDARD_INPUT, STANDARD_INPUT)
    if prune:
        run.prune([source.path for source in sources])
    return run.report()


class _Run:
    """One synchronisation: the articles known before, the articles seen, and the counts."""

    def __init__(self, writer: ArticleWriter, options: IndexingOptions) -> None:
        self._writer = writer
        self._options = options
        self._known = {known.id: known for known in writer.known()}
        self._names = Names(self._known.values())
        self._seen: dict[str, str] = {}
        self._unreadable: list[Path] = []
        self._unreadable_parts: defaultdict[str, list[tuple[str, str]]] = defaultdict(list)
        self._moved_roots: set[str] = set()
        self._counts: Counter[str] = Counter()
        self._unread = Unread()
        self._notices: Counter[tuple[str, str]] = Counter()
        self._conversions = Conversions()

    def scan(self, paths: Sequence[Path]) -> list[_Source]:
        """Find the files of the paths; skip paths that cannot be used.

        :raises ArticleError: there is only one path, and it cannot be used.
        """
        located: dict[Path, Path] = {}
        for path in paths:
            try:
                located.setdefault(locate(path), path)
            except ArticleError as error:
                self._skip_path(path, path.absolute(), str(error), alone=len(paths) == 1)
        folders = [absolute for absolute in located if absolute.is_dir()]
        sources = []
        for absolute, path in located.items():
            try:
                sources.append(self._scan(path, absolute, folders))
            except ArticleError as error:
                self._skip_path(path, absolute, str(error), alone=len(paths) == 1)
        return sources

    def _scan(self, path: Path, absolute: Path, folders: Sequence[Path]) -> _Source:
        found = scan(path, include=self._options.include, exclude=self._options.exclude)
        for skipped in found.skipped:
            self._skip(skipped)
        if not found.files and not found.skipped:
            indexed = sum(_is_in(Path(known.origin), [absolute]) for known in self._known.values())
            # An empty folder may be the mount point of a disk that is not mounted.
            if not indexed or not found.others:
                raise ArticleError(nothing_in(path, found.others, indexed))
        self._unread.add_others(found.others)
        places = [self._names.place(file.path, folders) for file in found.files]
        return _Source(
            str(path),
            absolute,
            [
                (dataclasses.replace(file, name=place.name), place.root)
                for file, place in zip(found.files, places, strict=True)
            ],
        )

    def add(self, item: Loaded | Skipped, root: str, name: str, path: str) -> None:
        """Write an article if it is new or changed.

        :param root: the folder that was indexed; "" for none.
        :param name: the name of the file, with which the ids of its articles begin, unless they
            have ids of their own.
        :param path: the path that was given.
        """
        if isinstance(item, Skipped):
            self._skip(item)
            return
        for notice in item.notices:
            self._notices[path, notice] += 1
        if item.converted_from:
            self._conversions.add(path, item.converted_from)
        article = item.article
        if article.id in self._seen:
            first = self._seen[article.id]
            where = "standard input" if first == STANDARD_INPUT else first
            reason = (
                f"the id {article.id!r} was in {where} already, which is kept: "
                "give each article a different id"
            )
            self._skip(Skipped(name, reason, item.origin, unreadable=False, cause=Cause.RECORD))
            return
        self._seen[article.id] = item.origin
        known = self._known.get(article.id)
        if known is None:
            self._counts["added"] += 1
        elif known == _metadata(article, item.origin, root):
            self._counts["unchanged"] += 1
            return
        else:
            if article.id == name or article.id.startswith(f"{name}#"):
                self._note_move(known, item.origin)
            self._counts["updated"] += 1
        self._writer.put(article, origin=item.origin, root=root)

    def prune(self, paths: Sequence[Path]) -> None:
        """Remove the articles from the paths that were not seen in this run.

        Articles whose files cannot be read now are kept, because they may still exist.
        """
        for known in self._known.values():
            if known.id in self._seen or not known.origin:
                continue
            origin = Path(known.origin)
            moved = known.root in self._moved_roots and not origin.exists()
            if (moved or _is_in(origin, paths)) and not (
                _is_in(origin, self._unreadable)
                or self._may_be_in_unreadable_part(known)
                or self._has_lost_its_reader(origin)
            ):
                self._writer.remove(known.id)
                self._counts["removed"] += 1

    def report(self) -> SyncReport:
        """Return the counts."""
        return SyncReport(
            self._counts["added"],
            self._counts["updated"],
            self._counts["removed"],
            self._counts["unchanged"],
            self._counts["skipped"],
            self._counts["failed"],
            self._unread.report(),
            (
                *self._conversions.report(),
                *(Notice(path, text, count) for (path, text), count in self._notices.items()),
            ),
        )

    def _may_be_in_unreadable_part(self, known: IndexedArticle) -> bool:
        """Return whether an article may come from a part of a file that cannot be read now.

        It has the name of the part, or an id of its own.
        """
        return any(
            known.id == name
            or known.id.startswith(f"{name}#")
            or not known.id.startswith(name.removesuffix(part))
            for name, part in self._unreadable_parts[known.origin]
        )

    def _has_lost_its_reader(self, origin: Path) -> bool:
        """Return whether a file is still there, but of a kind that is no longer read."""
        return (
            reader_by_suffix(origin.name) is None
            and not self._options.include
            and not self._options.exclude
            and origin.exists()
        )

    def _note_move(self, known: IndexedArticle, origin: str) -> None:
        """Note that the root of an article moved, if it did."""
        if known.root and known.origin != origin and not Path(known.origin).exists():
            self._moved_roots.add(known.root)

    def _skip_path(self, path: Path, absolute: Path, reason: str, *, alone: bool) -> None:
        if alone:
            raise ArticleError(reason)
        self._skip(Skipped(str(path), reason, str(absolute), unreadable=True))

    def _skip(self, skipped: Skipped) -> None:
        self._unread.add(skipped)
        if skipped.unreadable and skipped.part:
            self._unreadable_parts[skipped.origin].append((skipped.source, skipped.part))
        elif skipped.unreadable:
            self._unreadable.append(Path(skipped.origin))
        if skipped.cause in (Cause.OTHER_KIND, Cause.NO_PACKAGE):
            return  # they are counted by kind
        self._counts["skipped"] += 1
        self._counts["failed"] += skipped.cause.is_failure
        if self._options.on_skip is not None:
            self._options.on_skip(str(skipped))


def _metadata(article: Article, origin: str, root: str) -> IndexedArticle:
    return IndexedArticle(article.id, article.content_hash(), origin, root)


def _is_in(path: Path, folders: Sequence[Path]) -> bool:
    return any(path.is_relative_to(folder) for folder in folders)
