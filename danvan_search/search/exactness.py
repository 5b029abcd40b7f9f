"""Whether articles hold a query with the accents as typed, asked of a page of them."""

from collections.abc import Sequence

from danvan_search.index.arrays import Searcher
from danvan_search.index.arrays.phrase_slots import slots_among, with_accents
from danvan_search.query import Phrase
from danvan_search.search.patterns import pattern_of


def exact_flags(
    searcher: Searcher, phrases: Sequence[Phrase], segments: Sequence[int], docs: Sequence[int]
) -> list[bool]:
    """Say which documents hold every phrase with the accents as typed.

    :param segments: the place of each document's segment.
    :param docs: its number in the segment.
    """
    exact: set[tuple[int, int]] = set()
    for place in set(segments):
        segment = searcher.views[place].segment
        own = zip(segments, docs, strict=True)
        held = sorted(doc for other, doc in own if other == place)
        for phrase in dict.fromkeys(phrases):
            ids = segment.ids(pattern_of(phrase, "auto"), word=phrase.word)
            runs = [segment.grid.run(doc) for doc in held]
            slots = with_accents(segment, ids, slots_among(segment, ids, runs))
            held = sorted({segment.grid.doc(slot) for slot in slots})
        exact.update((place, doc) for doc in held)
    return [document in exact for document in zip(segments, docs, strict=True)]
