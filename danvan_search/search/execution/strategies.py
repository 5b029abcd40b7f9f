"""The strategies that find a page, the fastest first.

Each takes a search or declines it. ``general`` takes every search, and the others return what it
would: the same documents in the same order, with the same scores and tiers.
"""

from collections.abc import Callable, Sequence
from typing import Final

from danvan_search.query.accents import forms_of
from danvan_search.query.nodes import Node, Or, Phrase, Run, is_plain
from danvan_search.search.execution.bag_top_docs import bag_top
from danvan_search.search.execution.general import general_top_docs
from danvan_search.search.execution.page_search import PageSearch
from danvan_search.search.execution.phrase_top_docs import phrase_top
from danvan_search.search.execution.ranker import BM25
from danvan_search.search.execution.top_docs import TopDocs

Strategy = Callable[[PageSearch], TopDocs | None]
"""Returns the page, or None to decline the search."""


def find_top_docs(search: PageSearch) -> TopDocs:
    """Return the page that the first strategy to take the search finds."""
    for strategy in FAST_STRATEGIES:
        page = strategy(search)
        if page is not None:
            return page
    return general_top_docs(search)


def phrase(search: PageSearch) -> TopDocs | None:
    """Find the page of one phrase of terms, best first."""
    node = search.tiers.whole
    if node is None or not (search.matched is search.scored is node) or not _is_by_score(search):
        return None
    return phrase_top(
        search.execution.searcher,
        forms_of(node, search.execution.accents),
        search.limit,
        offset=search.offset,
        filters=search.filters,
        exact_only=search.execution.accents == "exact",
        word=node.word,
        check_time=search.execution.limits.check_time,
    )


def bag(search: PageSearch) -> TopDocs | None:
    """Find the page of one run of terms, of which a match contains all or any, best first."""
    run, matched = search.scored, search.matched
    if not isinstance(run, Run) or not _is_by_score(search) or not is_plain(run):
        return None
    require_all = matched is run
    if search.tiers.parts is not (run if require_all else None):
        return None
    if not require_all and not _is_any_of(matched, run.phrases):
        return None
    accents = search.execution.accents
    codes = [one for one in run.phrases if len(one.syllables) > 1]
    filters = search.masks()
    if codes and not require_all and accents != "exact":
        # A part of a code alone is no match.
        filters = search.execution.masks(matched, filters, exact=False)
    if require_all and accents != "ignore" and any(map(search.execution.has_marks, codes)):
        # The accents of a code count where it stands, not anywhere in the document.
        return None
    return bag_top(
        search.execution.searcher,
        forms_of(run, accents),
        search.limit,
        offset=search.offset,
        require_all=require_all,
        accents_first=require_all,
        required=[forms_of(code, "ignore") for code in codes] if require_all else (),
        filters=filters,
        check_time=search.execution.limits.check_time,
    )


def _is_by_score(search: PageSearch) -> bool:
    return search.ranker is BM25 and search.order is None


def _is_any_of(matched: Node, phrases: Sequence[Phrase]) -> bool:
    """Return whether a node matches where any of some phrases does: one, or an Or of them."""
    if isinstance(matched, Or):
        return matched.at_least == 1 and matched.nodes == tuple(phrases)
    return (matched,) == tuple(phrases)


FAST_STRATEGIES: Final[Sequence[Strategy]] = (phrase, bag)
