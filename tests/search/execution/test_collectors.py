"""Collectors of all matches, against a scan of the documents."""

from collections import Counter

from hypothesis import given, settings
from hypothesis import strategies as st

from danvan_search.search.execution.collectors import CategoryFacet, Count, Histogram, collect
from danvan_search.search.execution.strategies import find_top_docs
from tests.search.execution.test_execution import (
    DATES,
    Document,
    accents,
    index_of,
    indexes,
    run,
    runs_of_terms,
    trees,
)
from tests.search.execution.test_strategies import search_of
from tests.search.execution.tree_oracle import Oracle


@settings(max_examples=120)
@given(indexes(), trees | runs_of_terms, accents, st.none() | st.sets(st.integers(0, 9)))
def test_collectors_agree_with_a_scan(index, node, accents, accepted):
    """Whatever the tree, the segments, the deletions and the filters, and without scoring."""
    docs, cuts, deleted = index
    indexed = index_of(docs, cuts, deleted)
    filters = None if accepted is None else indexed.masks(accepted)
    search = search_of(indexed, node, 2, accents=accents, filters=filters)
    count, categories = Count(), CategoryFacet()
    years, months = Histogram("year"), Histogram("month")
    collect(search, [count, categories, years, months])
    found = [docs[doc] for _, _, doc in Oracle(docs, deleted, accents).top(node, accepted)]
    assert count.total == len(found) == find_top_docs(search).total
    assert categories.counts == Counter(one.category for one in found if one.category is not None)
    dates = [one.date for one in found if one.date]
    assert years.counts == Counter(f"{date:%Y}" for date in dates)
    assert months.counts == Counter(f"{date:%Y-%m}" for date in dates)


def test_counts_of_several_categories():
    """A document counts in each of its categories."""
    docs = [Document("", "a", category=one) for one in ("Chính trị; Xã hội", "Xã hội", "A; ")]
    categories = CategoryFacet()
    collect(search_of(index_of(docs, (3,)), run("a")), [categories])
    assert categories.counts == {"Chính trị": 1, "Xã hội": 2, "A": 1}


def test_counts_of_several_segments():
    """Equal categories of several segments are one, those written otherwise are others."""
    written = ["Thời sự", "thời sự", "Thời sự", None]
    docs = [Document("", "a", date, one) for one, date in zip(written, [*DATES, None], strict=True)]
    search = search_of(index_of(docs, (1, 1, 3)), run("a"))
    categories, months = CategoryFacet(), Histogram("month")
    collect(search, [categories, months])
    assert categories.counts == {"Thời sự": 2, "thời sự": 1}
    assert months.counts == {"2024-02": 2, "2024-03": 1}
    collect(search, [])
