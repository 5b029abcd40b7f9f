"""Bringing an index in line with folders and files of articles.

Each article remembers the file that it came from, its *origin*, and the folder that was
indexed, its *root*. Ids of text files begin with the name of their root, so that a folder gives
the same ids from wherever it is indexed; a file or a subfolder of a root that the index knows
is taken as part of that root. What vanished is found by origin: nothing from elsewhere is
touched.
"""

import os
import sys
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from danvan_search.article import Article
from danvan_search.errors import ArticleError
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

    :ivar words: segment the texts into words. Without them indexing takes less time, and ``word:``
        queries and :meth:`Index.vocabulary` are errors as long as the index holds one such article.
        Articles that are unchanged stay as they are.
    :ivar jobs: how many processes analyse the texts, this one among them. The others import the
        main module: a script does its work under ``if __name__ == "__main__"``. What is found does
        not depend on it.
    """

    words: bool = option(
        True, "Do not segment the texts into words: quicker, and without word: and vocabulary."
    )
    jobs: int = option(1, "How many processes analyse the texts.", "N")


@dataclass(frozen=True, slots=True, kw_only=True)
class IndexingOptions(WriteOptions):
    """How to index folders and files; see also :class:`WriteOptions`.

    :ivar dry_run: report what would be done and change nothing.
    :ivar max_bytes: the largest text file, or line of JSON, to read: a number of bytes, or a string
        such as ``20MB``.
    :ivar progress: called with (bytes read, bytes in all) as the work goes on.
    :ivar on_skip: called with one line for each file or record that is skipped.
    """

    dry_run: bool = option(False, "Say what would be done and change nothing.")
    max_bytes: int | str = option(MAX_BYTES, "Skip larger text files, and longer lines of JSON.")
    progress: Progress | None = None
    on_skip: OnSkip | None = None

    @property
    def byte_limit(self) -> int:
        """``max_bytes`` as a number."""
        return parse_size(self.max_bytes) if isinstance(self.max_bytes, str) else self.max_bytes


@dataclass(frozen=True, slots=True, kw_only=True)
class BuildOptions(IndexingOptions):
    """How to build a new index; see also :class:`IndexingOptions`.

    :ivar wait: how long to wait for another writer, in seconds.
    """

    wait: float = 0.0


@dataclass(frozen=True, slots=True, kw_only=True)
class SyncOptions(IndexingOptions):
    """How to bring an index in line with folders and files; see also :class:`IndexingOptions`.

    :ivar prune: remove the articles that vanished.
    :ivar rebuild: forget all that is in the index and index only the paths.
    """

    prune: bool = option(True, "Keep articles that vanished from PATH.")
    rebuild: bool = option(
        False,
        "Forget everything in the index, articles from elsewhere too, and index only PATH.",
    )


@dataclass(frozen=True, slots=True)
class _Source:
    """One path to index.

    :ivar path: its absolute path.
    :ivar root: the folder whose name the ids of its text files begin with.
    :ivar files: what is to be read there.
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
    """Put into a writer what brings its store in line with the paths; the caller commits.

    :param prune: remove the articles that vanished from the paths.
    :raises ArticleError: no path holds anything to index, or two folders of one name claim
        the same ids.
    """
    if isinstance(paths, str | os.PathLike):
        paths = [paths]
    names = list(dict.fromkeys(os.fspath(path) for path in paths))
    if not names:
        raise ArticleError("there is nothing to index: name a folder or a file of articles")
    run = _Run(writer, options.on_skip)
    sources = run.scan([Path(name) for name in names if name != STANDARD_INPUT])
    if not sources and STANDARD_INPUT not in names:
        raise ArticleError("there is nothing to index in any of the paths")
    # A file that two of the paths hold is read once.
    files = {file.path: (file, source.root) for source in sources for file in source.files}
    total = sum(file.size for file, _ in files.values())
    max_bytes = options.byte_limit
    done = 0

    def tell(consumed: int) -> None:
        if options.progress is not None:
            options.progress(done + consumed, total)

    for file, root in files.values():
        for item in read_file(file, max_bytes=max_bytes, progress=tell):
            run.take(item, str(root), file.name)
        done += file.size
        tell(0)
    if STANDARD_INPUT in names:
        for item in read_stream(sys.stdin.buffer, max_bytes=max_bytes):
            run.take(item, "", STANDARD_INPUT)
    if prune:
        run.prune([source.path for source in sources])
    return run.report()


class _Run:
    """One synchronisation: what the index knows, what was seen, and the counts."""

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
        """Find the files of the paths; one that cannot be used is skipped, unless it is alone."""
        located: dict[Path, Path] = {}
        for path in paths:
            try:
                located.setdefault(locate(path), path)
            except ArticleError as error:
                self._skip_path(path, path.absolute(), str(error), alone=len(paths) == 1)
        # Of folders that lie in each other the outermost one names the ids of all.
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
            # A folder that lost all it held may be a disk that is not there today.
            held = sum(_is_in(Path(known.origin), [absolute]) for known in self._known.values())
            stay = f"; its {held:,} articles stay in the index" if held else ""
            raise ArticleError(
                f"there is nothing to index in {path}: it holds no {describe_formats()} file{stay}"
            )
        return _Source(absolute, root, found.files)

    def take(self, item: Loaded | Skipped, root: str, name: str) -> None:
        """Take one article to the index if it is new or changed.

        :param root: the folder whose name the ids of text files begin with; "" if none.
        :param name: the name of the file, which is the id of an article in a text file.
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
                "give each article an id of its own"
            )
            self._skip(Skipped(name, reason, item.origin, unreadable=False))
            return
        self._seen[article.id] = item.origin
        known = self._known.get(article.id)
        if known is None:
            self._counts["added"] += 1
        elif known == _as_known(article, item.origin, root):
            self._counts["unchanged"] += 1
            return
        else:
            if article.id == name:
                self._check_moved(known, item.origin, root)
            self._counts["updated"] += 1
        self._writer.put(article, origin=item.origin, root=root)

    def prune(self, paths: Sequence[Path]) -> None:
        """Remove the articles that came from the paths and were not seen there again.

        What came from files that cannot be read now stays: it may be there still.
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
        """Tell a folder that moved from a second folder of the same name."""
        if known.root in ("", root) or known.origin == origin:
            return
        if Path(known.origin).exists():
            raise ArticleError(
                f"the index holds {known.id} from {known.root}, and {root} has one of the same "
                "name: rename one of the folders, or give each an index of its own"
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


def _as_known(article: Article, origin: str, root: str) -> IndexedArticle:
    return IndexedArticle(article.id, article.content_hash(), origin, root)


def _is_in(path: Path, folders: Sequence[Path]) -> bool:
    return any(path.is_relative_to(folder) for folder in folders)
