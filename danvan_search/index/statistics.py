"""The statistics of an index."""

from pathlib import Path
from typing import Final

from danvan_search.index.folder.index_folder import FORMAT, size_on_disk
from danvan_search.index.snapshot import Snapshot
from danvan_search.reports import Stats
from danvan_search.version import __version__

_LIBRARIES: Final = ("Whoosh", "underthesea")


def statistics_of(snapshot: Snapshot, path: Path) -> Stats:
    """Return the statistics of a snapshot.

    :param path: the folder of its index.
    """
    import importlib.metadata  # loading it takes longer than a search

    accented_forms, folded_forms = snapshot.distinct_forms()
    return Stats(
        articles=snapshot.doc_count,
        syllables=snapshot.syllable_count,
        accented_forms=accented_forms,
        folded_forms=folded_forms,
        size_bytes=size_on_disk(path),
        last_commit=snapshot.committed,
        generation=snapshot.generation,
        without_words=snapshot.without_words,
        segmenters=snapshot.segmenters,
        embedded=snapshot.embedded,
        embedder=(snapshot.vector_model or ("", 0))[0],
        format=FORMAT,
        versions={
            "danvan-search": __version__,
            **{name: importlib.metadata.version(name) for name in _LIBRARIES},
        },
    )
