"""Filters by doc values, as one mask of accepted documents per segment."""

import datetime
from collections.abc import Sequence
from functools import reduce

import numpy as np

from danvan_search.index.codec.doc_values import NO_DATE, DocValues, category_key

Mask = np.ndarray
"""bool[docs of one segment], True for accepted documents."""

Masks = Sequence[Mask | None]
"""One mask per segment; None accepts every document."""


def filter_masks(
    doc_values: Sequence[DocValues],
    since: datetime.date | None = None,
    until: datetime.date | None = None,
    category: str | None = None,
) -> list[Mask] | None:
    """Return the mask of each segment for a date range and a category; None without a filter.

    A date filter rejects articles without a date. Categories are compared in folded form.

    :param since: the first date to accept.
    :param until: the last date to accept.
    :param category: the category to accept.
    """
    if since is None and until is None and category is None:
        return None
    masks = []
    for values in doc_values:
        parts = []
        if since is not None or until is not None:
            parts.append(date_mask(values, since, until))
        if category is not None:
            parts.append(values.category_mask(category_key(category)))
        masks.append(reduce(np.logical_and, parts))
    return masks


def date_mask(
    doc_values: DocValues, since: datetime.date | None, until: datetime.date | None
) -> Mask:
    """Return the mask of the documents of one segment that have a date in a range.

    :param since: the first date to accept; None for no lower bound.
    :param until: the last date to accept; None for no upper bound.
    """
    dates = doc_values.dates
    # NO_DATE is less than every date.
    mask: Mask = dates > NO_DATE if since is None else dates >= since.toordinal()
    if until is not None:
        mask &= dates <= until.toordinal()
    return mask


def intersect_masks(masks: Sequence[Mask], filters: Masks | None) -> list[Mask]:
    """Return, per segment, the documents that both a mask and a filter accept."""
    if filters is None:
        return list(masks)
    return [
        mask if wanted is None else mask & wanted
        for mask, wanted in zip(masks, filters, strict=True)
    ]
