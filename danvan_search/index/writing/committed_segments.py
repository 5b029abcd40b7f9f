"""The committed segments of an index that a writer changes: its articles, looked up by id."""

from collections.abc import Iterator, Sequence
from pathlib import Path

from danvan_search.index.codec.corruption import CorruptionGuard
from danvan_search.index.codec.segment_files import OpenSegment
from danvan_search.index.folder.segment_entry import SegmentEntry
from danvan_search.store import IndexedArticle


def open_segment(path: Path, entry: SegmentEntry) -> OpenSegment:
    """Open a segment of the index in a folder."""
    return OpenSegment(path, entry.segment_id(), entry.doc_count_all())


class CommittedSegments:
    """The committed segments of an index, open; the entries take the deletions of a writer.

    :param path: the folder of the index.
    :param entries: the entries of the segments, in their order.

    :ivar entries: the entries, with the deletions so far.
    :ivar guard: maps exceptions in code that reads the segments; the methods here use it.

    :raises IndexDamagedError: a segment is damaged.
    :raises IndexStorageError: a file cannot be read.
    """

    def __init__(self, path: Path, entries: Sequence[SegmentEntry]) -> None:
        self._path = path
        self.guard = CorruptionGuard(path, self._check_values)
        self.entries = list(entries)
        self._open = {entry.segid: open_segment(path, entry) for entry in self.entries}

    def __iter__(self) -> Iterator[tuple[SegmentEntry, OpenSegment]]:
        """Yield each entry with its open segment; the caller may replace segments meanwhile."""
        for entry in tuple(self.entries):
            yield entry, self._open[entry.segid]

    def opened(self, entry: SegmentEntry) -> OpenSegment | None:
        """Return the open segment of an entry; None if it is not committed."""
        return self._open.get(entry.segid)

    def replace(self, entry: SegmentEntry, other: SegmentEntry) -> None:
        """Put another segment, with the same documents, in the place of one."""
        self._open[other.segid] = open_segment(self._path, other)
        self.entries[self.entries.index(entry)] = other

    def live_docs(self, article_id: str) -> list[tuple[SegmentEntry, int]]:
        """Return the live documents with an id, each with the entry of its segment."""
        with self.guard:
            return [
                (entry, doc)
                for entry in self.entries
                for doc in self._open[entry.segid].doc_values.find(article_id)
                if not entry.is_deleted(doc)
            ]

    def id_of(self, entry: SegmentEntry, doc: int) -> str:
        """Return the id of a document."""
        with self.guard:
            return self._open[entry.segid].doc_values.id(doc)

    def content_hash(self, entry: SegmentEntry, doc: int) -> str:
        """Return the content hash of a document, in hexadecimal."""
        with self.guard:
            return self._open[entry.segid].doc_values.content_hash(doc)

    def find(self, article_id: str) -> IndexedArticle | None:
        """Return the metadata of the live document with an id; None if there is none."""
        for entry, doc in self.live_docs(article_id):
            with self.guard:
                return self._open[entry.segid].doc_values.known(doc)
        return None

    def known(self) -> Iterator[IndexedArticle]:
        """Yield the metadata of all live documents."""
        for entry, opened in self:
            documents = opened.doc_values
            for doc in range(len(documents)):
                if not entry.is_deleted(doc):
                    with self.guard:
                        known = documents.known(doc)
                    yield known

    def segmenters(self) -> set[str]:
        """Return the fingerprints of the segmenters that made the words."""
        return {name for _, opened in self for name in opened.reader.segmenters}

    def _check_values(self) -> None:
        for segment in self._open.values():
            segment.check_values()
