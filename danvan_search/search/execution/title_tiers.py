"""The tiers of titles in one segment: documents whose title has the whole bare query side by side.

``top_docs`` names the tiers, and ``tiers`` has them for any tree.
"""

from collections.abc import Callable
from typing import Final

import numpy as np

from danvan_search.index.codec.champions import FREQUENT
from danvan_search.index.codec.segment_reader import Pattern, PatternIds, SegmentReader
from danvan_search.search.execution import bitset
from danvan_search.search.execution.phrase_matcher import (
    exact_docs_among,
    exact_mask,
    slots_of_docs,
)
from danvan_search.search.execution.term_cache import TermCache
from danvan_search.search.execution.top_docs import (
    EXACT_NAME,
    EXACT_TITLE,
    FOLDED_NAME,
    FOLDED_TITLE,
    member_mask,
)

TierDocs = list[tuple[int, np.ndarray]]
"""Tiers, the best first, each with its documents, int64[n] ascending."""

_NO_DOCS: Final = np.zeros(0, dtype=np.int64)


def syllable_titles(
    segment: SegmentReader, terms: TermCache, segment_index: int, query: Pattern
) -> TierDocs:
    """Return the tiers of titles of a query of one syllable.

    A document with the typed accents in its body alone belongs to none of them.
    """
    ((folded, accented),) = query
    docs = _titled(terms, folded, None, segment_index)
    if not len(docs):
        return []
    if accented is None:
        return _tiers(segment, 1, docs, None, None)
    is_exact = member_mask(docs, _titled(terms, folded, accented, segment_index))
    has_exact = bitset.contains(terms.syllable(folded, accented).bits(segment_index), docs)
    return _tiers(segment, 1, docs, is_exact, has_exact)


def _titled(terms: TermCache, folded: str, accented: str | None, segment_index: int) -> np.ndarray:
    titles = terms.syllable(folded, accented).titles
    return _NO_DOCS if titles is None else titles[segment_index].entries()[0]


def phrase_titles(
    segment: SegmentReader, ids: PatternIds, slots: Callable[[], np.ndarray]
) -> TierDocs:
    """Return the tiers of titles of a query of two or more syllables.

    :param slots: returns where its folded forms start in the segment, integers[n] ascending.
    """
    size = len(ids.folded)
    own = slots()
    if size == 2 and len(own) > FREQUENT:
        # A frequent biword has a posting list of titles.
        first, second = ids.folded
        own = slots_of_docs(segment, own, segment.biword_list(first, second, "title").entries()[0])
    in_title = own < segment.grid.body_slot.take(segment.grid.docs_at(own))
    own = own[in_title]
    if not len(own):
        return []
    docs = segment.docs_of(own)
    if all(accented is None for accented in ids.accented):
        return _tiers(segment, size, docs, None, None)
    is_exact = member_mask(docs, segment.docs_of(own[exact_mask(segment, ids, own)]))
    has_exact = member_mask(docs, exact_docs_among(segment, ids, docs, slots()))
    return _tiers(segment, size, docs, is_exact, has_exact)


def _tiers(
    segment: SegmentReader,
    size: int,
    docs: np.ndarray,
    is_exact: np.ndarray | None,
    has_exact: np.ndarray | None,
) -> TierDocs:
    """Return documents with the query in their title by tier.

    :param size: the syllables of the query.
    :param is_exact: bool[n], whether the title has it with the typed accents; None if there are
        none.
    :param has_exact: bool[n], whether any text has it so.
    """
    is_name = segment.grid.title_lengths.take(docs) == size
    if is_exact is None or has_exact is None:
        tiers = [(FOLDED_NAME, docs[is_name]), (FOLDED_TITLE, docs[~is_name])]
    else:
        tiers = [
            (EXACT_NAME, docs[is_name & is_exact]),
            (EXACT_TITLE, docs[~is_name & is_exact]),
            (FOLDED_NAME, docs[is_name & ~has_exact]),
            (FOLDED_TITLE, docs[~is_name & ~has_exact]),
        ]
    return [(tier, own) for tier, own in tiers if len(own)]
