"""Repairs a damaged index: builds a new one from everything intact, and keeps the old folder.

The files of intact segments are linked or copied. The intact articles of damaged segments are
indexed again, and so are all articles of an index of an earlier version. The old folder is only
read, and renamed at the end.
"""

from dataclasses import dataclass, field
from pathlib import Path

from danvan_search.errors import REBUILD, IndexDamagedError, IndexFormatError, StoreError
from danvan_search.index.codec.segment_files import OpenSegment
from danvan_search.index.folder import commit_file
from danvan_search.index.folder.file_names import MARKER, segment_file_names
from danvan_search.index.folder.fsync import link_or_copy
from danvan_search.index.folder.index_folder import check_format, storage_errors, write_lock
from danvan_search.index.folder.publish import new_folder, put_back, write_empty
from danvan_search.index.folder.segment_entry import SegmentEntry, live_docs
from danvan_search.index.folder.swap import replace_keeping_old
from danvan_search.index.folder.verify import damages
from danvan_search.index.writing.index_writer import IndexWriter
from danvan_search.reports import Damage, Progress, RepairReport
from danvan_search.rescue.check import readable_commit
from danvan_search.rescue.folder import list_files
from danvan_search.rescue.outdated import Outdated, find_outdated
from danvan_search.rescue.salvage import CURRENT, DamagedSegment


def repair_index(
    path: Path,
    *,
    dry_run: bool = False,
    wait: float = 0.0,
    progress: Progress | None = None,
) -> RepairReport:
    """Repair a damaged index, or carry one of an earlier version over; report what was lost.

    The arguments and the errors are those of :meth:`danvan_search.Index.repair`.
    """
    put_back(path)
    outdated = find_outdated(path)
    if outdated is None:
        try:
            check_format(path)
        except IndexFormatError:
            damages(path)  # raises the same error, unless only the marker is damaged
    lock = write_lock(path, wait=wait)
    try:
        # Another process may have repaired the index, or committed to it, meanwhile.
        outdated = find_outdated(path)
        found = () if outdated else tuple(damages(path))
        if not found and outdated is None:
            return RepairReport()
        remains = _Remains(path, found, outdated)
        remains.inspect()
        if dry_run:
            return remains.report(None)
        with new_folder(path, wait=wait) as fresh:
            remains.write(fresh, progress)
            why = "damaged" if outdated is None else "outdated"
            return remains.report(replace_keeping_old(path, fresh, why))
    finally:
        lock.release()


@dataclass(slots=True)
class _IntactPart:
    """A segment with two intact files.

    :ivar entry: its entry in the commit file.
    :ivar segment: the segment.
    """

    entry: SegmentEntry
    segment: OpenSegment


@dataclass(slots=True)
class _DamagedPart:
    """A segment with a damaged or missing file.

    :ivar segment: its readable part.
    :ivar deleted: the documents that the commit file lists as deleted.
    :ivar docs: the documents that can be salvaged, ascending.
    """

    segment: DamagedSegment
    deleted: frozenset[int]
    docs: list[int] = field(default_factory=list)


class _Remains:
    """The segments of a damaged index, and the account of what is saved and lost.

    Of an outdated index, every segment counts as damaged: the content hash of each article, rather
    than the checksums of the files, says whether it is intact.

    :param found: the damaged files.
    :param outdated: what the index is if it is of an earlier version.
    :raises IndexDamagedError: no segment is left.
    """

    def __init__(
        self, path: Path, found: tuple[Damage, ...], outdated: Outdated | None = None
    ) -> None:
        self._path = path
        self._found = found
        self._outdated = outdated
        self._damaged = {one.file for one in found}
        self._counts: dict[str, int | None] = {}
        self._parts: list[_IntactPart | _DamagedPart] = []
        self._lost_ids: list[str] = []
        self._lost = self._saved = self._segmented = 0
        self._uncounted: list[str] = []
        self._sources: set[str] = set()
        self._source_unknown = False
        newest = readable_commit(path) if outdated is None else outdated.commit
        self._knows_deletions = newest is not None
        if newest is None:
            names = list_files(path).segments
            if not names:
                raise IndexDamagedError(f"nothing is left of the index at {path}: {REBUILD}")
            self._parts = [self._found_part(name) for name in names]
        else:
            self._parts = [self._listed_part(one) for one in newest.segments]

    def inspect(self) -> None:
        """Find the articles of the damaged segments that can be salvaged, and those that are lost.

        Without a commit file the deletions are unknown. Then, of several articles with one id, the
        one in the newest segment is kept.
        """
        seen: set[str] | None = None if self._knows_deletions else set()
        for part in reversed(self._parts):
            if isinstance(part, _DamagedPart):
                self._inspect_part(part, seen)
            elif seen is not None:
                _delete_superseded(part, seen)
        if (self._lost and self._source_unknown) or self._uncounted:
            self._sources |= self._known_roots()

    def write(self, fresh: Path, progress: Progress | None) -> None:
        """Write the repaired index into a folder.

        :raises IndexDamagedError: a damaged file gives different bytes when it is read again, or
            the repaired index fails verification.
        """
        write_empty(fresh)
        intact = [part.entry for part in self._parts if isinstance(part, _IntactPart)]
        with storage_errors(self._path):
            for entry in intact:
                for name in segment_file_names(entry.segment_id()):
                    link_or_copy(self._path / name, fresh / name)
            generation = max(commit_file.latest_generation(self._path), 0) + 1
            commit_file.write(fresh, generation, intact)
            commit_file.remove_leftovers(fresh, generation, intact)
        done = 0
        damaged = [part for part in self._parts if isinstance(part, _DamagedPart)]
        total = sum(len(part.docs) for part in damaged)
        for words in (True, False):
            # One commit for segments with words, and one for those without.
            some = [part for part in damaged if part.segment.had_words is words and part.docs]
            if not some:
                continue
            with IndexWriter(fresh, words=words) as writer:
                for part in some:
                    for doc in part.docs:
                        saved = part.segment.article(doc)
                        if saved is None:
                            raise IndexDamagedError(
                                f"two reads of {part.segment.name} in {self._path} differ: copy "
                                "the index to another disk, and repair it there"
                            )
                        article, known = saved
                        writer.put(article, origin=known.origin, root=known.root)
                        done += 1
                        if progress is not None:
                            progress(done, total)
        if wrong := damages(fresh):
            raise IndexDamagedError(
                f"the repaired index is not what was written ({wrong[0].problem}): "
                "the old one stays as it was; check the disk and repair again"
            )

    def report(self, old: Path | None) -> RepairReport:
        """Return the report of the repair, or of a dry run.

        :param old: the path of the old folder now; None for a dry run.
        """
        intact = sum(
            part.entry.doc_count() for part in self._parts if isinstance(part, _IntactPart)
        )
        return RepairReport(
            damages=self._found,
            kept=intact + self._saved,
            salvaged=self._saved,
            segmented=self._segmented,
            lost=self._lost,
            lost_ids=tuple(self._lost_ids),
            uncounted=tuple(self._uncounted),
            deletions_lost=not self._knows_deletions,
            index_again=tuple(sorted(self._sources)),
            outdated="" if self._outdated is None else self._outdated.what,
            old=old,
        )

    def _listed_part(self, entry: SegmentEntry) -> _IntactPart | _DamagedPart:
        """Return a segment that the commit file lists."""
        name = entry.segment_id()
        is_damaged = self._outdated or not self._damaged.isdisjoint(segment_file_names(name))
        segment = None if is_damaged else self._open(name, entry.doc_count_all())
        if segment is not None:
            return _IntactPart(entry, segment)
        self._counts[name] = entry.doc_count_all()
        return _DamagedPart(self._damaged_segment(name), frozenset(entry.deleted_docs()))

    def _found_part(self, name: str) -> _IntactPart | _DamagedPart:
        """Return a segment that is known from its files alone."""
        damaged = self._damaged_segment(name)
        if damaged.doc_count is not None and self._outdated is None:
            segment = self._open(name, damaged.doc_count, verify=True)
            if segment is not None:
                entry = SegmentEntry(
                    doc_count=damaged.doc_count, syllables=segment.reader.syllables
                )
                entry.segid = name.rpartition("_")[2]
                return _IntactPart(entry, segment)
        self._counts[name] = damaged.doc_count
        return _DamagedPart(damaged, frozenset())

    def _damaged_segment(self, name: str) -> DamagedSegment:
        layout = CURRENT if self._outdated is None else self._outdated.layout
        return DamagedSegment(self._path, name, layout)

    def _open(self, name: str, doc_count: int, *, verify: bool = False) -> OpenSegment | None:
        """Open a segment; return None if it is damaged.

        :param verify: compare all of its checksums.
        """
        try:
            with storage_errors(self._path):
                segment = OpenSegment(self._path, name, doc_count)
                if verify:
                    segment.verify()
        except IndexFormatError:
            if MARKER in self._damaged:
                raise  # the whole index may have another format
            return None
        except StoreError:
            return None
        return segment

    def _inspect_part(self, part: _DamagedPart, seen: set[str] | None) -> None:
        """Find the documents of a damaged segment that can be salvaged.

        :param seen: the ids of newer articles, to which those of this segment are added; None if
            the deletions are known.
        """
        segment = part.segment
        count = self._counts[segment.name]
        if count is None:
            self._uncounted += [
                name for name in segment_file_names(segment.name) if (self._path / name).exists()
            ]
            return
        # Within a segment, too, newer articles come last.
        for doc in reversed(range(count)):
            if doc in part.deleted:
                continue
            saved = segment.article(doc)
            id_ = segment.id(doc) if saved is None else saved[0].id
            if seen is not None and id_ is not None:
                if id_ in seen:
                    continue
                seen.add(id_)
            if saved is None:
                self._record_loss(segment, doc, id_)
                continue
            part.docs.append(doc)
            self._saved += 1
            self._segmented += segment.had_words
        part.docs.reverse()

    def _record_loss(self, segment: DamagedSegment, doc: int, id_: str | None) -> None:
        self._lost += 1
        if id_ is not None:
            self._lost_ids.append(id_)
        source = segment.source(doc)
        if source is None:
            self._source_unknown = True
        else:
            self._sources.add(source)

    def _known_roots(self) -> set[str]:
        """Return the folders, or files, that the articles of the intact segments came from."""
        return {
            known.root or known.origin
            for part in self._parts
            if isinstance(part, _IntactPart)
            for known in map(part.segment.doc_values.known, live_docs(part.entry).tolist())
            if known.origin
        }


def _delete_superseded(part: _IntactPart, seen: set[str]) -> None:
    """Delete the documents that a newer one with the same id replaced.

    :param seen: the ids of newer articles, to which those of this segment are added.
    """
    documents = part.segment.doc_values
    for doc in reversed(range(len(documents))):
        id_ = documents.id(doc)
        if id_ in seen:
            part.entry.delete_document(doc)
        seen.add(id_)
