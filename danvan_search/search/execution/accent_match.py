"""Whether documents contain phrases with the accents as typed: the ``exact`` flag of hits."""

from collections.abc import Iterable, Sequence

from danvan_search.search.execution.index_searcher import IndexSearcher, PhraseQuery
from danvan_search.search.execution.phrase_matcher import exact_slots, slots_among


def exact_flags(
    searcher: IndexSearcher,
    phrases: Iterable[PhraseQuery],
    segments: Sequence[int],
    docs: Sequence[int],
) -> list[bool]:
    """Return for each document whether it contains every phrase with the typed accents.

    :param segments: the segment index of each document.
    :param docs: its number in the segment.
    """
    distinct = tuple(dict.fromkeys(phrases))
    exact: set[tuple[int, int]] = set()
    for segment_index in set(segments):
        segment = searcher.views[segment_index].segment
        documents = zip(segments, docs, strict=True)
        matching = sorted(doc for other, doc in documents if other == segment_index)
        for phrase in distinct:
            ids = segment.ids(phrase.forms, word=phrase.word)
            runs = [segment.grid.slot_range(doc) for doc in matching]
            slots = exact_slots(segment, ids, slots_among(segment, ids, runs))
            matching = sorted({segment.grid.doc(slot) for slot in slots})
        exact.update((segment_index, doc) for doc in matching)
    return [document in exact for document in zip(segments, docs, strict=True)]
