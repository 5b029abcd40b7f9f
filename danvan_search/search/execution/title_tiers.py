"""The tiers of titles in one segment: documents that have the whole bare query in their title.

Details count as a title for a query with a number.

``top_docs`` names the tiers, and ``tiers`` has them for any tree.
"""

from collections.abc import Callable
from typing import Final, NamedTuple

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
        return _tiers(segment, 1, docs, _only_titles(docs, docs), None, None)
    exact = _only_titles(docs, _titled(terms, folded, accented, segment_index))
    has_exact = bitset.contains(terms.syllable(folded, accented).bits(segment_index), docs)
    return _tiers(segment, 1, docs, _only_titles(docs, docs), exact, has_exact)


def _only_titles(docs: np.ndarray, titled: np.ndarray) -> "_Holders":
    """Return which of some documents have the query in their title."""
    return _Holders(member_mask(docs, titled), np.zeros(len(docs), dtype=bool))


def _titled(terms: TermCache, folded: str, accented: str | None, segment_index: int) -> np.ndarray:
    titles = terms.syllable(folded, accented).titles
    return _NO_DOCS if titles is None else titles[segment_index].entries()[0]


def phrase_titles(
    segment: SegmentReader,
    ids: PatternIds,
    slots: Callable[[], np.ndarray],
    *,
    is_number: bool,
) -> TierDocs:
    """Return the tiers of titles of a query of two or more syllables.

    :param slots: returns where its folded forms start in the segment, integers[n] ascending.
    :param is_number: whether details name a document as its title does.
    """
    size = len(ids.folded)
    own = slots()
    grid = segment.grid
    in_details = _NO_DOCS
    if is_number and segment.has_details:
        in_details = own[grid.are_in_details(own)]
    if size == 2 and len(own) > FREQUENT:
        # A frequent biword has a posting list of titles.
        first, second = ids.folded
        own = slots_of_docs(segment, own, segment.biword_list(first, second, "title").entries()[0])
    in_title = own[own < grid.body_slot.take(grid.docs_at(own))]
    if not len(in_title) and not len(in_details):
        return []
    titled, named = segment.docs_of(in_title), segment.docs_of(in_details)
    docs = np.union1d(titled, named) if len(named) else titled
    is_titled, is_named = member_mask(docs, titled), member_mask(docs, named)
    if all(accented is None for accented in ids.accented):
        return _tiers(segment, size, docs, _Holders(is_titled, is_named), None, None)
    exact = [
        member_mask(docs, segment.docs_of(one[exact_mask(segment, ids, one)]))
        for one in (in_title, in_details)
    ]
    has_exact = member_mask(docs, exact_docs_among(segment, ids, docs, slots()))
    return _tiers(segment, size, docs, _Holders(is_titled, is_named), _Holders(*exact), has_exact)


class _Holders(NamedTuple):
    """Which of some documents have the query where it names them.

    :ivar in_title: bool[n], those with it in their title.
    :ivar in_details: bool[n], those with it in their details, if these name a document.
    """

    in_title: np.ndarray
    in_details: np.ndarray


def _tiers(
    segment: SegmentReader,
    size: int,
    docs: np.ndarray,
    folded: _Holders,
    exact: _Holders | None,
    has_exact: np.ndarray | None,
) -> TierDocs:
    """Return documents with the query in their title or details by tier.

    :param size: the syllables of the query.
    :param folded: those with its folded forms.
    :param exact: those with the typed accents; None if there are none.
    :param has_exact: bool[n], whether any text has it so.
    """
    has_size = segment.grid.title_lengths.take(docs) == size
    is_name = folded.in_details | (folded.in_title & has_size)
    if exact is None or has_exact is None:
        tiers = [(FOLDED_NAME, docs[is_name]), (FOLDED_TITLE, docs[~is_name])]
    else:
        is_exact_name = exact.in_details | (exact.in_title & has_size)
        tiers = [
            (EXACT_NAME, docs[is_exact_name]),
            (EXACT_TITLE, docs[exact.in_title & ~is_exact_name]),
            (FOLDED_NAME, docs[is_name & ~has_exact]),
            (FOLDED_TITLE, docs[~is_name & ~has_exact]),
        ]
    return [(tier, own) for tier, own in tiers if len(own)]
