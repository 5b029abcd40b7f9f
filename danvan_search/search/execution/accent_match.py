"""Which documents of a page hold phrases with the accents as typed."""

from collections.abc import Iterable, Sequence

from danvan_search.search.execution.index_searcher import IndexSearcher, PhraseQuery
from danvan_search.search.execution.phrase_matcher import slots_among, with_accents


def exact_flags(
    searcher: IndexSearcher,
    phrases: Iterable[PhraseQuery],
    segments: Sequence[int],
    docs: Sequence[int],
) -> list[bool]:
    """Return for each document whether it holds every phrase with the accents asked for.

    :param segments: the index of each document's segment.
    :param docs: its number in the segment.
    """
    distinct = tuple(dict.fromkeys(phrases))
    exact: set[tuple[int, int]] = set()
    for place in set(segments):
        segment = searcher.views[place].segment
        own = zip(segments, docs, strict=True)
        held = sorted(doc for other, doc in own if other == place)
        for phrase in distinct:
            ids = segment.ids(phrase.forms, word=phrase.word)
            runs = [segment.grid.run(doc) for doc in held]
            slots = with_accents(segment, ids, slots_among(segment, ids, runs))
            held = sorted({segment.grid.doc(slot) for slot in slots})
        exact.update((place, doc) for doc in held)
    return [document in exact for document in zip(segments, docs, strict=True)]
