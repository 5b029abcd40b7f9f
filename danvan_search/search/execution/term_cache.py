"""Terms of bare queries: a syllable or a pair of neighbours, in all segments of an index."""

from collections.abc import Hashable, Sequence
from typing import Final

import numpy as np

from danvan_search.index.codec.bm25 import K1, PAIR_K1, idf
from danvan_search.index.codec.postings import PostingList
from danvan_search.search.execution import bitset
from danvan_search.search.execution.maxscore import MAX_BYTE, MAX_PAIR_BYTE, Impacts, impacts
from danvan_search.search.execution.segment_view import SegmentView

_MEMO_BYTES: Final = 64 << 20
_MEMO_TERMS: Final = 16
"""So many terms are kept whatever they take."""
_LIST_BYTES: Final = 20_000
"""What a pair takes that occurs 1,024 times, each in a document of its own."""


class Term:
    """A syllable, folded or accented, or a pair of folded syllables.

    :ivar df: how many documents have it, without deleted ones.
    :ivar weight: (k1 + 1) · idf; 0 when no document has it.
    :ivar lists: its documents in each segment.
    :ivar titles: those that have it in the title; None for a pair, as its titles do not count.
    :ivar most: the greatest byte of its impacts.
    """

    __slots__ = ("_impacts", "_presence", "_views", "df", "lists", "most", "titles", "weight")

    def __init__(
        self,
        views: Sequence[SegmentView],
        doc_count: int,
        lists: Sequence[PostingList],
        titles: Sequence[PostingList] | None,
    ) -> None:
        self._views = views
        self.lists = lists
        self.titles = titles
        self.df = sum(one.count_within(view.live) for one, view in zip(lists, views, strict=True))
        k1 = PAIR_K1 if titles is None else K1
        self.weight = (k1 + 1) * idf(self.df, doc_count) if self.df else 0.0
        self.most = MAX_PAIR_BYTE if titles is None else MAX_BYTE
        self._impacts: list[Impacts | None] = [None] * len(views)
        self._presence: list[np.ndarray | None] = [None] * len(views)

    def impacts(self, place: int) -> Impacts:
        """Return its impacts on the documents of one segment, kept once they were made."""
        known = self._impacts[place]
        if known is None:
            titles = None if self.titles is None else self.titles[place]
            known = impacts(self._views[place], self.lists[place], titles)
            self._impacts[place] = known
        return known

    def presence(self, place: int) -> np.ndarray:
        """Return the set of its documents in one segment, as ``docbits``; not to be altered."""
        known = self._presence[place]
        if known is None:
            found = self.lists[place]
            if found.row is None:
                known = bitset.pack_places(found.docs, self._views[place].segment.doc_count)
            else:
                known = bitset.pack(found.row)
            self._presence[place] = known
        return known

    def documents(self, place: int) -> np.ndarray:
        """Return int64[n], ascending, the documents of one segment that have it."""
        docs = self.impacts(place).docs
        return self.lists[place].entries()[0] if docs is None else docs


class TermCache:
    """The terms of an index, looked up; those asked for before are kept.

    A term's impacts take at most a byte for each document of the index, and its presence a bit,
    so what is kept takes some 64 MB at most, or 18 bytes per document where that is more.

    :param views: the segments.
    :param doc_count: documents of all segments that are not deleted.
    """

    def __init__(self, views: Sequence[SegmentView], doc_count: int) -> None:
        self._views = views
        self._doc_count = doc_count
        all_docs = sum(view.segment.doc_count for view in views)
        self._most = max(_MEMO_TERMS, _MEMO_BYTES // max(_LIST_BYTES, all_docs * 9 // 8))
        self._known: dict[Hashable, Term] = {}

    def syllable(self, folded: str, accented: str | None = None) -> Term:
        """Return a folded form, or one of its accented forms."""
        key = folded, accented
        known = self._known.get(key)
        if known is None:
            lists = []
            titles = []
            for view in self._views:
                segment = view.segment
                folded_id = segment.term_dictionary.folded_id(folded)
                if accented is None:
                    lists.append(segment.folded_list(folded_id))
                    titles.append(segment.folded_list(folded_id, "title"))
                else:
                    accented_id = (
                        segment.term_dictionary.accented_id(folded_id, accented) if folded_id else 0
                    )
                    lists.append(segment.accented_list(folded_id, accented_id))
                    titles.append(segment.accented_list(folded_id, accented_id, "title"))
            known = self._keep(key, Term(self._views, self._doc_count, lists, titles))
        return known

    def pair(self, first: str, second: str) -> Term:
        """Return a pair of neighbouring folded forms."""
        key = first, second, None
        known = self._known.get(key)
        if known is None:
            lists = []
            for view in self._views:
                folded_id = view.segment.term_dictionary.folded_id
                lists.append(view.segment.biword_list(folded_id(first), folded_id(second)))
            known = self._keep(key, Term(self._views, self._doc_count, lists, None))
        return known

    def _keep(self, key: Hashable, term: Term) -> Term:
        if len(self._known) >= self._most:
            self._known = {}
        self._known[key] = term
        return term
