"""Synchronises an index with folders and files of articles.

The index stores the *origin* of each article, which is its file, and its *root*, which is the
folder that was indexed. The id of a text file starts with the name of the root, so it is the same
wherever the root is. A path inside a root that the index knows is indexed as a part of that root.
Vanished articles are found by their origins, so articles from other paths are never removed.
"""

import dataclasses
import os
import sys
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from danvan_search.arguments import checked_callback, checked_flag, checked_paths
from danvan_search.article import Article
from danvan_search.errors import ArticleError, OptionError
from danvan_search.ingest import (
    MAX_BYTES,
    STANDARD_INPUT,
    Loaded,
    Skipped,
    SourceFile,
    describe_formats,
    locate,
    read_file,
    read_stream,
    scan,
)
from danvan_search.options import option
from danvan_search.parsing import parse_size
from danvan_search.reports import OnSkip, Progress, SyncReport
from danvan_search.store import ArticleWriter, IndexedArticle


@dataclass(frozen=True, slots=True, kw_only=True)
class WriteOptions:
    """How to write articles.

    :ivar words: segment the texts into words. Indexing without words is faster, but ``word:``
        queries and :meth:`.Index.vocabulary` raise errors while the index contains an article
        without words. Unchanged articles keep what they have.
    :ivar jobs: the number of processes that analyse texts, this one included. The others import
        the main module, so a script must do its work under ``if __name__ == "__main__"``. The
        resulting index is the same for any number.
    """

    words: bool = option(
        True,
        "Do not segment the texts into words: faster, but without word: and vocabulary.",
        name="no-words",
    )
    jobs: int = option(1, "The number of processes that analyse texts.", "N")

    def __post_init__(self) -> None:
        for field in dataclasses.fields(self):
            if isinstance(field.default, bool):
                checked_flag(field.name, getattr(self, field.name))


@dataclass(frozen=True, slots=True, kw_only=True)
class IndexingOptions(WriteOptions):
    """How to index folders and files; see also :class:`WriteOptions`.

    :ivar dry_run: report what would change, and change nothing.
    :ivar max_bytes: the size limit of a text file, or a line of JSON: a number of bytes, or a
        string such as ``20MB``. Larger ones are skipped.
    :ivar progress: called with (bytes read, total bytes).
    :ivar on_skip: called with a message of one line for each skipped file or record.
    """

    dry_run: bool = option(False, "Report what would change, and change nothing.")
    max_bytes: int | str = option(
        MAX_BYTES,
        "Skip text files, and lines of JSON, that are larger.",
        "SIZE",
        name="max-size",
        parse=parse_size,
    )
    progress: Progress | None = None
    on_skip: OnSkip | None = None

    def __post_init__(self) -> None:
        WriteOptions.__post_init__(self)  # super() does not find the class of a slotted dataclass
        checked_callback("progress", self.progress)
        checked_callback("on_skip", self.on_skip)

    @property
    def byte_limit(self) -> int:
        """``max_bytes`` as a number.

        :raises OptionError: it is neither a number nor a size.
        """
        if isinstance(self.max_bytes, bool) or not isinstance(self.max_bytes, int | str):
            raise OptionError(f"max_bytes is {self.max_bytes!r}: give a number of bytes, or '20MB'")
        if isinstance(self.max_bytes, int):
            return self.max_bytes
        try:
            return parse_size(self.max_bytes)
        except OptionError as error:
            raise OptionError(f"max_bytes: {error}") from error


@dataclass(frozen=True, slots=True, kw_only=True)
class BuildOptions(IndexingOptions):
    """How to build a new index; see also :class:`IndexingOptions`.

    :ivar wait: how long to wait for another writer, in seconds.
    """

    wait: float = 0.0


@dataclass(frozen=True, slots=True, kw_only=True)
class SyncOptions(IndexingOptions):
    """How to synchronise an index with folders and files; see also :class:`IndexingOptions`.

    :ivar prune: remove the articles that vanished from the paths.
    :ivar rebuild: remove all articles from the index, and index only the paths. Articles from other
        folders, from standard input and from :meth:`.Index.add` are lost.
    """

    prune: bool = option(True, "Keep articles that are no longer in PATH.", name="no-prune")
    rebuild: bool = option(
        False,
        "Replace the index by one of PATH only: articles from other folders, from standard input "
        "and from the library are lost.",
    )


@dataclass(frozen=True, slots=True)
class _Source:
    """A path to index.

    :ivar path: the absolute path.
    :ivar root: the folder with whose name the ids of its text files start.
    :ivar files: the files to read.
    """

    path: Path
    root: Path
    files: list[SourceFile]


def sync_paths(
    writer: ArticleWriter,
    paths: Sequence[str | os.PathLike[str]],
    options: IndexingOptions,
    *,
    prune: bool = False,
) -> SyncReport:
    """Write the changes that synchronise a store with paths; the caller commits.

    :param prune: remove the articles that vanished from the paths.
    :raises ArticleError: no path contains anything to index, or two folders with one name would
        use the same ids.
    """
    names = checked_paths(paths)
    if not names:
        raise ArticleError("there is nothing to index: name a folder or a file of articles")
    run = _Run(writer, options.on_skip)
    sources = run.scan([Path(name) for name in names if name != STANDARD_INPUT])
    if not sources and STANDARD_INPUT not in names:
        raise ArticleError("there is nothing to index in any of the paths")
    # A file that several paths contain is read once.
    files = {file.path: (file, source.root) for source in sources for file in source.files}
    total = sum(file.size for file, _ in files.values())
    max_bytes = options.byte_limit
    done = 0

    def report_progress(consumed: int) -> None:
        if options.progress is not None:
            options.progress(done + consumed, total)

    for file, root in files.values():
        for item in read_file(file, max_bytes=max_bytes, progress=report_progress):
            run.add(item, str(root), file.name)
        done += file.size
        report_progress(0)
    if STANDARD_INPUT in names:
        for item in read_stream(sys.stdin.buffer, max_bytes=max_bytes):
            run.add(item, "", STANDARD_INPUT)
    if prune:
        run.prune([source.path for source in sources])
    return run.report()


class _Run:
    """One synchronisation: the articles known before, the articles seen, and the counts."""

    def __init__(self, writer: ArticleWriter, on_skip: OnSkip | None) -> None:
        self._writer = writer
        self._on_skip = on_skip
        self._known = {known.id: known for known in writer.known()}
        self._roots = {Path(known.root) for known in self._known.values() if known.root}
        self._seen: dict[str, str] = {}
        self._unreadable: list[Path] = []
        self._moved_roots: set[str] = set()
        self._counts: Counter[str] = Counter()

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
        # Of nested folders, the outermost is the root of all.
        roots = self._roots | {absolute for absolute in located if absolute.is_dir()}
        sources = []
        for absolute, path in located.items():
            try:
                sources.append(self._scan(path, absolute, roots))
            except ArticleError as error:
                self._skip_path(path, absolute, str(error), alone=len(paths) == 1)
        return sources

    def _scan(self, path: Path, absolute: Path, roots: set[Path]) -> _Source:
        above = [root for root in roots if absolute.is_relative_to(root)]
        root = min(above, key=lambda root: len(root.parts), default=absolute.parent)
        found = scan(path, root=root)
        for skipped in found.skipped:
            self._skip(skipped)
        if not found.files and not found.skipped:
            # The folder may be the mount point of a disk that is not mounted.
            indexed = sum(_is_in(Path(known.origin), [absolute]) for known in self._known.values())
            stay = f"; its {indexed:,} articles stay in the index" if indexed else ""
            raise ArticleError(
                f"there is nothing to index in {path}: it holds no {describe_formats()} file{stay}"
            )
        return _Source(absolute, root, found.files)

    def add(self, item: Loaded | Skipped, root: str, name: str) -> None:
        """Write an article if it is new or changed.

        :param root: the folder with whose name the ids of text files start; "" for none.
        :param name: the name of the file, which is the id of a text file's article.
        """
        if isinstance(item, Skipped):
            self._skip(item)
            return
        article = item.article
        if article.id in self._seen:
            first = self._seen[article.id]
            where = "standard input" if first == STANDARD_INPUT else first
            reason = (
                f"the id {article.id!r} was in {where} already, which is kept: "
                "give each article a different id"
            )
            self._skip(Skipped(name, reason, item.origin, unreadable=False))
            return
        self._seen[article.id] = item.origin
        known = self._known.get(article.id)
        if known is None:
            self._counts["added"] += 1
        elif known == _metadata(article, item.origin, root):
            self._counts["unchanged"] += 1
            return
        else:
            if article.id == name:
                self._check_moved(known, item.origin, root)
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
            if (moved or _is_in(origin, paths)) and not _is_in(origin, self._unreadable):
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
        )

    def _check_moved(self, known: IndexedArticle, origin: str, root: str) -> None:
        """Note that an article's root moved, if it did.

        :raises ArticleError: the old file still exists, so the root is another folder with the
            same name.
        """
        if known.root in ("", root) or known.origin == origin:
            return
        if Path(known.origin).exists():
            raise ArticleError(
                f"the index holds {known.id} from {known.root}, and {root} has one of the same "
                "name: rename one of the folders, or use a separate index for each"
            )
        self._moved_roots.add(known.root)

    def _skip_path(self, path: Path, absolute: Path, reason: str, *, alone: bool) -> None:
        if alone:
            raise ArticleError(reason)
        self._skip(Skipped(str(path), reason, str(absolute), unreadable=True))

    def _skip(self, skipped: Skipped) -> None:
        self._counts["skipped"] += 1
        if skipped.unreadable:
            self._unreadable.append(Path(skipped.origin))
        if self._on_skip is not None:
            self._on_skip(str(skipped))


def _metadata(article: Article, origin: str, root: str) -> IndexedArticle:
    return IndexedArticle(article.id, article.content_hash(), origin, root)


def _is_in(path: Path, folders: Sequence[Path]) -> bool:
    return any(path.is_relative_to(folder) for folder in folders)
