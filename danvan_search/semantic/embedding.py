"""Makes the vectors of an index: of all articles that have none, batch by batch.

The texts are read from a snapshot, and embedded without the lock of the writer, so that others may
write meanwhile. From time to time the vectors are committed; so whatever ends the work, it goes on
from there. An article that changes before its vectors are stored gets new ones.
"""

from collections.abc import Callable, Iterable, Iterator
from pathlib import Path
from typing import Final, NamedTuple

import numpy as np
from numpy.typing import NDArray

from danvan_search.embedder import MAX_PASSAGES, Embedder, vectors_of
from danvan_search.index import IndexWriter, Snapshot
from danvan_search.index.codec.vectors import Passages
from danvan_search.reports import EmbedReport, Progress
from danvan_search.semantic.passages import Passage, passages_of

COMMIT_PASSAGES: Final = 1_024
"""The passages after which vectors are committed."""
_BATCH: Final = 32
"""The passages that an embedder gets at a time."""


class _Waiting(NamedTuple):
    """An article whose passages are not embedded yet.

    :ivar id: its id.
    :ivar hash: its content hash.
    :ivar passages: its passages.
    """

    id: str
    hash: str
    passages: list[Passage]


def embed_articles(
    path: Path,
    current: Callable[[], Snapshot],
    embedder: Embedder,
    *,
    passages: int = MAX_PASSAGES,
    replace: bool = False,
    wait: float = 0.0,
    progress: Progress | None = None,
    commit_passages: int = COMMIT_PASSAGES,
) -> EmbedReport:
    """Make the vectors of all articles that have none.

    :param path: the folder of the index.
    :param current: returns the newest snapshot.
    :param passages: the passages of an article, at most.
    :param replace: drop the vectors of another embedder; without, they are an error.
    :param wait: how long to wait for another writer, in seconds.
    :param progress: called with (articles with vectors, all articles).
    :param commit_passages: the passages after which vectors are committed.
    :raises OptionError: the index has vectors of another embedder, or the embedder does not
        return what it should.
    """
    model = embedder.name, embedder.dimension
    articles = made = 0
    # Articles without letters and digits never get vectors.
    empty: set[tuple[str, str]] = set()
    while True:
        snapshot = current()
        if not replace:
            snapshot.check_vectors(*model)
        pending = _pending(snapshot, model)
        done, total = snapshot.doc_count - sum(map(len, pending)), snapshot.doc_count
        found: list[tuple[str, str, Passages]] = []
        count = 0
        for batch in _batches(_waiting(snapshot, pending, passages, empty)):
            if progress is not None:
                progress(done + len(found), total)
            found += _embedded(embedder, batch)
            count += sum(len(one.passages) for one in batch)
            if count >= commit_passages:
                break
        if not found:
            if progress is not None:
                progress(total, total)
            return EmbedReport(articles, made, total)
        with IndexWriter(path, words=False, wait=wait) as writer:
            articles += writer.put_vectors(*model, found)
        made += count


def _batches(waiting: Iterable[_Waiting]) -> Iterator[list[_Waiting]]:
    """Yield articles in batches of some ``_BATCH`` passages."""
    batch: list[_Waiting] = []
    count = 0
    for one in waiting:
        batch.append(one)
        count += len(one.passages)
        if count >= _BATCH:
            yield batch
            batch, count = [], 0
    if batch:
        yield batch


def _pending(snapshot: Snapshot, model: tuple[str, int]) -> list[NDArray[np.int64]]:
    """Return int64[n] per segment: the live documents without vectors of an embedder."""
    found = []
    for segment, live in zip(snapshot.segments, snapshot.live, strict=True):
        with snapshot.guard:
            vectors = segment.vectors
            missing: NDArray[np.bool_] = np.ones(len(segment.doc_values), dtype=bool)
            if vectors is not None and (vectors.model, vectors.dimension) == model:
                missing = vectors.counts() == 0
        if live is not None:
            missing = missing & live
        found.append(np.flatnonzero(missing))
    return found


def _waiting(
    snapshot: Snapshot, pending: list[NDArray[np.int64]], most: int, empty: set[tuple[str, str]]
) -> Iterator[_Waiting]:
    """Yield the articles of some documents with their passages.

    :param pending: int64[n] per segment.
    :param most: the passages of an article, at most.
    :param empty: the ids and hashes of the articles without passages, which are left out.
    """
    for at, doc in ((at, int(doc)) for at, docs in enumerate(pending) for doc in docs):
        with snapshot.guard:
            known = snapshot.segments[at].doc_values.known(doc)
        own = known.id, known.hash
        if own in empty:
            continue
        passages = passages_of(snapshot.article((at, doc)), most)
        if passages:
            yield _Waiting(*own, passages)
        else:
            empty.add(own)


def _embedded(embedder: Embedder, batch: list[_Waiting]) -> list[tuple[str, str, Passages]]:
    """Return the id, the content hash and the vectors of some articles."""
    vectors = vectors_of(embedder, [one.text for own in batch for one in own.passages])
    found = []
    start = 0
    for own in batch:
        stop = start + len(own.passages)
        places = [one.place for one in own.passages]
        found.append((own.id, own.hash, Passages.of(vectors[start:stop], places)))
        start = stop
    return found
