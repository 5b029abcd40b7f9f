"""The limits of a query: it is refused, or it runs out of time, or its answer is complete."""

import itertools

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from danvan_search import Article, DanvanError, Index, OptionError, QueryError, QueryTimeoutError
from danvan_search.query.nodes import And, Near, Not, Or, Phrase, Prefix, Run
from danvan_search.search.execution import limits
from danvan_search.search.execution.execution import Execution
from danvan_search.search.execution.limits import MIN_ENTRIES, Limits, entries_of
from danvan_search.search.execution.page_search import PageSearch
from danvan_search.search.execution.strategies import find_top_docs
from danvan_search.search.execution.tiers import tiers_of
from tests.search.execution.test_execution import (
    Document,
    assert_same_page,
    either,
    index_of,
    indexes,
    near,
    phrase,
    run,
    trees,
)

DOCS = [Document("dân vận khéo", "dân vận khéo ở Hưng Yên " * 20), Document("", "dân ta rất khéo")]


class Clock:
    """Says 0 a number of times, and then 100."""

    def __init__(self, quiet=0):
        self.calls = 0
        self.quiet = quiet

    def __call__(self):
        self.calls += 1
        return 0.0 if self.calls <= self.quiet else 100.0


def page_of(indexed, node, limits):
    execution = Execution(indexed.searcher, indexed.doc_values, limits=limits)
    return find_top_docs(PageSearch(execution, node, node, tiers_of(node, node), 10))


def test_the_work_that_a_query_may_take_grows_with_the_index():
    """A small index has a fixed limit."""
    assert entries_of(0) == entries_of(1_000_000) == MIN_ENTRIES
    assert entries_of(10**9) == 250_000_000


@settings(max_examples=60)
@given(indexes(), trees, st.integers(0, 300))
def test_an_answer_is_complete_or_an_error(index, node, entries):
    """A limit never makes a page another one."""
    indexed = index_of(*index)
    try:
        page = page_of(indexed, node, Limits(entries=entries))
    except QueryError:
        return
    assert_same_page(page_of(indexed, node, Limits()), page)


WIDE = {
    "prefixes": (Or((run("v*"), run("ta*"))), "v*", "more letters"),
    "fuzzy": (run("khéo~ ta"), "khéo~", "leave out its ~"),
    "phrase": (either(phrase("dân vận"), run("ta*")), '"dân vận"', "rarer words"),
    "near": (near("dân", "vận", 3), '"dân" NEAR/3 "vận"', "rarer words"),
}


@pytest.mark.parametrize("name", WIDE)
def test_the_error_names_the_widest_part(name):
    """It says what to do about it."""
    node, shown, advice = WIDE[name]
    indexed = index_of(DOCS)
    enough = Limits(entries=10_000)
    assert page_of(indexed, node, enough).total
    with pytest.raises(QueryError) as caught:
        page_of(indexed, node, Limits(entries=enough.taken - 1))
    assert page_of(indexed, node, Limits(entries=enough.taken)).total
    assert shown in str(caught.value)
    assert advice in str(caught.value)
    assert caught.value.position is None


def test_the_error_points_into_the_query():
    """A part that was read from a string is shown as typed."""
    text = "nhân dân KH*"
    node = Run((Phrase((Prefix("kh", "kh", span=(9, 12)),), span=(9, 12)),))
    with pytest.raises(QueryError, match=r"'KH\*'") as caught:
        page_of(index_of(DOCS), node, Limits(text, entries=0))
    assert (caught.value.query, caught.value.position) == (text, 9)


@pytest.mark.parametrize(
    "node",
    [
        phrase("dân vận"),
        phrase("dân"),
        run("dân vận"),
        run("kh*"),
        phrase("dân kh*", 3),
        Near(phrase("dân"), phrase("khéo")),
        And((run("dân"), Not(phrase("hưng yên")))),
    ],
)
def test_time_is_checked_between_steps(node):
    """The query ends at whichever check finds that its time is over."""
    indexed = index_of(DOCS * 3, (2, 4))
    whole = Clock(10**9)
    page = page_of(indexed, node, Limits(timeout=1, clock=whole))
    # The first reading starts the time.
    assert whole.calls > 1
    for quiet in range(1, whole.calls):
        with pytest.raises(QueryTimeoutError, match="longer than 1 s"):
            page_of(indexed, node, Limits(timeout=1, clock=Clock(quiet)))
    assert page == page_of(indexed, node, Limits(timeout=1, clock=Clock(whole.calls)))


def test_without_a_time_limit_no_clock_is_read():
    """Quick queries do not pay for what they do not ask for."""
    clock = Clock()
    page_of(index_of(DOCS), run("dân kh*"), Limits(clock=clock))
    assert clock.calls == 0


def test_a_search_with_a_time_limit(tmp_path, monkeypatch):
    """``timeout`` is an option of every search."""
    with Index.create(tmp_path / "index") as index:
        index.add([Article("1", "Dân vận", "Dân vận khéo.")], words=False)
        assert index.search("dân", timeout=1e9).total == 1
        seconds = itertools.count()
        monkeypatch.setattr(limits, "monotonic", lambda: float(next(seconds)))
        with pytest.raises(QueryTimeoutError, match=r"longer than 0\.5 s") as caught:
            index.search("dân", timeout=0.5)
        assert isinstance(caught.value, DanvanError)
        for wrong in (-1, float("nan"), "1", True):
            with pytest.raises(OptionError, match="timeout"):
                index.search("dân", timeout=wrong)
