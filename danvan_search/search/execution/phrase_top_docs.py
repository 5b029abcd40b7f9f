"""The best documents of a phrase, scored as one term.

Documents that hold the phrase with the accents asked for come first; they are scored by those
occurrences, the others by the folded ones::

    score = BM25(occurrences in title and body) + 0.3 · BM25(occurrences in the title)

A page of a frequent phrase of one or two syllables is taken from champions when they prove to
hold it.
"""

from dataclasses import dataclass
from typing import Final

import numpy as np

from danvan_search.index.codec.bm25 import TITLE_WEIGHT, saturation, term_weight
from danvan_search.index.codec.champions import MIN_DOCS, ChampionList, Postings
from danvan_search.index.codec.segment_reader import Pattern, PatternIds, SegmentReader
from danvan_search.search.execution.filters import Masks
from danvan_search.search.execution.index_searcher import IndexSearcher, within
from danvan_search.search.execution.phrase_matcher import FEW, PhrasePostings, few_or_all, find
from danvan_search.search.execution.phrase_rare import rare_phrase_top
from danvan_search.search.execution.segment_view import SegmentView
from danvan_search.search.execution.top_docs import EXACT, FOLDED, Candidates, TopDocs, best, rank

_NONE: Final = np.zeros(0, dtype=np.int64)
_SORTED: Final = 128
"""So many documents are sorted as quickly as the best of them are chosen."""


def phrase_top(
    searcher: IndexSearcher,
    pattern: Pattern,
    limit: int,
    *,
    offset: int = 0,
    filters: Masks | None = None,
    use_champions: bool = True,
    word: bool = False,
) -> TopDocs:
    """Return a page of the documents that hold a phrase.

    :param pattern: the phrase; where it gives no accented form, any variant will do.
    :param limit: how many documents to return at most.
    :param offset: how many better ones to skip.
    :param filters: which documents may be found.
    :param use_champions: False takes the long way, to the same result.
    :param word: whether only occurrences count that are one word.
    :raises ValueError: when the pattern is empty.
    """
    if not pattern:
        raise ValueError("a phrase needs a syllable")
    masks = searcher.masks(filters)
    ids = [view.segment.ids(pattern, word=word) for view in searcher.views]
    slots: list[np.ndarray | None] = [None] * len(ids)
    if len(pattern) > 1 and not word:
        known = [
            few_or_all(view.segment, some) for view, some in zip(searcher.views, ids, strict=True)
        ]
        few = [own for own in known if isinstance(own, list)]
        if len(few) == len(known) and sum(map(len, few)) <= FEW:
            return rare_phrase_top(
                searcher.views, searcher.doc_count, ids, few, masks, limit, offset
            )
        use_champions = use_champions and any(len(own) >= MIN_DOCS for own in known)
        slots = [np.array(own, dtype=np.int64) if isinstance(own, list) else own for own in known]
    if use_champions and not word and len(pattern) <= 2:
        page = _from_champions(searcher, ids, masks, limit, offset)
        if page is not None:
            return page
    found = [
        _live_counts(view, some, own)
        for view, some, own in zip(searcher.views, ids, slots, strict=True)
    ]
    has_marks = any(form is not None for _, form in pattern)
    return _from_all(searcher, found, masks, has_marks, limit, offset)


def phrase_scores(
    searcher: IndexSearcher, pattern: Pattern, *, word: bool = False
) -> list[np.ndarray]:
    """Return float64[docs] for each segment: what a phrase adds to the score of each document.

    :param pattern: the phrase; documents that hold it with the accents asked for are scored by
        those occurrences, as in :func:`phrase_top`.
    :param word: whether only occurrences count that are one word.
    :raises ValueError: when the pattern is empty.
    """
    if not pattern:
        raise ValueError("a phrase needs a syllable")
    found = [_live_counts(view, view.segment.ids(pattern, word=word)) for view in searcher.views]
    scores = [np.zeros(view.segment.doc_count) for view in searcher.views]
    kinds = [[part.folded for part in found]]
    if any(form is not None for _, form in pattern):
        kinds.append([part.exact for part in found if part.exact is not None])
    for kind in kinds:
        weight = term_weight(sum(len(counts.docs) for counts in kind), searcher.doc_count)
        for own, view, counts in zip(scores, searcher.views, kind, strict=True):
            own[counts.docs] = _scores(counts, view, weight)
    return scores


def _live_counts(
    view: SegmentView, ids: PatternIds, slots: np.ndarray | None = None
) -> PhrasePostings:
    """Count a phrase in the documents that are not deleted; see :func:`find`."""
    found = find(view.segment, ids, slots)
    exact = None if found.exact is None else within(found.exact, view.live)
    return PhrasePostings(within(found.folded, view.live), exact)


def _scores(counts: Postings, view: SegmentView, weight: float) -> np.ndarray:
    """Return float64[n], the score of each document."""
    scores = saturation(counts.tfs, view.norms.take(counts.docs))
    scores *= weight
    if counts.title_tfs is not None:
        in_titles = saturation(counts.title_tfs, view.title_norms.take(counts.docs))
        in_titles *= TITLE_WEIGHT * weight
        scores += in_titles
    return scores


def _from_all(
    searcher: IndexSearcher,
    found: list[PhrasePostings],
    masks: list[np.ndarray | None],
    has_marks: bool,
    limit: int,
    offset: int,
) -> TopDocs:
    """Rank all documents that hold the phrase."""
    need = offset + limit
    folded = [part.folded for part in found]
    live_folded = [within(counts, mask) for counts, mask in zip(folded, masks, strict=True)]
    total = sum([len(counts.docs) for counts in live_folded])
    candidates: list[Candidates] = []
    if has_marks:
        exact = [part.exact for part in found if part.exact is not None]
        live_exact = [within(counts, mask) for counts, mask in zip(exact, masks, strict=True)]
        weight = term_weight(sum([len(counts.docs) for counts in exact]), searcher.doc_count)
        candidates += _candidates(searcher, live_exact, weight, EXACT, need)
        held = sum([len(counts.docs) for counts in live_exact])
        if held >= need or held == total:
            return rank(candidates, total, limit, offset)
        live_folded = [
            _without(all_docs, some.docs)
            for all_docs, some in zip(live_folded, live_exact, strict=True)
        ]
    weight = term_weight(sum([len(counts.docs) for counts in folded]), searcher.doc_count)
    candidates += _candidates(searcher, live_folded, weight, FOLDED, need)
    return rank(candidates, total, limit, offset)


def _candidates(
    searcher: IndexSearcher, parts: list[Postings], weight: float, tier: int, need: int
) -> list[Candidates]:
    candidates = []
    for place, (view, counts) in enumerate(zip(searcher.views, parts, strict=True)):
        docs = counts.docs
        if len(docs):
            scores = _scores(counts, view, weight)
            if len(docs) > max(need, _SORTED):
                chosen = best(scores, need) if need else _NONE
                docs, scores = docs[chosen], scores[chosen]
            candidates.append(Candidates(place, tier, docs, scores))
    return candidates


def _without(counts: Postings, docs: np.ndarray) -> Postings:
    """Leave out some of the documents, all of which must be there."""
    keep = np.ones(len(counts.docs), dtype=bool)
    keep[np.searchsorted(counts.docs, docs)] = False
    title_tfs = None if counts.title_tfs is None else counts.title_tfs[keep]
    return Postings(counts.docs[keep], counts.tfs[keep], title_tfs)


@dataclass(frozen=True, slots=True)
class _Part:
    """What one segment brings to a page that is made from champions.

    :ivar counts: of champions, or of all documents of the tier.
    :ivar df: how many documents of the segment are in the tier.
    :ivar champions: None when ``counts`` is complete.
    :ivar total: how many documents that may be found hold the folded phrase.
    """

    counts: Postings
    df: int
    champions: ChampionList | None
    total: int


def _from_champions(
    searcher: IndexSearcher,
    ids: list[PatternIds],
    masks: list[np.ndarray | None],
    limit: int,
    offset: int,
) -> TopDocs | None:
    """Return the page if champions prove to hold it, None if all documents must be ranked."""
    need = offset + limit
    has_marks = [accented is not None for accented in ids[0].accented] if ids else []
    if any(has_marks) != all(has_marks):
        return None
    lists = [_champions(view.segment, some) for view, some in zip(searcher.views, ids, strict=True)]
    if not any(lists):
        return None
    parts = [
        _part(searcher, view, some, mask, champions)
        for view, some, mask, champions in zip(searcher.views, ids, masks, lists, strict=True)
    ]
    weight = term_weight(sum(part.df for part in parts), searcher.doc_count)
    live = [within(part.counts, mask) for part, mask in zip(parts, masks, strict=True)]
    tier = EXACT if any(has_marks) else FOLDED
    total = sum(part.total for part in parts)
    page = rank(_candidates(searcher, live, weight, tier, need), total, limit, offset)
    # A page is full, or there is nothing of it to prove.
    if len(page.docs) < limit:
        return None
    bound = weight * max(
        [
            _bound(searcher, view, part.champions)
            for view, part in zip(searcher.views, parts, strict=True)
        ]
    )
    # The last document of the page beats every document that is no champion; the margin
    # covers rounding.
    if limit and page.scores[-1] <= bound * (1 + 1e-9):
        return None
    return page


def _bound(searcher: IndexSearcher, view: SegmentView, champions: ChampionList | None) -> float:
    """Bound score / weight of every document of a segment that is no candidate."""
    if champions is None:
        return 0.0
    segment = view.segment
    own = max(1, segment.doc_count)
    growth = searcher.average_length * own / max(1, segment.syllables)
    title_growth = searcher.average_title_length * own / max(1, segment.title_syllables)
    return champions.bound(growth, title_growth)


def _champions(segment: SegmentReader, ids: PatternIds) -> ChampionList | None:
    """Return the champions of a phrase of one or two syllables, in its best tier."""
    if 0 in ids.folded:
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
    a, b = ids.accented
    if a is None or b is None:
        return segment.folded_champions.get(biword_rank)
    return segment.accented_champions.get(a << 32 | b)


def _part(
    searcher: IndexSearcher,
    view: SegmentView,
    ids: PatternIds,
    mask: np.ndarray | None,
    champions: ChampionList | None,
) -> _Part:
    """Return what champions tell of a segment, or else all documents of the tier."""
    segment = view.segment
    if champions is None:
        counts = _live_counts(view, ids)
        tier = counts.folded if counts.exact is None else counts.exact
        total = len(within(counts.folded, mask).docs)
        return _Part(tier, len(tier.docs), None, total)
    df = champions.df
    if mask is None and ids.accented[0] is None:
        return _Part(champions.counts, df, champions, df)
    if len(ids.folded) == 1:
        folded_list = segment.folded_list(ids.folded[0])
    else:
        first, second = ids.folded
        folded_list = segment.biword_list(first, second)
    if view.live is not None:
        df = searcher.remembered((segment, ids), lambda: _live_df(view, ids))
    return _Part(champions.counts, df, champions, folded_list.count_within(mask))


def _live_df(view: SegmentView, ids: PatternIds) -> int:
    """Count the documents of the best tier that are not deleted."""
    counts = _live_counts(view, ids)
    return len((counts.folded if counts.exact is None else counts.exact).docs)
