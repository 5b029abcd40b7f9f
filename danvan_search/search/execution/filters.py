"""Filters by doc values: which documents of each segment may be found."""

import datetime
from collections.abc import Sequence

import numpy as np

from danvan_search.index.codec.doc_values import NO_DATE, category_key
from danvan_search.index.codec.segment_files import OpenSegment

Mask = np.ndarray
"""bool[docs of one segment]."""

Masks = Sequence[Mask | None]
"""One mask for each segment; None where every document passes."""


def filter_masks(
    segments: Sequence[OpenSegment],
    since: datetime.date | None = None,
    until: datetime.date | None = None,
    category: str | None = None,
) -> list[Mask] | None:
    """Return which documents of each segment pass the filters; None without a filter.

    An article without a date passes no date filter. Categories are compared folded.
    """
    if since is None and until is None and category is None:
        return None
    masks = []
    for segment in segments:
        dates = segment.doc_values.dates
        mask = np.ones(len(dates), dtype=np.bool_)
        if since is not None:
            mask &= dates >= since.toordinal()
        if until is not None:
            mask &= (dates <= until.toordinal()) & (dates != NO_DATE)
        if category is not None:
            mask &= segment.doc_values.category_mask(category_key(category))
        masks.append(mask)
    return masks


def both(masks: Sequence[Mask], filters: Masks | None) -> list[Mask]:
    """Return the documents of each segment that are in both."""
    if filters is None:
        return list(masks)
    return [
        mask if wanted is None else mask & wanted
        for mask, wanted in zip(masks, filters, strict=True)
    ]
