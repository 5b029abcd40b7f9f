"""Top documents of one phrase.

Documents that contain the phrase with the typed accents rank first; ``phrase_scorer`` has the
formula of the scores. A phrase with few occurrences is scored in Python (``phrase_rare``). A page
of a frequent phrase of one or two syllables comes from its champions, if they provably include the
whole page. Otherwise every document that contains the phrase is scored.
"""

from collections.abc import Callable
from typing import Final

import numpy as np

from danvan_search.frozen import frozen
from danvan_search.index.codec.bm25 import parameters, term_weight
from danvan_search.index.codec.champions import MIN_DOCS, ChampionList, Postings
from danvan_search.index.codec.segment_reader import Pattern, PatternIds, SegmentReader
from danvan_search.search.execution.filters import Masks
from danvan_search.search.execution.index_searcher import IndexSearcher
from danvan_search.search.execution.limits import no_check
from danvan_search.search.execution.phrase_matcher import (
    MAX_PYTHON_OCCURRENCES,
    PhrasePostings,
    folded_slots,
    restrict,
    select,
)
from danvan_search.search.execution.phrase_rare import rare_phrase_top
from danvan_search.search.execution.phrase_scorer import posting_scores, postings_weight
from danvan_search.search.execution.segment_view import SegmentView
from danvan_search.search.execution.top_docs import (
    EXACT,
    FOLDED,
    Candidates,
    TopDocs,
    member_mask,
    rank,
    top_indices,
)

_MAX_SORTED: Final = 128
"""Up to this many documents are sorted as fast as the best of them are selected."""
_NO_DOCS: Final = np.zeros(0, dtype=np.int64)


def phrase_top(
    searcher: IndexSearcher,
    pattern: Pattern,
    limit: int,
    *,
    offset: int = 0,
    filters: Masks | None = None,
    word: bool = False,
    exact_only: bool = False,
    check_time: Callable[[], None] = no_check,
) -> TopDocs:
    """Return a page of the documents that contain a phrase.

    :param pattern: the phrase; a syllable without an accented form matches every variant.
    :param limit: the page size.
    :param offset: how many better documents to skip.
    :param filters: the documents of each segment that may be returned.
    :param word: count only occurrences that are one word.
    :param exact_only: return only documents that contain the typed accents, if there are any.
    :param check_time: is called before each step, and may raise.
    :raises ValueError: the pattern is empty.
    """
    if not pattern:
        raise ValueError("a phrase needs a syllable")
    check_time()
    masks = searcher.masks(filters)
    exact_only = exact_only and any(accented is not None for _, accented in pattern)
    ids = [view.segment.ids(pattern, word=word) for view in searcher.views]
    slots: list[np.ndarray | None] = [None] * len(ids)
    may_have_champions = len(pattern) <= 2 and not word
    if len(pattern) > 1 and not word:
        found = [
            folded_slots(view.segment, segment_ids)
            for view, segment_ids in zip(searcher.views, ids, strict=True)
        ]
        lists = [one for one in found if isinstance(one, list)]
        if len(lists) == len(found) and sum(map(len, lists)) <= MAX_PYTHON_OCCURRENCES:
            return rare_phrase_top(
                searcher.views,
                searcher.doc_count,
                ids,
                lists,
                masks,
                limit,
                offset,
                exact_only=exact_only,
            )
        may_have_champions = may_have_champions and any(len(one) >= MIN_DOCS for one in found)
        slots = [np.array(one, dtype=np.int64) if isinstance(one, list) else one for one in found]
    check_time()
    if may_have_champions:
        page = _champion_page(searcher, ids, masks, limit, offset, exact_only=exact_only)
        if page is not None:
            return page
    postings = []
    for view, segment_ids, segment_slots in zip(searcher.views, ids, slots, strict=True):
        check_time()
        postings.append(view.phrase_postings(segment_ids, segment_slots))
    return _full_page(searcher, postings, masks, limit, offset, exact_only=exact_only)


def _full_page(
    searcher: IndexSearcher,
    found: list[PhrasePostings],
    masks: list[np.ndarray | None],
    limit: int,
    offset: int,
    *,
    exact_only: bool,
) -> TopDocs:
    """Return the page by scoring every document that contains the phrase.

    :param found: the postings of each segment, without deleted documents.
    :param exact_only: see :func:`phrase_top`.
    """
    need = offset + limit
    all_folded = [one.folded for one in found]
    all_exact = [one.exact for one in found if one.exact is not None]
    folded = [restrict(one, mask) for one, mask in zip(all_folded, masks, strict=True)]
    total = sum([len(one.docs) for one in folded])
    candidates: list[Candidates] = []
    if all_exact:
        exact = [restrict(one, mask) for one, mask in zip(all_exact, masks, strict=True)]
        weight = postings_weight(searcher, all_exact)
        candidates += _candidates(searcher, exact, weight, EXACT, need)
        exact_total = sum([len(one.docs) for one in exact])
        if exact_only:
            total = exact_total
        if exact_total >= need or exact_total == total:
            return rank(candidates, total, limit, offset)
        folded = [
            select(one, ~member_mask(one.docs, better.docs))
            for one, better in zip(folded, exact, strict=True)
        ]
    weight = postings_weight(searcher, all_folded)
    candidates += _candidates(searcher, folded, weight, FOLDED, need)
    return rank(candidates, total, limit, offset)


def _candidates(
    searcher: IndexSearcher, tier_postings: list[Postings], weight: float, tier: int, need: int
) -> list[Candidates]:
    """Return the best ``need`` documents of a tier in each segment, and perhaps more."""
    candidates = []
    for index, (view, postings) in enumerate(zip(searcher.views, tier_postings, strict=True)):
        docs = postings.docs
        if len(docs):
            scores = posting_scores(view, postings, weight)
            if len(docs) > max(need, _MAX_SORTED):
                chosen = top_indices(scores, need) if need else _NO_DOCS
                docs, scores = docs[chosen], scores[chosen]
            candidates.append(Candidates(index, tier, docs, scores))
    return candidates


@frozen()
class _SegmentTier:
    """The best tier of a phrase in one segment, for a page from champions.

    :ivar postings: of the champions, or of every live document of the tier.
    :ivar df: live documents of the tier.
    :ivar champions: the champions; None when ``postings`` is complete.
    :ivar total: documents that match and may be returned.
    """

    postings: Postings
    df: int
    champions: ChampionList | None
    total: int


def _champion_page(
    searcher: IndexSearcher,
    ids: list[PatternIds],
    masks: list[np.ndarray | None],
    limit: int,
    offset: int,
    *,
    exact_only: bool,
) -> TopDocs | None:
    """Return the page from champions; None if they do not provably include it.

    :param exact_only: see :func:`phrase_top`.
    """
    need = offset + limit
    has_accents = [accented is not None for accented in ids[0].accented] if ids else []
    if any(has_accents) != all(has_accents):
        return None
    lists = [
        _champion_list(view.segment, segment_ids)
        for view, segment_ids in zip(searcher.views, ids, strict=True)
    ]
    if not any(lists):
        return None
    segments = [
        _segment_tier(searcher, view, segment_ids, mask, champions, exact_only=exact_only)
        for view, segment_ids, mask, champions in zip(
            searcher.views, ids, masks, lists, strict=True
        )
    ]
    weight = term_weight(sum(one.df for one in segments), searcher.doc_count)
    postings = [restrict(one.postings, mask) for one, mask in zip(segments, masks, strict=True)]
    tier = EXACT if any(has_accents) else FOLDED
    total = sum(one.total for one in segments)
    candidates = _candidates(searcher, postings, weight, tier, need)
    page = rank(candidates, total, limit, offset)
    # A page that is not full may lack documents that are no champions.
    if len(page.docs) < limit:
        return None
    bound = weight * max(
        [
            _other_docs_bound(searcher, view, one.champions)
            for view, one in zip(searcher.views, segments, strict=True)
        ]
    )
    # The last document of the page must beat every document that is no champion; the margin
    # covers rounding.
    if limit and page.scores[-1] <= bound * (1 + 1e-9):
        return None
    return page


def _other_docs_bound(
    searcher: IndexSearcher, view: SegmentView, champions: ChampionList | None
) -> float:
    """Return an upper bound of score / weight of a segment's documents that are no candidates."""
    if champions is None:
        return 0.0
    segment = view.segment
    doc_count = max(1, segment.doc_count)
    growth = searcher.average_length * doc_count / max(1.0, segment.weighted_length)
    title_growth = searcher.average_title_length * doc_count / max(1, segment.title_syllables)
    return champions.bound(growth, title_growth)


def _champion_list(segment: SegmentReader, ids: PatternIds) -> ChampionList | None:
    """Return the champions of the best tier of a phrase of one or two syllables, if it has any.

    Champions that were chosen with other parameters than those of the scores prove nothing.
    """
    if 0 in ids.folded or segment.ranking != parameters(has_details=segment.has_details):
        return None
    if len(ids.folded) == 1:
        folded_id, accented_id = ids.folded[0], ids.accented[0]
        is_only_variant = (
            bool(accented_id) and len(segment.term_dictionary.variants(folded_id)) == 1
        )
        if accented_id is None or is_only_variant:
            return segment.folded_syllable_champions.get(folded_id)
        return segment.accented_syllable_champions.get(accented_id)
    biword_rank = segment.biword_rank.get(segment.positions.find(*ids.folded))
    if biword_rank is None:
        return None
    first, second = ids.accented
    if first is None or second is None:
        return segment.folded_champions.get(biword_rank)
    return segment.accented_champions.get(first << 32 | second)


def _segment_tier(
    searcher: IndexSearcher,
    view: SegmentView,
    ids: PatternIds,
    mask: np.ndarray | None,
    champions: ChampionList | None,
    *,
    exact_only: bool,
) -> _SegmentTier:
    """Return the best tier of a segment, from champions if there are any.

    :param exact_only: see :func:`phrase_top`.
    """
    segment = view.segment
    if champions is None:
        postings = view.phrase_postings(ids)
        total = len(restrict(postings.best if exact_only else postings.folded, mask).docs)
        return _SegmentTier(postings.best, len(postings.best.docs), None, total)
    df = champions.df
    if mask is None and (exact_only or ids.accented[0] is None):
        return _SegmentTier(champions.counts, df, champions, df)
    if exact_only:
        total = len(restrict(view.phrase_postings(ids).best, mask).docs)
    elif len(ids.folded) == 1:
        total = segment.folded_lists["all"].count_within(ids.folded[0], mask)
    else:
        # A biword with champions is frequent, and so has a posting list.
        biword = segment.positions.find(*ids.folded)
        total = segment.biword_lists["all"].count_within(segment.biword_rank[biword], mask)
    if view.live is not None:
        df = searcher.cached_count((segment, ids), lambda: len(view.phrase_postings(ids).best.docs))
    return _SegmentTier(champions.counts, df, champions, total)
