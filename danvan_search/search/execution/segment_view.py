"""One segment of a list, with the statistics of the whole index."""

from dataclasses import dataclass

import numpy as np

from danvan_search.index.codec.segment_reader import SegmentReader


@dataclass(frozen=True, slots=True)
class SegmentView:
    """A segment as the index sees it.

    :ivar segment: the segment.
    :ivar live: bool[docs], False for deleted documents; None when there are none.
    :ivar norms: float64[docs], K of BM25 with the average length of the index.
    :ivar title_norms: float64[docs], the same for titles alone.
    :ivar norms_single: float32[docs], ``norms`` in single precision.
    """

    segment: SegmentReader
    live: np.ndarray | None
    norms: np.ndarray
    title_norms: np.ndarray
    norms_single: np.ndarray

    def mask(self, wanted: np.ndarray | None) -> np.ndarray | None:
        """Return which documents may be found; None for all of them."""
        if self.live is None or wanted is None:
            return self.live if wanted is None else wanted
        both: np.ndarray = self.live & wanted
        return both
