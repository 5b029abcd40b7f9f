"""The strategies that find a page, the fastest first.

Each takes a search or declines it. ``general`` takes every search, and the others return what it
would: the same documents in the same order, with the same scores and tiers.
"""

from collections.abc import Callable, Sequence
from typing import Final

from danvan_search.query.accents import Forms, forms_of
from danvan_search.query.nodes import And, Node, Or, Phrase, Run, Term, is_plain, terms_of
from danvan_search.search.execution.bag_top_docs import bag_top
from danvan_search.search.execution.general import general_top_docs
from danvan_search.search.execution.page_search import PageSearch
from danvan_search.search.execution.phrase_top_docs import phrase_top
from danvan_search.search.execution.ranker import BM25
from danvan_search.search.execution.second_stage import rerank
from danvan_search.search.execution.top_docs import TopDocs

Strategy = Callable[[PageSearch], TopDocs | None]
"""Returns the page, or None to decline the search."""


def find_top_docs(search: PageSearch) -> TopDocs:
    """Return the page, by the second stage too if the search asks for it.

    The list is what matches, then the rest, where the search has one. The second stage ranks the
    best documents of the whole list again, whatever the page, so that pages of any size are pieces
    of one list. Neither the rest nor documents behind the page are looked for if the page is full.
    """
    forms = _reranked_forms(search)
    if not search.limit or (search.rest is None and forms is None):
        return find_first_stage(search)
    need, ranked = search.need, search.execution.searcher.formula.depth
    depth = need if forms is None else max(need, ranked)
    found = find_first_stage(search._replace(limit=depth, offset=0, enough=need))
    sizes = [min(len(found.docs), ranked)]
    if search.rest is not None and 0 < found.total < need:
        search.execution.limits.check_time()
        rest = search.rest._replace(limit=depth, offset=0, enough=need)
        found = found.joined(find_first_stage(rest))
        sizes.append(min(len(found.docs), ranked) - sizes[0])
    if forms is not None:
        search.execution.limits.check_time()
        page = search.offset, need
        found = rerank(search.execution.searcher, forms, found, sizes, page)
    return found.piece(search.offset, need)


def _reranked_forms(search: PageSearch) -> Forms | None:
    """Return the forms by which the second stage ranks; None if no document of the page is."""
    run = search.scored
    if not search.rerank or not _is_by_score(search):
        return None
    if search.offset >= search.execution.searcher.formula.depth:
        return None
    if not isinstance(run, Run) or not is_plain(run):
        return None
    return forms_of(run, search.execution.accents)


def find_first_stage(search: PageSearch) -> TopDocs:
    """Return the page by the scores of the ranker, that the first strategy to take it finds."""
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
    """Find the page of one run of terms, best first.

    A match contains all or any of the run, or what any tree of its terms demands.
    """
    run, matched, execution = search.scored, search.matched, search.execution
    if not isinstance(run, Run) or not _is_by_score(search) or not is_plain(run):
        return None
    parts = search.tiers.parts
    if search.tiers.whole is None or (parts is not None and parts is not matched):
        return None
    are_single = all(len(one.syllables) == 1 for one in run.phrases)
    require_all = matched is run and are_single
    is_any = are_single and parts is None and _is_any_of(matched, run.phrases)
    filters, exact_bits = search.masks(), None
    if not require_all and not is_any:
        terms = terms_of(run)
        if len(terms) == 1 or not _is_tree_of(matched, terms):
            return None
        if execution.accents != "exact":
            filters = execution.masks(matched, filters, exact=False)
        if parts is not None and execution.has_marks(parts):
            views = range(len(execution.searcher.views))
            exact_bits = [execution.docs(parts, at, exact=True) for at in views]
    return bag_top(
        execution.searcher,
        forms_of(run, execution.accents),
        search.limit,
        bag=execution.bag(run),
        offset=search.offset,
        enough=search.enough,
        require_all=require_all,
        accents_first=require_all and parts is not None,
        exact_bits=exact_bits,
        titles=search.tiers.titles,
        is_number=search.tiers.is_number,
        filters=filters,
        check_time=execution.limits.check_time,
    )


def _is_tree_of(matched: Node, terms: Sequence[Term]) -> bool:
    """Return whether every match of a node has one of some terms, by its shape."""
    match matched:
        case Phrase():
            return is_plain(matched) and set(matched.syllables) <= set(terms)
        case Run():
            return all(_is_tree_of(one, terms) for one in matched.phrases)
        case And() | Or():
            return all(_is_tree_of(one, terms) for one in matched.nodes)
        case _:
            return False


def _is_by_score(search: PageSearch) -> bool:
    return search.ranker is BM25 and search.order is None


def _is_any_of(matched: Node, phrases: Sequence[Phrase]) -> bool:
    """Return whether a node matches where any of some phrases does: one, or an Or of them."""
    if isinstance(matched, Or):
        return matched.at_least == 1 and matched.nodes == tuple(phrases)
    return (matched,) == tuple(phrases)


FAST_STRATEGIES: Final[Sequence[Strategy]] = (phrase, bag)
