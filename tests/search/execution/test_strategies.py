"""Strategies against the general one, rankers that are plugged in, and the order of pages."""

import itertools

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from danvan_search.query.nodes import And, Boost, Or, Phrase, Run, terms_of
from danvan_search.search.execution import general
from danvan_search.search.execution.general import general_top_docs
from danvan_search.search.execution.order import by_date, by_rank
from danvan_search.search.execution.page_search import PageSearch
from danvan_search.search.execution.ranker import BM25
from danvan_search.search.execution.strategies import FAST_STRATEGIES, bag, find_top_docs, phrase
from danvan_search.search.execution.tiers import Tiers, tiers_of, whole_phrase
from danvan_search.search.title_ranks import title_ranks
from danvan_search.text.collation import collation_key
from tests.search.execution.test_execution import (
    accents,
    assert_same_page,
    both,
    index_of,
    indexes,
    phrases,
    phrases_of_terms,
    run,
    runs,
    runs_of_terms,
    trees,
)
from tests.search.execution.test_execution import phrase as phrase_node
from tests.search.execution.test_top_docs import rows_of
from tests.search.execution.tree_oracle import Document, Oracle


def any_of(node):
    """Return a node that matches where any bare syllable or code of a run does."""
    if not isinstance(node, Run):
        return node
    return Or(node.phrases) if len(node.phrases) > 1 else node.phrases[0]


def search_of(indexed, node, limit=10, *, accents="auto", relaxed=False, **options):
    """Return a search; a relaxed one matches where any part of a run does."""
    matched = any_of(node) if relaxed else node
    tiers = tiers_of(node, None if relaxed else node)
    return PageSearch(indexed.execution(accents), matched, node, tiers, limit, **options)


@settings(max_examples=150)
@given(
    indexes(),
    phrases | runs | runs_of_terms | trees,
    accents,
    st.integers(0, 5),
    st.integers(0, 4),
    st.booleans(),
    st.booleans(),
    st.none() | st.sets(st.integers(0, 9)),
)
def test_strategies_agree_with_the_general_one(
    index, node, accents, limit, offset, relaxed, newest_first, accepted
):
    """Documents, order, tiers, scores and total, whatever the tree, the page and the filters."""
    docs, cuts, deleted = index
    indexed = index_of(docs, cuts, deleted)
    search = search_of(
        indexed,
        node,
        limit,
        accents=accents,
        relaxed=relaxed and isinstance(whole_phrase(node), Phrase),
        offset=offset,
        filters=None if accepted is None else indexed.masks(accepted),
        order=newest(indexed) if newest_first else None,
    )
    page = general_top_docs(search)
    for strategy in (*FAST_STRATEGIES, find_top_docs):
        assert_same_page(page, strategy(search))


@settings(max_examples=100)
@given(
    indexes(),
    st.lists(runs_of_terms | phrases_of_terms, min_size=2, max_size=3),
    accents,
    st.booleans(),
    st.booleans(),
)
def test_mixed_queries_agree_with_the_general_strategy(index, nodes, accents, is_any, demands):
    """Quoted phrases, codes and bare syllables: all of them are scored as one run."""
    docs, cuts, deleted = index
    indexed = index_of(docs, cuts, deleted)
    scored = Run(tuple(Phrase((one,)) for node in nodes for one in terms_of(node)))
    matched = Or(tuple(nodes)) if is_any else And(tuple(nodes))
    tiers = tiers_of(scored, matched if demands else None)
    search = PageSearch(indexed.execution(accents), matched, scored, tiers, 4)
    page = bag(search)
    assert page is not None
    assert_same_page(general_top_docs(search), page)


def newest(indexed):
    """Return the order by date."""
    return by_date(indexed.doc_values)


def taken_by(search):
    return [strategy for strategy in FAST_STRATEGIES if strategy(search) is not None]


def test_which_strategy_takes_a_search():
    """Phrases and runs of terms, best first, have strategies of their own."""
    indexed = index_of([Document("dân vận", "dân vận khéo")])
    quoted, bare = phrase_node("dân vận"), run("dân vận")
    assert taken_by(search_of(indexed, quoted)) == [phrase]
    assert taken_by(search_of(indexed, bare)) == [bag]
    assert taken_by(search_of(indexed, bare, relaxed=True)) == [bag]
    assert taken_by(search_of(indexed, run("dân"), relaxed=True)) == [bag]
    assert taken_by(search_of(indexed, run("dân TP.HCM"), relaxed=True)) == [bag]
    for node in (phrase_node("dân v*"), phrase_node("dân vận", 1), run("kh*"), both(quoted, bare)):
        assert taken_by(search_of(indexed, node)) == []
    for node in (quoted, bare):
        assert taken_by(search_of(indexed, node, order=newest(indexed))) == []
        assert taken_by(search_of(indexed, node, ranker=Shortest())) == []
    # A run is scored; what matches is neither all of its terms nor any of them.
    search = search_of(indexed, bare)
    for matched in (quoted, And((bare,)), Boost(bare, 2.0), Or(any_of(bare).nodes, 2)):
        assert taken_by(search._replace(matched=matched)) == []
    assert taken_by(search._replace(tiers=Tiers(None, None))) == []


class Shortest:
    """A ranker that ignores the query: the shorter a document, the better."""

    def scores(self, execution, node, segment_index, docs):
        """Return minus the number of syllables."""
        grid = execution.searcher.views[segment_index].segment.grid
        return -(grid.title_lengths[docs].astype(float) + grid.body_lengths[docs])


@settings(max_examples=60)
@given(indexes(), phrases | runs_of_terms | trees, accents)
def test_another_ranker_has_the_same_tiers(index, node, accents):
    """The matches and their tiers are those of the default ranker; scores order each tier."""
    docs, cuts, deleted = index
    indexed = index_of(docs, cuts, deleted)
    search = search_of(indexed, node, 20, accents=accents, ranker=Shortest())
    rows = rows_of(find_top_docs(search), indexed.borders)
    expected = rows_of(find_top_docs(search._replace(ranker=BM25)), indexed.borders)
    assert {doc: tier for tier, _, doc in rows} == {doc: tier for tier, _, doc in expected}
    lengths = [len(f"{one.title} {one.body}".split()) for one in docs]
    assert [(tier, -score) for tier, score, _ in rows] == sorted(
        [(tier, lengths[doc]) for tier, _, doc in expected], key=lambda row: (-row[0], row[1])
    )


@settings(max_examples=80)
@given(
    indexes(),
    runs_of_terms | trees,
    st.integers(1, 4),
    st.integers(0, 4),
    st.sampled_from(["date", "date-asc", "title", "title-desc"]),
)
def test_orders(index, node, limit, offset, sort):
    """An order comes before tiers and scores; documents without a date, or a title, are last."""
    docs, cuts, deleted = index
    indexed = index_of(docs, cuts, deleted)
    if sort.startswith("date"):
        order = by_date(indexed.doc_values, oldest_first=sort == "date-asc")
        places = [one.date for one in docs]
    else:
        order = by_rank(title_ranks(indexed.doc_values), highest_first=sort == "title-desc")
        places = [collation_key(one.title) if one.title else None for one in docs]
    distinct = sorted({one for one in places if one})
    sign = -1 if sort in ("date", "title-desc") else 1

    def place(row):
        own = places[row[2]]
        return (1, 0) if own is None else (0, sign * distinct.index(own))

    rows = sorted(Oracle(docs, deleted).top(node), key=place)
    page = find_top_docs(search_of(indexed, node, limit, offset=offset, order=order))
    found = rows_of(page, indexed.borders)
    assert page.total == len(rows)
    expected = rows[offset : offset + limit]
    assert list(map(place, found)) == list(map(place, expected))
    assert [row[0] for row in found] == [row[0] for row in expected]
    assert [row[1] for row in found] == pytest.approx([row[1] for row in expected], rel=1e-9)


def test_only_documents_that_may_be_on_the_page_are_scored():
    """Dates and tiers are compared before anything is scored."""
    docs = [Document("", "dân vận")] * 3 + [Document("", "vận dân")] * 40
    indexed = index_of(docs, (20,))
    scored = []

    class Recorder:
        def scores(self, execution, node, segment_index, numbers):
            scored.extend((numbers + indexed.borders[segment_index]).tolist())
            return BM25.scores(execution, node, segment_index, numbers)

    search = search_of(indexed, run("dân vận"), 3, ranker=Recorder())
    page = general_top_docs(search)
    assert (page.total, page.docs, scored) == (43, [0, 1, 2], [0, 1, 2])
    assert general_top_docs(search._replace(limit=0)).total == 43
    assert scored == [0, 1, 2]


def test_pages_follow_each_other():
    """Pages of any size are the pieces of one list, ties included."""
    docs = [Document("", "a b"), Document("", "b a"), Document("a b", "")] * 7
    indexed = index_of(docs, (5, 11))
    for node in (run("a b"), phrase_node("a b"), both(run("a b"), phrase_node("a"))):
        whole = find_top_docs(search_of(indexed, node, 30))
        pages = [find_top_docs(search_of(indexed, node, 4, offset=at)) for at in range(0, 24, 4)]
        assert [*itertools.chain(*[page.docs for page in pages])] == whole.docs
        assert np.allclose([*itertools.chain(*[page.scores for page in pages])], whole.scores)


@settings(max_examples=60)
@given(indexes(), runs_of_terms, st.integers(1, 3), st.booleans())
def test_ties_are_pruned_before_they_are_scored(index, node, limit, newest_first):
    """Quantised scores leave out no document of the page."""
    indexed = index_of(*index)
    search = search_of(
        indexed, node, limit, relaxed=True, order=newest(indexed) if newest_first else None
    )
    page = general_top_docs(search)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(general, "MAX_EXHAUSTIVE_DOCS", 0)
        assert_same_page(page, general_top_docs(search))
