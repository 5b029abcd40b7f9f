"""Articles like an article: a search for the syllables that stand out in it."""

from collections.abc import Sequence
from dataclasses import replace
from heapq import nlargest
from typing import Final

import numpy as np

from danvan_search.query import Everything, Query
from danvan_search.query.building import words
from danvan_search.search.execution.filters import filter_masks
from danvan_search.search.execution.segment_view import SegmentView
from danvan_search.search.options import SearchOptions, check_int
from danvan_search.search.results import Results
from danvan_search.search.search import search
from danvan_search.search.searchable import SearchableSnapshot
from danvan_search.study.measures import tf_idf

SYLLABLES: Final = 20
"""So many syllables of an article are searched for."""


def similar(index: SearchableSnapshot, article_id: str, options: SearchOptions) -> Results | None:
    """Return the articles that are most like an article; None if there is no such article.

    :param options: ``match`` is ``any``, ``page`` is 1.
    """
    check_int("limit", options.limit, 0)
    found = index.snapshot.find(article_id)
    if found is None:
        return None
    segment, doc = found
    with index.snapshot.guard:
        text = " ".join(_best_syllables(index, segment, doc))
        masks = filter_masks(index.doc_values, *options.days, options.category)
    if not text:
        nothing = Query("", Everything())
        generation = index.snapshot.generation
        return Results(
            "", 0, False, 0.0, (), (), nothing, limit=options.limit, generation=generation
        )
    results = search(index, words(text), replace(options, limit=options.limit + 1))
    hits = [hit for hit in results.hits if hit.id != article_id][: options.limit]
    mask = None if masks is None else masks[segment]
    is_found = mask is None or bool(mask[doc])
    return replace(results, hits=tuple(hits), total=results.total - is_found, limit=options.limit)


def _best_syllables(index: SearchableSnapshot, segment: int, doc: int) -> list[str]:
    """Return the accented forms of an article with the highest tf · idf, as they first occur."""
    view = index.searcher.views[segment]
    start, stop = view.segment.grid.slot_range(doc)
    ids = view.segment.grid.ids(start, stop).astype(np.int64)
    distinct, firsts, tfs = np.unique(ids[ids > 0], return_index=True, return_counts=True)
    weights = []
    doc_count = index.searcher.doc_count
    for accented_id, first, tf in zip(
        distinct.tolist(), firsts.tolist(), tfs.tolist(), strict=True
    ):
        form = view.segment.term_dictionary.accented_form(accented_id)
        df = _article_frequency(index.searcher.views, segment, accented_id, form)
        weights.append((tf_idf(tf, df, doc_count), -first, form))
    best = nlargest(SYLLABLES, weights)
    return [form for _, _, form in sorted(best, key=lambda one: -one[1])]


def _article_frequency(
    views: Sequence[SegmentView], segment: int, accented_id: int, form: str
) -> int:
    """Return how many live articles have an accented form, which one of them has.

    :param accented_id: its id in the view at index ``segment``.
    """
    count = 0
    for at, view in enumerate(views):
        terms = view.segment.term_dictionary
        own = accented_id if at == segment else terms.find_accented(form)
        if not own:
            continue
        folded_id = terms.folded_of(own)
        if len(terms.variants(folded_id)) == 1:
            count += view.segment.folded_lists["all"].count_within(folded_id, view.live)
        else:
            count += view.segment.accented_lists["all"].count_within(own, view.live)
    return count
