"""The best documents of a bare query: no quotes, no operators.

Documents that hold the whole query as a phrase come first, and of these the ones that hold it
with the accents typed; the rest, and each tier in itself, go by the formula of ``bag_terms``.
"""

from collections.abc import Sequence

import numpy as np

from danvan_search.index.codec.segment_reader import Pattern, PatternIds
from danvan_search.search.execution import bitset
from danvan_search.search.execution.bag_scorer import BagTerms, exact_scores, look_up
from danvan_search.search.execution.filters import Masks
from danvan_search.search.execution.index_searcher import IndexSearcher
from danvan_search.search.execution.maxscore import MaxScore, least_of_best
from danvan_search.search.execution.phrase_matcher import exact_among, exact_mask, folded_slots
from danvan_search.search.execution.top_docs import (
    EXACT,
    FOLDED,
    REST,
    REST_EXACT,
    Candidates,
    TopDocs,
    rank,
)

FEW = 256
"""So many documents are scored one by one rather than chosen from by a scan."""


def bag_top(
    searcher: IndexSearcher,
    query: Pattern,
    limit: int,
    *,
    offset: int = 0,
    require_all: bool = False,
    accents_first: bool = False,
    phrase_first: bool = True,
    required: Sequence[Pattern] = (),
    filters: Masks | None = None,
) -> TopDocs:
    """Return a page of the documents that match a bare query.

    :param query: its syllables; the accented form is None where none of its marks was typed.
    :param limit: how many documents to return at most.
    :param offset: how many better ones to skip.
    :param require_all: must a document have every syllable of the query, or just one?
    :param accents_first: with ``require_all``: of those that do not hold the query as a phrase,
        do documents that have all accents asked for come first?
    :param phrase_first: do documents that hold the whole query as a phrase come first?
    :param required: phrases, in folded forms, that a document must hold.
    :param filters: which documents may be found.
    :raises ValueError: when the query, or a required phrase, is empty.
    """
    if not query:
        raise ValueError("a query needs a syllable")
    need = offset + limit
    masks = searcher.masks(filters)
    for pattern in required:
        holds = searcher.phrase_masks(pattern)
        masks = [
            own if mask is None else own & mask for own, mask in zip(holds, masks, strict=True)
        ]
    bag = look_up(searcher, query)
    pickers = [
        _Picker(searcher, place, bag, mask, require_all, query, phrase_first)
        for place, mask in enumerate(masks)
    ]
    total = sum(picker.count for picker in pickers)
    if not need:
        return rank([], total, limit, offset)
    phrases_suffice = sum(picker.phrase_count for picker in pickers) >= need
    candidates: list[Candidates] = []
    for picker in pickers:
        tiers = picker.phrase_tiers(need)
        if not phrases_suffice:
            tiers += picker.rest(need, accents_first=accents_first and require_all)
        candidates += picker.scored(tiers)
    return rank(candidates, total, limit, offset)


_Tiers = list[tuple[int, np.ndarray]]
"""Tiers, the best first, and the documents of each, int64[n] ascending."""


class _Picker:
    """Chooses the best documents of one segment, tier by tier.

    What matches is a set of bits, see ``docbits``.

    :ivar count: how many of its documents match.
    :ivar phrase_count: how many of these hold the whole query as a phrase.
    """

    def __init__(
        self,
        searcher: IndexSearcher,
        place: int,
        bag: BagTerms,
        mask: np.ndarray | None,
        require_all: bool,
        query: Pattern,
        phrase_first: bool,
    ) -> None:
        self._terms = searcher.terms
        self._view = searcher.views[place]
        self._place = place
        self._bag = bag
        self._query = query
        self._mask = mask
        self._doc_count = self._view.segment.doc_count
        self._known_ids: PatternIds | None = None
        self._scanned: MaxScore | None = None
        self._is_union = mask is None and (not require_all or len(bag.folded) == 1)
        self._matching = self._find(require_all)
        if self._is_union and len(bag.folded) == 1:
            self.count = bag.folded[0].lists[place].df
        else:
            self.count = bitset.count(self._matching)
        self._has_marks = any(accented is not None for _, accented in query)
        self._is_single = phrase_first and len(query) == 1
        self._phrase_slots: np.ndarray | None = None
        self._phrase_docs = np.zeros(0, dtype=np.int64)
        if phrase_first and len(query) > 1 and self.count:
            self._phrase_docs = self._find_phrase()
        self.phrase_count = self.count if self._is_single else len(self._phrase_docs)

    def _find(self, require_all: bool) -> np.ndarray:
        """Return the set of the documents that match; not to be altered."""
        first, *others = [term.presence(self._place) for term in self._bag.folded]
        matching = first
        join = np.bitwise_and if require_all else np.bitwise_or
        for presence in others:
            matching = join(matching, presence)
        return matching if self._mask is None else matching & bitset.pack(self._mask)

    def _find_phrase(self) -> np.ndarray:
        """Return int64[n], ascending, which matching documents hold the query as a phrase."""
        if len(self._query) == 2:
            (first, _), (second, _) = self._query
            docs = self._terms.pair(first, second).documents(self._place)
        else:
            segment = self._view.segment
            self._phrase_slots = folded_slots(segment, self._ids())
            docs = segment.docs_of(self._phrase_slots)
        # They have all syllables, so nothing but a mask can keep them from matching.
        return docs if self._mask is None else docs[self._mask.take(docs)]

    def phrase_tiers(self, need: int) -> _Tiers:
        """Return the best ``need`` documents of those that hold the phrase, and perhaps more."""
        if self._is_single:
            return self._single_tiers(need)
        docs = self._phrase_docs
        if not len(docs):
            return []
        if not self._has_marks:
            return [(FOLDED, self._best(docs, need))]
        if len(docs) > FEW:
            # Most hold it as typed, as a rule: look at the best before looking at all.
            chosen, least = self._above(docs, 4 * need)
            segment = self._view.segment
            exact = exact_among(segment, self._ids(), chosen, self._phrase_slots)
            if np.count_nonzero(self._scan().at(exact) >= least) >= need:
                return [(EXACT, self._best(exact, need))]
        is_exact = self._split_phrase(docs)
        return [
            (EXACT, self._best(docs[is_exact], need)),
            (FOLDED, self._best(docs[~is_exact], need)),
        ]

    def _split_phrase(self, docs: np.ndarray) -> np.ndarray:
        """Say which of all documents of the phrase hold it with the accents asked for: bool[n]."""
        segment = self._view.segment
        slots = self._phrase_slots
        if slots is None:
            slots = folded_slots(segment, self._ids())
        exact = segment.docs_of(slots[exact_mask(segment, self._ids(), slots)])
        if self._mask is not None:
            exact = exact[self._mask.take(exact)]
        is_exact = np.zeros(len(docs), dtype=bool)
        is_exact[docs.searchsorted(exact)] = True
        return is_exact

    def _single_tiers(self, need: int) -> _Tiers:
        """Return the tiers of a query of one syllable: what matches holds the phrase."""
        if not self._has_marks:
            return [(FOLDED, self._of_all(need))]
        return self._split((EXACT, FOLDED), self._matching, self.count, need)

    def rest(self, need: int, *, accents_first: bool) -> _Tiers:
        """Return the best ``need`` documents that do not hold the phrase, and perhaps more.

        :param accents_first: do those come first that have all accents asked for?
        """
        if self._is_single:
            return []
        if not (accents_first and self._has_marks):
            return [(REST, self._of_all(need))]
        others = self._matching
        if len(self._phrase_docs):
            others = others & ~bitset.pack_places(self._phrase_docs, self._doc_count)
        count = self.count - len(self._phrase_docs)
        return self._split((REST_EXACT, REST), others, count, need)

    def _split(self, tiers: tuple[int, int], matching: np.ndarray, count: int, need: int) -> _Tiers:
        """Return a set in two tiers: documents with all accents asked for, and others.

        :param count: how many documents it has.
        """
        exact = matching
        for folded, accented in dict.fromkeys(self._query):
            if accented is not None:
                exact = exact & self._terms.syllable(folded, accented).presence(self._place)
        exact_count = bitset.count(exact)
        chosen = [(tiers[0], self._of_set(exact, exact_count, need))]
        if exact_count < need:
            chosen.append((tiers[1], self._of_set(matching & ~exact, count - exact_count, need)))
        return chosen

    def _of_all(self, need: int) -> np.ndarray:
        """Return the best ``need`` documents without those of the phrase, and perhaps more."""
        count = self.count - len(self._phrase_docs)
        if self._is_union and count > max(need, FEW):
            best = self._scan().best(need, self._phrase_docs)
            if best is not None:
                return best
        return self._of_set(self._matching, count, need, self._phrase_docs)

    def _of_set(
        self, chosen: np.ndarray, count: int, need: int, without: np.ndarray | None = None
    ) -> np.ndarray:
        """Return the best ``need`` documents of a set, and perhaps more.

        :param count: how many documents are left in it.
        :param without: int64[n], documents to leave out.
        """
        mask = bitset.unpack(chosen, self._doc_count)
        if without is not None:
            mask[without] = False
        if count > max(need, FEW):
            scan = self._scan()
            best = scan.best_in(mask, need) if scan.are_many(count) else None
            if best is not None:
                return best
        return self._best(mask.nonzero()[0], need)

    def _best(self, docs: np.ndarray, need: int) -> np.ndarray:
        if self._scanned is None and len(docs) <= max(need, FEW):
            return docs
        return self._above(docs, need)[0]

    def _above(self, docs: np.ndarray, need: int) -> tuple[np.ndarray, int]:
        """Return the documents that may be among the best ``need``, and a sum.

        In the scan at least ``need`` documents reach it; documents left out score less.
        """
        if len(docs) <= need:
            return docs, 0
        scan = self._scan()
        sums = scan.at(docs)
        least = least_of_best(sums, need)
        return docs[sums >= max(0, least - scan.margin)], least

    def _ids(self) -> PatternIds:
        if self._known_ids is None:
            self._known_ids = self._view.segment.ids(self._query)
        return self._known_ids

    def _scan(self) -> MaxScore:
        if self._scanned is None:
            self._scanned = self._bag.scan(self._view, self._place)
        return self._scanned

    def scored(self, tiers: _Tiers) -> list[Candidates]:
        """Return the documents of some tiers with their scores."""
        filled = [(tier, docs) for tier, docs in tiers if len(docs)]
        # All in one go: scoring twice as many takes hardly longer.
        scored = exact_scores(
            self._view, self._place, self._bag, _joined([docs for _, docs in filled])
        )
        candidates = []
        end = 0
        for tier, docs in filled:
            start, end = end, end + len(docs)
            candidates.append(Candidates(self._place, tier, docs, scored[start:end]))
        return candidates


def _joined(docs: list[np.ndarray]) -> np.ndarray:
    return docs[0] if len(docs) == 1 else np.concatenate([np.zeros(0, dtype=np.int64), *docs])
