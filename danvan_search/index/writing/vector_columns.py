"""The vectors of a segment that is written: those of merged segments, or with more of them."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from functools import partial
from pathlib import Path
from typing import TypeVar

import numpy as np
from numpy.typing import NDArray

from danvan_search.index.codec.ragged import run_lengths, run_starts
from danvan_search.index.codec.segment_files import GRID_SUFFIX, OpenSegment
from danvan_search.index.codec.vectors import ARRAYS, BLOCK, Passages, VectorColumns, Vectors
from danvan_search.index.folder.fsync import link_or_copy
from danvan_search.index.folder.segment_entry import SegmentEntry
from danvan_search.index.writing.committed_segments import CommittedSegments
from danvan_search.index.writing.segment_writer import write_rows

Value = TypeVar("Value")


def merged_vectors(
    vectors: Sequence[Vectors | None], docs: Sequence[NDArray[np.int64]]
) -> VectorColumns | None:
    """Return the vectors of some documents of some segments; None if there are none.

    All are of the embedder of the first segment that has any; those of another are left out.

    :param vectors: those of each segment.
    :param docs: int64[n] of each, ascending: the documents.
    """
    known = [one for one in vectors if one is not None]
    if not known:
        return None
    model, dimension = known[0].model, known[0].dimension
    counts, pieces = [], []
    for own, some in zip(vectors, docs, strict=True):
        if own is None or (own.model, own.dimension) != (model, dimension):
            counts.append(np.zeros(len(some), dtype=np.int64))
            continue
        counts.append(own.counts()[some])
        pieces += _pieces(own, some)
    return VectorColumns(model, dimension, np.concatenate(counts), pieces)


def completed_vectors(
    vectors: Vectors | None,
    found: Mapping[int, Passages],
    doc_count: int,
    model: tuple[str, int],
) -> VectorColumns:
    """Return the vectors of a segment with those of some more documents.

    :param vectors: those that it has; those of another embedder are left out.
    :param found: the passages of documents.
    :param doc_count: the number of documents.
    :param model: the name and the dimension of the embedder of ``found``.
    """
    kept = vectors
    if vectors is not None and (vectors.model, vectors.dimension) != model:
        kept = None
    counts = np.zeros(doc_count, dtype=np.int64) if kept is None else kept.counts()
    pieces = []
    start = 0
    for doc in sorted(found):
        if kept is not None:
            pieces += _pieces(kept, np.arange(start, doc))
        counts[doc] = len(found[doc])
        pieces.append(partial(_same, found[doc]))
        start = doc + 1
    if kept is not None:
        pieces += _pieces(kept, np.arange(start, doc_count))
    return VectorColumns(*model, counts, pieces)


def passages_by_segment(
    segments: CommittedSegments, found: Iterable[tuple[str, str, Passages]]
) -> tuple[int, dict[str, dict[int, Passages]]]:
    """Return the passages of articles by ``segid`` and document, and how many articles have them.

    :param found: the id, the content hash and the passages of articles. An article that was
        removed, or has another content by now, is left out.
    """
    count = 0
    by_segment: dict[str, dict[int, Passages]] = {}
    for article_id, content_hash, passages in found:
        for entry, doc in segments.live_docs(article_id):
            if segments.content_hash(entry, doc) == content_hash:
                by_segment.setdefault(entry.segid, {})[doc] = passages
                count += 1
    return count, by_segment


def changed_vectors(
    segments: CommittedSegments,
    by_segment: Mapping[str, Mapping[int, Passages]],
    model: tuple[str, int],
) -> Iterator[tuple[SegmentEntry, OpenSegment, VectorColumns]]:
    """Yield the segments that get other vectors, with these.

    :param by_segment: the passages of documents; see :func:`passages_by_segment`.
    :param model: the name and the dimension of their embedder.
    """
    for entry, opened in segments:
        vectors, more = opened.vectors, by_segment.get(entry.segid, {})
        others = vectors is not None and (vectors.model, vectors.dimension) != model
        if more or others:
            columns = completed_vectors(vectors, more, entry.doc_count_all(), model)
            yield entry, opened, columns


def write_copy(folder: Path, opened: OpenSegment, name: str, vectors: VectorColumns) -> None:
    """Write a segment under another name and with other vectors; its ``.grid`` file is linked.

    :param opened: the segment, in the same folder.
    :raises OSError: the files cannot be written.
    """
    suffix = GRID_SUFFIX
    link_or_copy(folder / f"{opened.name}{suffix}", folder / f"{name}{suffix}")
    rows = opened.docs_file.arrays.items()
    kept = ((array_name, one.whole()) for array_name, one in rows if array_name not in ARRAYS)
    write_rows(folder, name, kept, vectors)


def _pieces(vectors: Vectors, docs: NDArray[np.int64]) -> "list[partial[Passages]]":
    """Return what reads the passages of some documents, ascending, in pieces of neighbours."""
    pieces = []
    firsts = run_starts(docs - np.arange(len(docs)))
    for first, length in zip(firsts.tolist(), run_lengths(firsts, len(docs)).tolist(), strict=True):
        stop = int(vectors.starts[docs[first + length - 1] + 1])
        start = int(vectors.starts[docs[first]])
        pieces += [
            partial(vectors.slice, at, min(at + BLOCK, stop)) for at in range(start, stop, BLOCK)
        ]
    return pieces


def _same(value: Value) -> Value:
    return value
