"""The terms of bare queries, a syllable or a pair of neighbours, and a cache of them."""

from collections.abc import Hashable, Sequence
from typing import Final

import numpy as np

from danvan_search.index.codec.bm25 import K1, PAIR_K1, idf
from danvan_search.index.codec.postings import PostingList
from danvan_search.index.codec.segment_reader import PARTS
from danvan_search.search.execution import bitset
from danvan_search.search.execution.maxscore import (
    MAX_BYTE,
    MAX_PAIR_BYTE,
    Impacts,
    impacts,
    impacts_size,
)
from danvan_search.search.execution.segment_view import SegmentView

_CACHE_BYTES: Final = 64 << 20
_MIN_CACHED_TERMS: Final = 16
"""This many terms are cached whatever their size."""
_LIST_BYTES: Final = 1_000
"""The approximate size of the objects around the arrays of a term in a segment."""


class Term:
    """A folded form, an accented form, or a pair of folded forms, in all segments.

    :ivar forms: the folded form, and the accented form if it is one; of a pair both folded forms.
    :ivar df: live documents that contain it.
    :ivar weight: (k1 + 1) · idf; 0 when no document contains it.
    :ivar lists: its posting list in each segment.
    :ivar titles: its posting lists in titles; None for a pair, whose titles do not count.
    :ivar details: its posting lists in details.
    :ivar max_byte: the greatest byte that an impact of its kind can have.
    :ivar size: the bytes of its lists, and of its impacts and bit sets once they were asked for.

    :param views: the segments.
    :param doc_count: live documents of all segments.
    :param forms: see ``forms``.
    :param lists: see ``lists``.
    :param titles: see ``titles``.
    :param details: see ``details``.
    """

    __slots__ = (
        "_bits",
        "_impacts",
        "_views",
        "details",
        "df",
        "forms",
        "lists",
        "max_byte",
        "size",
        "titles",
        "weight",
    )

    def __init__(
        self,
        views: Sequence[SegmentView],
        doc_count: int,
        forms: tuple[str, ...],
        lists: Sequence[PostingList],
        titles: Sequence[PostingList] | None,
        details: Sequence[PostingList],
    ) -> None:
        self._views = views
        self.forms = forms
        self.lists = lists
        self.titles = titles
        self.details = details
        self.df = sum(one.count_within(view.live) for one, view in zip(lists, views, strict=True))
        k1 = PAIR_K1 if titles is None else K1
        self.weight = (k1 + 1) * idf(self.df, doc_count) if self.df else 0.0
        self.max_byte = MAX_PAIR_BYTE if titles is None else MAX_BYTE
        self.size = sum([one.size for one in (*(titles or ()), *details)])
        for one, view in zip(lists, views, strict=True):
            doc_count = view.segment.doc_count
            self.size += one.size + impacts_size(one, doc_count) + doc_count // 8 + _LIST_BYTES
        self._impacts: list[Impacts | None] = [None] * len(views)
        self._bits: list[np.ndarray | None] = [None] * len(views)

    def impacts(self, segment_index: int) -> Impacts:
        """Return its impacts on the documents of one segment; cached."""
        known = self._impacts[segment_index]
        if known is None:
            titles = None if self.titles is None else self.titles[segment_index]
            known = impacts(
                self._views[segment_index],
                self.lists[segment_index],
                titles,
                self.details[segment_index],
            )
            self._impacts[segment_index] = known
        return known

    def bits(self, segment_index: int) -> np.ndarray:
        """Return the bit set of its documents in one segment; cached, read-only."""
        known = self._bits[segment_index]
        if known is None:
            found = self.lists[segment_index]
            if found.dense is None:
                doc_count = self._views[segment_index].segment.doc_count
                known = bitset.pack_docs(found.docs, doc_count)
            else:
                known = bitset.pack(found.dense)
            self._bits[segment_index] = known
        return known

    def documents(self, segment_index: int) -> np.ndarray:
        """Return int64[n], ascending, its documents in one segment."""
        docs = self.impacts(segment_index).docs
        return self.lists[segment_index].entries()[0] if docs is None else docs


class TermCache:
    """Looks up the terms of an index, and caches them.

    Posting lists are unpacked when a term is looked up, and stay unpacked in the cache. It takes
    some 64 MB at most, or 34 bytes per document where that is more: a byte for the list of a
    term, one for its impacts and a bit for its bit set, of 16 terms.

    :param views: the segments.
    :param doc_count: live documents of all segments.
    """

    def __init__(self, views: Sequence[SegmentView], doc_count: int) -> None:
        self._views = views
        self._doc_count = doc_count
        self._terms: dict[Hashable, Term] = {}
        self._size = 0

    def syllable(self, folded: str, accented: str | None = None) -> Term:
        """Return the term of a folded form, or of one of its accented forms."""
        key = folded, accented
        known = self._terms.get(key)
        if known is None:
            of_parts = []
            for view in self._views:
                segment = view.segment
                folded_id = segment.term_dictionary.folded_id(folded)
                if accented is None:
                    found = [segment.folded_list(folded_id, part) for part in PARTS]
                else:
                    accented_id = (
                        segment.term_dictionary.accented_id(folded_id, accented) if folded_id else 0
                    )
                    found = [segment.accented_list(folded_id, accented_id, part) for part in PARTS]
                of_parts.append(found)
            lists, titles, details = [[own[at] for own in of_parts] for at in range(len(PARTS))]
            forms = (folded,) if accented is None else (folded, accented)
            term = Term(self._views, self._doc_count, forms, lists, titles, details)
            known = self._add(key, term)
        return known

    def pair(self, first: str, second: str) -> Term:
        """Return the term of a pair of neighbouring folded forms."""
        key = first, second, None
        known = self._terms.get(key)
        if known is None:
            lists = []
            details = []
            for view in self._views:
                folded_id = view.segment.term_dictionary.folded_id
                ids = folded_id(first), folded_id(second)
                lists.append(view.segment.biword_list(*ids))
                details.append(view.segment.biword_list(*ids, "details"))
            term = Term(self._views, self._doc_count, (first, second), lists, None, details)
            known = self._add(key, term)
        return known

    def _add(self, key: Hashable, term: Term) -> Term:
        if self._size + term.size > _CACHE_BYTES and len(self._terms) >= _MIN_CACHED_TERMS:
            self._terms = {}
            self._size = 0
        self._terms[key] = term
        self._size += term.size
        return term
