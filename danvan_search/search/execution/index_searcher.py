"""A list of segments, searched as one index."""

from collections.abc import Callable, Hashable, Sequence
from typing import Final, NamedTuple

import numpy as np

from danvan_search.index.codec.bm25 import length_norms
from danvan_search.index.codec.champions import Postings
from danvan_search.index.codec.segment_reader import Pattern, SegmentReader
from danvan_search.search.execution.filters import Masks
from danvan_search.search.execution.phrase_matcher import PhrasePostings, find
from danvan_search.search.execution.segment_view import SegmentView
from danvan_search.search.execution.term_cache import TermCache

_REMEMBERED: Final = 4096


class PhraseQuery(NamedTuple):
    """A phrase to search for.

    :ivar forms: its syllables; at least one.
    :ivar word: whether only occurrences count that are one word.
    """

    forms: tuple[tuple[str, str | None], ...]
    word: bool = False


class IndexSearcher:
    """Segments with index-wide statistics; immutable, and free to be used by many threads.

    The number of documents, the average lengths and the document frequencies are those of all
    segments together, without deleted documents. So the same documents get the same scores in
    one segment or in eight, whatever was deleted beside them.

    :ivar views: the segments.
    :ivar doc_count: documents of all segments that are not deleted.
    :ivar average_length: syllables of title and body.
    :ivar average_title_length: syllables of the title.
    :ivar terms: the syllables and pairs of bare queries.

    :param segments: in the order that decides between equal scores.
    :param live: which documents are not deleted; None when all live.
    """

    def __init__(self, segments: Sequence[SegmentReader], live: Masks | None = None) -> None:
        masks = live if live is not None else [None] * len(segments)
        self.doc_count = syllables = title_syllables = 0
        for segment, mask in zip(segments, masks, strict=True):
            if mask is None:
                self.doc_count += segment.doc_count
                syllables += segment.syllables
                title_syllables += segment.title_syllables
            else:
                titles = int(segment.grid.title_lengths[mask].sum(dtype=np.int64))
                bodies = int(segment.grid.body_lengths[mask].sum(dtype=np.int64))
                self.doc_count += int(np.count_nonzero(mask))
                syllables += titles + bodies
                title_syllables += titles
        docs = max(1, self.doc_count)
        self.average_length = syllables / docs
        self.average_title_length = title_syllables / docs
        self._remembered: dict[Hashable, int] = {}
        self.views = tuple(
            self._view(segment, mask) for segment, mask in zip(segments, masks, strict=True)
        )
        self.terms = TermCache(self.views, self.doc_count)

    def remembered(self, key: Hashable, count: Callable[[], int]) -> int:
        """Return a count that takes long, from memory if it was asked for before."""
        known = self._remembered.get(key)
        if known is None:
            known = count()
            if len(self._remembered) >= _REMEMBERED:
                self._remembered = {}
            self._remembered[key] = known
        return known

    def _view(self, segment: SegmentReader, live: np.ndarray | None) -> SegmentView:
        grid = segment.grid
        lengths = grid.title_lengths.astype(np.int64) + grid.body_lengths
        norms = length_norms(lengths, self.average_length)
        title_norms = length_norms(grid.title_lengths, self.average_title_length)
        return SegmentView(segment, live, norms, title_norms, norms.astype(np.float32))

    def masks(self, filters: Masks | None) -> list[np.ndarray | None]:
        """Return which documents of each segment are alive and pass the filters."""
        wanted = filters if filters is not None else [None] * len(self.views)
        return [view.mask(mask) for view, mask in zip(self.views, wanted, strict=True)]

    def phrase(
        self, pattern: Pattern, filters: Masks | None = None, *, word: bool = False
    ) -> list[PhrasePostings]:
        """Return the documents of each segment that hold a phrase, with their occurrences.

        :param word: count only occurrences that are one word.
        :raises ValueError: when the pattern is empty.
        """
        _check(pattern)
        results = []
        for view, mask in zip(self.views, self.masks(filters), strict=True):
            found = find(view.segment, view.segment.ids(pattern, word=word))
            exact = found.exact
            results.append(
                PhrasePostings(
                    within(found.folded, mask), None if exact is None else within(exact, mask)
                )
            )
        return results

    def phrase_masks(
        self, pattern: Pattern, *, exact: bool = False, word: bool = False
    ) -> list[np.ndarray]:
        """Return bool[docs] for each segment: which documents hold a phrase; a filter.

        :param exact: count only occurrences with the accents asked for.
        :param word: count only occurrences that are one word.
        :raises ValueError: when the pattern is empty.
        """
        masks = []
        for view, found in zip(self.views, self.phrase(pattern, word=word), strict=True):
            counts = found.exact if exact and found.exact is not None else found.folded
            mask = np.zeros(view.segment.doc_count, dtype=bool)
            mask[counts.docs] = True
            masks.append(mask)
        return masks

    def document_frequency(self, folded: str) -> int:
        """Return how many documents have a folded form."""
        return self.terms.syllable(folded).df


def within(counts: Postings, mask: np.ndarray | None) -> Postings:
    """Return the counts of the documents that are in a mask."""
    if mask is None:
        return counts
    kept = np.flatnonzero(mask.take(counts.docs))
    if len(kept) == len(counts.docs):
        return counts
    title_tfs = None if counts.title_tfs is None else counts.title_tfs[kept]
    return Postings(counts.docs[kept], counts.tfs[kept], title_tfs)


def _check(pattern: Pattern) -> None:
    if not pattern:
        raise ValueError("a phrase needs a syllable")
