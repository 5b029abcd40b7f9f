"""A new index of all that is whole, in the place of a damaged one, which is kept.

Segments that are whole are taken over as they are. Of a damaged one, the articles that prove to
be what was written are indexed anew. The old folder is only read, and in the end renamed.
"""

import os
import shutil
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

from danvan_search.errors import REBUILD, IndexDamagedError, IndexFormatError, StoreError
from danvan_search.index.codec.segment_files import OpenSegment
from danvan_search.index.folder import commit_file
from danvan_search.index.folder.index_folder import (
    MARKER,
    check_format,
    storage_errors,
    write_lock,
)
from danvan_search.index.folder.publish import new_folder, put_back, write_empty
from danvan_search.index.folder.swap import exchange
from danvan_search.index.folder.verify import damages
from danvan_search.index.folder.whoosh_segment import ArticleSegment
from danvan_search.index.writing.index_writer import IndexWriter
from danvan_search.reports import Damage, Progress, RepairReport
from danvan_search.rescue.check import readable_contents
from danvan_search.rescue.folder import SUFFIXES, list_files
from danvan_search.rescue.salvage import DamagedSegment


def repair_index(
    path: Path,
    *,
    dry_run: bool = False,
    wait: float = 0.0,
    progress: Progress | None = None,
) -> RepairReport:
    """Put an index of all that is whole in the place of a damaged one, and tell what was lost.

    The arguments, and what is raised, are those of :meth:`danvan_search.Index.repair`.
    """
    put_back(path)
    try:
        check_format(path)
    except IndexFormatError:
        damages(path)  # raises it again, unless the marker alone is damaged
    lock = write_lock(path, wait=wait)
    try:
        found = tuple(damages(path))
        if not found:
            return RepairReport()
        remains = _Remains(path, found)
        remains.look()
        if dry_run:
            return remains.report(None)
        with new_folder(path, wait=wait) as fresh:
            remains.write(fresh, progress)
            return remains.report(exchange(path, fresh, "damaged"))
    finally:
        lock.release()


@dataclass(slots=True)
class _Whole:
    """A segment whose files are what was written."""

    entry: ArticleSegment
    segment: OpenSegment


@dataclass(slots=True)
class _Broken:
    """A segment of which a file is not.

    :ivar docs: the documents that can be saved, ascending.
    """

    segment: DamagedSegment
    dead: frozenset[int]
    docs: list[int] = field(default_factory=list)


class _Remains:
    """What is left of a damaged index."""

    def __init__(self, path: Path, found: tuple[Damage, ...]) -> None:
        self._path = path
        self._found = found
        self._damaged = {one.file for one in found}
        self._counts: dict[str, int | None] = {}
        self._parts: list[_Whole | _Broken] = []
        self._lost_ids: list[str] = []
        self._lost = self._saved = self._segmented = 0
        self._uncounted: list[str] = []
        self._sources: set[str] = set()
        self._source_unknown = False
        newest = readable_contents(path)
        self._knows_deletions = newest is not None
        if newest is None:
            names = list_files(path).segments
            if not names:
                raise IndexDamagedError(f"nothing is left of the index at {path}: {REBUILD}")
            self._parts = [self._found_part(name) for name in names]
        else:
            self._parts = [self._listed_part(one) for one in newest.segments]

    def look(self) -> None:
        """Find out what can be saved of the segments that are damaged."""
        # From the newest on: of two articles of one id the older one was replaced.
        seen: set[str] | None = None if self._knows_deletions else set()
        for part in reversed(self._parts):
            if isinstance(part, _Broken):
                self._look(part, seen)
            elif seen is not None:
                _hide(part, seen)
        if (self._lost and self._source_unknown) or self._uncounted:
            self._sources |= self._known_roots()

    def write(self, fresh: Path, progress: Progress | None) -> None:
        """Make the index anew in a folder.

        :raises IndexDamagedError: it is not whole in the end, whyever.
        """
        write_empty(fresh)
        whole = [part.entry for part in self._parts if isinstance(part, _Whole)]
        with storage_errors(self._path):
            for entry in whole:
                for suffix in SUFFIXES:
                    name = f"{entry.segment_id()}{suffix}"
                    _take_over(self._path / name, fresh / name)
            generation = max(commit_file.latest_generation(self._path), 0) + 1
            commit_file.write(fresh, generation, whole)
            commit_file.remove_leftovers(fresh, generation, whole)
        done = 0
        broken = [part for part in self._parts if isinstance(part, _Broken)]
        total = sum(len(part.docs) for part in broken)
        for words in (True, False):
            # A commit for those that had words, and one for those that had none.
            some = [part for part in broken if part.segment.had_words is words and part.docs]
            if not some:
                continue
            with IndexWriter(fresh, words=words) as writer:
                for part in some:
                    for doc in part.docs:
                        saved = part.segment.article(doc)
                        if saved is None:
                            raise IndexDamagedError(
                                f"{part.segment.name} in {self._path} cannot be read twice alike: "
                                "copy the index to another disk, and repair it there"
                            )
                        article, known = saved
                        writer.put(article, origin=known.origin, root=known.root)
                        done += 1
                        if progress is not None:
                            progress(done, total)
        if wrong := damages(fresh):
            raise IndexDamagedError(
                f"the repaired index is not what was written ({wrong[0].problem}): "
                "the old one stays as it was; check the disk"
            )

    def report(self, old: Path | None) -> RepairReport:
        """Return what was done, or would be.

        :param old: where the old folder is kept; None if nothing was done.
        """
        whole = sum(part.entry.doc_count() for part in self._parts if isinstance(part, _Whole))
        return RepairReport(
            damages=self._found,
            kept=whole + self._saved,
            salvaged=self._saved,
            segmented=self._segmented,
            lost=self._lost,
            lost_ids=tuple(self._lost_ids),
            uncounted=tuple(self._uncounted),
            deletions_lost=not self._knows_deletions,
            index_again=tuple(sorted(self._sources)),
            old=old,
        )

    def _listed_part(self, entry: ArticleSegment) -> _Whole | _Broken:
        name = entry.segment_id()
        is_damaged = any(f"{name}{suffix}" in self._damaged for suffix in SUFFIXES)
        segment = None if is_damaged else self._open(name, entry.doc_count_all())
        if segment is not None:
            return _Whole(entry, segment)
        self._counts[name] = entry.doc_count_all()
        return _Broken(DamagedSegment(self._path, name), frozenset(entry.deleted_docs()))

    def _found_part(self, name: str) -> _Whole | _Broken:
        """A segment that no table of contents tells of."""
        damaged = DamagedSegment(self._path, name)
        if damaged.doc_count is not None:
            segment = self._open(name, damaged.doc_count, verify=True)
            if segment is not None:
                entry = ArticleSegment(
                    doc_count=damaged.doc_count, syllables=segment.reader.syllables
                )
                entry.segid = name.rpartition("_")[2]
                return _Whole(entry, segment)
        self._counts[name] = damaged.doc_count
        return _Broken(damaged, frozenset())

    def _open(self, name: str, doc_count: int, *, verify: bool = False) -> OpenSegment | None:
        """Open a segment, and read all of it if need be; None if it is not whole."""
        try:
            with storage_errors(self._path):
                segment = OpenSegment(self._path, name, doc_count)
                if verify:
                    segment.verify()
        except IndexFormatError:
            if MARKER in self._damaged:
                raise  # it may well be of another version
            return None
        except StoreError:
            return None
        return segment

    def _look(self, part: _Broken, seen: set[str] | None) -> None:
        segment = part.segment
        count = self._counts[segment.name]
        if count is None:
            self._uncounted += [
                name
                for suffix in SUFFIXES
                if (self._path / (name := f"{segment.name}{suffix}")).exists()
            ]
            return
        # The newest of a segment come last, too.
        for doc in reversed(range(count)):
            if doc in part.dead:
                continue
            saved = segment.article(doc)
            id_ = segment.id(doc) if saved is None else saved[0].id
            if seen is not None and id_ is not None:
                if id_ in seen:
                    continue
                seen.add(id_)
            if saved is None:
                self._lose(segment, doc, id_)
                continue
            part.docs.append(doc)
            self._saved += 1
            self._segmented += segment.had_words
        part.docs.reverse()

    def _lose(self, segment: DamagedSegment, doc: int, id_: str | None) -> None:
        self._lost += 1
        if id_ is not None:
            self._lost_ids.append(id_)
        source = segment.source(doc)
        if source is None:
            self._source_unknown = True
        else:
            self._sources.add(source)

    def _known_roots(self) -> set[str]:
        """The folders, or files, that the articles of the whole segments came from."""
        return {
            known.root or known.origin
            for part in self._parts
            if isinstance(part, _Whole)
            for known in map(part.segment.doc_values.known, _alive(part.entry))
            if known.origin
        }


def _alive(entry: ArticleSegment) -> Iterator[int]:
    return (doc for doc in range(entry.doc_count_all()) if not entry.is_deleted(doc))


def _hide(part: _Whole, seen: set[str]) -> None:
    """Delete the documents whose ids were seen in a newer place."""
    documents = part.segment.doc_values
    for doc in reversed(range(len(documents))):
        id_ = documents.id(doc)
        if id_ in seen:
            part.entry.delete_document(doc)
        seen.add(id_)


def _take_over(file: Path, target: Path) -> None:
    """Give a file that never changes a second name; where that is not possible, copy it."""
    try:
        os.link(file, target)
    except OSError:
        shutil.copy2(file, target)
        with target.open("rb") as copy:
            os.fsync(copy.fileno())
