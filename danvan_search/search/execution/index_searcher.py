"""The segments of an index, searched as one index."""

from collections.abc import Callable, Hashable, Sequence
from typing import Final, NamedTuple

import numpy as np

from danvan_search.index.codec.bm25 import length_norms
from danvan_search.index.codec.segment_reader import Pattern, SegmentReader
from danvan_search.search.execution.filters import Masks
from danvan_search.search.execution.formula import FORMULA, Formula
from danvan_search.search.execution.phrase_matcher import PhrasePostings
from danvan_search.search.execution.segment_view import SegmentView
from danvan_search.search.execution.term_cache import TermCache

_MAX_CACHED_COUNTS: Final = 4096


class PhraseQuery(NamedTuple):
    """A phrase to search for.

    :ivar forms: its syllables, at least one, as a pattern.
    :ivar word: count only occurrences that are one word.
    """

    forms: tuple[tuple[str, str | None], ...]
    word: bool = False


class IndexSearcher:
    """Segments with index-wide statistics; immutable, and safe to share among threads.

    The document count, the average lengths and the document frequencies cover the live documents
    of all segments. So a document has the same score however the documents are divided into
    segments, and whatever was deleted.

    :ivar views: the segments.
    :ivar doc_count: live documents.
    :ivar syllables: those of all segments, deleted documents included.
    :ivar average_length: mean length by which documents are ranked; see ``bm25``.
    :ivar average_title_length: mean syllables of the title.
    :ivar terms: the syllables and pairs of bare queries.
    :ivar formula: the constants of the ranking of bare queries.

    :param segments: the segments; their order breaks ties between equal scores.
    :param live: bool[docs] per segment, False for deleted documents; None when none is deleted.
    :param formula: see ``formula``.
    """

    def __init__(
        self,
        segments: Sequence[SegmentReader],
        live: Masks | None = None,
        formula: Formula = FORMULA,
    ) -> None:
        self.formula = formula
        masks = live if live is not None else [None] * len(segments)
        self.doc_count = title_syllables = 0
        length = 0.0
        for segment, mask in zip(segments, masks, strict=True):
            if mask is None:
                self.doc_count += segment.doc_count
                length += segment.weighted_length
                title_syllables += segment.title_syllables
            else:
                self.doc_count += int(np.count_nonzero(mask))
                length += float(segment.grid.weighted_lengths()[mask].sum())
                title_syllables += int(segment.grid.title_lengths[mask].sum(dtype=np.int64))
        self.syllables = sum(segment.syllables for segment in segments)
        docs = max(1, self.doc_count)
        self.average_length = length / docs
        self.average_title_length = title_syllables / docs
        self._counts: dict[Hashable, int] = {}
        self.views = tuple(
            self._view(segment, mask) for segment, mask in zip(segments, masks, strict=True)
        )
        self.terms = TermCache(self.views, self.doc_count)

    def cached_count(self, key: Hashable, count: Callable[[], int]) -> int:
        """Return the cached count of a key; the first call computes it.

        :param count: computes it.
        """
        known = self._counts.get(key)
        if known is None:
            known = count()
            if len(self._counts) >= _MAX_CACHED_COUNTS:
                self._counts = {}
            self._counts[key] = known
        return known

    def _view(self, segment: SegmentReader, live: np.ndarray | None) -> SegmentView:
        grid = segment.grid
        norms = length_norms(grid.weighted_lengths(), self.average_length)
        title_norms = length_norms(grid.title_lengths, self.average_title_length)
        return SegmentView(segment, live, norms, title_norms, norms.astype(np.float32))

    def masks(self, filters: Masks | None) -> list[np.ndarray | None]:
        """Return, per segment, the live documents that the filters accept; None for all."""
        wanted = filters if filters is not None else [None] * len(self.views)
        return [view.mask(mask) for view, mask in zip(self.views, wanted, strict=True)]

    def phrase_postings(self, pattern: Pattern, *, word: bool = False) -> list[PhrasePostings]:
        """Return the postings of a phrase in the live documents of each segment.

        :param word: count only occurrences that are one word.
        :raises ValueError: the pattern is empty.
        """
        if not pattern:
            raise ValueError("a phrase needs a syllable")
        return [view.phrase_postings(view.segment.ids(pattern, word=word)) for view in self.views]

    def document_frequency(self, folded: str) -> int:
        """Return the number of live documents that contain a folded form."""
        return self.terms.syllable(folded).df
