"""Top documents of a bare query, which has neither quotes nor ``word:``.

Documents that contain the whole query as a phrase rank first, those with the typed accents before
the others, and among them those with it in their title (``title_tiers``); within each tier, and for
all other documents, the formula of ``bag_scorer`` decides. A MaxScore scan chooses the documents
that are scored.
"""

from collections.abc import Callable, Sequence
from functools import reduce
from typing import Final

import numpy as np

from danvan_search.index.codec.segment_reader import Pattern, PatternIds
from danvan_search.search.execution import bitset
from danvan_search.search.execution.bag_scorer import BagTerms, bag_scores, bag_terms
from danvan_search.search.execution.filters import Masks
from danvan_search.search.execution.index_searcher import IndexSearcher
from danvan_search.search.execution.limits import no_check
from danvan_search.search.execution.maxscore import MaxScore, top_threshold
from danvan_search.search.execution.phrase_matcher import (
    exact_docs_among,
    exact_mask,
    folded_slot_array,
)
from danvan_search.search.execution.title_tiers import TierDocs, phrase_titles, syllable_titles
from danvan_search.search.execution.top_docs import (
    EXACT,
    FOLDED,
    REST,
    REST_EXACT,
    Candidates,
    TopDocs,
    member_mask,
    rank,
)

MAX_EXHAUSTIVE_DOCS: Final = 256
"""Up to this many documents are all scored, without a MaxScore scan that chooses among them."""

_NO_DOCS: Final = np.zeros(0, dtype=np.int64)


def bag_top(
    searcher: IndexSearcher,
    query: Pattern,
    limit: int,
    *,
    offset: int = 0,
    enough: int | None = None,
    require_all: bool = False,
    accents_first: bool = False,
    exact_bits: Sequence[np.ndarray] | None = None,
    titles: bool = False,
    is_number: bool = False,
    filters: Masks | None = None,
    check_time: Callable[[], None] = no_check,
    bag: BagTerms | None = None,
) -> TopDocs:
    """Return a page of the documents that match a bare query.

    :param query: its syllables; the accented form is None unless a mark was typed.
    :param limit: the page size.
    :param offset: how many better documents to skip.
    :param enough: tiers after those of the first ``enough`` documents may be left out; None leaves
        out none.
    :param require_all: a match contains every syllable of the query, not just one.
    :param accents_first: with ``require_all``, rank documents that contain all syllables with the
        typed accents before the others, below those that contain the phrase.
    :param exact_bits: the bit set of each segment of documents that rank before the others in the
        same way; None for none.
    :param titles: rank documents with the whole query in their title first.
    :param is_number: and those with it in their details.
    :param filters: the documents of each segment that may be returned.
    :param check_time: is called before each step, and may raise.
    :param bag: the terms of the query, if they are known.
    :raises ValueError: the query is empty.
    """
    if not query:
        raise ValueError("a query needs a syllable")
    need = offset + limit
    masks = searcher.masks(filters)
    bag = bag_terms(searcher, query) if bag is None else bag
    collectors = []
    for index, mask in enumerate(masks):
        check_time()
        collectors.append(
            _SegmentCollector(
                searcher, index, bag, mask, require_all, query, titles=titles, is_number=is_number
            )
        )
    total = sum(one.count for one in collectors)
    if not need:
        return rank([], total, limit, offset)
    enough = need if enough is None else enough
    phrases_suffice = sum(one.first_count for one in collectors) >= enough
    candidates: list[Candidates] = []
    for index, collector in enumerate(collectors):
        check_time()
        tiers = collector.phrase_tiers(need, enough)
        if not phrases_suffice:
            first = None if exact_bits is None else exact_bits[index]
            if first is None and accents_first and require_all:
                first = collector.exact_bits()
            tiers += collector.rest_tiers(need, enough, first)
        candidates += collector.candidates(tiers)
    return rank(candidates, total, limit, offset)


class _SegmentCollector:
    """Collects the top documents of one segment, tier by tier.

    Matches are kept as bit sets, see ``bitset``.

    :ivar count: how many documents of the segment match.
    :ivar first_count: how many of them rank before all that :meth:`rest_tiers` returns.
    """

    def __init__(
        self,
        searcher: IndexSearcher,
        segment_index: int,
        bag: BagTerms,
        mask: np.ndarray | None,
        require_all: bool,
        query: Pattern,
        *,
        titles: bool,
        is_number: bool,
    ) -> None:
        self._terms = searcher.terms
        self._view = searcher.views[segment_index]
        self._segment_index = segment_index
        self._bag = bag
        self._query = query
        self._mask = mask
        self._doc_count = self._view.segment.doc_count
        self._has_accents = any(accented is not None for _, accented in query)
        self._cached_ids: PatternIds | None = None
        self._cached_maxscore: MaxScore | None = None
        self._matches_any_term = mask is None and (not require_all or len(bag.folded) == 1)
        self._matches = self._match(require_all)
        if self._matches_any_term and len(bag.folded) == 1:
            self.count = bag.folded[0].lists[segment_index].df
        else:
            self.count = bitset.count(self._matches)
        self._phrase_slots: np.ndarray | None = None
        self._phrase_docs = _NO_DOCS
        if len(query) > 1 and self.count:
            self._phrase_docs = self._match_phrase()
        self._titled: TierDocs = []
        self._titled_docs = _NO_DOCS
        if titles and (len(self._phrase_docs) or (len(query) == 1 and self.count)):
            self._titled = self._match_titles(is_number=is_number)
            if self._titled:
                self._titled_docs = np.sort(np.concatenate([docs for _, docs in self._titled]))
        self.first_count = len(self._phrase_docs)
        if len(query) == 1:
            # Of one syllable, documents without it in their title are among the rest.
            self._phrase_docs = self._titled_docs
            better = [docs for tier, docs in self._titled if tier > self._best_rest_tier]
            self.first_count = sum(map(len, better))

    def _match(self, require_all: bool) -> np.ndarray:
        """Return the bit set of the matches; read-only."""
        matches, *others = [term.bits(self._segment_index) for term in self._bag.folded]
        join = np.bitwise_and if require_all else np.bitwise_or
        for bits in others:
            matches = join(matches, bits)
        return matches if self._mask is None else matches & bitset.pack(self._mask)

    @property
    def _best_rest_tier(self) -> int:
        """The best tier of what :meth:`rest_tiers` returns."""
        if len(self._query) > 1:
            return REST_EXACT
        return EXACT if self._has_accents else FOLDED

    def _match_titles(self, *, is_number: bool) -> TierDocs:
        """Return the tiers of matches with the whole query in their title.

        :param is_number: see :func:`bag_top`.
        """
        segment = self._view.segment
        if len(self._query) == 1:
            found = syllable_titles(segment, self._terms, self._segment_index, self._query)
        else:
            found = phrase_titles(segment, self._ids(), self._slots, is_number=is_number)
        if self._mask is None:
            return found
        return [(tier, docs[self._mask.take(docs)]) for tier, docs in found]

    def _slots(self) -> np.ndarray:
        """Return where the phrase starts, integers[n] ascending."""
        if self._phrase_slots is None:
            self._phrase_slots = folded_slot_array(self._view.segment, self._ids())
        return self._phrase_slots

    def _match_phrase(self) -> np.ndarray:
        """Return int64[n], ascending, the matches that contain the query as a phrase."""
        if len(self._query) == 2:
            (first, _), (second, _) = self._query
            docs = self._terms.pair(first, second).documents(self._segment_index)
        else:
            segment = self._view.segment
            docs = segment.docs_of(self._slots())
        # They contain all syllables, so they match unless the mask rejects them.
        return docs if self._mask is None else docs[self._mask.take(docs)]

    def phrase_tiers(self, need: int, enough: int) -> TierDocs:
        """Return the best ``need`` documents that contain the phrase, and perhaps more.

        :param enough: see :func:`bag_top`.
        """
        rest: TierDocs = []
        titled, other = self._titled, EXACT if self._has_accents else FOLDED
        if titled and sum([len(docs) for tier, docs in titled if tier > other]) >= enough:
            titled = [(tier, docs) for tier, docs in titled if tier > other]
        else:
            docs = self._phrase_docs
            if titled:
                docs = docs[~member_mask(docs, self._titled_docs)]
            # These first: if they are many, their sums make the titled ones fewer.
            rest = self._untitled_tiers(docs, need)
        return [*[(tier, self._best_of(docs, need)) for tier, docs in titled], *rest]

    def _untitled_tiers(self, docs: np.ndarray, need: int) -> TierDocs:
        """Return the best ``need`` of some documents that contain the phrase, and perhaps more."""
        if not len(docs):
            return []
        if not self._has_accents:
            return [(FOLDED, self._best_of(docs, need))]
        if len(docs) > MAX_EXHAUSTIVE_DOCS:
            # Usually most documents have the typed accents: check the best before checking all.
            chosen, threshold = self._above_threshold(docs, 4 * need)
            segment = self._view.segment
            exact = exact_docs_among(segment, self._ids(), chosen, self._phrase_slots)
            if np.count_nonzero(self._maxscore().sums_of(exact) >= threshold) >= need:
                return [(EXACT, self._best_of(exact, need))]
        is_exact = np.zeros(self._doc_count, dtype=bool)
        is_exact[self._exact_phrase_docs()] = True
        is_exact = is_exact.take(docs)
        return [
            (EXACT, self._best_of(docs[is_exact], need)),
            (FOLDED, self._best_of(docs[~is_exact], need)),
        ]

    def _exact_phrase_docs(self) -> np.ndarray:
        """Return int64[n], ascending, the matches that contain the phrase with typed accents."""
        segment = self._view.segment
        slots = self._slots()
        exact = segment.docs_of(slots[exact_mask(segment, self._ids(), slots)])
        return exact if self._mask is None else exact[self._mask.take(exact)]

    def exact_bits(self) -> np.ndarray | None:
        """Return the bit set of documents with each syllable as typed; None without accents."""
        terms = [self._terms.syllable(*one) for one in dict.fromkeys(self._query) if one[1]]
        if not terms:
            return None
        bits: np.ndarray = reduce(
            np.bitwise_and, [term.bits(self._segment_index) for term in terms]
        )
        return bits

    def rest_tiers(self, need: int, enough: int, first: np.ndarray | None) -> TierDocs:
        """Return the best ``need`` matches that ``phrase_tiers`` leaves out, and perhaps more.

        :param enough: see :func:`bag_top`.
        :param first: the bit set of documents that rank before the others; None for none.
        """
        exact_tier, other_tier = REST_EXACT, REST
        if len(self._query) == 1:
            # A match of one syllable contains the whole query.
            exact_tier, other_tier, first = EXACT, FOLDED, self.exact_bits()
        if first is None:
            return [(other_tier, self._best_rest(need))]
        rest = self._matches
        if len(self._phrase_docs):
            rest = rest & ~bitset.pack_docs(self._phrase_docs, self._doc_count)
        exact = rest & first
        exact_count = bitset.count(exact)
        tiers = [(exact_tier, self._best_of_bits(exact, exact_count, need))]
        if exact_count < enough:
            other_count = self.count - len(self._phrase_docs) - exact_count
            tiers.append((other_tier, self._best_of_bits(rest & ~exact, other_count, need)))
        return tiers

    def _best_rest(self, need: int) -> np.ndarray:
        """Return the best ``need`` matches that lack the phrase, and perhaps more."""
        count = self.count - len(self._phrase_docs)
        if self._matches_any_term and count > max(need, MAX_EXHAUSTIVE_DOCS):
            best = self._maxscore().best(need, self._phrase_docs)
            if best is not None:
                return best
        return self._best_of_bits(self._matches, count, need, self._phrase_docs)

    def _best_of_bits(
        self, bits: np.ndarray, count: int, need: int, excluded: np.ndarray | None = None
    ) -> np.ndarray:
        """Return the best ``need`` documents of a bit set, and perhaps more.

        :param count: how many documents it has without the excluded ones.
        :param excluded: int64[n], documents to leave out.
        """
        mask = bitset.unpack(bits, self._doc_count)
        if excluded is not None:
            mask[excluded] = False
        if count > max(need, MAX_EXHAUSTIVE_DOCS):
            maxscore = self._maxscore()
            best = maxscore.best_in(mask, need) if maxscore.is_large_share(count) else None
            if best is not None:
                return best
        return self._best_of(mask.nonzero()[0], need)

    def _best_of(self, docs: np.ndarray, need: int) -> np.ndarray:
        """Return the best ``need`` of some documents, and perhaps more."""
        if self._cached_maxscore is None and len(docs) <= max(need, MAX_EXHAUSTIVE_DOCS):
            return docs
        return self._above_threshold(docs, need)[0]

    def _above_threshold(self, docs: np.ndarray, need: int) -> tuple[np.ndarray, int]:
        """Return the documents that may be among the best ``need``, and a threshold.

        The MaxScore sums of at least ``need`` documents reach the threshold. Documents that are
        left out have lower scores than these.
        """
        if len(docs) <= need:
            return docs, 0
        maxscore = self._maxscore()
        sums = maxscore.sums_of(docs)
        threshold = top_threshold(sums, need)
        return docs[sums >= max(0, threshold - maxscore.margin)], threshold

    def _ids(self) -> PatternIds:
        if self._cached_ids is None:
            self._cached_ids = self._view.segment.ids(self._query)
        return self._cached_ids

    def _maxscore(self) -> MaxScore:
        if self._cached_maxscore is None:
            self._cached_maxscore = self._bag.maxscore(self._view, self._segment_index)
        return self._cached_maxscore

    def candidates(self, tiers: TierDocs) -> list[Candidates]:
        """Return the documents of some tiers with their scores."""
        filled = [(tier, docs) for tier, docs in tiers if len(docs)]
        # One call: scoring twice as many documents takes hardly longer.
        all_docs = _concatenate([docs for _, docs in filled])
        scores = bag_scores(self._view, self._segment_index, self._bag, all_docs)
        candidates = []
        end = 0
        for tier, docs in filled:
            start, end = end, end + len(docs)
            candidates.append(Candidates(self._segment_index, tier, docs, scores[start:end]))
        return candidates


def _concatenate(docs: list[np.ndarray]) -> np.ndarray:
    return docs[0] if len(docs) == 1 else np.concatenate([_NO_DOCS, *docs])
