"""Impacts: what a term adds to the score of each document but for its weight, in one byte.

The impact of a syllable in a document is f + 0.3 · g, with f = tf / (tf + K) of the whole
document and g that of its title; that of a pair is f alone. A byte holds it in steps of some
1 / 195, rounded up, so that documents without the term, and no others, have 0::

    (byte - 1) / STEPS < impact <= byte / STEPS
"""

import math
from dataclasses import dataclass
from typing import Final

import numpy as np

from danvan_search.index.arrays.bm25 import K1, PAIR_K1, TITLE_WEIGHT
from danvan_search.index.arrays.doclists import DocList
from danvan_search.index.arrays.view import View

STEPS: Final = 254 / (1 + TITLE_WEIGHT)
"""Steps in an impact of 1. The greatest impact is 254 steps: one more if it is rounded up."""
MAX_BYTE: Final = 255
MAX_PAIR_BYTE: Final = math.ceil(STEPS)
ROUNDING: Final = 1e-3
"""More than the share of a step by which single precision errs: some 255 · 2^-22."""
ROW_SHARE: Final = 16
"""A term that more than 1/16 of the documents have is a row: adding one up takes as long as
adding a list of so many."""


@dataclass(frozen=True, slots=True)
class Impacts:
    """The impacts of one term on the documents of one segment.

    :ivar docs: int64[n], ascending, the documents that have the term; None for a row.
    :ivar bytes: uint8[n], their impacts; of all documents of the segment for a row.
    :ivar most: no byte is above it.
    """

    docs: np.ndarray | None
    bytes: np.ndarray
    most: int


def impacts(view: View, whole: DocList, title: DocList | None) -> Impacts:
    """Return the impacts of a term on the documents of one segment.

    :param whole: its documents.
    :param title: those that have it in the title; None for a pair.
    """
    doc_count = view.segment.doc_count
    docs = None if whole.row is not None else whole.docs.astype(np.int64)
    tfs = whole.tfs if whole.row is None else whole.row
    values = tfs.astype(np.float32)
    divisors = view.norms_single if docs is None else view.norms_single.take(docs)
    if title is None:
        divisors = divisors * np.float32(PAIR_K1 / K1)
    values /= divisors + values
    if whole.over_docs is not None and whole.over_tfs is not None:
        places = whole.over_docs if docs is None else docs.searchsorted(whole.over_docs)
        norms = view.norms.take(whole.over_docs)
        if title is None:
            norms *= PAIR_K1 / K1
        values[places] = whole.over_tfs / (whole.over_tfs + norms)
    if docs is not None and whole.df * ROW_SHARE > doc_count:
        row = np.zeros(doc_count, dtype=np.float32)
        row[docs] = values
        docs, values = None, row
    if title is not None and title.df:
        title_docs, tfs = title.entries()
        added = TITLE_WEIGHT * (tfs / (tfs + view.title_norms.take(title_docs)))
        # Who has the term in the title has it.
        values[title_docs if docs is None else docs.searchsorted(title_docs)] += added
    values *= np.float32(STEPS)
    found = np.ceil(values, out=values).astype(np.uint8)
    return Impacts(docs, found, int(found.max(initial=0)))
