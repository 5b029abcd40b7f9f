"""The best documents of a bare query: no quotes, no operators.

Documents that hold the whole query as a phrase come first, and of these the ones that hold it
with the accents typed; the rest, and each tier in itself, go by the formula of ``bag_terms``.
"""

from collections.abc import Sequence

import numpy as np

from danvan_search.index.arrays.bag_terms import BagTerms, exact_scores, look_up, scan
from danvan_search.index.arrays.doclists import DocList
from danvan_search.index.arrays.phrases import exact_among, folded_slots
from danvan_search.index.arrays.results import (
    EXACT,
    FOLDED,
    REST,
    REST_EXACT,
    Candidates,
    Ranking,
    rank,
)
from danvan_search.index.arrays.searcher import Masks, Searcher, View
from danvan_search.index.arrays.segment import Pattern, PatternIds, Segment

FEW = 256
"""So many documents are scored one by one rather than chosen from by a scan."""


def bag_top(
    searcher: Searcher,
    query: Pattern,
    limit: int,
    *,
    offset: int = 0,
    require_all: bool = False,
    accents_first: bool = False,
    phrase_first: bool = True,
    required: Sequence[Pattern] = (),
    filters: Masks | None = None,
) -> Ranking:
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
    total = 0
    pickers = []
    for place, (view, mask) in enumerate(zip(searcher.views, masks, strict=True)):
        lists = [of_segments[place] for of_segments in bag.syllables]
        matching = _matching(view.segment, lists, mask, require_all)
        picker = _Picker(view, place, bag, matching, query if phrase_first else ())
        total += picker.count
        pickers.append(picker)
    if not need:
        return rank([], total, limit, offset)
    phrases_suffice = sum(len(picker.phrase_docs) for picker in pickers) >= need
    candidates: list[Candidates] = []
    for picker in pickers:
        candidates += picker.phrase_tiers(need)
        if not phrases_suffice:
            candidates += picker.rest(need, query if accents_first and require_all else ())
    return rank(candidates, total, limit, offset)


def _matching(
    segment: Segment, lists: list[DocList], mask: np.ndarray | None, require_all: bool
) -> np.ndarray:
    """Return bool[docs], which documents have one of the syllables, or all of them."""
    if require_all:
        lists = sorted(lists, key=lambda one: one.df)
    matching = _presence(segment, lists[0])
    for one in lists[1:]:
        if require_all:
            np.logical_and(matching, _presence(segment, one), out=matching)
        elif one.row is not None:
            np.logical_or(matching, one.row, out=matching)
        else:
            matching[one.docs] = True
    if mask is not None:
        matching &= mask
    return matching


def _presence(segment: Segment, one: DocList) -> np.ndarray:
    if one.row is not None:
        return one.row.astype(bool)
    presence = np.zeros(segment.doc_count, dtype=bool)
    presence[one.docs] = True
    return presence


class _Picker:
    """Chooses the best documents of one segment, tier by tier.

    :ivar count: how many of its documents match.
    :ivar phrase_docs: int64[n], those that hold the whole query as a phrase, ascending.
    """

    def __init__(
        self, view: View, place: int, bag: BagTerms, matching: np.ndarray, phrase: Pattern
    ) -> None:
        self._view = view
        self._place = place
        self._bag = bag
        self._matching = matching
        self._scanned: np.ndarray | None = None
        self._ids = view.segment.ids(phrase)
        self.count = int(np.count_nonzero(matching))
        self.phrase_docs = self._holding(view.segment, self._ids)

    def _holding(self, segment: Segment, ids: PatternIds) -> np.ndarray:
        folded = ids.folded
        if not self.count or not folded:
            return np.zeros(0, dtype=np.int64)
        if len(folded) == 1:
            return np.flatnonzero(self._matching)
        if len(folded) == 2:
            found = segment.biword_list(*folded)
            docs = found.entries()[0]
        else:
            docs = segment.count(folded_slots(segment, ids)).docs
        matching: np.ndarray = docs[self._matching.take(docs)]
        return matching

    def phrase_tiers(self, need: int) -> list[Candidates]:
        """Return the best ``need`` documents of those that hold the phrase, and perhaps more."""
        docs = self.phrase_docs
        if not len(docs):
            return []
        if all(accented is None for accented in self._ids.accented):
            chosen = self._best(docs, need)
            return [self._scored(FOLDED, chosen)]
        segment = self._view.segment
        if len(docs) > FEW:
            # Most hold it as typed, as a rule: look at the best before looking at all.
            chosen, least = self._above(docs, max(4 * need, FEW))
            exact = chosen[exact_among(segment, self._ids, chosen)]
            if np.count_nonzero(self._scan().take(exact) >= least) >= need:
                return [self._scored(EXACT, self._best(exact, need))]
        is_exact = exact_among(segment, self._ids, docs)
        candidates = []
        for tier, some in ((EXACT, docs[is_exact]), (FOLDED, docs[~is_exact])):
            if len(some):
                candidates.append(self._scored(tier, self._best(some, need)))
        return candidates

    def rest(self, need: int, accents: Pattern) -> list[Candidates]:
        """Return the best ``need`` documents that do not hold the phrase, and perhaps more.

        :param accents: syllables whose accents put a document that has them all first.
        """
        others = self._matching.copy()
        others[self.phrase_docs] = False
        if all(accented is None for _, accented in accents):
            return [self._rest(REST, others, need)]
        exact = others & self._exact(accents)
        candidates = [self._rest(REST_EXACT, exact, need)]
        if np.count_nonzero(exact) < need:
            candidates.append(self._rest(REST, others & ~exact, need))
        return candidates

    def _exact(self, accents: Pattern) -> np.ndarray:
        """Return bool[docs], which documents have all accented forms that are asked for."""
        segment = self._view.segment
        exact = np.ones(segment.doc_count, dtype=bool)
        for folded, accented in set(accents):
            if accented is not None:
                folded_id = segment.vocabulary.folded_id(folded)
                accented_id = segment.vocabulary.accented_id(folded_id, accented)
                exact &= _presence(segment, segment.accented_list(folded_id, accented_id))
        return exact

    def _rest(self, tier: int, mask: np.ndarray, need: int) -> Candidates:
        """Return the best ``need`` documents of a mask, and perhaps more."""
        if np.count_nonzero(mask) <= max(need, FEW):
            return self._scored(tier, np.flatnonzero(mask))
        scores = self._scan() * mask
        least = _least_of_best(scores, need)
        return self._scored(tier, np.flatnonzero(mask & (scores >= least - 2 * self._bag.error())))

    def _best(self, docs: np.ndarray, need: int) -> np.ndarray:
        return docs if len(docs) <= max(need, FEW) else self._above(docs, need)[0]

    def _above(self, docs: np.ndarray, need: int) -> tuple[np.ndarray, float]:
        """Return the documents that may be among the best ``need``, and a score.

        In the scan at least ``need`` documents reach it; documents left out score less.
        """
        if len(docs) <= need:
            return docs, -np.inf
        scores = self._scan().take(docs)
        least = _least_of_best(scores, need)
        return docs[scores >= least - 2 * self._bag.error()], least

    def _scan(self) -> np.ndarray:
        if self._scanned is None:
            self._scanned = scan(self._view, self._place, self._bag.terms)
        return self._scanned

    def _scored(self, tier: int, docs: np.ndarray) -> Candidates:
        scores = exact_scores(self._view, self._place, self._bag.terms, docs)
        return Candidates(self._place, tier, docs, scores)


def _least_of_best(scores: np.ndarray, count: int) -> float:
    """Return a score that at least ``count`` documents reach, and few more.

    The count-th of the maxima of many columns is reached by at least as many documents, and
    finding it is several times quicker than partitioning all the scores.
    """
    rows = len(scores) // (8 * count)
    if rows >= 4:
        rows = min(rows, 64)
        whole = len(scores) // rows * rows
        scores = scores[:whole].reshape(rows, -1).max(axis=0)
    return float(np.partition(scores, len(scores) - count)[len(scores) - count])
