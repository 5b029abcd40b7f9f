"""Whether articles hold a query with the accents as typed, asked of a page of them."""

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from danvan_search.index.arrays import Searcher
from danvan_search.index.arrays.phrases import matches
from danvan_search.index.arrays.segment import Segment
from danvan_search.query import Phrase
from danvan_search.search.patterns import pattern_of


def exact_flags(
    searcher: Searcher, phrases: Sequence[Phrase], segments: Sequence[int], docs: Sequence[int]
) -> list[bool]:
    """Say which documents hold every phrase with the accents as typed.

    :param segments: the place of each document's segment.
    :param docs: its number in the segment.
    """
    exact = np.ones(len(docs), dtype=np.bool_)
    places, numbers = np.array(segments), np.array(docs)
    for place in set(segments):
        rows = np.flatnonzero(places == place)
        own = numbers[rows]
        for phrase in dict.fromkeys(phrases):
            exact[rows] &= _held(searcher, place, phrase, own)
    return exact.tolist()


def _held(
    searcher: Searcher, place: int, phrase: Phrase, docs: NDArray[np.int64]
) -> NDArray[np.bool_]:
    pattern = pattern_of(phrase, "auto")
    segment = searcher.views[place].segment
    if len(pattern) == 1 and not phrase.word:
        return _held_syllable(segment, *pattern[0], docs)
    ids = segment.ids(pattern, word=phrase.word)
    held = [bool(matches(segment, doc, ids)[1].any()) for doc in docs.tolist()]
    return np.array(held, dtype=np.bool_)


def _held_syllable(
    segment: Segment, folded: str, accented: str | None, docs: NDArray[np.int64]
) -> NDArray[np.bool_]:
    folded_id = segment.vocabulary.folded_id(folded)
    if accented is None:
        found = segment.folded_list(folded_id)
    else:
        found = segment.accented_list(
            folded_id, segment.vocabulary.accented_id(folded_id, accented)
        )
    held: NDArray[np.bool_] = found.frequencies(docs) > 0
    return held
