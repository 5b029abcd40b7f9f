"""Filters by doc values, as one mask of accepted documents per segment."""

import datetime
import re
import unicodedata
from collections.abc import Callable, Sequence
from functools import reduce
from typing import Final

import numpy as np

from danvan_search.index.codec.doc_values import NO_DATE, DocValues, category_key
from danvan_search.query.nodes import EqualsField
from danvan_search.text import fold
from danvan_search.text.surrogates import without_surrogates

_HOST: Final = re.compile(
    r"(?:[a-z][a-z0-9+.-]*://)?(?:[^/?#@\s]*@)?(?:www\.)?([^/?#@:\s]+\.[^/?#@:\s]+)(?::\d*)?(?=[/?#]|$)",
    re.IGNORECASE,
)

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
            parts.append(equals_mask(values, "category", category))
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


def equals_mask(doc_values: DocValues, field: EqualsField, value: str) -> Mask:
    """Return the mask of the documents of one segment that have a value.

    :param field: categories and sources are compared folded, sites by host, ids as they are.
    """
    match field:
        case "category":
            return doc_values.category_mask(category_key(value))
        case "source":
            key = source_key(value)
            return _source_mask(doc_values, lambda source: source_key(source) == key)
        case "site":
            site = host_of(value)
            below = f".{site}"

            def is_on_site(source: str) -> bool:
                host = host_of(source)
                return host == site or host.endswith(below)

            return _source_mask(doc_values, is_on_site) if site else _none(doc_values)
        case "id":
            mask = _none(doc_values)
            mask[doc_values.find(value)] = True
            return mask


def source_key(source: str) -> str:
    """Return the key by which sources are compared: without case and accents."""
    text = without_surrogates(source)  # Unidecode warns of half surrogate pairs
    return fold(unicodedata.normalize("NFC", " ".join(text.split())).lower())


def host_of(source: str) -> str:
    """Return the host of an address, without ``www.``; "" for a source that is none."""
    found = _HOST.match(source.strip())
    return found[1].lower() if found else ""


def comparable(field: str, value: str) -> str:
    """Return the key by which the values of ``category`` or ``source`` are compared."""
    return category_key(value) if field == "category" else source_key(value)


def values_with_blanks(doc_values: Sequence[DocValues], field: str) -> frozenset[str]:
    """Return the keys of all categories or sources that hold white space."""
    values: set[str | None] = set()
    for one in doc_values:
        values.update(one.categories if field == "category" else one.sources()[0])
    return frozenset([comparable(field, value) for value in values if value and " " in value])


def _source_mask(doc_values: DocValues, accepts: Callable[[str], bool]) -> Mask:
    sources, ordinals = doc_values.sources()
    accepted = [source is not None and accepts(source) for source in sources]
    return np.array(accepted, dtype=np.bool_).take(ordinals)


def _none(doc_values: DocValues) -> Mask:
    return np.zeros(len(doc_values), dtype=np.bool_)


def intersect_masks(masks: Sequence[Mask], filters: Masks | None) -> list[Mask]:
    """Return, per segment, the documents that both a mask and a filter accept."""
    if filters is None:
        return list(masks)
    return [
        mask if wanted is None else mask & wanted
        for mask, wanted in zip(masks, filters, strict=True)
    ]
