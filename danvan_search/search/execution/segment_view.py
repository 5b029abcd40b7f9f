"""A segment with the statistics and the deletions of the whole index."""

from dataclasses import dataclass

import numpy as np

from danvan_search.index.codec.segment_reader import PatternIds, SegmentReader
from danvan_search.search.execution.phrase_matcher import PhrasePostings, phrase_postings


@dataclass(frozen=True, slots=True)
class SegmentView:
    """A segment as part of an index.

    :ivar segment: the segment.
    :ivar live: bool[docs], False for deleted documents; None when none is deleted.
    :ivar norms: float64[docs], K of BM25 by the average length of the index.
    :ivar title_norms: float64[docs], K of titles by the average title length of the index.
    :ivar norms_single: float32[docs], ``norms`` in single precision.
    """

    segment: SegmentReader
    live: np.ndarray | None
    norms: np.ndarray
    title_norms: np.ndarray
    norms_single: np.ndarray

    def mask(self, wanted: np.ndarray | None) -> np.ndarray | None:
        """Return bool[docs], the live documents that a filter accepts; None for every document.

        :param wanted: bool[docs], the filter; None accepts every document.
        """
        if self.live is None or wanted is None:
            return self.live if wanted is None else wanted
        both: np.ndarray = self.live & wanted
        return both

    def phrase_postings(self, ids: PatternIds, slots: np.ndarray | None = None) -> PhrasePostings:
        """Return the postings of a phrase in live documents.

        :param slots: where the folded forms start, if known.
        """
        return phrase_postings(self.segment, ids, slots).restrict(self.live)
